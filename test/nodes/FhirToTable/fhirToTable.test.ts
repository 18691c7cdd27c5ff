import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { credentialFor, runSteps, storedBytes, type EngineRun, type Step } from '../../support/engine';
import { row } from '../../support/expectations';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { fourSteps } from '../../support/steps';

/** FHIR to Table behind the four nodes, and alone. */

const ROWS = 0;
const NOT_IN_TABLE = 1;
const REPORT = 2;
const HOW = { payerKey: '' };

let sandbox: RunningSandbox;
beforeAll(async () => void (sandbox = await startSandbox('--retry-after', '1')));
afterAll(async () => await sandbox.stop());

async function exported(fetch: IDataObject, table: IDataObject, between: Step[] = []): Promise<EngineRun> {
	return await runSteps({
		items: [row('medium')],
		steps: [
			...fourSteps({ fetchBatch: fetch }),
			...between,
			{ node: 'fhirToTable', parameters: { ...HOW, ...table } },
		],
		credential: credentialFor(sandbox),
	});
}

async function alone(
	items: object[],
	table: IDataObject,
	{ onError, asTool }: { onError?: Step['onError']; asTool?: boolean } = {},
): Promise<EngineRun> {
	return await runSteps({
		items: items as never,
		steps: [{ node: 'fhirToTable', parameters: { ...HOW, ...table }, onError }],
		credential: credentialFor(sandbox),
		asTool,
	});
}

const rowsOf = (run: EngineRun) => run.json('fhirToTable', ROWS);
const textOfFile = async (item: INodeExecutionData) => (await storedBytes(item)).toString('utf8');
const ORIGIN = { options: { addOrigin: true } };

describe('the same rows, however they come and leave', () => {
	let items: IDataObject[];
	let run: EngineRun;
	beforeAll(async () => {
		run = await exported({ outputAs: 'items', ...ORIGIN }, { table: 'medical_claim' });
		items = rowsOf(run);
	});

	test('Items: one row for each line of a claim', () => {
		expect(run.error).toBeUndefined();
		expect(items.length).toBeGreaterThan(20);
		expect(items[0]).toMatchObject({
			member_id: row('medium').memberId,
			payer: expect.stringMatching(/^oneUpHealth:/) as string,
			claim_key: expect.stringMatching(/^oneUpHealth:.*\/bison\/ExplanationOfBenefit\//) as string,
			paid_amount: null,
		});
		const [report] = run.json('fhirToTable', REPORT);
		expect(report).toMatchObject({ rows: items.length, tables: { medical_claim: items.length } });
		expect(run.json('fhirToTable', NOT_IN_TABLE)).toEqual([]);
	});

	test.each<[string, IDataObject, Step[]]>([
		['a stored file', { outputAs: 'file' }, []],
		[
			'parts of it',
			{ outputAs: 'file' },
			[{ node: 'readNdjsonFile', parameters: { operation: 'split', linesPerPart: 7 } }],
		],
		[
			'parts as text',
			{ outputAs: 'file' },
			[
				{
					node: 'readNdjsonFile',
					parameters: { outputAs: 'text', options: { addOrigin: true } },
				},
			],
		],
		[
			'items of it',
			{ outputAs: 'file' },
			[{ node: 'readNdjsonFile', parameters: { options: { addOrigin: true } } }],
		],
	])('from %s', async (_, fetch, between) => {
		const other = await exported(fetch, { table: 'medical_claim' }, between);
		expect(other.error).toBeUndefined();
		const withoutJob = (each: IDataObject) => ({ ...each, job_id: '', transaction_time: '' });
		const sorted = (all: IDataObject[]) => all.map((each) => JSON.stringify(withoutJob(each))).sort();
		expect(sorted(rowsOf(other))).toEqual(sorted(items));
	});

	test('as NDJSON File, JSON Text and CSV File', async () => {
		const [ndjson, text, csv] = await Promise.all(
			['ndjson', 'text', 'csv'].map(
				async (rowsAs) =>
					await exported(
						{ outputAs: 'file' },
						{ table: 'medical_claim', rowsAs, options: { rowsPerText: 10 } },
					),
			),
		);
		const lines = (await textOfFile(ndjson.outputs('fhirToTable')[ROWS][0])).trimEnd().split('\n');
		expect(lines).toHaveLength(items.length);
		expect(Object.keys(JSON.parse(lines[0]) as object)).toEqual(Object.keys(items[0]));
		const texts = rowsOf(text);
		expect(texts.map(({ part, parts }) => [part, parts]).at(-1)).toEqual([texts.length, texts.length]);
		expect(texts.flatMap(({ rows }) => JSON.parse(String(rows)) as object[])).toHaveLength(items.length);
		const [file] = csv.outputs('fhirToTable')[ROWS];
		expect(file.json).toMatchObject({ table: 'medical_claim', rows: items.length });
		expect(file.binary?.data).toMatchObject({ fileName: 'medical_claim.csv', mimeType: 'text/csv' });
		const csvLines = (await textOfFile(file)).split('\r\n');
		expect(csvLines[0]).toBe(Object.keys(items[0]).join(','));
		expect(csvLines).toHaveLength(items.length + 2);
	});
});

test('All Tables: each row says which table it is of; as files, a table without rows has none', async () => {
	const rows = rowsOf(await exported({ ...ORIGIN }, { table: 'all' }));
	const tables = [...new Set(rows.map(({ table }) => String(table)))].sort();
	expect(tables.length).toBeGreaterThan(8);
	const run = await exported({ outputAs: 'file' }, { table: 'all', rowsAs: 'csv' });
	expect(
		rowsOf(run)
			.map(({ table }) => String(table))
			.sort(),
	).toEqual(tables);
	expect(run.json('fhirToTable', REPORT).at(-1)).toMatchObject({ rows: rows.length });
});

const PATIENT = { resourceType: 'Patient', id: 'p1', active: true, name: [{ family: 'A' }, { family: 'B' }] };
const view = (...columns: object[]) => ({
	resourceType: 'ViewDefinition',
	name: 'mine',
	resource: 'Patient',
	select: [{ column: columns }],
});
const KEY = { name: 'key', path: 'getResourceKey()' };

describe("a view of one's own", () => {
	test.each<[string, object | string, object[]]>([
		['as an object', view(KEY), [{ key: 'Patient/p1' }]],
		['as a text', JSON.stringify(view(KEY)), [{ key: 'Patient/p1' }]],
		['of nothing', view({ name: 'b', path: 'birthDate' }), [{ b: null }]],
		['of a list', view({ name: 'f', path: 'name.family', collection: true }), [{ f: ['A', 'B'] }]],
	])('%s', async (_, definition, rows) => {
		const run = await alone([PATIENT], { table: 'ownView', view: definition as never });
		expect(rowsOf(run)).toEqual(rows);
	});

	test.each<[string, unknown, RegExp]>([
		['nothing', '', /'View' cannot be used: it is no JSON object/],
		['no view', { resourceType: 'Patient' }, /'View' cannot be used/],
		['an unknown function', view({ name: 'a', path: 'name.foo()' }), /View mine, column a.*foo/],
		['a column twice', view(KEY, KEY), /column key/],
	])('%s is an error before anything is read', async (_, definition, says) => {
		const run = await alone([PATIENT], { table: 'ownView', view: definition as never });
		expect(run.error?.message).toMatch(says);
	});

	test('a resource that does not fit is a row of Not in the Table, without a value', async () => {
		const definition = view(KEY, { name: 'family', path: 'name.family' });
		const run = await alone([PATIENT, { ...PATIENT, id: 'p2', name: [{ family: 'C' }] }], {
			table: 'ownView',
			view: definition,
		});
		expect(rowsOf(run)).toEqual([{ key: 'Patient/p2', family: 'C' }]);
		expect(run.json('fhirToTable', NOT_IN_TABLE)).toEqual([
			{
				resourceType: 'Patient',
				id: 'p1',
				table: 'mine',
				view: 'mine',
				column: 'family',
				path: 'name.family',
				reason: expect.stringContaining('several values') as string,
			},
		]);
	});
});

describe('decimals with the digits they were written with', () => {
	const LINE =
		'{"resourceType":"Observation","id":"o","valueQuantity":{"value":120.50},"component":[{"valueInteger":3}]}';
	const DEFINITION = {
		...view(KEY, { name: 'value', path: 'value.ofType(Quantity).value', type: 'decimal' }),
		resource: 'Observation',
	};
	test.each<[string, object, string, string]>([
		[
			'Bundles as Text',
			{ bundle: `{"resourceType":"Bundle","entry":[{"resource":${LINE}}]}` },
			'text',
			'120.50',
		],
		['JSON Text', { resources: `[${LINE}]` }, 'text', '120.50'],
		['JSON Text with Add Origin', { resources: `[{"memberId":"m","resource":${LINE}}]` }, 'text', '120.50'],
		['JSON Text as Items', { resources: `[${LINE}]` }, 'items', '"120.50"'],
		['Items', JSON.parse(LINE) as object, 'text', '120.5'],
	])('%s, %p as %s', async (_, item, rowsAs, digits) => {
		const run = await alone([item], { table: 'ownView', view: DEFINITION as never, rowsAs });
		const [{ rows, ...cells }] = rowsOf(run);
		const text = rowsAs === 'text' ? String(rows) : JSON.stringify([cells]);
		expect(text).toBe(`[{"key":"Observation/o","value":${digits}}]`);
	});
});

describe('what comes in', () => {
	const bundle = (...resources: object[]) => ({
		resourceType: 'Bundle',
		type: 'collection',
		entry: resources.map((resource) => ({ resource })),
	});
	test.each<[string, object, string[]]>([
		['a resource', PATIENT, ['Patient/p1']],
		['a Bundle', bundle(PATIENT, { ...PATIENT, id: 'p2' }), ['Patient/p1', 'Patient/p2']],
		['a Bundle as text', { bundle: JSON.stringify(bundle(PATIENT)) }, ['Patient/p1']],
		['a wrapped one', { payer: 'pdex:a.example/r4', resource: PATIENT }, ['pdex:a.example/r4/Patient/p1']],
		['a column payer of a roster', { payer: 'Bison', resource: PATIENT }, ['Patient/p1']],
		['another type', { resourceType: 'Claim', id: 'c' }, []],
		['a type that is none', { resourceType: 'Ada Lovelace', id: 'c' }, []],
	])('%s', async (_, item, keys) => {
		const run = await alone([item], { table: 'ownView', view: view(KEY) });
		expect(rowsOf(run).map(({ key }) => key)).toEqual(keys);
	});

	test('what holds no resource is a row of Not in the Table', async () => {
		const run = await alone([{ a: 1 }], {});
		expect(run.json('fhirToTable', NOT_IN_TABLE)).toEqual([
			{ reason: expect.stringContaining('neither a FHIR resource nor a file') as string },
		]);
	});

	test('Payer Key stands in the keys of resources that do not say where they come from', async () => {
		const run = await alone([PATIENT], { table: 'patient', payerKey: 'pdex:b.example' });
		expect(rowsOf(run)).toMatchObject([{ payer: 'pdex:b.example', person_key: 'pdex:b.example/Patient/p1' }]);
	});
});

const CONDITION = { resourceType: 'Condition', code: { coding: [{ code: 'x' }] } };
/** A file in n8n's memory mode: it stands in the item. */
const inItem = (text: string | Buffer, json: object = {}) => ({
	json,
	binary: {
		data: { data: Buffer.from(text).toString('base64'), mimeType: 'text/plain', fileName: 'a.ndjson' },
	},
});
const LINE = JSON.stringify(PATIENT);

describe('a file', () => {
	const OWN = { table: 'ownView', view: view(KEY) as never };

	test('in the item, without a payer', async () => {
		const run = await alone([inItem(`${LINE}\n`)], OWN);
		expect(rowsOf(run)).toEqual([{ key: 'Patient/p1' }]);
	});

	test('that is not NDJSON is an error', async () => {
		const run = await alone([inItem('a,b\n1,2\n')], OWN);
		expect(run.error?.message).toMatch(/not NDJSON of FHIR resources/);
	});

	test.each<[Step['onError'], number]>([
		['continueErrorOutput', 3],
		['continueRegularOutput', NOT_IN_TABLE],
	])('that is not NDJSON holds up no other: %s', async (onError, output) => {
		for (const rowsAs of ['items', 'csv']) {
			const items = [
				inItem(`${LINE}\n`),
				inItem('a,b\n'),
				{ json: { ...PATIENT, id: 'p3' } },
				inItem('no\n'),
			];
			const run = await alone(items, { ...OWN, rowsAs }, { onError });
			expect(run.error).toBeUndefined();
			expect(run.json('fhirToTable', output).filter(({ error }) => error !== undefined)).toHaveLength(2);
			const files = run.outputs('fhirToTable')[ROWS];
			const keys =
				rowsAs === 'items'
					? rowsOf(run).map(({ key }) => key)
					: (await textOfFile(files[0])).split('\r\n').slice(1, -1);
			expect(keys).toEqual(['Patient/p1', 'Patient/p3']);
		}
	});

	test('that names several patients, of whom nothing says which is the member, gives no row with the member', async () => {
		const lines = ['a', 'b', 'c'].map((id) =>
			JSON.stringify({ ...CONDITION, id, subject: { reference: `Patient/${id}` } }),
		);
		const about = { memberId: 'm1', payer: 'pdex:a.example/r4', jobId: 'j1', type: 'Condition', batch: 1 };
		for (const rowsAs of ['items', 'csv']) {
			const told = await alone([inItem(lines.join('\n'), about)], { table: 'condition', rowsAs });
			expect(told.error?.message).toMatch(/names several patients, and nothing says which/);
			const goOn = { onError: 'continueRegularOutput' } as const;
			const items = [inItem(lines.join('\n'), about), PATIENT];
			expect(rowsOf(await alone(items, { table: 'condition' }, goOn))).toEqual([]);
			// What Fetch Batch could not say: no row has a member then.
			const { memberId, ...unclear } = { ...about, ownerUnclear: true };
			void memberId;
			const known = await alone([inItem(lines.join('\n'), unclear)], { table: 'condition' });
			expect(rowsOf(known).map(({ member_id }) => member_id)).toEqual([null, null, null]);
		}
	});

	test('of more than 64 MB is refused in the memory mode', async () => {
		const run = await alone([inItem(Buffer.alloc(64 * 1024 * 1024 + 1, 32))], OWN);
		expect(run.error?.message).toMatch(/larger than the 64 MB .* memory mode/);
		expect(run.error?.description).toMatch(/N8N_DEFAULT_BINARY_DATA_MODE/);
	});
});

test('Payer Key can be an expression on the item', async () => {
	const items = [
		{ ...PATIENT, from: 'a' },
		{ ...PATIENT, from: 'b' },
	];
	const run = await alone(items, {
		table: 'ownView',
		view: view(KEY) as never,
		payerKey: '={{ $json.from }}',
	});
	expect(rowsOf(run).map(({ key }) => key)).toEqual(['a/Patient/p1', 'b/Patient/p1']);
});

test('a type that is none is counted without its name', async () => {
	const run = await alone(
		[{ resourceType: 'Ada Lovelace' }, { resourceType: 'Claim' }, { resourceType: 'B' }],
		{},
	);
	expect(run.json('fhirToTable', REPORT)).toMatchObject([{ otherTypes: { unknown: 2, Claim: 1 } }]);
});

test('an AI agent gets counts by table, and no row', async () => {
	for (const rowsAs of ['items', 'text', 'csv']) {
		const run = await alone([PATIENT, { a: 1 }], { table: 'all', rowsAs }, { asTool: true });
		expect(rowsOf(run)).toEqual([
			{ rows: 1, tables: { patient: 1 }, resources: 1, notInTable: 1, partialDates: 0 },
		]);
	}
});

test('Simplify gives ten columns with plain headings', async () => {
	const run = await alone([PATIENT], { table: 'patient', simplify: true });
	const [headings] = rowsOf(run).map((each) => Object.keys(each));
	expect(headings).toHaveLength(10);
	expect(headings.filter((heading) => !/^[A-Z][A-Za-z ()/-]+$/.test(heading))).toEqual([]);
});

test('a whole day stands in a column of days, and a part of a date does not', async () => {
	const dates = ['2026-03-04', '2026-03-04T23:30:00-05:00', '2026-03', '2026'];
	const conditions = dates.map((onsetDateTime, index) => ({
		resourceType: 'Condition',
		id: `c${index}`,
		onsetDateTime,
	}));
	const run = await alone(conditions, { table: 'condition' });
	expect(rowsOf(run).map(({ onset_date }) => onset_date)).toEqual(['2026-03-04', '2026-03-04', null, null]);
	expect(run.json('fhirToTable', REPORT)).toMatchObject([{ partialDates: 2 }]);
});
