/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type Postgres } from '../../local-n8n/postgres';
import { TABLES, tableColumns, type Table } from '../../nodes/FhirToTable/tables';
import { finishedRows } from '../support/finishedRows';
import { databaseType, ORIGIN_COLUMNS } from '../tables/document';
import { ELIGIBILITY, MEDICAL_CLAIM, PHARMACY_CLAIM, PROVIDERS } from '../tables/tuvaSql';
import { claims } from '../unit/FhirToTable/claimFixtures';
import { records } from '../unit/FhirToTable/recordFixtures';

/** The SQL of docs/tables.md makes Tuva's tables, in PostgreSQL, of what the shipped tables give. */

const DATABASE = 'tables';
const START_WITHIN_MS = 180_000;
const NPI = 'http://hl7.org/fhir/sid/us-npi';
const ORIGIN = {
	member_id: 'own-1',
	payer: 'plan:a',
	job_id: 'j1',
	batch: 1,
	line: 1,
	transaction_time: '2026-03-02T00:00:00Z',
};

const organization = (id: string, npi: string) => ({
	resourceType: 'Organization',
	id,
	identifier: [{ system: NPI, value: npi }],
});
const current = { ...claims.professional, related: undefined };
const RESOURCES: object[] = [
	claims.inpatient,
	// The same once more, of a later export.
	{ ...claims.inpatient, meta: { lastUpdated: '2026-04-01T10:00:00Z' }, payment: { date: '2026-03-30' } },
	{
		...current,
		careTeam: [{ ...claims.professional.careTeam[0], provider: { reference: 'PractitionerRole/pr1' } }],
		provider: { reference: 'Organization/clinic' },
		item: current.item.slice(1),
	},
	// Replaced by the next one, which alone says so.
	{ ...current, id: 'old1', identifier: numbered('OLD-1') },
	{
		...current,
		id: 'new1',
		identifier: numbered('NEW-1'),
		related: claims.professional.related.slice(1).map((each) => ({ ...each, reference: { value: 'OLD-1' } })),
		item: current.item.slice(1),
	},
	claims.oral,
	claims.pharmacy,
	...Object.values(records),
	organization('hospital', '1111111112'),
	organization('clinic', '2222222226'),
	organization('pharmacy', '3333333337'),
	{
		resourceType: 'Coverage',
		id: 'c1',
		status: 'active',
		beneficiary: { reference: 'Patient/m1' },
		subscriberId: 'S-1',
		period: { start: '2026-01-01' },
		class: [
			{
				type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/coverage-class', code: 'plan' }] },
				value: 'P1',
				name: 'Gold',
			},
		],
	},
	{ resourceType: 'Coverage', id: 'c2', status: 'active', beneficiary: { reference: 'Patient/m1' } },
];

function numbered(value: string) {
	return claims.professional.identifier.slice(1).map((each) => ({ ...each, value }));
}

const quoted = (value: unknown) => (value === null ? 'null' : `'${String(value).replaceAll("'", "''")}'`);

/** A table with its rows; of dates that are whole days, the day. */
function statements(table: Table): string {
	const columns = [
		...tableColumns(table).map(({ name, type }) => ({ name, type: databaseType(type) })),
		...Object.entries(ORIGIN_COLUMNS).map(([name, type]) => ({ name, type: String(type) })),
	];
	const rows = RESOURCES.flatMap((resource) => finishedRows(table, resource, { keyPrefix: 'plan:a/' })).map(
		(row): Record<string, unknown> => ({ ...row, ...ORIGIN }),
	);
	const values = rows.map(
		(row) =>
			`(${columns
				.map(({ name, type }) => {
					const day = /^\d{4}-\d{2}-\d{2}/.exec(String(row[name]))?.[0] ?? null;
					return quoted(type === 'date' ? day : row[name]);
				})
				.join()})`,
	);
	const created = `create table ${table.value} (${columns.map(({ name, type }) => `${name} ${type}`).join()});`;
	return values.length === 0 ? created : `${created} insert into ${table.value} values ${values.join()};`;
}

describe('the SQL of docs/tables.md', () => {
	let folder: string;
	let postgres: Postgres;
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'payer-postgres-'));
		postgres = await startPostgres(folder);
		await postgres.create(DATABASE);
		const views = [PROVIDERS, MEDICAL_CLAIM, PHARMACY_CLAIM, ELIGIBILITY];
		await postgres.query(DATABASE, [...TABLES.map(statements), ...views].join('\n'));
	}, START_WITHIN_MS);
	afterAll(async () => {
		await postgres?.stop();
		await rm(folder, { recursive: true, force: true });
	});

	const select = async (table: string, columns: string, order = '1') =>
		await postgres.query(DATABASE, `select ${columns} from ${table} order by ${order}`);

	test('makes one row of each line of a claim as it stands, the newest of a claim that came twice', async () => {
		const columns =
			'claim_id, claim_line_number, claim_type, paid_date, facility_npi, billing_npi, rendering_npi, plan';
		expect(await select('tuva_medical_claim', columns)).toEqual([
			['CLM-in1', '1', 'institutional', '2026-03-30', '1111111112', '1111111112', '', 'Gold'],
			['CLM-pro1', '2', 'professional', '', '2222222226', '2222222226', '1234567893', 'Gold'],
			['NEW-1', '2', 'professional', '', '2222222226', '', '1234567893', 'Gold'],
		]);
	});

	test('puts diagnoses and procedures side by side, the principal one first, none twice', async () => {
		const codes = [1, 2, 3].map((place) => `diagnosis_code_${place}, diagnosis_poa_${place}`).join();
		const columns = `diagnosis_code_type, ${codes}, procedure_code_1, procedure_date_1, procedure_code_2, procedure_code_25`;
		expect(await select("tuva_medical_claim where claim_id = 'CLM-in1'", columns)).toEqual([
			['icd-10-cm', 'M17.11', 'Y', 'I10', '', '', '', '0SRC0J9', '2026-01-11', '3E0T3BZ', ''],
		]);
	});

	test('keeps the key of Tuva', async () => {
		const twice = 'tuva_medical_claim group by claim_id, claim_line_number, data_source having count(*) > 1';
		expect(await select(twice, 'claim_id')).toEqual([]);
		expect(
			await select('tuva_medical_claim where claim_id is null or person_id is null', 'claim_id'),
		).toEqual([]);
		expect(await select('tuva_medical_claim', 'distinct person_id, member_id, data_source')).toEqual([
			['own-1', 'M-1', 'plan:a'],
		]);
	});

	test('makes pharmacy claims and eligibility', async () => {
		const columns =
			'claim_line_number, ndc_code, prescribing_provider_npi, dispensing_provider_npi, days_supply, refills';
		expect(await select('tuva_pharmacy_claim', columns)).toEqual([
			['1', '00777310502', '1234567893', '3333333337', '30', '0'],
			['2', '', '1234567893', '3333333337', '30', '0'],
		]);
		const eligibility =
			'member_id, subscriber_id, enrollment_start_date, enrollment_end_date, plan, last_name, sex, death_flag';
		expect(await select('tuva_eligibility', eligibility)).toEqual([
			['M-1', 'S-1', '2026-01-01', '9999-12-31', 'Gold', 'Rivera', 'female', '1'],
		]);
	});
});
