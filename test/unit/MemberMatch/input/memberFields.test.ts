import {
	MEMBER_FIELDS,
	readMember,
	type MemberInput,
} from '../../../../nodes/MemberMatch/input/memberFields';
import type { RosterReading } from '../../../../nodes/MemberMatch/input/rosterReading';
import { readPolicy } from '../../../../nodes/MemberMatch/request/consent';
import { findingsOf } from '../../../support/helpers';

const TODAY = '2026-03-15';

const READING: RosterReading = {
	format: 'automatic',
	columns: new Map(),
	daysBefore: new Set(),
	today: TODAY,
	timeZone: 'America/New_York',
};

const values = {
	memberId: 'M-1001',
	givenName: 'José',
	familyName: "O'Connor",
	birthDate: '1980-05-01',
	gender: 'male',
	coverageId: 'CV-77',
	consentId: 'consent-9',
	consentStart: '2026-01-01',
	consentEnd: '2026-12-31',
};

function read(change: Partial<MemberInput>, reading: Partial<RosterReading> = {}) {
	const input: MemberInput = { tenant: 'bison', values, policy: 'regular', additional: {}, ...change };
	return readMember(input, { ...READING, ...reading }, (parameter) => ({ column: parameter, columns: [] }));
}

const says = (change: Partial<MemberInput>) => findingsOf(read(change)).map((finding) => finding.says);
const withValues = (change: object) => ({ values: { ...values, ...change } });

it('reads a member from a roster row', () => {
	expect(read({})).toEqual({
		value: {
			tenant: 'bison',
			memberId: 'M-1001',
			givenNames: ['José'],
			familyName: "O'Connor",
			birthDate: '1980-05-01',
			gender: 'male',
			coverageToMatch: { coverageId: 'CV-77' },
			coverageToLink: undefined,
			consent: { id: 'consent-9', start: '2026-01-01', end: '2026-12-31', policy: 'regular' },
		},
	});
});

describe('a required field that is missing', () => {
	const required = Object.entries(MEMBER_FIELDS).filter(([, field]) => field.required);

	it('is one of eight', () => {
		expect(required.map(([name]) => name).sort()).toEqual(
			Object.keys(values)
				.filter((name) => name !== 'gender')
				.sort(),
		);
	});

	test.each(required.flatMap(([name, { label }]) => ['', ' ', null, undefined].map((v) => [name, v, label])))(
		'%s = %p is the one finding, and names the column',
		(name, missing, label) => {
			const findings = findingsOf(read(withValues({ [name as string]: missing })));
			expect(findings).toMatchObject([
				{ parameter: name, says: `the item has no column for '${label}'`, columnSource: { column: name } },
			]);
		},
	);

	it('is found together with all others', () => {
		expect(findingsOf(read({ values: {} })).map((finding) => finding.parameter)).toEqual(
			required.map(([name]) => name),
		);
	});
});

type Row = [sentence: string, change: Partial<MemberInput>, findings: RegExp[]];

describe('of what was entered', () => {
	test.each<Row>([
		['a birth date of today is fine', withValues({ birthDate: TODAY }), []],
		[
			'a birth date of tomorrow is refused',
			withValues({ birthDate: '2026-03-16' }),
			[/^'Birth Date' lies in the future$/],
		],
		[
			'a birth date whose day and month could be exchanged is refused',
			withValues({ birthDate: '05/01/1980' }),
			[/^'Birth Date' must be .*YYYY-MM-DD/],
		],
		[
			'an impossible birth date is refused',
			withValues({ birthDate: '1980-02-30' }),
			[/^'Birth Date' must be/],
		],
		['a consent of one day is fine', withValues({ consentStart: TODAY, consentEnd: TODAY }), []],
		[
			'a consent in the past is fine here',
			withValues({ consentStart: '2020-01-01', consentEnd: '2020-02-01' }),
			[],
		],
		[
			'a consent that ends before it starts is refused',
			withValues({ consentStart: '2026-02-02', consentEnd: '2026-02-01' }),
			[/^'Consent End' lies before 'Consent Start'$/],
		],
		[
			'a member id with a slash is refused',
			withValues({ memberId: 'a/b' }),
			[/^'Member ID' must be written with letters/],
		],
		[
			'a consent id with a space is refused',
			withValues({ consentId: 'a b' }),
			[/^'Consent ID' must be written with letters/],
		],
		['a member id as a number is fine', withValues({ memberId: 1001 }), []],
		['a coverage id may hold any characters', withValues({ coverageId: 'A/7 #é_1' }), []],
		['a gender in capitals is fine', withValues({ gender: 'Female' }), []],
		['no gender is fine', withValues({ gender: undefined }), []],
		[
			'a gender of an unknown code is refused',
			withValues({ gender: 'X' }),
			[/^'Gender' must be one of: male, female/],
		],
		['the policy sensitive is fine', { policy: 'Sensitive' }, []],
		['no policy is refused', { policy: undefined }, [/^'Consent Policy' must be regular or sensitive/]],
		['another policy is refused', { policy: 'everything' }, [/^'Consent Policy' must be/]],
		['a policy as a number is refused', { policy: 1 }, [/^'Consent Policy' must be/]],
		['a relationship in capitals is fine', { additional: { relationship: 'SELF' } }, []],
		[
			'another relationship is refused',
			{ additional: { relationship: 'nephew' } },
			[/^'Relationship to Subscriber' must be one of: child/],
		],
		[
			'a coverage that ends before it starts is refused',
			{ additional: { periodStart: '2026-02-02', periodEnd: '2026-02-01' } },
			[/^'Coverage End' lies before the coverage starts$/],
		],
		['a coverage without an end is fine', { additional: { periodStart: '2026-02-02' } }, []],
		[
			'a bad coverage period is refused',
			{ additional: { periodStart: 'soon' } },
			[/^'Coverage Start' must be a date/],
		],
		['an NPI as a number is fine', { additional: { payerNpi: 1234567893 } }, []],
		['an empty coverage to link is none', { coverageToLink: { coverageId: '', payerName: ' ' } }, []],
		[
			'a coverage to link with a payer name is fine',
			{ coverageToLink: { coverageId: 'N-1', payerName: 'New Plan' } },
			[],
		],
		[
			'a coverage to link with a payer NPI is fine',
			{ coverageToLink: { coverageId: 'N-1', payerNpi: '1234567893' } },
			[],
		],
		[
			'a coverage to link without a payer is refused',
			{ coverageToLink: { coverageId: 'N-1' } },
			[/^'Coverage to Link: Payer Name' is empty/],
		],
		[
			'a coverage to link without a payer is fine where the plan that asks is named elsewhere',
			{ coverageToLink: { coverageId: 'N-1' }, requestingPlanIsNamed: true },
			[],
		],
		[
			'a coverage to link that ends before it starts is refused',
			{ coverageToLink: { payerName: 'New Plan', periodStart: '2026-02-02', periodEnd: '2026-02-01' } },
			[/^'Coverage to Link: Coverage End' lies before/],
		],
		[
			'a bad relationship to link says which coverage is meant',
			{ coverageToLink: { payerName: 'New Plan', relationship: 'nephew' } },
			[/^'Coverage to Link: Relationship to Subscriber' must be/],
		],
	])('%s', (_, change, expected) => {
		expect(says(change)).toEqual(expected.map((text): unknown => expect.stringMatching(text)));
	});

	it('everything wrong is said at once, and no value is repeated', () => {
		const secret = 'Zzyzx_99';
		const fields = Object.fromEntries(Object.keys(values).map((name) => [name, `${secret}\n1`]));
		const coverage = { coverageId: [secret], periodStart: secret, periodEnd: secret, relationship: secret };
		const reading = read({
			values: fields,
			policy: secret,
			additional: { ...coverage, memberIdentifier: [secret], city: { secret }, email: `${secret}\t` + '1' },
			coverageToLink: { ...coverage, subscriberId: { secret } },
		});
		const findings = findingsOf(reading);
		expect(findings).toHaveLength(9 + 1 + 6 + 5);
		expect(JSON.stringify(findings)).not.toContain('Zzyzx');
	});
});

test.each([
	['regular', 'regular'],
	[' Sensitive ', 'sensitive'],
	['http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html#regular', 'regular'],
	['http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html#sensitive', 'sensitive'],
	['http://example.org/StructureDefinition-hrex-consent.html#regular', undefined],
	['regular, sensitive', undefined],
	['', undefined],
	[true, undefined],
])('the policy %p reads as %p', (text, expected) => {
	expect(readPolicy(text)).toBe(expected);
});

test.each([
	['birthDate', /^'Birth Date' must be a date as the roster has it; n8n's node Date & Time/],
	['consentStart', /^'Consent Start' must be a date as the roster has it/],
	['additionalFields.periodStart', /^'Coverage Start' must be a date as the roster has it/],
])('F3 a day of %s that may be the day before is refused', (path, expected) => {
	const additional = { periodStart: '2026-01-01' };
	const [finding, ...others] = findingsOf(read({ additional }, { daysBefore: new Set([path]) }));
	expect(finding.says).toMatch(expected);
	expect(finding.whatToDo).toMatch(/^Remove that node/);
	expect(others).toEqual([]);
});
