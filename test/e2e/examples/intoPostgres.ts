import type { N8nExecution } from '../../../local-n8n/execution';
import { row, truth, typesOf } from '../../support/expectations';
import { openDatabase, type Database } from './database';
import { allJson, runByHand, type ExampleNode } from './bringIn';
import { expectRows, type OutcomeRow } from './outcomeRow';
import { ASKS, bringInForm, type RosterForm } from './rosterForm';

const MEMBERS = ['small', 'medium', 'partial', 'no-match'];
const ROSTER = MEMBERS.map((key) => row(key));
const START_WITHIN_MS = 180_000;

interface Fetched<T> {
	memberId: string;
	resource: T;
}

/** For each table: its file, and what some of its columns must hold, from the resources. */
const TABLES: Array<{
	table: string;
	file: string;
	columns: string[];
	expected: (fetched: Array<Fetched<fhir4.FhirResource>>) => unknown[][];
}> = [
	{
		table: 'p2p_coverage',
		file: 'Coverages File',
		columns: ['member_id', 'payer_member_id', 'coverage_status', 'coverage_type_code', 'plan', 'payer_name'],
		expected: (fetched) =>
			ofType<fhir4.Coverage>(fetched, 'Coverage').map(({ memberId, resource }) => [
				memberId,
				resource.identifier?.[0].value,
				resource.status,
				'HMO',
				'Example HMO',
				resource.payor[0].display,
			]),
	},
	{
		table: 'p2p_claim_line',
		file: 'Claim Lines File',
		columns: [
			...['member_id', 'claim_id', 'claim_line_number', 'claim_type', 'claim_line_start_date'],
			...['hcpcs_code', 'service_description', 'service_unit_quantity', 'current_flag'],
		],
		expected: (fetched) =>
			ofType<fhir4.ExplanationOfBenefit>(fetched, 'ExplanationOfBenefit').flatMap(({ memberId, resource }) =>
				(resource.item ?? []).map((item) => [
					memberId,
					resource.identifier?.[0].value,
					item.sequence,
					'professional',
					item.servicedDate,
					item.productOrService.coding?.[0].code,
					item.productOrService.coding?.[0].display,
					undefined,
					1,
				]),
			),
	},
	{
		table: 'p2p_condition',
		file: 'Conditions File',
		columns: ['member_id', 'source_code', 'code_text', 'status', 'onset_date'],
		expected: (fetched) =>
			ofType<fhir4.Condition>(fetched, 'Condition').map(({ memberId, resource }) => [
				memberId,
				resource.code?.coding?.[0].code,
				resource.code?.text,
				'active',
				resource.onsetDateTime?.slice(0, 10),
			]),
	},
	{
		table: 'p2p_lab_result',
		file: 'Lab Results File',
		columns: ['member_id', 'loinc_code', 'code_text', 'result_date', 'result_quantity', 'source_units'],
		expected: (fetched) =>
			ofType<fhir4.Observation>(fetched, 'Observation').map(({ memberId, resource }) => [
				memberId,
				resource.code.coding?.[0].code,
				resource.code.text,
				resource.effectiveDateTime?.slice(0, 10),
				resource.valueQuantity?.value,
				resource.valueQuantity?.unit,
			]),
	},
];

function ofType<T extends fhir4.FhirResource>(
	fetched: Array<Fetched<fhir4.FhirResource>>,
	type: T['resourceType'],
): Array<Fetched<T>> {
	return fetched.filter(({ resource }) => resource.resourceType === type) as Array<Fetched<T>>;
}

/** Rows of texts in an order of their own, as both the database and the spreadsheet are compared. */
function asTexts(rows: unknown[][]): string[] {
	return rows.map((cells) => cells.map((cell) => String(cell ?? '')).join(' | ')).sort();
}

/** Reads a spreadsheet back, as a person's next node would. */
function reader(file: string): { after: string; node: ExampleNode } {
	return {
		after: file,
		node: {
			id: `read-${file}`,
			name: `Read ${file}`,
			type: 'n8n-nodes-base.extractFromFile',
			typeVersion: 1.1,
			position: [0, 0],
			parameters: { operation: 'xlsx', binaryPropertyName: 'data', options: {} },
		},
	};
}

/** The example "Into PostgreSQL and a spreadsheet". */
export function intoPostgresExample(): void {
	let database: Database;
	let example: RosterForm;
	let execution: N8nExecution;
	beforeAll(async () => {
		database = await openDatabase();
		example = await bringInForm('postgres-and-spreadsheet.json', {
			credentials: database.credentials,
			added: [...TABLES.map(({ file }) => file), 'Outcomes File'].map(reader),
		});
		await runByHand(example.workflowId, 'Make Tables by Hand');
		execution = await example.run(ROSTER, 'xlsx');
	}, START_WITHIN_MS);
	afterAll(async () => await database?.close());

	const inDatabase = async (table: string, columns: string[]) =>
		asTexts(await database.query(`SELECT ${columns.map((name) => `"${name}"`).join()} FROM ${table}`));
	const fetched = () => allJson<Fetched<fhir4.FhirResource>>(execution, 'Fetch Batch');

	test('postgres-and-spreadsheet: everything that the sandbox holds was fetched', () => {
		const resourcesOf = (key: string) =>
			fetched().flatMap(({ memberId, resource }) => (memberId === row(key).memberId ? [resource] : []));
		for (const key of MEMBERS) expect(typesOf(resourcesOf(key))).toEqual(truth(key).types);
	});

	test.each(TABLES)('postgres-and-spreadsheet: $table', async ({ table, file, columns, expected }) => {
		const wanted = asTexts(expected(fetched()));
		expect(wanted.length).toBeGreaterThan(2);
		expect(await inDatabase(table, columns)).toEqual(wanted);
		const sheet = allJson(execution, `Read ${file}`);
		expect(asTexts(sheet.map((each) => columns.map((name) => each[name])))).toEqual(wanted);
	});

	test('postgres-and-spreadsheet: a row for each member', async () => {
		const rows = allJson<OutcomeRow>(execution, 'Member Outcomes');
		expectRows(rows, MEMBERS, ASKS);
		const columns = ['memberId', 'outcome', 'resources', 'jobId'] as const;
		const wanted = asTexts(rows.map((each) => columns.map((name) => each[name])));
		expect(await inDatabase('p2p_outcome', [...columns])).toEqual(wanted);
		expect(allJson(execution, 'Read Outcomes File')).toHaveLength(MEMBERS.length);
	});

	test('postgres-and-spreadsheet: again, and the same rows are there', async () => {
		const all = async () => await Promise.all(TABLES.map(({ table, columns }) => inDatabase(table, columns)));
		const before = await all();
		await example.run(ROSTER, 'csv');
		expect(await all()).toEqual(before);
	});
}
