import type { MemberFields } from '../../nodes/shared/memberMatch/memberFields';
import { readFoundPatient, readMatchedMember } from '../../nodes/shared/memberMatch/matchedMember';
import { matchParameters, matchResources } from '../../nodes/shared/memberMatch/request';
import { reasonsNotToSend } from '../../nodes/shared/memberMatch/requestCheck';
import { checkMatchBody } from '../../sandbox/standard/matchRules';
import { Violations } from '../../sandbox/standard/violations';

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
const requestOf = (member: MemberFields) =>
	JSON.parse(
		JSON.stringify(matchParameters(undefined, matchResources(member, PARTNERS))),
	) as fhir4.Parameters;
const linesOf = (body: unknown) => {
	const seen = new Violations();
	checkMatchBody(body, seen);
	return seen.all().map(({ line }) => line);
};
const part = (body: fhir4.Parameters, name: string) =>
	body.parameter?.find((each) => each.name === name)?.resource as unknown as Json;

test.each(members)(
	'the full request of %s keeps HRex 1.0 and 1.2, by our checker and by another',
	(_, member) => {
		const body = requestOf(member);
		expect(reasonsNotToSend(body, 'hrex-1.0')).toEqual([]);
		expect(reasonsNotToSend(body, 'hrex-1.2')).toEqual([]);
		expect(linesOf(body)).toEqual([]);
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
	['B24', 'no action', (body) => void delete (part(body, 'Consent').provision as Json).action],
	['B25', 'a purpose', (body) => void ((part(body, 'Consent').provision as Json).purpose = [])],
])('%s: %s is seen', (line, _, change, ...[oursToo]) => {
	const body = requestOf(minimal);
	change(body);
	expect(linesOf(body)).toContain(line);
	if (oursToo !== false) expect(reasonsNotToSend(body, 'hrex-1.2')).not.toEqual([]);
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

	const bundle = (...ids: string[]) => ({
		resourceType: 'Bundle',
		entry: ids.map((id) => ({ resource: { resourceType: 'Patient', id } })),
	});
	test.each<[sentence: string, body: unknown, expected: string | undefined]>([
		['one patient', bundle('p1'), 'p1'],
		['the same patient twice', bundle('p1', 'p1'), 'p1'],
		['two patients', bundle('p1', 'p2'), undefined],
		['nobody', bundle(), undefined],
		[
			'a complaint beside the patient',
			{
				resourceType: 'Bundle',
				entry: [
					{ resource: { resourceType: 'OperationOutcome' } },
					{ resource: { resourceType: 'Patient', id: 'p1' } },
				],
			},
			'p1',
		],
		['another answer', { resourceType: 'OperationOutcome' }, undefined],
	])('of a search: %s', (_, body, expected) => {
		expect(readFoundPatient(body)).toBe(expected);
	});
});
