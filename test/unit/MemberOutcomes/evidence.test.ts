import type { IDataObject } from 'n8n-workflow';
import { exchangesOf } from '../../../nodes/MemberOutcomes/judge/exchanges';
import { judge } from '../../../nodes/MemberOutcomes/judge/judge';
import { factOf, type Step } from '../../../nodes/MemberOutcomes/read/fact';
import { outcomeRow } from '../../../nodes/MemberOutcomes/row/outcomeRow';

/** What an outcome row says besides the outcome: the evidence of an exchange. */

const ID = { memberId: 'm-1', payer: 'pdex:a.example/r4', row: 1, exchangeId: 'exchange-1' };
const MATCHED = { ...ID, patientId: 'p1', outcome: 'matched', matchedAt: '2026-01-01T00:00:00Z' };
const JOB = { ...MATCHED, outcome: undefined, jobId: 'job-1', requestedAt: '2026-01-01T00:00:01Z' };
const TIME = { transactionTime: '2026-01-02T00:00:00Z' };
const completed = (more: IDataObject = {}) => ({
	...{ ...JOB, ...TIME, batchCount: 2, requiresAccessToken: true, ...more },
});
const COUNTS = {
	...{ moneyAmounts: 1, deniedAuthorizations: 2, drugAuthorizations: 3, authorizationsWithoutDocuments: 4 },
	...{ protectedResources: 5, transmitters: 6 },
};
const TWICE = Object.fromEntries(Object.entries(COUNTS).map(([name, count]) => [name, 2 * count]));
const NONE = Object.fromEntries(Object.keys(COUNTS).map((name) => [name, null]));
const report = (batch: number, more: IDataObject = {}) => ({
	...{ ...JOB, ...TIME, batch, batchCount: 2, outcome: 'complete', resources: 5, rejected: 0 },
	...{ rejectedLines: [], bytes: 100, ...COUNTS, ...more },
});
const notMatched = (more: IDataObject = {}) => ({ ...ID, outcome: 'no-match', reason: 'x', ...more });
const failure = { error: 'It broke', message: 'Mend it.', details: { exchangeId: 'exchange-1' } };

/** SHA-256 of `http://a.example/ids|M 1`, and of `|M 1`. */
const HASHES = {
	ofSystem: '2b2c3c9ddb3951ce46519b73b802c7a92c95e19eb3c05c1d520d9f605a42ef33',
	ofValue: 'dd952d400e290f1c1a0a62275ed17d74481eab6e0e745163bec7c5317d8c4248',
};

function rowOf(items: IDataObject[], roster?: IDataObject, step?: Step): IDataObject {
	const [exchange] = exchangesOf(items.flatMap((json) => factOf(json, step && { step }) ?? []));
	const about = roster && { json: roster, row: 1, memberId: 'm-1' };
	return outcomeRow(judge(exchange), exchange, about, { workflowId: 'w1', executionId: '77' });
}

test.each<[what: string, items: IDataObject[], columns: IDataObject]>([
	['matched', [MATCHED], { matchOutcome: 'matched', matchHttpStatus: null }],
	[
		'not matched',
		[notMatched({ httpStatus: 422 })],
		{ matchOutcome: 'no-match', matchHttpStatus: 422, sourceExport: null, types: null, since: null },
	],
	['only an item of a later step', [completed()], { matchOutcome: 'matched' }],
	['an item that Member Match did not make', [completed({ matchedAt: null })], { matchOutcome: null }],
	['an identifier without a value', [{ ...MATCHED, memberIdentifier: {} }], { memberIdentifierHash: null }],
	['still running', [JOB], { sourceExport: null, bytes: null, ...NONE }],
	['ended', [completed()], { sourceExport: '0300c96b7e4b78e0', bytes: null, ...NONE }],
	[
		'without a transaction time',
		[report(1, { transactionTime: null })],
		{ sourceExport: '94a8e3c01a4514a8' },
	],
	[
		'all files',
		[completed(), report(1), report(2)],
		{ sourceExport: '0300c96b7e4b78e0', bytes: 200, ...TWICE },
	],
	[
		'of a row of a directory',
		[completed({ directoryKey: 'north' })],
		{ sourceExport: expect.not.stringMatching(/^0300c96b7e4b78e0$/) },
	],
	['texts of a table', [report(1, { bytes: '100', moneyAmounts: '2' })], { bytes: 100, moneyAmounts: 2 }],
	['a file that nobody looked into', [report(1), report(2, NONE)], { bytes: 200, ...NONE }],
	['a file of unknown size', [report(1), report(2, { bytes: null })], { bytes: null, ...TWICE }],
	['a file that did not come', [report(1), report(2, { bytes: null, resources: 0 })], { bytes: 100 }],
	['deletions', [report(1), report(2, { ...NONE, deletions: 3, resources: 0 })], { bytes: 200, ...COUNTS }],
	['an export of several', [report(1, { memberCount: 2 })], { bytes: 100, ...NONE }],
	[
		'what was asked for',
		[completed({ asked: { types: ['Claim', 'Patient'], since: '2025-01-01T00:00:00Z' } })],
		{ types: 'Claim, Patient', since: '2025-01-01T00:00:00Z' },
	],
	['the same as text', [completed({ asked: '{"types":["Claim"]}' })], { types: 'Claim', since: null }],
	[
		'the status address',
		[completed({ statusUrl: 'https://a.example:8/x?y=1' })],
		{ statusUrlHost: 'a.example:8' },
	],
	['no address', [completed({ statusUrl: 'over there' })], { statusUrlHost: null }],
])('evidence: %s', (_, items, columns) => expect(rowOf(items)).toMatchObject(columns));

test.each([
	['its system', { system: 'http://a.example/ids', value: 'M 1' }, HASHES.ofSystem],
	['no system', { value: 'M 1' }, HASHES.ofValue],
	['the text of a table', '{"system":"http://a.example/ids","value":"M 1"}', HASHES.ofSystem],
])('evidence: an identifier with %s is hashed, and stands nowhere', (_, memberIdentifier, hash) => {
	const row = rowOf([{ ...MATCHED, memberIdentifier }]);
	expect(row.memberIdentifierHash).toBe(hash);
	expect(JSON.stringify(row)).not.toContain('M 1');
});

test('evidence: two exports of one exchange, each named', () => {
	const row = rowOf([completed(), completed({ jobId: 'job-2', asked: { types: ['Claim'] } })]);
	expect(String(row.sourceExport).split(', ')).toHaveLength(2);
	expect(row.types).toBe('Claim');
});

test('evidence: a match that ended with an error', () => {
	expect(rowOf([failure], undefined, 'memberMatch')).toMatchObject({
		outcome: 'error',
		matchOutcome: 'error',
	});
});

test.each<[roster: IDataObject, columns: IDataObject]>([
	[
		{ reason: 'newEnrollment', attempt: 2 },
		{ requestReason: 'newEnrollment', attempt: 2 },
	],
	[
		{ Reason: 'Run-off', Attempt: '3' },
		{ requestReason: 'runOff', attempt: 3 },
	],
	[{ 'Request Reason': 'member request' }, { requestReason: 'memberRequest', attempt: null }],
	[{ reason: 'No member matches.', exchangeReason: 'retry' }, { requestReason: 'retry' }],
	[
		{ reason: 'Ada moved', attempt: 'second' },
		{ requestReason: null, attempt: null },
	],
	[{ requestedBy: 'Kim' }, { askedBy: 'Kim', requestReason: null }],
])('evidence: a roster that says %p', (roster, columns) => {
	expect(rowOf([notMatched()], roster)).toMatchObject(columns);
});

test('evidence: which run said so; what a load knows is empty; all of it flat', () => {
	const row = rowOf([completed({ asked: { types: ['Claim'] } }), report(1)]);
	expect(row).toMatchObject({ workflowId: 'w1', executionId: '77' });
	expect(row).toMatchObject({ incorporatedAt: null, stored: null, refused: null, target: null });
	expect(Object.values(row).filter((value) => typeof value === 'object' && value !== null)).toEqual([]);
});
