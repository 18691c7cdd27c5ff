import fc from 'fast-check';
import { DateTime } from 'luxon';
import { findingsError, type Finding } from '../../../nodes/shared/n8n/findings';
import { MEMBER_FIELDS, readMember } from '../../../nodes/MemberMatch/input/memberFields';
import { readResources } from '../../../nodes/MemberMatch/input/memberResources';
import { matchParameters, matchResources } from '../../../nodes/MemberMatch/request/matchRequest';
import { resourceFindings } from '../../../nodes/MemberMatch/rules/requestCheck';
import { expectNoMarker, fuzz, MARKER, nearly, RUNS, text } from './fuzz';

const TODAY = '2026-03-15';

const date = fc.oneof(
	fc.date({ noInvalidDate: true }).map((each) => each.toISOString().slice(0, 10)),
	fc
		.date({ min: new Date('1900-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
		.map((each) => each.toISOString()),
	fc.constantFrom(
		'1980-05-01',
		'2026-01-01',
		'2026-12-31',
		'1980-02-30',
		'05/01/1980',
		'2026-01-01T24:00:00',
	),
);
const good = fc.constantFrom<unknown>(
	'M-1001',
	"O'Connor",
	'José',
	'1980-05-01',
	'2026-12-31',
	'female',
	'self',
	'regular',
	1001,
	['Ana', 'María'],
);
const value: fc.Arbitrary<unknown> = fc.oneof(
	{ weight: 6, arbitrary: good },
	{ weight: 2, arbitrary: text },
	{ weight: 2, arbitrary: date },
	fc.constantFrom<unknown>(undefined, null, '', '  ', true, [], {}, [null], `${MARKER}/1`, [MARKER, 7]),
	fc.oneof(fc.integer(), fc.double(), fc.bigInt()),
	fc.date(),
	fc.date().map((each) => DateTime.fromJSDate(each)),
	fc.constantFrom<unknown>({ toISO: () => 7 }, { toISO: () => undefined }, { toISO: 'x' }),
	fc.array(text, { maxLength: 3 }),
	fc.jsonValue({ maxDepth: 1 }),
);

/** A roster row that would do, with a few fields changed. */
const ROW: Record<string, unknown> = {
	memberId: 'M-1001',
	givenName: 'José',
	familyName: "O'Connor",
	birthDate: '1980-05-01',
	gender: 'female',
	coverageId: 'CV-77',
	consentId: 'c-1',
	consentStart: '2026-01-01',
	consentEnd: '2026-12-31',
};
const PERSON = [
	'memberIdentifier',
	'memberIdentifierSystem',
	'addressLine',
	'city',
	'state',
	'postalCode',
	'phone',
	'email',
];
const COVERAGE = [
	'coverageIdSystem',
	'subscriberId',
	'payerName',
	'payerNpi',
	'groupNumber',
	'planId',
	'periodStart',
	'periodEnd',
	'relationship',
];
const changes = fc.oneof(
	{
		weight: 3,
		arbitrary: fc.dictionary(fc.constantFrom(...Object.keys(MEMBER_FIELDS)), value, { maxKeys: 3 }),
	},
	{
		weight: 1,
		arbitrary: fc.record(Object.fromEntries(Object.keys(MEMBER_FIELDS).map((name) => [name, value]))),
	},
);
const some = (names: string[]) => fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 });

const seen = { sent: 0, refused: 0, resourcesSent: 0, resourcesRefused: 0 };

function expectFieldsNamed(findings: readonly Finding[]): void {
	for (const { says } of findings)
		expect(says).toMatch(/^(?:'[A-Z][^']+'.* \S|the item has no column for '[A-Z])/s);
	expectNoMarker(JSON.stringify(findingsError('The match request', findings)));
	expectNoMarker(findingsError('The match request', findings).message);
}

fuzz(
	'any fields of a member build a request that the checker takes, or findings that name a field',
	fc.record({
		changes,
		policy: fc.oneof(fc.constantFrom('regular', 'sensitive'), value),
		additional: fc.oneof(fc.constant({}), some([...PERSON, ...COVERAGE])),
		coverageToLink: fc.oneof(fc.constant(undefined), some(['coverageId', ...COVERAGE])),
	}),
	({ changes: changed, policy, additional, coverageToLink }) => {
		const values = { ...ROW, ...changed };
		const reading = readMember(
			{ tenant: 'bison', values, policy, additional, coverageToLink },
			{
				format: 'automatic',
				columns: new Map(),
				daysBefore: new Set(),
				today: TODAY,
				timeZone: 'America/New_York',
			},
			(column) => ({ column, columns: [] }),
		);
		if ('findings' in reading) {
			seen.refused += 1;
			return expectFieldsNamed(reading.findings);
		}
		const member = reading.value;
		seen.sent += 1;
		const sent = JSON.stringify(matchParameters(member.memberId, matchResources(member)));
		expect(resourceFindings(JSON.parse(sent), '1up')).toEqual([]);
	},
);

const POLICY = 'http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html#regular';
const patient = {
	resourceType: 'Patient',
	id: 'M-1',
	name: [{ family: 'A', given: ['B'] }],
	birthDate: '1980-05-01',
};
const coverage = { identifier: [{ value: '1' }], beneficiary: { reference: 'Patient/M-1' } };
const consent = {
	resourceType: 'Consent',
	id: 'c',
	status: 'active',
	policy: [{ uri: POLICY }],
	provision: { type: 'permit', period: { start: '2026-01-01', end: '2026-12-31' } },
};
const asText = <T>(of: fc.Arbitrary<T>) =>
	fc.oneof(
		{ weight: 12, arbitrary: of },
		{ weight: 4, arbitrary: of.map((each) => JSON.stringify(each)) },
		{ weight: 1, arbitrary: text },
	);

fuzz(
	'any resources of earlier nodes are sent where the checker takes them, or give findings that name a field',
	fc.record({
		memberId: fc.oneof(fc.constant<unknown>('M-1'), value),
		patient: asText(nearly([patient], 1)),
		coverageToMatch: asText(nearly([coverage], 1)),
		consent: asText(nearly([consent], 1)),
		coverageToLink: fc.oneof(fc.constant(undefined), asText(nearly([coverage], 1))),
	}),
	(input) => {
		const reading = readResources(input, TODAY, { profile: '1up', withRequestId: true });
		if ('findings' in reading) {
			seen.resourcesRefused += 1;
			return expectFieldsNamed(reading.findings);
		}
		const { memberId, resources, consent: facts } = reading.value;
		seen.resourcesSent += 1;
		const sent = JSON.stringify(matchParameters(memberId, resources));
		expect(resourceFindings(JSON.parse(sent), '1up')).toEqual([]);
		for (const each of Object.values(facts)) expect(typeof each).toBe('string');
		expect(facts.start <= facts.end).toBe(true);
	},
);

test('the cases above hold enough of each kind to mean something', () => {
	for (const count of Object.values(seen)) expect(count).toBeGreaterThan(RUNS / 50);
});
