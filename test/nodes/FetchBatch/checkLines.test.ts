import type { IDataObject } from 'n8n-workflow';
import { NdjsonReader } from '../../../nodes/shared/fhir/ndjson';
import { storedBytes } from '../../support/engine';
import { runAgainst } from '../../support/standardRuns';

/** Check Lines: what each way finds, and what Ends and Types Only does not claim. */

const observation = (id: string, more: object = {}) =>
	JSON.stringify({ resourceType: 'Observation', id, subject: { reference: 'Patient/p1' }, ...more });
const WHOLE = [observation('1'), observation('2'), observation('3')];

async function fetch(lines: string[], checkLines: string, item: object = {}, options: IDataObject = {}) {
	const { run } = await runAgainst([{ body: lines.join('\n') }, { body: lines.join('\n') }], {
		nodes: ['fetchBatch'],
		items: (url) => [
			{
				memberId: 'm1',
				patientId: 'p1',
				url: `${url}/file/1`,
				jobId: 'j1',
				batch: 1,
				batchCount: 1,
				type: 'Observation',
				...item,
			},
		],
		parameters: { fetchBatch: { outputAs: 'file', options: { checkLines, ...options } } },
	});
	const [file] = run.outputs('fetchBatch')[0];
	return { report: run.json('fetchBatch', 1)[0], bytes: (await storedBytes(file)).toString() };
}

const DAMAGED_INSIDE = `{"resourceType":"Observation","id":"x",,,}`;
const OF_OTHER = observation('o', { subject: { reference: 'Patient/p2' } });

test.each<[what: string, lines: string[], every: object, ends: object]>([
	['whole lines', WHOLE, { outcome: 'complete', resources: 3 }, { outcome: 'complete', resources: 3 }],
	[
		'CRLF, blank lines, a byte order mark, and no last line end',
		[`\uFEFF${WHOLE[0]}\r`, '', `${WHOLE[1]}\r`, '  ', WHOLE[2]],
		{ outcome: 'complete', resources: 3, rejected: 0 },
		{ outcome: 'complete', resources: 3, rejected: 0 },
	],
	[
		'a line cut at its end',
		[WHOLE[0], WHOLE[1].slice(0, -2), WHOLE[2], ''],
		{ outcome: 'partial', resources: 2, rejected: 1, rejectedLines: [{ line: 2 }] },
		{ outcome: 'partial', resources: 2, rejected: 1, rejectedLines: [{ line: 2 }] },
	],
	[
		'a line cut at its beginning',
		[WHOLE[0], WHOLE[1].slice(2), ''],
		{ outcome: 'partial', resources: 1, rejected: 1 },
		{ outcome: 'partial', resources: 1, rejected: 1 },
	],
	[
		'a last line that is cut behind a bracket',
		[WHOLE[0], WHOLE[1].slice(0, -1)],
		{ outcome: 'partial', resources: 1, rejected: 1 },
		{ outcome: 'partial', resources: 1, rejected: 1 },
	],
	[
		'another type',
		[WHOLE[0], '{"resourceType":"Condition","id":"c"}', ''],
		{ outcome: 'partial', resources: 2, flagged: 1 },
		{ outcome: 'partial', resources: 2, flagged: 1 },
	],
	[
		'a type that is not the first key',
		[WHOLE[0], '{"id":"c","resourceType":"Condition"}', '{"id":"o","resourceType":"Observation"}', ''],
		{ outcome: 'partial', resources: 3, flagged: 1 },
		{ outcome: 'partial', resources: 3, flagged: 1 },
	],
	[
		'a complaint of the payer',
		[WHOLE[0], '{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"exception"}]}', ''],
		{ outcome: 'partial', resources: 1, complaints: 1 },
		{ outcome: 'partial', resources: 1, complaints: 1 },
	],
	[
		'damage inside of a line',
		[WHOLE[0], DAMAGED_INSIDE, ''],
		{ outcome: 'partial', resources: 1, rejected: 1 },
		{ outcome: 'complete', resources: 2, rejected: 0 },
	],
	[
		'a duplicate, and a document by its address',
		[WHOLE[0], WHOLE[0], ''],
		{ duplicates: 1 },
		{ duplicates: null, documentsByAddress: null, findings: null },
	],
])('B %s', async (_, lines, every, ends) => {
	const [first, second] = [await fetch(lines, 'every'), await fetch(lines, 'ends')];
	const within = (json: object) => {
		const { rejectedLines, ...rest } = json as { rejectedLines?: object[] };
		return {
			...rest,
			...(rejectedLines && {
				rejectedLines: rejectedLines.map((line) => expect.objectContaining(line) as object),
			}),
		};
	};
	expect(first.report).toMatchObject(within(every));
	expect(second.report).toMatchObject({ ...within(ends), checked: 'ends', otherPatients: null });
	expect(first.report).not.toHaveProperty('checked');
	expect([first.bytes, second.bytes]).toEqual([lines.join('\n'), lines.join('\n')]);
	expect(second.report.sha256).toBe(first.report.sha256);
});

test('B resources of other patients are found by Every Line, and left unsaid by Ends and Types Only', async () => {
	const lines = [WHOLE[0], OF_OTHER, ''];
	expect((await fetch(lines, 'every')).report).toMatchObject({ outcome: 'partial', otherPatients: 1 });
	const { report } = await fetch(lines, 'ends');
	expect([report.outcome, report.otherPatients]).toEqual(['complete', null]);
});

test('B a Patient who was not asked for is found either way', async () => {
	const lines = ['{"resourceType":"Patient","id":"p1"}', '{"resourceType":"Patient","id":"p2"}', ''];
	const [every, ends] = await Promise.all(
		['every', 'ends'].map(async (way) => await fetch(lines, way, { type: 'Patient' })),
	);
	const told = { outcome: 'partial', resources: 2, otherPatients: 1 };
	expect([every.report, ends.report]).toMatchObject([told, told]);
});

test('B care before the Date of Service From is not counted by Ends and Types Only', async () => {
	const early = observation('1', { effectiveDateTime: '2001-01-01' });
	const options = { dateOfServiceFrom: '2020-01-01' };
	expect((await fetch([early], 'every', {}, options)).report.beforeDateOfService).toBe(1);
	expect((await fetch([early, ''], 'ends', {}, options)).report.beforeDateOfService).toBeNull();
});

test.each([1, 2, 7, 64, 1000])('B ends are the same wherever the file is cut: pieces of %d bytes', (size) => {
	const lines = [
		...WHOLE,
		DAMAGED_INSIDE,
		'x',
		'{}',
		'{"resourceType":"Observation"}',
		`${WHOLE[0]}\r`,
		WHOLE[1],
	];
	const parsed: number[] = [];
	const rejected: number[] = [];
	const reader = new NdjsonReader({
		onResource: (_resource, line) => void parsed.push(line),
		onRejected: (_reason, line) => void rejected.push(line),
		isCountedByEnds: (type) => type === 'Observation',
	});
	const bytes = Buffer.from(lines.join('\n'));
	for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
	expect(reader.end()).toMatchObject({ resources: 7, rejected: 2, bytes: bytes.length });
	// The one that has nothing but a type, and the last one, which has no line end.
	expect([parsed, rejected]).toEqual([
		[7, 9],
		[5, 6],
	]);
});
