import type { IDataObject } from 'n8n-workflow';
import { runSteps, storedBytes, credentialFor } from '../../support/engine';
import { hintsOf } from '../../support/hints';
import { runAgainst } from '../../support/standardRuns';

/** B10: the digits of a number are part of its meaning. The texts are compared, never parsed values. */

const NUMBERS = [
	'120.50',
	'9007199254740993',
	'1e400',
	'-0',
	'1E2',
	'0.10',
	'3.14159265358979323846',
	'1.0e-7',
	'100',
	'12.5',
];
const CHANGED = 8;
const resource = (number: string, index: number) =>
	`{"resourceType":"Observation","id":"o${index}", "valueQuantity" : { "value":${number} },"note":[{"text":"costs 1.50, \\"2.0\\" ü"}]}`;
const LINES = NUMBERS.map(resource);
const BODY = `\uFEFF${LINES[0]}\r\n\n  ${LINES.slice(1, -1).join(' \n')}\n${LINES.at(-1)}`;

async function fetch(parameters: IDataObject, body = BODY, item: object = {}) {
	const { run } = await runAgainst([{ body }], {
		nodes: ['fetchBatch'],
		items: (url) => [
			{
				memberId: 'm1',
				url: `${url}/file/1`,
				jobId: 'j1',
				batch: 1,
				batchCount: 1,
				type: 'Observation',
				...item,
			},
		],
		parameters: { fetchBatch: parameters },
	});
	return {
		run,
		items: run.json('fetchBatch'),
		report: run.json('fetchBatch', 1)[0],
		hints: hintsOf(run, 'fetchBatch'),
	};
}

const entry = (line: string, index: number) =>
	`{"resource":${line},"request":{"method":"PUT","url":"Observation/o${index}"}}`;
const bundle = (...entries: string[]) =>
	`{"resourceType":"Bundle","type":"transaction","entry":[${entries.join(',')}]}`;

test('B10 FHIR Bundles as Text are what the payer wrote, digit for digit', async () => {
	const { items, report, hints } = await fetch({ outputAs: 'bundlesText', options: { bundleEntries: 6 } });
	const entries = LINES.map(entry);
	const { payer, fhirBase } = items[0];
	const about = {
		payer,
		payerName: 'Bison Health Plan',
		fhirBase,
		jobId: 'j1',
		requiresAccessToken: true,
		batch: 1,
	};
	expect(about.payer).toMatch(/^pdex:127\.0\.0\.1:\d+\/fhir$/);
	expect(items).toEqual([
		{ ...about, type: 'Observation', count: 6, bundle: bundle(...entries.slice(0, 6)) },
		{ ...about, type: 'Observation', count: 4, bundle: bundle(...entries.slice(6)) },
	]);
	expect(report).toMatchObject({ outcome: 'complete', resources: 10 });
	expect(report).not.toHaveProperty('numbersChanged');
	expect(hints).toBe('');
});

test('B10 a Bundle as Text holds no more than one as an object', async () => {
	const bad = '{"resourceType":"Subscription","id":"s","x":1.50}';
	const { items, report } = await fetch({ outputAs: 'bundlesText' }, `${LINES[0]}\n${bad}\n${LINES[1]}\n`);
	expect(items.map((item) => item.bundle)).toEqual([bundle(entry(LINES[0], 0), entry(LINES[1], 1))]);
	expect(report).toMatchObject({ outcome: 'partial', unbundled: 1, rejected: 1 });
});

test('B10 Bundles as Text wait for the Patients that tell whose they are', async () => {
	const patient = '{"resourceType":"Patient","id":"p1","weight":70.50}';
	const { items } = await fetch({ outputAs: 'bundlesText' }, `${patient}\n`, {
		type: 'Patient',
		patientId: 'p1',
		personHashes: undefined,
	});
	expect(items[0].bundle).toContain(patient);
});

test.each(['items', 'bundles'])('B10 %s say how many numbers read otherwise', async (outputAs) => {
	const { report, hints } = await fetch({ outputAs });
	expect(report).toMatchObject({ outcome: 'complete', numbersChanged: CHANGED });
	expect(hints).toMatch(
		/^8 numbers read otherwise in an item.*NDJSON File or FHIR Bundles as Text keeps every digit/,
	);
	expect((await fetch({ outputAs }, `${resource('1.5', 1)}\n`)).hints).toBe('');
});

describe('B10 JSON Text of Read NDJSON File', () => {
	async function read(options: IDataObject, json: IDataObject = {}) {
		const stored = await fetch({ outputAs: 'file' });
		const [file] = stored.run.outputs('fetchBatch')[0];
		expect(await storedBytes(file)).toEqual(Buffer.from(BODY));
		const run = await runSteps({
			items: [{ json: { ...file.json, ...json }, binary: file.binary }] as never,
			steps: [{ node: 'readNdjsonFile', parameters: { outputAs: 'text', ...options } }],
			credential: credentialFor({ url: '', clientId: '', clientSecret: '' }),
		});
		return { run, item: run.json('readNdjsonFile')[0], report: run.json('readNdjsonFile', 1)[0] };
	}

	test('is what the payer wrote, digit for digit', async () => {
		const { item, report } = await read({});
		expect(item).toMatchObject({ memberId: 'm1', count: 10, resources: `[${LINES.join(',')}]` });
		expect(report).not.toHaveProperty('numbersChanged');
	});

	test('also with Add Origin', async () => {
		const { item, run } = await read({ options: { addOrigin: true } });
		const { payer, fhirBase } = run.json('readNdjsonFile', 1)[0];
		expect(payer).toMatch(/^pdex:/);
		const wrapped = LINES.map((line, index) => {
			const at = index === 0 ? 1 : index + 2;
			const names = `"payer":"${payer as string}","payerName":"Bison Health Plan","fhirBase":"${fhirBase as string}"`;
			return `{"memberId":"m1",${names},"jobId":"j1","requiresAccessToken":true,"batch":1,"line":${at},"resource":${line}}`;
		});
		expect(item.resources).toBe(`[${wrapped.join(',')}]`);
	});

	test('Items count what reads otherwise', async () => {
		const { report } = await read({ outputAs: 'items' });
		expect(report).toMatchObject({ numbersChanged: CHANGED });
	});
});
