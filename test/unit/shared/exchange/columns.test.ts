import {
	ADDITIONAL_COLUMNS,
	LINK_COLUMNS,
	MEMBER_COLUMNS,
	type ColumnField,
} from '../../../../nodes/shared/exchange/columnFields';
import { columnKey } from '../../../../nodes/shared/exchange/columnKey';
import { columnsOf, findColumn, memberColumnsOf } from '../../../../nodes/shared/exchange/columns';
import { ColumnProblem } from '../../../../nodes/shared/exchange/columnProblems';
import { isColumnName } from '../../../../nodes/shared/n8n/columnNames';

const { tenant, memberId, givenName, familyName, birthDate, gender, coverageId, consentEnd, consentPolicy } =
	MEMBER_COLUMNS;

function found(json: object, field: ColumnField, ignored: string[] = []): unknown {
	const column = findColumn(memberColumnsOf(json as never, ignored), field);
	return column instanceof ColumnProblem ? `${column.says} | ${column.whatToDo}` : column?.value;
}

describe('A7 F1 a column is found in any spelling of its name', () => {
	test.each([
		...[
			'memberId',
			'MemberID',
			'Member_ID',
			'member id',
			' MEMBER-ID ',
			'member.id',
			'\uFEFFmemberId',
			'Member\u00A0Id',
			'Member ID*',
			'* Member_ID:',
			'"Member ID"',
			'Member #',
			'Member ID #',
			'Member ID (required)',
			'Member\nID',
			'Mem\u00ADber\u200B ID',
			'Ｍember ID',
		].map((name) => [name, memberId] as const),
		...[
			...['DOB', 'Date of Birth', 'date_of_birth', 'D.O.B', 'BirthDate', 'birth-date', 'Pt DOB'],
			...['DOB (mm/dd/yyyy)', 'DOB [YYYY-MM-DD]', 'DOB MM/DD/YYYY', 'Birth Date - CCYYMMDD'],
			...['Date of Birth (DOB)', 'DOB_YYYYMMDD', 'DOB DD-MMM-YYYY', 'Birth_x0020_Date', 'Birthdate__c'],
			"Member's DOB",
		].map((name) => [name, birthDate] as const),
		...[
			'First Name',
			'FIRST_NAME',
			'FName',
			'Given_Name',
			'Given Name(s)',
			'Mbr First Name',
			'FIRST_NM',
			'First_Name__c',
		].map((name) => [name, givenName] as const),
		...[
			'Sex',
			'GENDER',
			'Gender Code',
			'Sex/Gender',
			'Sex (M/F/U)',
			'mbr_sex',
			'Gender (M/F/O/U)',
			'SEX_CD',
		].map((name) => [name, gender] as const),
		...['Tenant', 'Previous Plan', 'prior_payer', 'Old Carrier Name', 'Other Health Plan', 'Prev. Plan'].map(
			(name) => [name, tenant] as const,
		),
		...['Previous Member ID', 'Prior Plan Member ID', 'Old Policy No', 'former_subscriber_number'].map(
			(name) => [name, coverageId] as const,
		),
		...['consent_policy', 'Consent Type', 'Consent Policy*', 'Consent Policy (regular/sensitive)'].map(
			(name) => [name, consentPolicy] as const,
		),
	])('%p', (name, field) => {
		expect(found({ other: 'x', [name]: 'value' }, field)).toBe('value');
	});
});

test.each([
	['a name of another field', { 'Family Members': 'x' }, memberId],
	['something similar', { Member: 'x', 'Member Identity': 'y', MemberIds: 'z' }, memberId],
	['nothing', {}, memberId],
	['the plan of the subscriber, for the gender', { 'Subscriber Sex': 'F' }, gender],
	['something else beside it', { 'Gender Identity': 'F', 'Sex Assigned at Birth': 'F' }, gender],
	['a note that says which', { 'Member ID (old plan)': 'x', 'Member ID (Subscriber)': 'y' }, memberId],
	['a second column of the name', { 'First Name (2)': 'x', 'First Name 2': 'y' }, givenName],
	['a second column of a header that is not there', { 'First Name_1': 'x' }, givenName],
	['a third column of a header without the second', { 'First Name': '', 'First Name_2': 'y' }, familyName],
])('nothing is guessed: %s', (_, json, field) => {
	expect(found(json, field)).toBeUndefined();
});

describe('which of several columns is read', () => {
	test.each([
		['the own name before a synonym', { Sex: 'F', gender: 'male' }, gender, 'male'],
		[
			'of one rank the one that holds something',
			{ DOB: ' ', 'Date of Birth': '1980-05-01' },
			birthDate,
			'1980-05-01',
		],
		[
			'of one rank any, if they agree',
			{ DOB: '1980-05-01', 'Date of Birth': '1980-05-01 ' },
			birthDate,
			'1980-05-01',
		],
	])('%s', (_, json, field, value) => {
		expect(found(json, field)).toBe(value);
	});

	test('two of one rank that differ are a finding that names both', () => {
		const says = found({ 'Member ID': 'M-1', member_id: 'M-2' }, memberId);
		expect(says).toMatch(/^stands in two columns that differ: "Member ID" and "member_id"/);
		expect(says).toMatch(/Do Not Send/);
		expect(says).not.toMatch(/M-[12]/);
	});
});

describe('a header that stands twice in an Excel file', () => {
	const both = { 'Member ID': 'M-1', DOB: '1980-05-01', 'Member ID_1': 'M-2', DOB_1: '1950-01-31' };

	test.each<[string, object, ColumnField, RegExp]>([
		['differs', both, memberId, /^stands in two columns that differ: "Member ID" and "Member ID_1"/],
		['differs in a third', { ...both, DOB_1: both.DOB, DOB_2: 'x' }, birthDate, /"DOB" and "DOB_2"/],
		['has an empty first', { ...both, DOB: ' ' }, birthDate, /^is empty in the column "DOB", and .* "DOB_1"/],
	])('is a finding where it %s', (_, json, field, says) => {
		expect(found(json, field)).toMatch(says);
	});

	test.each<[string, object, string[], string]>([
		['agrees', { ...both, DOB_1: both.DOB }, [], both.DOB],
		['has an empty second', { ...both, DOB_1: '' }, [], both.DOB],
		['is not to be read the second time', both, ['DOB_1'], both.DOB],
		['is not to be read the first time', both, ['dob'], both.DOB_1],
	])('is read where it %s', (_, json, ignored, value) => {
		expect(found(json, birthDate, ignored)).toBe(value);
	});
});

describe('A7 a column that does not say which plan it is of is never read and never passed over', () => {
	test.each([
		...['Plan', 'Payer', 'Carrier', 'plan_name', 'Insurer', 'Health Plan'].map(
			(name) => [name, tenant] as const,
		),
		...['Policy No', 'Subscriber ID', 'Policy Number', 'Insurance ID'].map(
			(name) => [name, coverageId] as const,
		),
		...['Coverage Start', 'Effective Date'].map((name) => [name, ADDITIONAL_COLUMNS.periodStart] as const),
		['Group Number', ADDITIONAL_COLUMNS.groupNumber],
		['payerName', ADDITIONAL_COLUMNS.payerName],
	] as const)('%p', (name, field) => {
		const says = found({ firstName: 'Ada', [name]: 'secret value' }, field);
		expect(says).toMatch(/^is left empty, and the column "/);
		expect(says).toMatch(/"Previous .*Do Not Send/);
		expect(says).not.toMatch(/secret/);
		expect(found({ firstName: 'Ada', [name]: 'x' }, field, [name.toUpperCase()])).toBeUndefined();
		expect(found({ firstName: 'Ada', [name]: '' }, field)).toBeUndefined();
		expect(found({ firstName: 'Ada', [name]: 'x', [`Previous ${name}`]: 'y' }, field)).toBe('y');
	});

	test.each([
		['Policy No', LINK_COLUMNS.coverageId],
		['Payer', LINK_COLUMNS.payerName],
		['Group Number', LINK_COLUMNS.groupNumber],
		['Coverage Start', LINK_COLUMNS.periodStart],
	])('%p is read for the coverage at our own plan', (name, field) => {
		expect(found({ [name]: 'own' }, field)).toBe('own');
	});
});

test.each<[string, object, ColumnField, RegExp]>([
	[
		'a gender',
		{ gender: '', Sex: 'F' },
		gender,
		/is empty in the column "gender", and the column "Sex" holds/,
	],
	['a plan', { Tenant: 'N/A', 'Previous Plan': 'x' }, tenant, /is empty in the column "Tenant"/],
	['a policy', { consentPolicy: ' ', 'Consent Type': 'sensitive' }, consentPolicy, /"consentPolicy"/],
])(
	'A7 %s whose own column is empty is neither read from another name nor passed over',
	(_, json, field, says) => {
		expect(found(json, field)).toMatch(says);
	},
);

describe('A7 a column that may name the plan that is asked is not replaced by a default', () => {
	test.each([
		...[
			'Prior Insurance Company',
			'Insurance Company',
			'Plan (Previous)',
			'Health Insurance',
			'Previous MCO',
		],
		...[
			'Last Plan',
			'Previous Plan 1',
			'Other Health Insurance Plan',
			'Previous Payer ID',
			'prior_carrier_code',
			'Plan/Payer',
		],
		...[
			'Prior Coverage',
			'Prior Ins. Co.',
			'PREV_PLN_NM',
			'PriorMCOName',
			'Previous Insurance Provider',
			'PPO',
		],
		...['Losing MCO', 'Relinquishing Plan', 'Secondary Payer', 'Primary Insurance', 'Concurrent Plan'],
		...['Tenant ID', 'Payer Tenant', 'Prior Plan Code', 'Prior Medicare Plan'],
	])('%p', (name) => {
		const says = found({ firstName: 'Ada', [name]: 'secret' }, tenant);
		expect(says).toMatch(/may hold it, by a name that is not read \| .*"Previous Plan".*Do Not Send/);
		expect(says).not.toMatch(/secret/);
		expect(found({ firstName: 'Ada', [name]: 'x' }, tenant, [name])).toBeUndefined();
		expect(found({ firstName: 'Ada', [name]: 'x', 'Previous Plan': 'y' }, tenant)).toBe('y');
	});

	test.each([
		...[
			'Plan ID',
			'Previous Plan ID',
			'Payer ID',
			'Plan Type',
			'Payer Phone',
			'Insurance Verified',
			'Dental Plan',
		],
		...['Coverage From', 'Coverage', 'Prior Coverage End', 'Plan Code', 'Member Plan Member'],
		...['New Plan', 'Current Plan', 'Plan Member', 'Previous Insurance Number', 'Company', 'Name'],
	])('but %p is another thing', (name) => {
		expect(found({ firstName: 'Ada', [name]: 'x' }, tenant)).toBeUndefined();
	});
});

test.each(['N', 'yes', false, 1, '\u200B', '\u00AD'])('but %p in it names no plan', (value) => {
	expect(found({ firstName: 'Ada', 'Secondary Insurance': value }, tenant)).toBeUndefined();
});

test('a cell of what nobody sees is empty', () => {
	expect(found({ DOB: '\u200B', 'Date of Birth': '1980-05-01' }, birthDate)).toBe('1980-05-01');
});

describe('what speaks against a field is not passed over', () => {
	test.each<[object, ColumnField]>([
		[{ 'Coverage ID': 'new', 'Previous Member ID': 'old' }, coverageId],
		[{ coverageId: 'new', 'Prior Policy No': 'old' }, coverageId],
		[{ coverageId: 'new', 'Member ID (Prior)': 'old' }, coverageId],
		[{ coverageId: 'new', 'Policy # at Previous Plan': 'old' }, coverageId],
		...[
			...[{ 'Consent Revoked': 'Y' }, { 'Revocation Date': '2026-06-01' }, { 'Opt Out Date': new Date(0) }],
			...[{ 'Consent Status': 'Revoked' }, { 'Opt In': 'No' }, { consent_status: 'entered-in-error' }],
			...[{ 'Consent Given': false }, { Consented: 0 }, { 'Opt-Out': 'yes' }],
			...[{ 'Opt In (Y/N)': 'N' }, { 'Consent (Yes/No)': 'No' }, { Consent: 'No' }, { 'Consent?': 'n' }],
			...[{ 'Consent Signed': 'No' }, { 'Has Consent': false }, { ConsentObtained: 'FALSE' }],
			...[{ Opt_x0020_In: 'N' }, { 'P2P Consent': 'no' }, { 'Member Consent': 'N - Declined' }],
			...[
				{ 'Consent Status': 'Not signed' },
				{ 'Consent Status': 'No consent' },
				{ 'Consent State': 'Lapsed' },
			],
			...[{ 'Consent Response': 'Declined' }, { 'Opt In/Out': 'Out' }, { 'Opt In / Opt Out': 'Opt Out' }],
			...[
				{ 'Opt Out Flag': 'Y' },
				{ 'Opt Out Status': 'Opted out' },
				{ Revoked: 'Y' },
				{ 'Opt-Out (Y/N)': 1 },
			],
			...[
				{ 'Consent Cancelled': 'Y' },
				{ 'Consent Revoke Date': '2026-01-01' },
				{ 'Revocation Reason': 'x' },
			],
		].map((column): [object, ColumnField] => [{ ...column, 'Consent End': '2027-12-31' }, consentEnd]),
	])('%p', (json, field) => {
		expect(found(json, field)).toMatch(/^stands in the column ".*speaks against it/);
	});

	test.each<[object, ColumnField, string]>([
		[{ 'Coverage ID': 'old', 'Previous Member ID': ' old ' }, coverageId, 'old'],
		[{ coverageId: 'old', 'Previous Subscriber ID': 'family' }, coverageId, 'old'],
		...[
			...[{ 'Consent Revoked': 'N' }, { 'Consent Revoked': '' }, { 'Revocation Date': '0000-00-00' }],
			...[{ 'Consent Status': 'Active' }, { 'Consent Status': 'on paper' }, { 'Opt In': 'Y' }],
			...[
				{ 'Opt In (Y/N)': 'Y' },
				{ 'Opt-Out (Y/N)': 'N' },
				{ 'Opt Out Status': 'Opted in' },
				{ 'Opt In/Out': 'In' },
			],
			...[{ 'Email Opt In': 'N' }, { 'Consent to Text': 'No' }, { 'SMS Opt Out': 'Y' }, { Cancelled: 'Y' }],
			...[
				{ 'Consent Status': 'Not revoked' },
				{ 'Consent Record': 'N-1001' },
				{ 'Consent Given By': 'mother' },
			],
			...[
				{ consent: { status: 'active', type: 'no' } },
				{ marketing: { consent: 'no' } },
				{ 'Consent Type': 'none given' },
				{ Declined: 'Y' },
			],
			...[{ 'Consent Withdrawn Date': '2027-12-31' }, { 'Opt Out': false }, { 'Consent Status': 'NULL' }],
		].map((column): [object, ColumnField, string] => [
			{ ...column, 'Consent End': '2027-12-31' },
			consentEnd,
			'2027-12-31',
		]),
	])('but %p is read', (json, field, value) => {
		expect(found(json, field)).toBe(value);
	});
});

describe('a row in an object', () => {
	test.each([
		['one object', { member: { firstName: 'Ada', memberId: 'M-1' }, consentId: 'C' }, 'Ada'],
		['the body of a webhook', { headers: { host: 'h' }, query: {}, body: { 'First Name': 'Ada' } }, 'Ada'],
		['an object in the body of a webhook', { body: { member: { first_name: 'Ada' }, tenant: 't' } }, 'Ada'],
		[
			'a flat row, whatever objects are in it',
			{ givenName: 'Ada', subscriber: { firstName: 'Bob', dob: 'x' } },
			'Ada',
		],
		[
			'the inner one before the outer one',
			{ given: 1, body: { member: { firstName: 'Ada', dob: 'x' } } },
			'Ada',
		],
	])('%s', (_, json, value) => {
		expect(found(json, givenName)).toBe(value);
	});

	test('the columns around it count too', () => {
		const json = { body: { member: { firstName: 'Ada' }, 'Previous Plan': 'Bison' } };
		expect(found(json, tenant)).toBe('Bison');
	});

	test('what a flat row does not have is not taken from another person in it', () => {
		expect(found({ givenName: 'Ada', subscriber: { firstName: 'Bob', sex: 'M' } }, gender)).toBeUndefined();
	});

	test('two persons are a finding', () => {
		const json = { member: { firstName: 'Ada' }, subscriber: { firstName: 'Bob' }, consentId: 'C' };
		expect(found(json, givenName)).toMatch(/more than one person \("member", "subscriber"\)/);
	});

	const rows = [{ 'First Name': 'Ada' }, { 'First Name': 'Bob' }];
	test.each([
		['a list', { members: rows }, 'members'],
		['a list in a webhook', { headers: {}, body: { members: rows } }, 'body.members'],
		['a body that is one', { body: rows }, 'body'],
		['a list as text', { data: ` ${JSON.stringify(rows)}` }, 'data'],
		['a row as text', { body: JSON.stringify(rows[0]) }, 'body'],
	])('%s is told', (_, json, path) => {
		const says = found(json, givenName);
		expect(says).toMatch(`the item holds rows in a list or in JSON as text ("${path}")`);
		expect(says).toMatch(/Split Out/);
	});

	test.each([
		['things that are no persons', { tags: ['a'], lines: [{ a: 1 }], note: '{"a":1}', odd: '{oops' }],
		['a list beside a flat row', { lastName: 'Doe', dependents: rows }],
		['no row', { list: [], nothing: null, date: new Date(0) }],
	])('but not %s', (_, json) => {
		expect(found(json, givenName)).toBeUndefined();
	});

	test('an item as an earlier node gives it is read by its own columns only', () => {
		const { byKey } = columnsOf({ patient: { birthDate: 'x' }, group_id: 'g' });
		expect([...byKey.keys()]).toEqual(['patient', 'groupid']);
	});
});

test.each(Object.entries({ ...MEMBER_COLUMNS, ...ADDITIONAL_COLUMNS, ...LINK_COLUMNS }))(
	'each name of %s may stand in an error, and in one rank only',
	(_, { names, synonyms = [], nearMisses = [] }: ColumnField) => {
		expect([...names, ...synonyms, ...nearMisses].filter((name) => !isColumnName(name))).toEqual([]);
		const keys = [...names.map(columnKey), ...synonyms.map(columnKey), ...nearMisses.map(columnKey)];
		expect(new Set(keys).size).toBe(keys.length);
	},
);

// A form has one of these two.
test.each(['tenant', 'directoryKey'])('no name belongs to two fields of a row without %s', (left) => {
	const owners = new Map<string, string>();
	const fields = Object.entries(MEMBER_COLUMNS as Record<string, ColumnField>);
	const twice = fields
		.filter(([field]) => field !== left)
		.flatMap(([field, { names, synonyms = [] }]) =>
			[...names, ...synonyms].flatMap((name) => {
				const owner = owners.get(columnKey(name));
				owners.set(columnKey(name), field);
				return owner === undefined ? [] : [`${name}: ${owner}, ${field}`];
			}),
		);
	expect(twice).toEqual([]);
});
