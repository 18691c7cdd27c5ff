import type { StandardSettings } from '../../../sandbox/standard/settings';
import { storedBytes } from '../../support/engine';
import { memberRow, Payers, type AskedExchange } from '../../support/standardRuns';

/** P8 through all five nodes, at a payer over real HTTP: what it gives, and what its own check lines say of the requests. */

const payers = new Payers();
const NODES = ['memberMatch', 'startExport', 'waitForExport', 'fetchBatch', 'fetchDocuments'] as const;
const BY_ADDRESS = /\/(?:documents|signed|Binary)\//;

async function exchange(settings: Partial<StandardSettings>, outputAs = 'items', more: AskedExchange = {}) {
	const seen = await payers.exchange({
		items: [memberRow('medium')],
		nodes: NODES,
		settings: { retryAfter: '', ...settings },
		parameters: {
			startExport: { resourceTypes: ['DocumentReference'] },
			fetchBatch: { outputAs, options: { addOrigin: true } },
		},
		...more,
	});
	const [documents, reports] = seen.run.outputs('fetchDocuments');
	const rows = reports.map(({ json }) => json);
	return { ...seen, documents, rows, outcomes: [...new Set(rows.map(({ outcome }) => outcome))] };
}

test.each<[outputAs: string, settings: Partial<StandardSettings>, outcome: string]>([
	['items', { documents: 'inline' }, 'inline'],
	['file', { documents: 'inline' }, 'inline'],
	['items', { documents: 'address' }, 'fetched'],
	['file', { documents: 'address' }, 'fetched'],
	['bundlesText', { documents: 'address' }, 'fetched'],
	['items', { documents: 'address', fileAccess: 'open' }, 'fetched'],
	['items', { documents: 'address', documentFault: 'redirect-own' }, 'fetched'],
	['file', { documents: 'signed', fileAccess: 'open' }, 'fetched'],
	...(['binary', 'binary-absolute'] as const).flatMap((documents) =>
		(['accept', 'bytes', 'resource'] as const).map(
			(binaryAnswer): [string, Partial<StandardSettings>, string] => [
				'items',
				{ documents, binaryAnswer },
				'fetched',
			],
		),
	),
])('P8 from %s with %j every document comes whole', async (outputAs, settings, outcome) => {
	const { run, documents, rows, outcomes, broken, of } = await exchange(settings, outputAs);
	expect(run.error).toBeUndefined();
	expect(rows.length).toBeGreaterThan(0);
	expect(outcomes).toEqual([outcome]);
	expect(documents).toHaveLength(rows.length);
	for (const item of documents) {
		expect(String(await storedBytes(item))).toMatch(/^Synthetic visit note of \d{4}-\d\d-\d\d\./);
	}
	const [{ exchangeId }] = run.json('memberMatch');
	expect(new Set(rows.map((each) => each.exchangeId))).toEqual(new Set([exchangeId]));
	expect(broken).toEqual([]);
	if (outcome === 'fetched') expect(of(BY_ADDRESS).length).toBeGreaterThanOrEqual(rows.length);
});

test.each<[settings: Partial<StandardSettings>, outcome: string]>([
	[{ documents: 'address', documentFault: 'not-found' }, 'not-found'],
	[{ documents: 'binary', documentFault: 'not-found' }, 'not-found'],
	[{ documents: 'address', documentFault: 'html' }, 'other-content'],
	[{ documents: 'address', documentFault: 'hash' }, 'hash-differs'],
	[{ documents: 'address', documentFault: 'redirect' }, 'host-not-allowed'],
	[{ documents: 'signed', documentFault: 'expired', fileAccess: 'open' }, 'expired'],
	[{ documents: 'relative' }, 'relative-address'],
	[{ documents: 'other-host' }, 'host-not-allowed'],
])('P8 with %j each is a row, and no document', async (settings, outcome) => {
	const { run, documents, rows, outcomes } = await exchange(settings);
	expect(run.error).toBeUndefined();
	expect(rows.length).toBeGreaterThan(0);
	expect([documents, outcomes]).toEqual([[], [outcome]]);
});

test('P8 with another size than stated each is a row, and was asked for twice', async () => {
	const { rows, outcomes, of } = await exchange({ documents: 'address', documentFault: 'size' });
	expect(outcomes).toEqual(['size-differs']);
	expect(of(BY_ADDRESS)).toHaveLength(2 * rows.length);
});
