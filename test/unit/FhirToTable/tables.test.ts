import { TABLES, tableColumns } from '../../../nodes/FhirToTable/tables';

const NAMES = [
	...['Claim Lines', 'Pharmacy Claims', 'Claim Diagnoses', 'Claim Procedures', 'Eligibility'],
	...['Prior Authorizations', 'Conditions', 'Procedures', 'Lab Results', 'Observations', 'Medications'],
	...['Encounters', 'Immunizations', 'Allergies', 'Patients', 'Practitioners and Organizations'],
	...['Documents', 'Provenance'],
];
/** Columns that the node puts beside those of a table, for where a resource came from. */
const ORIGIN = ['table', 'member_id', 'payer', 'job_id', 'batch', 'line', 'transaction_time'];
const PRIMITIVE =
	/^(base64Binary|boolean|code|date|dateTime|decimal|id|instant|integer|positiveInt|string|unsignedInt|uri)$/;

test('the tables are those of the drop-down, in its order', () => {
	expect(TABLES.map(({ name }) => name)).toEqual(NAMES);
	expect(new Set(TABLES.map(({ value }) => value)).size).toBe(NAMES.length);
});

describe.each(TABLES.map((table) => [table.value, table] as const))('%s', (_, table) => {
	const columns = tableColumns(table);
	const names = columns.map(({ name }) => name);

	test('has columns with types and one sentence each, none of them twice', () => {
		expect([...new Set(names)]).toEqual(names);
		expect(names.filter((name) => ORIGIN.includes(name) || !/^[a-z][a-z0-9_]{0,62}$/.test(name))).toEqual([]);
		expect(columns.filter(({ type }) => !PRIMITIVE.test(type))).toEqual([]);
		expect(columns.filter(({ description }) => !/^[A-Z0-9a-z][^\n]+\.$/.test(description))).toEqual([]);
	});

	test('says which ten columns are asked for most, with a heading each', () => {
		expect(table.simple).toHaveLength(10);
		expect(table.simple[0]).toEqual({ column: 'member_id', heading: 'Member ID' });
		expect(table.simple.slice(1).filter(({ column }) => !names.includes(column))).toEqual([]);
		expect(new Set(table.simple.map(({ heading }) => heading)).size).toBe(10);
	});

	test('has its key first, and its dates as whole days where they end in _date', () => {
		expect(names[0]).toMatch(/_key$/);
		const dates = columns.filter(
			({ name }) => /_date$/.test(name) && !/(document|review_action)_date$/.test(name),
		);
		expect(dates.filter(({ type }) => type !== 'date')).toEqual([]);
		expect(
			columns.filter(({ name, type }) => type === 'date' && !/_date(_as_sent)?$|_start$|_end$/.test(name)),
		).toEqual([]);
	});
});

test('a finishing column with the name of a view column stands in its place', () => {
	const [claimLines] = TABLES;
	const columns = tableColumns(claimLines);
	expect(columns[1]).toEqual({
		name: 'claim_id',
		type: 'string',
		description:
			'Number that the payer gave the claim (identifier of type uc), or else the key of the claim.',
	});
	expect(columns.at(-1)?.name).toBe('total_cost_amount');
});
