/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { IDataObject } from 'n8n-workflow';
import type { FaultEntry } from '../../../sandbox/faults/plan';
import { pairs, truth } from '../../support/expectations';
import { exchange, expectWhole, type FaultyExchange, type Seen } from '../../support/faults';
import { startForeignHost, type ForeignHost } from '../../support/foreignHost';
import { errorRoad, markersOf } from '../../support/markers';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';

let sandbox: RunningSandbox;
let foreign: ForeignHost;
beforeAll(async () => {
	sandbox = await startSandbox();
	foreign = await startForeignHost();
});
afterAll(async () => {
	await sandbox.stop();
	await foreign.close();
	process.stdout.write(`\nThe fault matrix of issue rows 1 to 17:\n${table.join('\n')}\n`);
});

/** Printed at the end: row, fault, what the node did. */
const table: string[] = [];

/** One line of the matrix. */
interface Row {
	row: number;
	fault: string;
	/** What the node does, in a few words. */
	does: string;
	plan: FaultEntry[] | (() => FaultEntry[]);
	settings?: Record<string, unknown>;
	parameters?: FaultyExchange['parameters'];
	members?: string[];
	expect(seen: Seen): void;
}

const whole = (seen: Seen) => expectWhole(seen, 'small');
/** The whole exchange, and so many requests of a kind. */
const wholeWith =
	(kind: 'token' | 'match' | 'kickOff' | 'status' | 'file', count: number) => (seen: Seen) => {
		whole(seen);
		expect(seen.of(kind)).toHaveLength(count);
	};
const errorThat =
	(...says: RegExp[]) =>
	(seen: Seen) => {
		expect(seen.run.error).toBeDefined();
		for (const words of says) expect(seen.told).toMatch(words);
	};
const FILES = truth('small').files.length;
const first = (fault: FaultEntry['fault'], on: FaultEntry['on']): FaultEntry[] => [
	{ on, occurrence: 1, fault },
];
const always = (fault: FaultEntry['fault'], on: FaultEntry['on']): FaultEntry[] => [{ on, fault }];
const onFile1 = (
	fault: FaultEntry['fault'],
	occurrence: FaultEntry['occurrence'] = 'always',
): FaultEntry[] => [{ on: 'file', batch: 1, occurrence, fault }];
const error = (status: number, headers: Record<string, string> = {}) => ({
	name: 'answer' as const,
	status,
	headers,
});
const retryAfter = (value: string) => first(error(429, { 'retry-after': value }), 'status');

/** The report on the first file, and what left of it. */
function firstFile({ run }: Seen) {
	const [report] = run.outputs('fetchBatch')[1];
	const items = run
		.outputs('fetchBatch')[0]
		.filter((_, index) => pairs(run.outputs('fetchBatch')[0])[index] === 0);
	return { report: report.json, rejected: report.binary?.data?.fileName, resources: items.length };
}
const partial = (report: object, resources: number) => (seen: Seen) => {
	expect(seen.run.error).toBeUndefined();
	expect(firstFile(seen)).toMatchObject({ report: { outcome: 'partial', ...report }, resources });
	// The other files are as they should be.
	expect(
		seen.run
			.json('fetchBatch', 1)
			.slice(1, -1)
			.every(({ outcome }) => outcome === 'complete'),
	).toBe(true);
};
const FIRST = truth('small').files[0].resources;
const brokenOff = (fault: FaultEntry['fault']) => [
	{
		row: 6,
		does: 'the file is taken again, whole',
		plan: onFile1(fault, 1),
		expect: wholeWith('file', FILES + 1),
	},
];

/** What lasts for ever is tried for nine seconds, in place of five minutes. */
function inTime(parameters: Row['parameters'] = {}): Row['parameters'] {
	const tried = (['memberMatch', 'startExport', 'fetchBatch'] as const).map((node) => {
		const own = parameters[node];
		return [node, { ...own, options: { keepTryingFor: 0.15, ...(own?.options as IDataObject) } }];
	});
	return { ...parameters, ...(Object.fromEntries(tried) as Row['parameters']) };
}

const rows: Row[] = [
	// 1 · the token ends
	{
		row: 1,
		fault: 'the token ends while polling',
		does: 'new token, same job',
		plan: first('revoke-tokens', 'status'),
		expect: (seen) => {
			wholeWith('kickOff', 1)(seen);
			expect(seen.of('token').length).toBeLessThanOrEqual(2);
		},
	},
	{
		row: 1,
		fault: 'the token ends between the files',
		does: 'one new token for many parallel calls',
		plan: first('revoke-tokens', 'file'),
		expect: (seen) => {
			whole(seen);
			expect(seen.of('token').length).toBeLessThanOrEqual(2);
		},
	},
	{
		row: 1,
		fault: 'the token ends behind a file',
		does: 'new token, nothing twice',
		plan: first({ name: 'revoke-tokens', when: 'after' }, 'file'),
		expect: whole,
	},
	{
		row: 1,
		fault: 'a token lives two seconds',
		does: 'renewed as needed',
		plan: [{ on: 'status', occurrence: 1, fault: { name: 'delay', ms: 2500 } }],
		settings: { tokenSeconds: 2 },
		expect: wholeWith('kickOff', 1),
	},
	// 2 · the credential is refused
	{
		row: 2,
		fault: '401 once',
		does: 'one renewal and one repeat',
		plan: first('bad-token', 'match'),
		expect: wholeWith('match', 2),
	},
	{
		row: 2,
		fault: '401 for ever',
		does: 'error after one renewal',
		plan: always('bad-token', 'match'),
		expect: (seen) => {
			errorThat(/does not accept the credential \(HTTP 401\)/, /press Test/)(seen);
			expect(seen.of('match')).toHaveLength(2);
		},
	},
	{
		row: 2,
		fault: '403',
		does: 'error that names scope and tenant, not repeated',
		plan: always(error(403), 'match'),
		expect: (seen) => {
			errorThat(/does not allow this credential to match a member/, /Scope/)(seen);
			expect(seen.of('match')).toHaveLength(1);
		},
	},
	{
		row: 2,
		fault: 'token endpoint: invalid_client',
		does: 'error that names the fields',
		plan: always('token-error', 'token'),
		expect: errorThat(/gave no access token/, /refused this Client ID and Client Secret/),
	},
	{
		row: 2,
		fault: 'token endpoint: 500',
		does: 'error in plain words',
		plan: always(error(500), 'token'),
		expect: errorThat(/gave no access token/, /HTTP 500/),
	},
	{
		row: 2,
		fault: 'token endpoint: an HTML page',
		does: 'error in plain words',
		plan: always({ name: 'answer', status: 200, body: 'html' }, 'token'),
		expect: errorThat(/without an access token/),
	},
	{
		row: 2,
		fault: 'token endpoint: no access_token',
		does: 'error, nothing kept',
		plan: always('no-access-token', 'token'),
		expect: errorThat(/without an access token/),
	},
	{
		row: 2,
		fault: 'token endpoint: slow',
		does: 'waits',
		plan: first({ name: 'delay', ms: 2000 }, 'token'),
		expect: wholeWith('token', 1),
	},
	// 3 · Retry-After
	...(['2', 'date+3'] as const).map(
		(value): Row => ({
			row: 3,
			fault: `429 on status, Retry-After: ${value}`,
			does: 'waits as told',
			plan: retryAfter(value),
			expect: (seen) => {
				whole(seen);
				expect(seen.pauses('status')[0]).toBeGreaterThanOrEqual(1.9);
			},
		}),
	),
	...['past-date', '-1', 'abc', '1795479046', '1000000000000', '0', ''].map(
		(value): Row => ({
			row: 3,
			fault: `429 on status, Retry-After: ${value || 'none'}`,
			does: 'counts as not stated: Poll Every',
			plan: retryAfter(value),
			expect: (seen) => {
				whole(seen);
				const [pause] = seen.pauses('status');
				expect(pause).toBeGreaterThanOrEqual(0.9);
				expect(pause).toBeLessThan(20);
			},
		}),
	),
	{
		row: 3,
		fault: '429 on status, Retry-After: one hour',
		does: 'Still Running at once, with the time',
		plan: retryAfter('3600'),
		expect: ({ run, of, seconds }) => {
			expect(run.error).toBeUndefined();
			const [job] = run.json('waitForExport', 1);
			expect(Date.parse(String(job.nextPollAt)) - Date.now()).toBeGreaterThan(3_500_000);
			expect(of('status')).toHaveLength(1);
			expect(seconds).toBeLessThan(20);
		},
	},
	{
		row: 3,
		fault: '429 to one of two jobs, Retry-After: one hour',
		does: 'the other is not asked about either; both are Still Running',
		plan: retryAfter('3600'),
		members: ['small', 'accents'],
		parameters: { waitForExport: { pollEvery: 1, giveUpAfter: 1, options: { concurrency: 1 } } },
		expect: ({ run, of }) => {
			expect(run.error).toBeUndefined();
			const again = run
				.json('waitForExport', 1)
				.map(({ nextPollAt }) => Date.parse(String(nextPollAt)) - Date.now());
			expect(again).toHaveLength(2);
			for (const inMs of again) expect(inMs).toBeGreaterThan(3_500_000);
			expect(of('status')).toHaveLength(1);
		},
	},
	// 4 · another export is running
	{
		row: 4,
		fault: 'kick-off: 429 twice',
		does: 'tries again',
		plan: [
			{
				on: 'kickOff',
				occurrence: [1, 2],
				fault: { name: 'export-running', headers: { 'retry-after': '1' } },
			},
		],
		expect: wholeWith('kickOff', 3),
	},
	{
		row: 4,
		fault: 'kick-off: 429 for ever',
		does: 'says so within Keep Trying For',
		plan: always('export-running', 'kickOff'),
		parameters: { startExport: { options: { keepTryingFor: 0.05 } } },
		expect: (seen) => {
			errorThat(/HTTP 429/, /code throttled/)(seen);
			expect(seen.of('kickOff').length).toBeGreaterThan(1);
			expect(seen.of('kickOff').length).toBeLessThan(6);
		},
	},
	// 5 · server errors
	...[500, 502, 503, 504].map(
		(status): Row => ({
			row: 5,
			fault: `file: ${status} twice`,
			does: 'read again with growing pauses',
			plan: [{ on: 'file', batch: 1, occurrence: [1, 2], fault: error(status) }],
			expect: wholeWith('file', FILES + 2),
		}),
	),
	{
		row: 5,
		fault: 'status: 500 with the issue transient',
		does: 'asked again',
		plan: first({ name: 'answer', status: 500, code: 'transient' }, 'status'),
		expect: whole,
	},
	{
		row: 5,
		fault: 'status: 503 three times',
		does: 'asked again',
		plan: [{ on: 'status', occurrence: [1, 3], fault: error(503) }],
		expect: whole,
	},
	{
		row: 5,
		fault: 'kick-off: 500 with an outcome, for ever',
		does: 'not started, so sent again within Keep Trying For; then an error',
		plan: always(error(500), 'kickOff'),
		expect: (seen) => {
			errorThat(/did not start the export \(HTTP 500\)/)(seen);
			expect(seen.of('kickOff').length).toBeGreaterThan(2);
		},
	},
	{
		row: 5,
		fault: 'match: 502 for ever',
		does: 'sent again within Keep Trying For; then an error',
		plan: always(error(502), 'match'),
		expect: (seen) => {
			errorThat(/HTTP 502/)(seen);
			expect(seen.of('match').length).toBeGreaterThan(3);
		},
	},
	{
		row: 5,
		fault: 'match: 502 twice',
		does: 'sent again: to match again changes nothing',
		plan: [{ on: 'match', occurrence: [1, 2], fault: error(502) }],
		expect: wholeWith('match', 3),
	},
	{
		row: 5,
		fault: 'match: 503',
		does: 'surely not carried out: sent again',
		plan: first(error(503), 'match'),
		expect: wholeWith('match', 2),
	},
	{
		row: 5,
		fault: 'kick-off: the connection breaks after it was carried out',
		does: 'error, never sent twice',
		plan: always({ name: 'reset', carriedOut: true }, 'kickOff'),
		expect: (seen) => {
			errorThat(/may have started the export/)(seen);
			expect(seen.of('kickOff')).toHaveLength(1);
		},
	},
	// 6 · the connection
	{
		row: 6,
		fault: 'file: reset before the headers',
		does: 'asked again',
		plan: onFile1('reset', 1),
		expect: wholeWith('file', FILES + 1),
	},
	{
		row: 6,
		fault: 'status: closed before the headers',
		does: 'asked again',
		plan: first('close', 'status'),
		expect: whole,
	},
	{ ...brokenOff({ name: 'reset-body', at: 0.5 })[0], fault: 'file: reset in the middle' },
	{
		row: 6,
		fault: 'file: reset in the middle, for ever',
		does: 'error, nothing of it leaves',
		plan: onFile1({ name: 'reset-body', at: 0.5 }),
		expect: (seen) => {
			errorThat(/broke off on its way, \d+ times/)(seen);
			expect(seen.resourcesOf('small')).toEqual([]);
		},
	},
	{
		row: 6,
		fault: 'file: drips',
		does: 'taken whole',
		plan: onFile1({ name: 'drip', bytes: 400, ms: 60 }),
		expect: whole,
	},
	{
		row: 6,
		fault: 'file: stalls once',
		does: 'given up by the idle limit, taken again',
		plan: onFile1({ name: 'stall', at: 0.5 }, 1),
		parameters: { fetchBatch: { options: { idleSeconds: 1 } } },
		expect: wholeWith('file', FILES + 1),
	},
	{
		row: 6,
		fault: 'file: stalls for ever',
		does: 'error, nothing of it leaves',
		plan: onFile1({ name: 'stall', at: 0.5 }),
		parameters: { fetchBatch: { options: { idleSeconds: 1 } } },
		expect: errorThat(/broke off on its way/, /nothing came for 1 s/),
	},
	// 7 · cut bodies
	{
		row: 7,
		fault: 'file: shorter than its Content-Length',
		does: 'taken again',
		plan: onFile1({ name: 'short-body', at: 0.5 }, 1),
		expect: wholeWith('file', FILES + 1),
	},
	{
		row: 7,
		fault: 'file: the last line is cut, once',
		does: 'taken again',
		plan: onFile1({ name: 'cut-body', at: 'last-line' }, 1),
		expect: wholeWith('file', FILES + 1),
	},
	{
		row: 7,
		fault: 'file: the last line is cut, for ever',
		does: 'partial; the cut line is kept',
		plan: onFile1({ name: 'cut-body', at: 'last-line' }),
		expect: (seen) => {
			partial({ resources: FIRST - 1, rejected: 1 }, FIRST - 1)(seen);
			expect(firstFile(seen).rejected).toBe('rejected.ndjson');
			expect(seen.of('file')).toHaveLength(FILES + 1);
		},
	},
	{
		row: 7,
		fault: 'file: the last line is cut by the end of the connection',
		does: 'taken again',
		plan: onFile1({ name: 'cut-body', at: 'last-line', framing: 'until-close' }, 1),
		expect: wholeWith('file', FILES + 1),
	},
	// 8 · gzip
	{
		row: 8,
		fault: 'file: gzip with length',
		does: 'read',
		plan: onFile1('gzip'),
		expect: wholeWith('file', FILES),
	},
	{
		row: 8,
		fault: 'file: gzip without length',
		does: 'read',
		plan: onFile1({ name: 'gzip', framing: 'chunked' }),
		expect: wholeWith('file', FILES),
	},
	{
		row: 8,
		fault: 'file: gzip of three members',
		does: 'read',
		plan: onFile1({ name: 'gzip', members: 3 }),
		expect: wholeWith('file', FILES),
	},
	{
		row: 8,
		fault: 'file: damaged gzip, once',
		does: 'taken again',
		plan: onFile1({ name: 'gzip', damage: 'flipped' }, 1),
		expect: wholeWith('file', FILES + 1),
	},
	{
		row: 8,
		fault: 'file: damaged gzip, for ever',
		does: 'error',
		plan: onFile1({ name: 'gzip', damage: 'flipped' }),
		expect: errorThat(/broke off on its way/),
	},
	// 9 · bytes and lines
	{
		row: 9,
		fault: 'file: every byte a chunk of its own (José, 李, Nguyễn)',
		does: 'every letter right',
		plan: [{ on: 'file', fault: { name: 'chunks', bytes: 1 } }],
		members: ['chinese'],
		expect: (seen) => expectWhole(seen, 'chinese'),
	},
	...(['bom', 'crlf', 'blank-lines', 'no-last-newline'] as const).map(
		(name): Row => ({
			row: 9,
			fault: `file: ${name}`,
			does: 'read',
			plan: onFile1(name),
			expect: wholeWith('file', FILES),
		}),
	),
	{
		row: 9,
		fault: 'file: a line of 20 MB',
		does: 'read',
		plan: onFile1({ name: 'long-line', bytes: 20 * 1024 * 1024 }),
		expect: (seen) =>
			expect(firstFile(seen)).toMatchObject({
				report: { resources: FIRST + 1, rejected: 0 },
				resources: FIRST + 1,
			}),
	},
	{
		row: 9,
		fault: 'file: a line longer than allowed (65 MB)',
		does: 'that line is rejected',
		plan: onFile1({ name: 'long-line', bytes: 65 * 1024 * 1024 }),
		expect: (seen) => partial({ resources: FIRST, rejected: 1, rejectedTruncated: true }, FIRST)(seen),
	},
	// 10 · lines that are no resource
	...(
		[
			['not-json', 'not JSON'],
			['array', 'not a JSON object'],
			['no-resource-type', 'no resourceType'],
			['not-utf8', 'not valid UTF-8'],
		] as const
	).map(
		([kind, reason]): Row => ({
			row: 10,
			fault: `file: a line that is ${kind}`,
			does: 'rejected with its line number',
			plan: onFile1({ name: 'insert-lines', line: 2, kind }),
			expect: partial(
				{
					resources: FIRST,
					rejected: 1,
					rejectedLines: [{ line: 2, reason: expect.stringContaining(reason) as string }],
				},
				FIRST,
			),
		}),
	),
	{
		row: 10,
		fault: 'file: a resource of another type',
		does: 'flagged with its line number, kept',
		plan: onFile1({ name: 'insert-lines', line: 2, kind: 'other-type' }),
		expect: partial({ resources: FIRST + 1, flagged: 1, flaggedLines: [{ line: 2 }] }, FIRST + 1),
	},
	// 11 · counts
	{
		row: 11,
		fault: 'the manifest promises more than the file holds',
		does: 'partial, with the difference',
		plan: always({ name: 'merge-output', json: { count: FIRST + 4 }, batch: 1 }, 'status'),
		expect: partial(
			{ resources: FIRST, reason: `The manifest promises ${FIRST + 4} resources; ${FIRST} came.` },
			FIRST,
		),
	},
	{
		row: 11,
		fault: 'resourceCount says more than all files hold',
		does: 'partial, with the difference',
		plan: always({ name: 'merge', json: { resourceCount: 40 } }, 'status'),
		expect: ({ run }) =>
			expect(run.json('fetchBatch', 1).at(-1)).toMatchObject({
				outcome: 'partial',
				reason: `The payer counts 40 resources in this export; its ${FILES} batches brought 31.`,
			}),
	},
	// 12 · expired addresses
	...[403, 404, 410].map(
		(status): Row => ({
			row: 12,
			fault: `file: ${status} until the status is read again`,
			does: 'fresh address, once',
			plan: [
				...always('new-addresses', 'status'),
				...onFile1({ name: 'gone-until-reread', status, newAddress: true }),
			],
			expect: (seen) => {
				wholeWith('file', FILES + 1)(seen);
				expect(seen.requests.at(-1)?.path).toMatch(/signature=2/);
			},
		}),
	),
	{
		row: 12,
		fault: 'file: 410 for ever',
		does: 'error that says what to do',
		plan: onFile1(error(410)),
		expect: (seen) => {
			errorThat(/did not give the file \(HTTP 410\)/, /Wait For Export again/)(seen);
			expect(seen.of('file').filter(({ path }) => /\.1\.ndjson/.test(path))).toHaveLength(2);
		},
	},
	{
		row: 12,
		fault: 'a file of the last part of a manifest is gone until the status is read again',
		does: 'fresh address from that part, once',
		plan: [
			...always({ name: 'partial-manifest', files: 2 }, 'status'),
			{ on: 'file', batch: 6, fault: { name: 'gone-until-reread' } },
		],
		expect: wholeWith('file', FILES + 1),
	},
	// 13 · status answers
	{
		row: 13,
		fault: 'status: 202 without anything',
		does: 'running',
		plan: first({ name: 'answer', status: 202, body: 'empty' }, 'status'),
		expect: whole,
	},
	{
		row: 13,
		fault: 'status: 200 Running',
		does: 'running',
		plan: [],
		settings: { runningPolls: 2 },
		expect: wholeWith('status', 3),
	},
	{
		row: 13,
		fault: 'status: 200 HTML',
		does: 'Failed',
		plan: always({ name: 'answer', status: 200, body: 'html' }, 'status'),
		expect: ({ run }) =>
			expect(run.json('waitForExport', 2)).toEqual([
				expect.objectContaining({ outcome: 'failed', reason: expect.stringContaining('HTML') as string }),
			]),
	},
	{
		row: 13,
		fault: 'status: 200 empty',
		does: 'Failed',
		plan: always({ name: 'answer', status: 200, body: 'empty' }, 'status'),
		expect: ({ run }) => expect(run.json('waitForExport', 2)).toMatchObject([{ outcome: 'failed' }]),
	},
	{
		row: 13,
		fault: 'status: Failed',
		does: 'Failed',
		plan: [],
		members: ['failed'],
		expect: ({ run }) =>
			expect(run.json('waitForExport', 2)).toMatchObject([{ outcome: 'failed', batches: { failed: 6 } }]),
	},
	{
		row: 13,
		fault: 'batches.failed > 0',
		does: 'the good batches, and partial',
		plan: [],
		members: ['partial'],
		expect: ({ run }) => {
			expect(run.json('waitForExport', 2)).toMatchObject([{ outcome: 'partial' }]);
			expect(run.json('waitForExport')).toHaveLength(truth('partial').files.length);
		},
	},
	{
		row: 13,
		fault: 'error[] with a fatal issue',
		does: 'all batches, and partial with the issue',
		plan: always(
			{
				name: 'add-file',
				list: 'error',
				lines: [
					{
						resourceType: 'OperationOutcome',
						issue: [{ severity: 'fatal', code: 'exception', details: { text: 'Lost' } }],
					},
				],
			},
			'status',
		),
		expect: ({ run }) =>
			expect(run.json('waitForExport', 2)).toMatchObject([
				{ outcome: 'partial', errors: [{ issues: [{ severity: 'fatal', text: 'Lost' }] }] },
			]),
	},
	{
		row: 13,
		fault: 'error[] with remarks only',
		does: 'complete, with the remark',
		plan: always(
			{
				name: 'add-file',
				list: 'error',
				lines: [
					{ resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'informational' }] },
				],
			},
			'status',
		),
		expect: (seen) => {
			whole(seen);
			expect(seen.run.json('waitForExport')[0].remarks).toMatch(/none says that data is missing/);
		},
	},
	{
		row: 13,
		fault: 'deleted[]',
		does: 'a report of deletions, never resources',
		plan: always(
			{
				name: 'add-file',
				list: 'deleted',
				type: 'Bundle',
				lines: [
					{
						resourceType: 'Bundle',
						type: 'transaction',
						entry: [{ request: { method: 'DELETE', url: 'Patient/1' } }],
					},
				],
			},
			'status',
		),
		expect: (seen) => {
			expect(seen.resourcesOf('small')).toHaveLength(31);
			expect(seen.run.json('fetchBatch', 1).at(-1)).toMatchObject({
				outcome: 'complete',
				resources: 0,
				deletions: 1,
				deleted: ['Patient/1'],
			});
		},
	},
	{
		row: 13,
		fault: 'output: []',
		does: 'one item without url',
		plan: [],
		members: ['empty'],
		expect: ({ run }) =>
			expect(run.json('fetchBatch', 1)).toMatchObject([{ outcome: 'complete', resources: 0 }]),
	},
	{
		row: 13,
		fault: 'two files of one type',
		does: 'both taken',
		plan: [],
		members: ['large'],
		settings: { resources: 300 },
		expect: ({ run }) => {
			const types = run.json('waitForExport').map(({ type }) => type);
			expect(new Set(types).size).toBeLessThan(types.length);
			expect(run.json('fetchBatch', 1).every(({ outcome }) => outcome === 'complete')).toBe(true);
			expect(run.json('fetchBatch')).toHaveLength(300);
		},
	},
	{
		row: 13,
		fault: 'a manifest in parts (link.next)',
		does: 'all parts read',
		plan: always({ name: 'partial-manifest', files: 2 }, 'status'),
		expect: whole,
	},
	{
		row: 13,
		fault: 'a manifest in parts, the next on a foreign host',
		does: 'what is listed, and partial; the host is not asked',
		plan: () => always({ name: 'partial-manifest', files: 2, host: `${foreign.url}/other` }, 'status'),
		expect: ({ run }) =>
			expect(run.json('waitForExport', 2)).toMatchObject([
				{ outcome: 'partial', reason: expect.stringContaining('broke off after part 1') as string },
			]),
	},
	{
		row: 13,
		fault: 'a manifest in the shape of Bulk Data 4',
		does: 'read',
		plan: [{ on: 'status', fault: 'manifest-v4' }],
		expect: whole,
	},
	// 14 · where the job id is
	...(
		[
			['in the text, with a full stop', { text: 'Track job at {address}.' }],
			['in the text, in brackets', { text: '(see {address})' }],
			['in Content-Location', { contentLocation: '{address}' }],
			['in a relative Content-Location', { contentLocation: '{path}' }],
			['in diagnostics', { diagnostics: 'At {address}!' }],
		] as const
	).map(
		([where, words]): Row => ({
			row: 14,
			fault: `the job id is ${where}`,
			does: 'found',
			plan: always({ name: 'job-address', ...words }, 'kickOff'),
			expect: whole,
		}),
	),
	{
		row: 14,
		fault: 'there is no job id',
		does: "error with the payer's code",
		plan: always({ name: 'job-address', text: 'It has begun' }, 'kickOff'),
		expect: errorThat(/named no export job/, /code informational/),
	},
	// 15 · foreign hosts
	{
		row: 15,
		fault: 'the job is on a foreign host',
		does: "asked for at the credential's gateway",
		plan: () => always({ name: 'job-address', text: `Track job at ${foreign.url}{path}` }, 'kickOff'),
		expect: whole,
	},
	{
		row: 15,
		fault: "the files are on a foreign host, at the payer's own path",
		does: "asked for at the credential's gateway",
		plan: () => always({ name: 'file-addresses', url: `${foreign.url}{path}` }, 'status'),
		expect: whole,
	},
	{
		row: 15,
		fault: 'a file is on a foreign host, at a path of its own',
		does: 'error that names the host',
		plan: () => always({ name: 'file-addresses', url: `${foreign.url}/bucket/{file}`, batch: 1 }, 'status'),
		expect: errorThat(/not kept by the gateway but on the host localhost/),
	},
	...[301, 302, 303, 307, 308].flatMap((status): Row[] => [
		{
			row: 15,
			fault: `status: redirect ${status} to a foreign host`,
			does: 'not followed; that job is Failed',
			plan: () => always({ name: 'redirect', status, location: `${foreign.url}{path}` }, 'status'),
			expect: ({ run }) =>
				expect(run.json('waitForExport', 2)).toMatchObject([
					{ outcome: 'failed', reason: expect.stringContaining('instead of answering') as string },
				]),
		},
		{
			row: 15,
			fault: `file: redirect ${status} to a foreign host`,
			does: 'not followed, error',
			plan: () => onFile1({ name: 'redirect', status, location: `${foreign.url}{path}` }),
			expect: errorThat(/points to localhost/),
		},
	]),
	{
		row: 15,
		fault: 'match: redirect to a foreign host',
		does: 'not followed, error',
		plan: () => always({ name: 'redirect', status: 307, location: `${foreign.url}{path}` }, 'match'),
		expect: errorThat(/points to localhost/),
	},
	{
		row: 15,
		fault: 'token endpoint: redirect to a foreign host',
		does: 'not followed, error',
		plan: () => always({ name: 'redirect', status: 307, location: `${foreign.url}{path}` }, 'token'),
		expect: errorThat(/gave no access token/),
	},
	{
		row: 15,
		fault: 'requiresAccessToken: false',
		does: 'files are asked for without the token',
		plan: [
			...always({ name: 'merge', json: { requiresAccessToken: false } }, 'status'),
			...always('open-file', 'file'),
		],
		expect: (seen) => {
			whole(seen);
			expect(seen.of('file').map(({ authorization }) => authorization)).toEqual(
				Array.from({ length: FILES }, () => undefined),
			);
		},
	},
	// 17 · match answers
	...['parameters', 'json', 'group-reference', 'matched-members', 'group'].map(
		(matchAnswer): Row => ({
			row: 17,
			fault: `match answer: ${matchAnswer}`,
			does: 'matched',
			plan: [],
			settings: { matchAnswer },
			expect: wholeWith('match', 1),
		}),
	),
	...['422', '422-empty', '422-html', '200-empty-group', '200-operation-outcome', '404', '400'].map(
		(noMatchAnswer): Row => ({
			row: 17,
			fault: `no match: ${noMatchAnswer}`,
			does: 'Not Matched, sent once',
			plan: [],
			settings: { noMatchAnswer },
			members: ['no-match'],
			expect: ({ run, of }) => {
				expect(run.error).toBeUndefined();
				expect(run.json('memberMatch', 1)).toMatchObject([
					{
						outcome:
							/empty|html/.test(noMatchAnswer) && noMatchAnswer !== '200-empty-group'
								? 'refused'
								: 'no-match',
					},
				]);
				expect(of('match')).toHaveLength(1);
			},
		}),
	),
];

test.each(rows.map((each): [string, Row] => [`${each.row} · ${each.fault}: ${each.does}`, each]))(
	'%s',
	async (_, each) => {
		foreign.got.length = 0;
		const plan = typeof each.plan === 'function' ? each.plan() : each.plan;
		const seen = await exchange(sandbox, { ...each, plan, parameters: inTime(each.parameters) });
		each.expect(seen);
		// Whatever goes wrong: nobody else is asked, and no job is asked about in a tight loop.
		expect(foreign.got).toEqual([]);
		expect(seen.of('status').length).toBeLessThan(8);
		const road = errorRoad(seen.run);
		for (const marker of markersOf(sandbox, each.members ?? ['small'])) expect(road).not.toContain(marker);
		table.push(`| ${each.row} | ${each.fault} | ${each.does} |`);
	},
);
