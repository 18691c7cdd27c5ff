import { readResources, type ResourceInput } from '../../../../nodes/MemberMatch/input/memberResources';
import { matchParameters } from '../../../../nodes/MemberMatch/request/matchRequest';
import { describeExamples, example } from '../../../support/examples';
import { findingsOf, valueOf } from '../../../support/helpers';

const TODAY = '2026-03-15';
const POLICY = 'http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html';

/** The sample of the contract, step 4: no resourceType on Patient and Coverage. */
const patient = { name: [{ given: ['José'], family: "O'Connor" }], birthDate: '1980-05-01' };
const coverageToMatch = { identifier: [{ value: 'CV-77' }] };
const consent = {
	resourceType: 'Consent',
	id: 'consent-9',
	status: 'active',
	policy: [{ uri: `${POLICY}#regular` }],
	provision: { type: 'permit', period: { start: '2026-01-01', end: '2026-12-31' } },
};

const sample: ResourceInput = {
	memberId: 'M-1001',
	patient,
	coverageToMatch,
	consent,
	coverageToLink: undefined,
};

const ONE_UP = { profile: '1up', withRequestId: true } as const;
const read = (change: Partial<ResourceInput> = {}) => readResources({ ...sample, ...change }, TODAY, ONE_UP);
const says = (change: Partial<ResourceInput>) => findingsOf(read(change)).map((finding) => finding.says);
const provision = (change: object) => ({
	consent: { ...consent, provision: { ...consent.provision, ...change } },
});
const inPatient = (change: object) => ({ patient: { ...patient, ...change } });
const inConsent = (change: object) => ({ consent: { ...consent, ...change } });

it("takes the contract's own sample and adds the missing types", () => {
	expect(valueOf(read())).toEqual({
		memberId: 'M-1001',
		consent: { id: 'consent-9', start: '2026-01-01', end: '2026-12-31', policy: 'regular' },
		resources: {
			patient: { resourceType: 'Patient', ...patient },
			coverageToMatch: { resourceType: 'Coverage', ...coverageToMatch },
			consent,
			coverageToLink: undefined,
		},
	});
});

it('asks a Consent for an id only at 1up, and everywhere for a valid one', () => {
	const idFindings = (id: unknown, asked: Parameters<typeof readResources>[2]) =>
		findingsOf(readResources({ ...sample, ...inConsent({ id }) }, TODAY, asked))
			.map(({ says: sentence }) => sentence)
			.filter((sentence) => sentence.startsWith("'Consent': id "));
	const HREX = { profile: 'hrex-1.2', withRequestId: false } as const;
	for (const [id, atOneUp, atHrex] of [
		['consent-9', 0, 0],
		[undefined, 1, 0],
		['a/b', 1, 1],
		[{}, 1, 1],
	] as const) {
		expect([id, idFindings(id, ONE_UP).length, idFindings(id, HREX).length]).toEqual([id, atOneUp, atHrex]);
	}
});

it('takes each resource as JSON text too', () => {
	const texts = Object.fromEntries(
		Object.entries({ patient, coverageToMatch, consent, coverageToLink: coverageToMatch }).map(
			([name, resource]) => [name, JSON.stringify(resource)],
		),
	);
	expect(read(texts)).toEqual(read({ coverageToLink: coverageToMatch }));
});

it('sends CoverageToLink only where it was given', () => {
	const names = (coverageToLink: unknown) =>
		matchParameters('M-1001', valueOf(read({ coverageToLink })).resources).parameter.map(({ name }) => name);
	for (const none of [undefined, null, ''])
		expect(names(none)).toEqual(['MemberPatient', 'CoverageToMatch', 'Consent']);
	expect(names(coverageToMatch)).toContain('CoverageToLink');
});

it('names the type even where an earlier node left the key undefined', () => {
	const { resources } = valueOf(read(inPatient({ resourceType: undefined })));
	expect(resources.patient.resourceType).toBe('Patient');
});

test.each<[string, unknown, unknown, string]>([
	['the field', 'M-1001', undefined, 'M-1001'],
	['the field before the Patient', 'M-1001', 'P-1', 'M-1001'],
	['a number', 1001, undefined, '1001'],
	['the Patient where the field is missing', undefined, 'P-1', 'P-1'],
	['the Patient where the field is empty', '', 'P-1', 'P-1'],
	['the Patient where the field is blank', '  ', 'P-1', 'P-1'],
])('the member id comes from %s', (_, memberId, id, expected) => {
	expect(valueOf(read({ memberId, ...inPatient({ id }) })).memberId).toBe(expected);
});

type Row = [sentence: string, change: Partial<ResourceInput>, findings: RegExp[]];

test.each<Row>([
	['no Patient', { patient: undefined }, [/^'Patient' must be a FHIR Patient as JSON$/]],
	['text that is no JSON', { patient: '{name' }, [/^'Patient' must be a FHIR Patient as JSON$/]],
	['a list of Patients', { patient: [patient] }, [/^'Patient' must be a FHIR Patient/]],
	['another resource', inPatient({ resourceType: 'Person' }), [/its resourceType is another$/]],
	['no name', inPatient({ name: undefined }), [/^'Patient' needs a name with family and given$/]],
	['no given name', inPatient({ name: [{ family: 'X' }] }), [/^'Patient' needs a name/]],
	['no family name', inPatient({ name: [{ given: ['X'] }] }), [/^'Patient' needs a name/]],
	[
		'family and given in two names',
		inPatient({ name: [{ family: 'X' }, { given: ['Y'] }] }),
		[/^'Patient' needs a name/],
	],
	['blank names', inPatient({ name: [{ family: ' ', given: [''] }] }), [/^'Patient' needs a name/]],
	['a given name as a text', inPatient({ name: [{ family: 'X', given: 'Y' }] }), [/^'Patient' needs a name/]],
	['no birth date', inPatient({ birthDate: undefined }), [/^'Patient': birthDate must be given$/]],
	[
		'an impossible birth date',
		inPatient({ birthDate: '1980-02-30' }),
		[/^'Patient': birthDate must be a date/],
	],
	[
		'a birth date of tomorrow',
		inPatient({ birthDate: '2026-03-16' }),
		[/^'Patient': birthDate lies in the future$/],
	],
	[
		'a birth date with a time, which FHIR does not know',
		inPatient({ birthDate: '1980-05-01T00:00:00Z' }),
		[/^'Patient': birthDate must be/],
	],
	['no coverage', { coverageToMatch: null }, [/^'Coverage to Match' must be a FHIR Coverage as JSON$/]],
	[
		'a coverage without identifier',
		{ coverageToMatch: {} },
		[/^'Coverage to Match' needs an identifier with a value$/],
	],
	[
		'a coverage with an empty identifier',
		{ coverageToMatch: { identifier: [{ system: 's' }] } },
		[/^'Coverage to Match' needs/],
	],
	['no consent', { consent: undefined }, [/^'Consent' must be a FHIR Consent as JSON$/]],
	['a consent without id', inConsent({ id: undefined }), [/^'Consent': id must be given$/]],
	['a consent with a bad id', inConsent({ id: 'a/b' }), [/^'Consent': id must be written with letters/]],
	['a draft consent', inConsent({ status: 'draft' }), [/^'Consent': status must be active$/]],
	['a consent without policy', inConsent({ policy: [] }), [/^'Consent' needs exactly one policy/]],
	[
		'a consent with another policy',
		inConsent({ policy: [{ uri: 'urn:x' }] }),
		[/^'Consent' needs exactly one policy/],
	],
	[
		'a consent with two policies',
		inConsent({ policy: [{ uri: `${POLICY}#regular` }, { uri: `${POLICY}#sensitive` }] }),
		[/^'Consent' needs exactly one policy/],
	],
	[
		'a policy that is a word and no address',
		inConsent({ policy: [{ uri: 'regular' }] }),
		[/^'Consent' needs exactly one policy/],
	],
	['a consent that denies', provision({ type: 'deny' }), [/^'Consent': provision.type must be permit$/]],
	[
		'a consent without period',
		provision({ period: undefined }),
		[/^'Consent': provision.period needs a start and an end/],
	],
	[
		'a consent without end',
		provision({ period: { start: '2026-01-01' } }),
		[/^'Consent': provision.period needs/],
	],
	[
		'a consent that ends before it starts',
		provision({ period: { start: '2026-02-02', end: '2026-02-01' } }),
		[/^'Consent': provision.period ends before it starts$/],
	],
	[
		'a consent period with times',
		provision({ period: { start: '2026-01-01T00:00:00-05:00', end: '2026-12-31T23:59:59-05:00' } }),
		[],
	],
	[
		'a coverage to link of another type',
		{ coverageToLink: { resourceType: 'Patient' } },
		[/^'Coverage to Link' must be a FHIR Coverage; its/],
	],
	['a bad member id', { memberId: 'a/b' }, [/^'Member ID' must be written with letters/]],
	[
		'no member id anywhere',
		{ memberId: undefined },
		[/^'Member ID' must be given, here or as the id of the Patient$/],
	],
])('%s', (_, change, expected) => {
	expect(says(change)).toEqual(expected.map((text): unknown => expect.stringMatching(text)));
});

it('says everything at once, and repeats no value', () => {
	const secret = 'Zzyzx_99';
	const reading = readResources(
		{
			memberId: secret,
			patient: { name: secret, birthDate: secret },
			coverageToMatch: { identifier: secret },
			consent: {
				id: secret,
				status: secret,
				policy: [{ uri: secret }],
				provision: { type: secret, period: {} },
			},
			coverageToLink: { resourceType: secret },
		},
		TODAY,
		ONE_UP,
	);
	const findings = findingsOf(reading);
	expect(findings).toHaveLength(10);
	expect(JSON.stringify(findings)).not.toContain('Zzyzx');
});

describeExamples('member match requests of HRex', () => {
	const partsOf = (file: string): ResourceInput => {
		const { parameter } = example<{ parameter: Array<{ name: string; resource: object }> }>(file);
		const part = (name: string) => parameter.find((each) => each.name === name)?.resource;
		return {
			memberId: undefined,
			patient: part('MemberPatient'),
			coverageToMatch: part('CoverageToMatch'),
			consent: part('Consent'),
			coverageToLink: part('CoverageToLink'),
		};
	};
	const files = ['Parameters-member-match-in.json', 'Parameters-member-match-in-provider.json'];

	test.each(files)('%s is refused for one reason: its Consent has no id, which 1up requires', (file) => {
		const reading = readResources(partsOf(`hrex-1.0.0/${file}`), TODAY, ONE_UP);
		expect(findingsOf(reading)).toEqual([{ parameter: 'consent', says: "'Consent': id must be given" }]);
	});

	test.each(files)('%s is taken and sent as it is once its Consent has an id', (file) => {
		const parts = partsOf(`hrex-1.0.0/${file}`);
		const withId = { ...parts, consent: { ...(parts.consent as object), id: 'someconsent' } };
		const { memberId, resources, consent: facts } = valueOf(readResources(withId, TODAY, ONE_UP));
		expect({ memberId, facts }).toEqual({
			memberId: '1',
			facts: { id: 'someconsent', start: '2022-01-01', end: '2022-01-31', policy: 'regular' },
		});
		expect(resources).toEqual({
			patient: withId.patient,
			coverageToMatch: withId.coverageToMatch,
			consent: withId.consent,
			coverageToLink: withId.coverageToLink,
		});
	});
});
