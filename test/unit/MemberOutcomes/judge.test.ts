/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { IDataObject } from 'n8n-workflow';
import { exchangesOf } from '../../../nodes/MemberOutcomes/judge/exchanges';
import { judge } from '../../../nodes/MemberOutcomes/judge/judge';
import { askAgain } from '../../../nodes/MemberOutcomes/judge/verdict';
import { factOf, type Fact, type Step } from '../../../nodes/MemberOutcomes/read/fact';
import { outcomeRow } from '../../../nodes/MemberOutcomes/row/outcomeRow';
import { OPEN_OUTCOMES } from '../../../nodes/shared/n8n/outcomes';

/** Items of one exchange, as the nodes give them. */
const ID = { memberId: 'm-1', payer: 'pdex:a.example/r4', row: 3, exchangeId: 'exchange-1' };
const MATCHED = { ...ID, groupId: 'g1', outcome: 'matched', matchedAt: '2026-01-01T00:00:00Z' };
const notMatched = (outcome: string): IDataObject => ({
	...ID,
	outcome,
	reason: `why ${outcome}`,
	nextStep: 'then',
	consentPolicy: 'regular',
});
const JOB = { ...MATCHED, outcome: undefined, jobId: 'job-1', requestedAt: '2026-01-01T00:00:01Z' };
const STARTED = JOB;
const SECOND = { jobId: 'job-2', requestedAt: '2026-01-02T00:00:00Z' };
const NOT_STARTED = {
	...MATCHED,
	outcome: 'consent-ended',
	reason: 'The consent ended on 2026-01-01.',
	nextStep: 'x',
};
const RUNNING = { ...JOB, status: 'Running', polls: 2, nextPollAt: '2026-01-01T00:00:02Z' };
const COMPLETED = { ...JOB, batchCount: 2, requiresAccessToken: true };
const EMPTY = { ...COMPLETED, batchCount: 0 };
const failed = (outcome: string) => ({
	...JOB,
	outcome,
	reason: `why ${outcome}`,
	nextStep: 'x',
	batches: null,
});
const report = (batch: number, outcome = 'complete', more: IDataObject = {}) => ({
	...JOB,
	batch,
	batchCount: 2,
	type: batch === 1 ? 'Patient' : 'Claim',
	outcome,
	...(outcome !== 'complete' && { reason: `why ${outcome}` }),
	resources: 10 * batch,
	rejected: 0,
	rejectedLines: [],
	sha256: `hash-${batch}`,
	...more,
});
const EMPTY_REPORT = { ...JOB, batchCount: 0, outcome: 'complete', resources: 0, rejected: 0 };
const error = (more: IDataObject = {}) => ({
	error: 'It broke',
	message: 'Mend it.',
	details: { itemIndex: 0, exchangeId: 'exchange-1', ...more },
});
const of = (step: Step, json: IDataObject): Fact => factOf(json, { step }) as Fact;
const facts = (...items: IDataObject[]) => items.flatMap((json) => factOf(json) ?? []);

const CASES: Array<[name: string, facts: Fact[], outcome: string, reason?: RegExp]> = [
	...OPEN_OUTCOMES.filter(
		(each) => !['still-running', 'partial', 'failed', 'consent-ended'].includes(each),
	).map((outcome): [string, Fact[], string, RegExp] => [
		`Not Matched: ${outcome}`,
		facts(notMatched(outcome)),
		outcome,
		new RegExp(`why ${outcome}`),
	]),
	['matched, and nothing after', facts(MATCHED), 'unknown', /Start Export has given nothing/],
	[
		'matched after a wait',
		facts(notMatched('still-matching'), MATCHED, STARTED),
		'unknown',
		/Wait For Export/,
	],
	['still matching, then not', facts(notMatched('still-matching'), notMatched('no-match')), 'no-match'],
	['not started', facts(MATCHED, NOT_STARTED), 'consent-ended'],
	['started, and nothing after', facts(MATCHED, STARTED), 'unknown', /Wait For Export has given nothing/],
	['still running', facts(MATCHED, STARTED, RUNNING, RUNNING), 'still-running'],
	['fed back and completed', facts(STARTED, RUNNING, COMPLETED, report(1), report(2)), 'complete'],
	['listed, and nothing fetched', facts(STARTED, COMPLETED, COMPLETED), 'unknown', /2 files.*nothing/],
	['one of two files', facts(COMPLETED, report(1)), 'unknown', /Of 2 files, 1 have no report/],
	[
		'one of two files, the other an error',
		[...facts(COMPLETED, report(1)), of('fetchBatch', error({ batch: 2 }))],
		'partial',
		/It broke/,
	],
	[
		'every file an error',
		[...facts(COMPLETED), of('fetchBatch', error({ batch: 1 })), of('fetchBatch', error({ batch: 2 }))],
		'error',
		/It broke/,
	],
	[
		'an error that a second attempt mended',
		[of('fetchBatch', error({ batch: 2 })), ...facts(report(1), report(2))],
		'complete',
	],
	['a file taken again', facts(report(1), report(2, 'partial'), report(2)), 'complete'],
	[
		'a stored file that a later node found fault with',
		facts(report(1), report(2, 'complete', { fetchedAt: 'x' }), report(2, 'partial')),
		'partial',
		/why partial/,
	],
	[
		'a part of a stored file',
		facts(report(1), report(2, 'complete', { fetchedAt: 'x' }), report(2, 'partial', { part: 1 })),
		'complete',
	],
	['reports alone', facts(report(1), report(2)), 'complete'],
	[
		'the reports of an older version',
		facts(report(1, 'complete', { batchCount: undefined })),
		'unknown',
		/not known how many/,
	],
	['one file partial', facts(report(1), report(2, 'partial')), 'partial', /^Claim: why partial$/],
	['one file unclear', facts(report(1), report(2, 'unclear')), 'unclear'],
	['unclear and partial', facts(report(1, 'unclear'), report(2, 'partial')), 'partial'],
	['no file for the consent', facts(report(1, 'consent-ended'), report(2, 'consent-ended')), 'consent-ended'],
	['the consent ended in between', facts(report(1), report(2, 'consent-ended')), 'partial'],
	[
		'the export partial, its files whole',
		facts(failed('partial'), COMPLETED, report(1), report(2)),
		'partial',
	],
	['failed', facts(STARTED, failed('failed')), 'failed', /why failed/],
	['failed after it was still running', facts(STARTED, RUNNING, failed('failed')), 'failed'],
	['the consent ended while it ran', facts(STARTED, failed('consent-ended')), 'consent-ended'],
	['empty', facts(STARTED, EMPTY, EMPTY_REPORT), 'empty'],
	['empty, and not fetched', facts(STARTED, EMPTY), 'empty'],
	['an error of Start Export', [...facts(MATCHED), of('startExport', error())], 'error', /It broke/],
	['an error of Wait For Export', [...facts(MATCHED, STARTED), of('waitForExport', error())], 'error'],
	[
		'an error of Wait For Export, by the error output',
		facts(MATCHED, STARTED, { ...STARTED, error: 'It broke', message: 'x' }),
		'error',
	],
	[
		'an error of Fetch Batch, by the error output',
		facts(report(1), { ...COMPLETED, batch: 2, error: 'It broke', message: 'x' }),
		'partial',
	],
	[
		'a second export after one that failed',
		facts(
			failed('failed'),
			{ ...STARTED, ...SECOND },
			report(1, 'complete', { ...SECOND }),
			report(2, 'complete', { ...SECOND }),
		),
		'complete',
	],
	[
		'two exports of different types',
		facts(
			{ ...STARTED, asked: { types: ['Claim'] } },
			{ ...STARTED, jobId: 'job-2', asked: { types: ['Patient'] } },
			{ ...failed('failed'), jobId: 'job-2' },
			report(1),
			report(2),
		),
		'partial',
		/2 exports/,
	],
];

test.each(CASES)('%s', (_, given, outcome, reason = /(?:)/) => {
	const [exchange, ...others] = exchangesOf(given);
	const verdict = judge(exchange);
	expect([verdict.outcome, others]).toEqual([outcome, []]);
	expect(verdict.reason).toMatch(reason);
	expect(verdict.nextStep).not.toBe('');
	expect(askAgain(verdict) === null).toBe(outcome === 'unknown');
	expect(exchange.state).toMatchObject({ exchangeId: 'exchange-1' });
});

test.each(CASES)('%s: the same of rows that a table has kept', (_, given, outcome) => {
	const keys = [...new Set(given.flatMap(({ json }) => Object.keys(json)))];
	const cell = (value: unknown) =>
		value === undefined || value === null ? null : typeof value === 'object' ? JSON.stringify(value) : value;
	const kept = given.map(({ json }) => Object.fromEntries(keys.map((key) => [key, cell(json[key])])));
	const again = kept.flatMap((json) => factOf(json as IDataObject) ?? []);
	// Of an error that names neither row nor file, a table does not keep which step it is of.
	if (given.some(({ kind, json }) => kind === 'error' && json.memberId === undefined)) return;
	expect(exchangesOf(again).map((exchange) => judge(exchange).outcome)).toEqual([outcome]);
});

describe('two clients at one address, whose jobs have one id', () => {
	const client = (directoryKey: string | undefined, exchangeId: string | undefined, json: IDataObject) => ({
		...json,
		...{ directoryKey, exchangeId, row: undefined },
		memberId: directoryKey === undefined ? undefined : `of-${directoryKey}`,
	});
	const whole = { ...report(1), batchCount: 1 };
	const outcomes = (...items: IDataObject[]) =>
		exchangesOf(facts(...items)).map((each) => [each.state.directoryKey, judge(each).outcome]);

	test.each<[what: string, items: IDataObject[], expected: unknown[]]>([
		[
			'items without an exchange',
			[client('north', undefined, whole), client('south', undefined, failed('failed'))],
			[
				['south', 'failed'],
				['north', 'complete'],
			],
		],
		[
			'a report without an exchange belongs to the client that it names',
			[
				client('north', 'exchange-1', { ...COMPLETED, batchCount: 1 }),
				client('south', 'exchange-2', { ...COMPLETED, batchCount: 1 }),
				client('north', undefined, whole),
			],
			[
				['north', 'complete'],
				['south', 'unknown'],
			],
		],
		[
			'one exchange at both',
			[
				client('north', 'exchange-1', { ...whole, asked: { types: ['Claim'] } }),
				client('south', 'exchange-1', failed('failed')),
			],
			[['north', 'partial']],
		],
		[
			'items that name no client are of the one that their exchange names',
			[
				client('north', 'exchange-1', { ...COMPLETED, batchCount: 1 }),
				client('south', 'exchange-2', { ...COMPLETED, batchCount: 1 }),
				client(undefined, 'exchange-2', whole),
			],
			[
				['north', 'unknown'],
				['south', 'complete'],
			],
		],
		[
			'or of the only one that has the job',
			[client('north', 'exchange-1', { ...COMPLETED, batchCount: 1 }), client(undefined, undefined, whole)],
			[['north', 'complete']],
		],
	])('%s', (_, items, expected) => {
		expect(outcomes(...items)).toEqual(expected);
	});

	test('members without an exchange are one of each client', () => {
		const items = ['north', 'south'].map((key) => client(key, undefined, notMatched('no-match')));
		const given = items.map((json) => of('memberMatch', { ...json, memberId: 'm-1' }));
		expect(exchangesOf(given)).toHaveLength(2);
	});
});

describe('a shared export', () => {
	const members = ['exchange-1', 'exchange-2'].map((exchangeId, index) => ({
		memberId: `m-${index + 1}`,
		exchangeId,
		row: index + 1,
		consentId: `c-${index + 1}`,
	}));
	const shared = ({ memberId, exchangeId, row, ...json }: IDataObject): IDataObject => {
		void [memberId, exchangeId, row];
		return { ...json, memberCount: 2 };
	};

	test('is the outcome of each of its members, also where only the first report lists them', () => {
		const first = { ...shared(report(1)), members };
		const found = exchangesOf(facts(first).concat(of('fetchBatch', shared(report(2)))));
		expect(found.map(({ state }) => [state.memberId, state.consentId, state.row])).toEqual([
			['m-1', 'c-1', 1],
			['m-2', 'c-2', 2],
		]);
		for (const exchange of found) {
			expect(judge(exchange).outcome).toBe('complete');
			const row = outcomeRow(judge(exchange), exchange, undefined);
			expect(row).toMatchObject({ exportMembers: 2, resources: null, files: 2 });
		}
	});

	test('of a member who stands in two rows has two rows', () => {
		const item = { ...report(1), batchCount: 1, moreExchangeIds: 'exchange-2' };
		const second = { ...MATCHED, row: 8, exchangeId: 'exchange-2' };
		const found = exchangesOf(facts(MATCHED, second, item));
		expect(found.map((each) => [each.state.row, judge(each).outcome])).toEqual([
			[3, 'complete'],
			[8, 'complete'],
		]);
	});
});

describe('a row', () => {
	const rowOf = (...given: Fact[]) => {
		const [exchange] = exchangesOf(given);
		return outcomeRow(judge(exchange), exchange, undefined);
	};

	test('adds up the reports', () => {
		expect(rowOf(...facts(COMPLETED, report(1), report(2, 'complete', { otherPatients: 3 })))).toMatchObject({
			memberId: 'm-1',
			row: 3,
			files: 2,
			filesFetched: 2,
			resources: 30,
			resourcesByType: 'Claim 20, Patient 10',
			otherPatients: 3,
			exchangeId: 'exchange-1',
		});
	});

	test.each<[string, Fact[], IDataObject]>([
		[
			'no report',
			facts(MATCHED),
			{ otherPatients: 'not checked', findings: 'not checked', filesSha256: null, resources: null },
		],
		[
			'patients that could not be checked',
			facts(report(1), report(2, 'complete', { patientChecked: false })),
			{ otherPatients: 'not checked' },
		],
		[
			'a file of which the ends of the lines were read',
			facts(report(1), report(2, 'complete', { checked: 'ends', otherPatients: null })),
			{ otherPatients: 'not checked', findings: 'not checked' },
		],
		[
			'a table without columns that say so',
			facts(report(1, 'complete', { rejectedLines: null })),
			{ otherPatients: 'not checked' },
		],
		[
			'a table with a column that says so',
			facts(report(1, 'complete', { rejectedLines: null, moneyAmounts: '0' })),
			{ otherPatients: 0 },
		],
		[
			'a file without a hash',
			facts(report(1), report(2, 'complete', { sha256: undefined })),
			{ filesSha256: null },
		],
		['a missing file', facts(report(1)), { filesSha256: null }],
		[
			'documents, of which nothing was counted',
			facts(report(1, 'complete', { rejectedLines: null, moneyAmounts: 0 })),
			{ documentsNamed: null, documentsFetched: null, documentsFailed: null },
		],
		[
			'documents, of which the reports say how many',
			facts(report(1), report(2, 'complete', { documentsByAddress: 4 })),
			{ documentsNamed: 4, documentsFetched: null, documentsFailed: null },
		],
		[
			'months of an export of several members',
			facts(report(1, 'complete', { oldestServiceMonths: 4, memberCount: 2 })),
			{ oldestServiceMonths: null },
		],
	])('says what is not known: %s', (_, given, row) => expect(rowOf(...given)).toMatchObject(row));

	const checked = { moneyAmounts: 0, deniedAuthorizations: 0, drugAuthorizations: 0, transmitters: 1 };
	const of = (type: string, more: IDataObject = {}) => ({ type, ...checked, ...more });
	const CONDITIONS = { types: ['Condition'] };
	const ALL_TYPES = (more: IDataObject) => [
		of('Condition', more),
		of('ExplanationOfBenefit', { oldestServiceMonths: 3, asked: more.asked }),
		of('Coverage', { asked: more.asked }),
	];
	const TOO_RECENT =
		'The oldest date of service is 30 months before the request, though a Coverage began 72 months before it: see whether earlier care is missing.';
	/** What a table keeps by the recipe: no lists. */
	const PART_OF_COLUMNS = { rejectedLines: null };
	const MONEY = '2 resources with amounts of money, which are not part of the exchange.';
	test.each<[name: string, reports: IDataObject[], findings: string]>([
		['the ends of the lines only', [of('Claim'), { type: 'X', checked: 'ends' }], 'not checked'],
		['of some columns', [of('Claim', PART_OF_COLUMNS)], 'not checked'],
		['money, of some columns', [of('Claim', { ...PART_OF_COLUMNS, moneyAmounts: '2' })], MONEY],
		['differences as text', [of('Condition', { findings: '["One."]', asked: CONDITIONS })], 'One.'],
		['all there', [of('Condition'), of('ExplanationOfBenefit'), of('Coverage')], 'none'],
		[
			'one file of all types',
			[{ ...checked, types: 'Condition 1, Coverage 1, ExplanationOfBenefit 2' }],
			'none',
		],
		['nothing clinical', [of('ExplanationOfBenefit'), of('Coverage')], 'No clinical data came.'],
		['no claims', [of('Condition'), of('Coverage')], 'No claims came (ExplanationOfBenefit).'],
		['some types asked for', [of('Condition', { asked: CONDITIONS })], 'none'],
		['changes asked for', [of('Condition', { asked: { since: '2026-01-01T00:00:00Z' } })], 'none'],
		[
			'no transmitter',
			[of('Condition', { transmitters: 0, asked: { types: ['Condition', 'Provenance'] } })],
			'No Provenance names the payer that transmits.',
		],
		['money', [of('Condition', { moneyAmounts: 2, asked: CONDITIONS })], MONEY],
		[
			'authorizations without documents',
			[of('Condition', { authorizationsWithoutDocuments: 1, asked: CONDITIONS })],
			'1 resource of a prior authorization that names no document: ask the payer whether a provider sent any.',
		],
		[
			'protected, on a regular consent',
			[of('Condition', { protectedResources: 2, consentPolicy: 'regular', asked: CONDITIONS })],
			'2 resources with a label of special protection, though the consent is for regular data only.',
		],
		[
			'protected, on a sensitive consent',
			[of('Condition', { protectedResources: 2, consentPolicy: 'sensitive', asked: CONDITIONS })],
			'none',
		],
		[
			'documents by address',
			[of('Condition', { documentsByAddress: 3, asked: CONDITIONS })],
			'3 documents named by an address, and not fetched.',
		],
		['care that is too recent', ALL_TYPES({ oldestServiceMonths: 30, oldestCoverageMonths: 72 }), TOO_RECENT],
		['care of five years', ALL_TYPES({ oldestServiceMonths: 59, oldestCoverageMonths: 72 }), 'none'],
		['older care is allowed', ALL_TYPES({ oldestServiceMonths: 99, oldestCoverageMonths: 98 }), 'none'],
		['a newer coverage', ALL_TYPES({ oldestServiceMonths: 30, oldestCoverageMonths: 58 }), 'none'],
		['no coverage is known', ALL_TYPES({ oldestServiceMonths: 30 }), 'none'],
		[
			'recent care asked for',
			ALL_TYPES({ oldestServiceMonths: 30, oldestCoverageMonths: 72, asked: { serviceFrom: '2025-01-01' } }),
			'none',
		],
		[
			'care of several members',
			ALL_TYPES({ oldestServiceMonths: 30, oldestCoverageMonths: 72, memberCount: 2 }),
			'none',
		],
		['differences', [of('Condition', { findings: ['One.'], asked: CONDITIONS })], 'One.'],
	])('findings: %s', (_, reports, findings) => {
		const given = reports.map((each, index) => ({
			...report(index + 1),
			type: undefined,
			batchCount: reports.length,
			...each,
		}));
		expect(rowOf(...facts(...given)).findings).toBe(findings);
	});

	test('has the same columns, whatever is known', () => {
		const columns = Object.keys(rowOf(...facts(MATCHED)));
		expect(Object.keys(rowOf(...facts(COMPLETED, report(1), report(2))))).toEqual(columns);
		expect(
			Object.keys(outcomeRow({ outcome: 'unknown', reason: '', nextStep: '' }, undefined, undefined)),
		).toEqual(columns);
	});

	test('the hash of the files is that of their hashes, in any order', () => {
		const hashes = [rowOf(...facts(report(1), report(2))), rowOf(...facts(report(2), report(1)))].map(
			(each) => each.filesSha256,
		);
		expect(hashes[0]).toMatch(/^[\da-f]{64}$/);
		expect(hashes[1]).toBe(hashes[0]);
	});
});

test.each<[string, IDataObject]>([
	['a row of a roster', { memberId: 'm-1', outcome: 'good', reason: 'x' }],
	[
		'a row of a roster with an outcome of an earlier run',
		{ memberId: 'm-1', outcome: 'no-match', reason: 'x' },
	],
	['a kept row of this node', { ...report(1), askAgain: false, filesFetched: 1 }],
	['a FHIR resource', { resourceType: 'Procedure', outcome: { text: 'x' } }],
	['a row with columns error and message', { memberId: 'm-1', error: 'none', message: 'none' }],
	['nothing', {}],
])('is no item of the four nodes: %s', (_, json) => expect(factOf(json)).toBeUndefined());

/** Processor seconds for an export of so many members, with 200 files. */
function secondsFor(memberCount: number): number {
	const members = Array.from({ length: memberCount }, (_, index) => ({
		memberId: `m-${index}`,
		exchangeId: `exchange-${index}`,
		row: index + 1,
	}));
	const { memberId, exchangeId, row, ...job } = JOB;
	void [memberId, exchangeId, row];
	const files = Array.from({ length: 200 }, (_, index) => [
		{ ...job, members, batch: index + 1, batchCount: 200, requiresAccessToken: true },
		{
			...report(index + 1),
			...job,
			outcome: 'complete',
			batchCount: 200,
			memberId: undefined,
			exchangeId: undefined,
		},
	]).flat();
	const startedAt = process.cpuUsage();
	const found = exchangesOf(facts(...files));
	expect(new Set(found.map((each) => judge(each).outcome))).toEqual(new Set(['complete']));
	expect(found.at(-1)?.state).toMatchObject({ memberId: `m-${memberCount - 1}`, row: memberCount });
	return process.cpuUsage(startedAt).user / 1e6;
}

test('the time for a shared export grows with its members, and not with their square', () => {
	secondsFor(100);
	expect(secondsFor(2_000) / secondsFor(500)).toBeLessThan(10);
});
