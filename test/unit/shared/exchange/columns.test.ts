import {
	ADDITIONAL_COLUMNS,
	columnKey,
	LINK_COLUMNS,
	MEMBER_COLUMNS,
	type ColumnField,
} from '../../../../nodes/shared/exchange/columnFields';
import {
	ColumnProblem,
	columnsOf,
	findColumn,
	memberColumnsOf,
} from '../../../../nodes/shared/exchange/columns';
import { isColumnName } from '../../../../nodes/shared/n8n/columnNames';

const { tenant, memberId, givenName, birthDate, gender, coverageId, consentPolicy } = MEMBER_COLUMNS;

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
		].map((name) => [name, memberId] as const),
		...['DOB', 'Date of Birth', 'date_of_birth', 'D.O.B', 'BirthDate', 'birth-date'].map(
			(name) => [name, birthDate] as const,
		),
		...['First Name', 'FIRST_NAME', 'FName', 'Given_Name'].map((name) => [name, givenName] as const),
		...['Sex', 'GENDER', 'Gender Code'].map((name) => [name, gender] as const),
		...['Tenant', 'Previous Plan', 'prior_payer', 'Old Carrier Name', 'Other Health Plan'].map(
			(name) => [name, tenant] as const,
		),
		...['Previous Member ID', 'Prior Plan Member ID', 'Old Policy No', 'former_subscriber_number'].map(
			(name) => [name, coverageId] as const,
		),
		...['consent_policy', 'Consent Type'].map((name) => [name, consentPolicy] as const),
	])('%p', (name, field) => {
		expect(found({ other: 'x', [name]: 'value' }, field)).toBe('value');
	});
});

test.each([
	['a name of another field', { 'Family Members': 'x' }, memberId],
	['something similar', { Member: 'x', 'Member Identity': 'y', MemberIds: 'z' }, memberId],
	['nothing', {}, memberId],
	['the plan of the subscriber, for the gender', { 'Subscriber Sex': 'F' }, gender],
])('nothing is guessed: %s', (_, json, field) => {
	expect(found(json, field)).toBeUndefined();
});

describe('which of several columns is read', () => {
	test.each([
		['the own name before a synonym', { Sex: 'F', gender: 'male' }, gender, 'male'],
		['the own name, though it is empty', { Sex: 'F', gender: '' }, gender, ''],
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

test('no name belongs to two fields of a row', () => {
	const owners = new Map<string, string>();
	const twice = Object.entries(MEMBER_COLUMNS as Record<string, ColumnField>).flatMap(
		([field, { names, synonyms = [] }]) =>
			[...names, ...synonyms].flatMap((name) => {
				const owner = owners.get(columnKey(name));
				owners.set(columnKey(name), field);
				return owner === undefined ? [] : [`${name}: ${owner}, ${field}`];
			}),
	);
	expect(twice).toEqual([]);
});
