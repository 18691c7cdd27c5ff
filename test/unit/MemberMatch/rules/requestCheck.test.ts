import {
	matchParameters,
	matchResources,
	type PartName,
} from '../../../../nodes/MemberMatch/request/matchRequest';
import { checkMatchRequest, resourceFindings } from '../../../../nodes/MemberMatch/rules/requestCheck';
import { PARTS } from '../../../../nodes/MemberMatch/rules/rule';
import { PART_RULES, REQUEST_RULES } from '../../../../nodes/MemberMatch/rules/requestRules';
import type { RequestProfile } from '../../../../nodes/shared/payers/payer';

const PROFILES: RequestProfile[] = ['1up', 'hrex-1.0', 'hrex-1.2'];
const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
const POLICY = 'http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html';
const code = (system: string, value: string) => ({
	coding: [{ system: `${TERMINOLOGY}/${system}`, code: value }],
});
const plan = (value: string) => ({ identifier: { system: 'http://hl7.org/fhir/sid/us-npi', value } });

const coverage = {
	resourceType: 'Coverage',
	id: 'c-1',
	identifier: [{ type: code('v2-0203', 'MB'), system: 'http://example.org/old', value: 'CV-77' }],
	status: 'active',
	beneficiary: { reference: 'Patient/M-1' },
	relationship: code('subscriber-relationship', 'self'),
	payor: [plan('9876543210')],
};
const linkedCoverage = { ...coverage, payor: [plan('0123456789')] };
const provision = {
	type: 'permit',
	period: { start: '2026-01-01', end: '2026-12-31' },
	actor: [
		{ role: code('provenance-participant-type', 'performer'), reference: plan('9876543210') },
		{ role: code('v3-ParticipationType', 'IRCP'), reference: plan('0123456789') },
	],
	action: [code('consentaction', 'disclose')],
};
const resources: Record<PartName, Record<string, unknown>> = {
	MemberPatient: {
		resourceType: 'Patient',
		id: 'M-1',
		identifier: [{ type: code('v2-0203', 'MB'), system: 'http://example.org/old/member', value: '55' }],
		name: [{ family: "O'Connor", given: ['José'] }],
		birthDate: '1980-05-01',
		gender: 'female',
	},
	CoverageToMatch: coverage,
	Consent: {
		resourceType: 'Consent',
		id: 'consent-9',
		status: 'active',
		scope: code('consentscope', 'patient-privacy'),
		category: [code('v3-ActCode', 'IDSCL')],
		patient: { reference: 'Patient/M-1' },
		performer: [{ reference: 'Patient/M-1' }],
		sourceReference: { reference: 'DocumentReference/d-1' },
		policy: [{ uri: `${POLICY}#regular` }],
		provision,
	},
	CoverageToLink: linkedCoverage,
};

type Entry = { name?: unknown; resource?: unknown; [further: string]: unknown };
const entriesOf = (parts: object): Entry[] =>
	Object.entries(parts).map(([name, resource]) => ({ name, resource: resource as unknown }));
const body = (parameter: Entry[]) => ({ resourceType: 'Parameters', id: 'M-1', parameter });
/** The request that keeps every rule of every profile (payer-standards 2.5), with a change in one resource. */
const request = (part: PartName = 'Consent', change: object = {}) =>
	JSON.parse(
		JSON.stringify(body(entriesOf({ ...resources, [part]: { ...resources[part], ...change } }))),
	) as {
		parameter: Entry[];
	};
const patient = (change: object) => request('MemberPatient', change);
const inConsent = (change: object) => request('Consent', change);
const inProvision = (change: object) => inConsent({ provision: { ...provision, ...change } });
/** A consent that a representative gave, with a change in it or in the actor that the representative is. */
const represented = (change: object, actor: object = {}) =>
	inConsent({
		performer: [{ reference: '#r' }],
		contained: [{ resourceType: 'RelatedPerson', id: 'r' }],
		provision: {
			...provision,
			actor: [
				...provision.actor,
				{ role: code('v3-RoleCode', 'HPOWATT'), reference: { reference: '#r' }, ...actor },
			],
		},
		...change,
	});
const period = (start?: unknown, end?: unknown) => inProvision({ period: { start, end } });
const match = (change: object) => request('CoverageToMatch', change);
const link = (change: object) => request('CoverageToLink', change);
const also = (...more: Entry[]) => body([...request().parameter, ...more]);
const without = (...names: string[]) =>
	body(request().parameter.filter(({ name }) => !names.includes(name as string)));

const brief = (parameters: unknown, profile: RequestProfile) =>
	checkMatchRequest(parameters, profile)
		.map(({ key, level }) => `${key} ${level}`)
		.join(', ');

test.each(PROFILES)('the superset request keeps every rule of %s', (profile) => {
	expect(checkMatchRequest(request(), profile)).toEqual([]);
});

const ALL = (findings: string): [string, string, string] => [findings, findings, findings];
const IDENTIFIER = { system: 'http://example.org/x', value: '9' };
const UMB = { coding: [{ system: 'http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp', code: 'UMB' }] };
const BIRTH_SEX = {
	url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex',
	valueCode: 'F',
};

type Row = [sentence: string, parameters: unknown, findings: [oneUp: string, hrex10: string, hrex12: string]];
const ROWS: Row[] = [
	['no Parameters', { ...request(), resourceType: 'Bundle' }, ALL('B4 SHALL')],
	['a further parameter', also({ name: 'Coverage', resource: coverage }), ALL('B4 SHALL')],
	['a parameter without a name', also({ resource: coverage }), ALL('B4 SHALL')],
	['an entry that is no object', body([...request().parameter, null as unknown as Entry]), ALL('B4 SHALL')],
	[
		'memberPatient',
		body(entriesOf({ memberPatient: resources.MemberPatient, ...resources })),
		ALL('B5 SHALL'),
	],
	[
		'no MemberPatient',
		without('MemberPatient'),
		[
			'B4 SHALL, B14 SHOULD, B14 SHOULD, B14 SHOULD',
			'B4 SHALL, B14 SHALL, B14 SHALL, B14 SHALL',
			'B4 SHALL, B14 SHALL, B14 SHALL, B14 SHALL',
		],
	],
	['two MemberPatients', also({ name: 'MemberPatient', resource: resources.MemberPatient }), ALL('B4 SHALL')],
	['no CoverageToMatch', without('CoverageToMatch'), ALL('B4 SHALL')],
	['two CoverageToMatch', also({ name: 'CoverageToMatch', resource: coverage }), ALL('B4 SHALL')],
	['no Consent', without('Consent'), ['B4 SHALL', 'B4 SHALL', 'B4 SHOULD']],
	['two Consents', also({ name: 'Consent', resource: resources.Consent }), ALL('B4 SHALL')],
	['two CoverageToLinks', also({ name: 'CoverageToLink', resource: coverage }), ALL('B4 SHALL')],
	['no CoverageToLink', without('CoverageToLink'), ['', 'B15 SHALL', 'B15 SHALL']],
	['no id', { ...request(), id: undefined }, ['id SHALL', '', '']],
	['an id with a slash', { ...request(), id: 'a/b' }, ALL('id SHALL')],
	['an id that is a number', { ...request(), id: 5 }, ALL('id SHALL')],

	...Object.keys(PARTS).map(
		(part): Row => [
			`a ${part} without its type`,
			request(part as PartName, { resourceType: undefined }),
			ALL('B6 SHALL'),
		],
	),
	['a Patient as Consent', inConsent({ resourceType: 'Patient' }), ALL('B6 SHALL')],
	[
		'a Consent that is null',
		body([...without('Consent').parameter, { name: 'Consent', resource: null }]),
		ALL('B6 SHALL'),
	],
	[
		'a Patient with a blank in its id',
		patient({ id: 'M-1 ' }),
		[
			`id SHALL${', B14 SHALL, B14 SHOULD'.repeat(3)}`,
			`id SHALL${', B14 SHALL'.repeat(6)}`,
			`id SHALL${', B14 SHALL'.repeat(6)}`,
		],
	],
	['a coverage with a bad id', match({ id: 'x'.repeat(65) }), ALL('id SHALL')],
	['a linked coverage with a bad id', link({ id: '' }), ALL('id SHALL')],
	['a consent with a bad id', inConsent({ id: 'ä' }), ALL('id SHALL')],

	['no name', patient({ name: undefined }), ALL('B7 SHALL')],
	[
		'no given',
		patient({ name: [{ family: 'A' }] }),
		['B7 SHALL', 'B7 SHALL, B7 SHALL', 'B7 SHALL, B7 SHALL'],
	],
	[
		'a blank family',
		patient({ name: [{ family: ' ', given: ['B'] }] }),
		['B7 SHALL', 'B7 SHALL, B7 SHALL', 'B7 SHALL, B7 SHALL'],
	],
	[
		'a second name without given',
		patient({ name: [{ family: 'A', given: ['B'] }, { family: 'C' }] }),
		['', 'B7 SHALL', 'B7 SHALL'],
	],
	['no birth date', patient({ birthDate: undefined }), ALL('B7 SHALL')],
	['a birth date of February 30', patient({ birthDate: '1980-02-30' }), ALL('B7 SHALL')],
	['an American birth date', patient({ birthDate: '05/01/1980' }), ALL('B7 SHALL')],
	['a birth date with a time', patient({ birthDate: '1980-05-01T00:00:00Z' }), ALL('B7 SHALL')],
	['a birth year, which is a FHIR date', patient({ birthDate: '1980' }), ['B7 SHALL', '', '']],
	['a gender of one letter', patient({ gender: 'F' }), ALL('B8 SHALL')],
	['no gender', patient({ gender: undefined }), ['', 'B8 SHALL', 'B8 SHALL']],
	['birthsex for gender', patient({ gender: undefined, extension: [BIRTH_SEX] }), ['', 'B8 SHALL', '']],
	[
		'birthsex without a code',
		patient({ gender: undefined, extension: [{ url: BIRTH_SEX.url }] }),
		['', 'B8 SHALL', 'B8 SHALL'],
	],
	['no identifier', patient({ identifier: undefined }), ['', 'B8 SHALL', '']],
	['an identifier without system', patient({ identifier: [{ value: '5' }] }), ['', 'B8 SHALL', '']],
	[
		'an identifier UMB',
		patient({ identifier: [{ ...IDENTIFIER, type: UMB }] }),
		['', 'B9 SHALL', 'B9 SHALL'],
	],
	[
		'a Patient without id',
		patient({ id: undefined }),
		['B14 SHOULD, B14 SHOULD, B14 SHOULD', ...twice('B14 SHALL', 4)],
	],

	['no status of the coverage', match({ status: undefined }), ['B10 SHOULD', 'B10 SHALL', 'B10 SHALL']],
	['an unknown status', match({ status: 'ended' }), ['B10 SHOULD', 'B10 SHALL', 'B10 SHALL']],
	['no beneficiary', match({ beneficiary: undefined }), ['B10 SHOULD', 'B10 SHALL', 'B10 SHALL']],
	['no payor', match({ payor: [] }), ['B10 SHOULD', 'B10 SHALL', 'B10 SHALL']],
	[
		'two payors',
		link({ payor: [...linkedCoverage.payor, plan('2')] }),
		['B10 SHOULD', 'B10 SHALL', 'B10 SHALL'],
	],
	['no identifier of the coverage', match({ identifier: undefined }), ALL('B11 SHALL')],
	['an identifier without value', match({ identifier: [{ system: 'x' }] }), ALL('B11 SHALL')],
	['a linked coverage without identifier', link({ identifier: [] }), ['', 'B11 SHALL', 'B11 SHALL']],
	['a subscriberId alone', match({ identifier: [], subscriberId: 'S' }), ['B11 SHALL', '', '']],
	['an identifier of no type', match({ identifier: [IDENTIFIER] }), ['', '', 'B11 SHALL']],
	[
		'two identifiers',
		match({ identifier: [...coverage.identifier, IDENTIFIER] }),
		['', 'B12 SHALL', 'B12 SHOULD'],
	],
	['no relationship', match({ relationship: undefined }), ['', '', 'B13 SHALL']],
	[
		'another relationship',
		link({ relationship: code('subscriber-relationship', 'aunt') }),
		['', '', 'B13 SHALL'],
	],
	['an unknown relationship', match({ relationship: code('data-absent-reason', 'unknown') }), ALL('')],
	[
		'another beneficiary',
		match({ beneficiary: { reference: 'Patient/M-2' } }),
		['B14 SHALL, B14 SHOULD', ...twice('B14 SHALL', 2)],
	],
	[
		'another linked beneficiary',
		link({ beneficiary: { reference: 'Patient/M-2' } }),
		['B14 SHALL, B14 SHOULD', ...twice('B14 SHALL', 2)],
	],
	[
		'a beneficiary on a host',
		match({ beneficiary: { reference: 'http://example.org/Patient/M-1' } }),
		['B14 SHOULD', 'B14 SHALL', 'B14 SHALL'],
	],
	[
		'another beneficiary on a host',
		match({ beneficiary: { reference: 'http://example.org/Patient/M-2' } }),
		['B14 SHALL, B14 SHOULD', ...twice('B14 SHALL', 2)],
	],
	[
		'a class of two types',
		match({
			class: [
				{
					type: {
						coding: [...code('coverage-class', 'group').coding, ...code('coverage-class', 'plan').coding],
					},
					value: '1',
				},
			],
		}),
		['', 'class SHALL', 'class SHALL'],
	],
	[
		'a linked coverage with a contract',
		link({ contract: [{ reference: 'Contract/1' }] }),
		['', 'B16 SHOULD', 'B16 SHOULD'],
	],
	['a coverage to match with a contract', match({ contract: [{ reference: 'Contract/1' }] }), ALL('')],

	['a consent without id', inConsent({ id: undefined }), ['id SHALL', '', '']],
	['a draft consent', inConsent({ status: 'draft' }), ALL('B17 SHALL')],
	['no scope', inConsent({ scope: undefined }), ['B18 SHOULD', 'B18 SHALL', 'B18 SHALL']],
	[
		'another scope',
		inConsent({ scope: code('consentscope', 'research') }),
		['B18 SHOULD', 'B18 SHALL', 'B18 SHALL'],
	],
	[
		'no category',
		inConsent({ category: [] }),
		['B18 SHOULD', 'B18 SHALL, B18 SHOULD', 'B18 SHALL, B18 SHALL'],
	],
	[
		'category IDSCL twice',
		inConsent({ category: [code('v3-ActCode', 'IDSCL'), code('v3-ActCode', 'IDSCL')] }),
		['', 'B18 SHOULD', 'B18 SHALL'],
	],
	['a consent of no patient', inConsent({ patient: undefined }), ['', 'B14 SHALL', 'B14 SHALL']],
	[
		'a consent of another patient',
		inConsent({ patient: { reference: 'Patient/M-2' } }),
		['B14 SHALL, B14 SHOULD', ...twice('B14 SHALL', 2)],
	],
	[
		'a consent of a patient on a host',
		inConsent({ patient: { reference: 'https://example.org/fhir/Patient/M-1' } }),
		['B14 SHOULD', 'B14 SHALL', 'B14 SHALL'],
	],
	['no performer', inConsent({ performer: [] }), ['', 'B19 SHALL', 'B19 SHALL']],
	['two performers', inConsent({ performer: [plan('1'), plan('2')] }), ['', 'B19 SHALL', 'B19 SHALL']],
	['no source', inConsent({ sourceReference: undefined }), ['', 'B19 SHALL', 'B19 SHALL']],
	['an attached source', inConsent({ sourceAttachment: { data: '' } }), ['', 'B19 SHALL', 'B19 SHALL']],
	['no policy', inConsent({ policy: [] }), ALL('B20 SHALL')],
	['another policy', inConsent({ policy: [{ uri: `${POLICY}#all` }] }), ALL('B20 SHALL')],
	[
		'two policies',
		inConsent({ policy: [{ uri: `${POLICY}#regular` }, { uri: `${POLICY}#sensitive` }] }),
		ALL('B20 SHALL'),
	],
	['the policy sensitive', inConsent({ policy: [{ uri: `${POLICY}#sensitive` }] }), ALL('')],
	['a consent that denies', inProvision({ type: 'deny' }), ALL('B21 SHALL')],
	['no start', period(undefined, '2026-12-31'), ALL('B21 SHALL')],
	['no end', period('2026-01-01'), ALL('B21 SHALL')],
	['an end of words', period('2026-01-01', 'never'), ALL('B21 SHALL')],
	['a period of years, which are FHIR dateTimes', period('2026', '2026'), ['B21 SHALL', '', '']],
	['a time without seconds, which is none', period('2026-01-01T10:00', '2026-12-31'), ALL('B21 SHALL')],
	['an end before the start', period('2026-01-02', '2026-01-01'), ALL('B21 SHALL')],
	['an end on the day of the start', period('2026-01-01', '2026-01-01'), ALL('')],
	[
		'an end an hour before the start',
		period('2026-01-01T10:00:00Z', '2026-01-01T11:00:00+02:00'),
		ALL('B21 SHALL'),
	],
	['an end some hours after the start', period('2026-01-01T10:00:00Z', '2026-01-01T09:00:00-05:00'), ALL('')],
	['an end on the day of a start with a time', period('2026-01-01T10:00:00Z', '2026-01-01'), ALL('')],
	['no actor', inProvision({ actor: [] }), ['', 'B22 SHALL, B23 SHALL', 'B22 SHALL, B23 SHALL']],
	['no payer asked', inProvision({ actor: provision.actor.slice(1) }), ['', 'B22 SHALL', 'B22 SHALL']],
	[
		'a nameless payer asked',
		inProvision({ actor: [{ role: provision.actor[0].role }, provision.actor[1]] }),
		['', 'B22 SHALL', 'B22 SHALL'],
	],
	['no recipient', inProvision({ actor: provision.actor.slice(0, 1) }), ['', 'B23 SHALL', 'B23 SHALL']],
	['no action', inProvision({ action: undefined }), ['', 'B24 SHALL', 'B24 SHALL']],
	[
		'a second action',
		inProvision({ action: [code('consentaction', 'disclose'), code('consentaction', 'use')] }),
		['', 'B24 SHALL', 'B24 SHALL'],
	],
	...['securityLabel', 'purpose', 'class', 'code', 'dataPeriod', 'data', 'provision'].map(
		(element): Row => [
			`a provision with ${element}`,
			inProvision({ [element]: [{}] }),
			['', 'B25 SHALL', 'B25 SHALL'],
		],
	),
	['another payer asked', match({ payor: [plan('1')] }), ['', 'B22 SHALL', 'B22 SHALL']],
	['another plan that asks', link({ payor: [plan('1')] }), ['', 'B23 SHALL', 'B23 SHALL']],
	['a payer asked without a number', match({ payor: [{ display: 'Bison' }] }), ALL('')],
	[
		'a plan that asks without a number among the actors',
		inProvision({
			actor: [provision.actor[0], { ...provision.actor[1], reference: { display: 'Prairie' } }],
		}),
		ALL(''),
	],
	[
		'a representative who is not there',
		represented({ contained: [] }),
		['', ...twice('B19 SHALL, B26 SHOULD', 1)],
	],
	[
		'a representative elsewhere',
		represented({ performer: [{ reference: 'RelatedPerson/r' }] }),
		['', 'B26 SHOULD', 'B26 SHOULD'],
	],
	['a representative without a role', represented({ provision }), ['', 'B26 SHOULD', 'B26 SHOULD']],
	[
		'a role of another person',
		represented({}, { reference: { reference: '#other' } }),
		['', 'B26 SHOULD', 'B26 SHOULD'],
	],
	[
		'a role that lets nobody consent',
		represented({}, { role: code('v3-RoleCode', 'DAU') }),
		['', 'B26 SHOULD', 'B26 SHOULD'],
	],
	[
		'an organization as representative',
		represented({ contained: [{ resourceType: 'Organization', id: 'r' }] }),
		['', 'B26 SHOULD', 'B26 SHOULD'],
	],
	['a representative with a role', represented({}), ALL('')],
	['a guardian', represented({}, { role: code('v3-RoleClass', 'GUARD') }), ALL('')],
	[
		'a contained Patient with a role',
		represented({ contained: [{ resourceType: 'Patient', id: 'r' }] }),
		ALL(''),
	],
	[
		'two representatives',
		represented({ performer: [{ reference: '#r' }, { reference: '#r' }] }),
		['', 'B19 SHALL', 'B19 SHALL'],
	],
	[
		'nothing',
		undefined,
		[
			'B4 SHALL, B4 SHALL, B4 SHALL, B4 SHALL, id SHALL',
			'B4 SHALL, B4 SHALL, B4 SHALL, B4 SHALL, B15 SHALL',
			'B4 SHALL, B4 SHALL, B4 SHALL, B4 SHOULD, B15 SHALL',
		],
	],
];

/** A list of so many equal findings, for each of the two HRex profiles. */
function twice(finding: string, times: number): [string, string] {
	const all = Array<string>(times).fill(finding).join(', ');
	return [all, all];
}

test.each(ROWS)('%s', (_, parameters, expected) => {
	expect(PROFILES.map((profile) => brief(parameters, profile))).toEqual(expected);
});

it('has a row here for every row of the table and every profile that it asks', () => {
	const seen = new Set(
		PROFILES.flatMap((profile) =>
			ROWS.flatMap(([, parameters]) => checkMatchRequest(parameters, profile)).map(
				({ level, says }) => `${profile} ${level} ${says}`,
			),
		),
	);
	const rules = [
		...REQUEST_RULES.map((rule) => ({ rule, label: 'The match request' })),
		...Object.entries(PART_RULES).flatMap(([part, all]) =>
			all.map((rule) => ({ rule, label: `'${PARTS[part as PartName].label}'` })),
		),
	];
	expect(rules.length).toBeGreaterThan(60);
	for (const { rule, label } of rules) {
		for (const [profile, level] of Object.entries(rule.asks)) {
			// Both coverages share their rules; those of the linked one alone have rows of their own.
			if (label === "'Coverage to Link'" && PART_RULES.CoverageToMatch.includes(rule)) continue;
			expect(seen).toContain(`${profile} ${level} ${label}${rule.says}`);
		}
	}
});

it('says which field is meant, and no value', () => {
	const marker = 'Zzyzx';
	const bad = body([
		...entriesOf({
			MemberPatient: {
				resourceType: 'Patient',
				id: `${marker}/`,
				name: marker,
				birthDate: marker,
				gender: marker,
			},
			CoverageToMatch: {
				resourceType: 'Coverage',
				status: marker,
				beneficiary: { reference: `Patient/${marker}` },
			},
			Consent: {
				resourceType: 'Consent',
				id: `${marker}?`,
				status: marker,
				provision: { type: marker, period: { start: marker } },
			},
			CoverageToLink: { resourceType: marker, [marker]: marker },
		}),
		{ name: marker, [marker]: marker },
	]);
	for (const profile of PROFILES) {
		const findings = checkMatchRequest(bad, profile);
		expect(findings.length).toBeGreaterThan(10);
		expect(JSON.stringify(findings)).not.toContain(marker);
		for (const { says } of findings)
			expect(says).toMatch(
				/^(?:The match request|'(?:Patient|Coverage to Match|Consent|Coverage to Link)')(?: |: )\S/,
			);
	}
});

describe('what keeps a request from being sent', () => {
	it('is nothing for the sample of the contract, once it has its types', () => {
		const { Consent } = resources;
		const sample = matchParameters('M-1', {
			patient: {
				resourceType: 'Patient',
				name: [{ given: ['Ana'], family: 'Li' }],
				birthDate: '1980-05-01',
			} as fhir4.Patient,
			coverageToMatch: { resourceType: 'Coverage', identifier: [{ value: '1' }] } as fhir4.Coverage,
			consent: {
				resourceType: 'Consent',
				id: 'c',
				status: 'active',
				policy: Consent.policy,
				provision: { type: 'permit', period: provision.period },
			} as fhir4.Consent,
		});
		expect(resourceFindings(sample, '1up')).toEqual([]);
	});

	it('is nothing for what the node builds of the fields', () => {
		const built = matchParameters(
			'M-1',
			matchResources({
				tenant: 'bison',
				memberId: 'M-1',
				givenNames: ['José'],
				familyName: "O'Connor",
				birthDate: '1980-05-01',
				coverageToMatch: { coverageId: 'CV-77' },
				coverageToLink: { payerName: 'New Plan' },
				consent: { id: 'c', start: '2026-01-01', end: '2026-12-31', policy: 'sensitive' },
			}),
		);
		expect(resourceFindings(built, '1up')).toEqual([]);
	});

	it('is what SHALL be, with the parameter of the node, and never what SHOULD', () => {
		expect(resourceFindings(inConsent({ status: 'draft', scope: undefined }), '1up')).toEqual([
			{ parameter: 'consent', says: `'Consent': status must be active` },
		]);
		expect(resourceFindings(without('Consent', 'CoverageToLink'), '1up')).toEqual([
			{ says: 'The match request must hold a Consent' },
		]);
	});
});
