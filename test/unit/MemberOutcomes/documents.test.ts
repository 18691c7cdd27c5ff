import type { IDataObject } from 'n8n-workflow';
import { exchangesOf } from '../../../nodes/MemberOutcomes/judge/exchanges';
import { judge } from '../../../nodes/MemberOutcomes/judge/judge';
import { factOf } from '../../../nodes/MemberOutcomes/read/fact';
import { outcomeRow } from '../../../nodes/MemberOutcomes/row/outcomeRow';

/** Documents of an exchange in the row of its member. */

const OF = { memberId: 'm1', payer: 'pdex:fhir.payer.example/r4', jobId: 'j1', exchangeId: 'exchange-1' };
const report = (changes: object = {}): IDataObject => ({
	...OF,
	...{ batch: 1, batchCount: 1, outcome: 'complete', resources: 3, rejected: 0, ...changes },
});
const document = (documentId: string | null, outcome: string, attachment = 1): IDataObject => ({
	...OF,
	...{ batch: 1, documentType: 'DocumentReference', documentId, attachment, outcome, reason: 'x' },
});
const failed = { error: 'It failed', message: 'Look', details: { exchangeId: 'exchange-1', batch: 1 } };

function rowOf(items: IDataObject[]): IDataObject {
	const facts = items.flatMap(
		(item) => factOf(item, item.error === undefined ? undefined : { step: 'fetchDocuments' }) ?? [],
	);
	const [exchange] = exchangesOf(facts);
	return outcomeRow(judge(exchange), exchange, undefined);
}

test.each<[what: string, items: IDataObject[], counts: Array<number | null>]>([
	['none named', [report()], [null, null, null]],
	['named by address, and Fetch Documents has not run', [report({ documentsByAddress: 4 })], [4, null, null]],
	[
		'all whole',
		[report({ documentsByAddress: 1 }), document('1', 'fetched'), document('2', 'inline')],
		[2, 2, 0],
	],
	[
		'some not',
		[report(), document('1', 'fetched'), document('2', 'hash-differs'), document('3', 'not-found')],
		[3, 1, 2],
	],
	['two attachments of one', [report(), document('1', 'fetched', 1), document('1', 'expired', 2)], [2, 1, 1]],
	[
		'two parts of one that is contained',
		[report(), document('1', 'fetched'), { ...document('1', 'unreadable'), part: 2 }],
		[2, 1, 1],
	],
	['fetched in a second run', [report(), document('1', 'failed'), document('1', 'fetched')], [1, 1, 0]],
	[
		'of two clients of one payer',
		[
			report(),
			{ ...document('1', 'fetched'), directoryKey: 'north' },
			{ ...document('1', 'failed'), directoryKey: 'south' },
		],
		[2, 1, 1],
	],
	['without ids', [report(), document(null, 'fetched'), document(null, 'fetched')], [2, 2, 0]],
	['an item that failed', [report(), document('1', 'fetched'), failed], [2, 1, 1]],
])('P8 documents named, fetched, failed: %s', (_, items, counts) => {
	const { documentsNamed, documentsFetched, documentsFailed, ...row } = rowOf(items);
	expect([documentsNamed, documentsFetched, documentsFailed]).toEqual(counts);
	expect(row).toMatchObject({ memberId: 'm1', outcome: 'complete', resources: 3, exchangeId: 'exchange-1' });
});

test('P8 a row of Fetch Documents alone is no outcome of the exchange', () => {
	expect(rowOf([document('1', 'fetched')])).toMatchObject({ outcome: 'unknown', documentsFetched: 1 });
});
