/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { setTimeout as sleep } from 'node:timers/promises';
import { row } from '../../support/expectations';
import type { Answer } from '../../support/scriptedGateway';
import { credentialFor, theBench, withGateway, withSettings } from '../bench';
import { start, until } from '../workflows';

/**
 * What does not obey goes on without an end. It takes less than a second where n8n has the machine to itself; that the nodes take no
 * longer is measured without n8n (`test/nodes/faults/runs.test.ts`).
 */
const WITHIN_MS = 5_000;

/** Presses Stop and waits until n8n says that the run has ended. @returns the milliseconds that took, and the state */
async function pressStop(executionId: string): Promise<{ took: number; status: string }> {
	const { client } = theBench();
	const pressedAt = Date.now();
	await client.stopExecution(executionId);
	const { status } = await client.waitForExecution(executionId, { timeoutMs: 10_000 });
	return { took: Date.now() - pressedAt, status };
}

/** A file that goes on until the connection is closed; `seen` tells what came of it. */
function endlessFile(seen: { lines: number; closedAt: number }): Answer {
	return (response) => {
		response.writeHead(200, { 'content-type': 'application/fhir+ndjson' });
		const timer = setInterval(() => {
			seen.lines += 1;
			response.write(`{"resourceType":"Observation","id":"o${seen.lines}"}\n`);
		}, 50);
		response.once('close', () => {
			seen.closedAt = Date.now();
			clearInterval(timer);
		});
	};
}

/** n8n's Stop button. */
export function stopSuite(): void {
	describe('Stop', () => {
		test('during the pause between two looks at an export', async () => {
			const { sandbox } = theBench();
			const asked = async () =>
				(await sandbox.requests()).filter(({ path }) => path.includes('/job/')).length;
			await withSettings({ runningPolls: 1_000, retryAfter: '2' }, async () => {
				await sandbox.forget();
				const { executionId } = await start({
					rows: [row('small')],
					steps: [{ node: 'memberMatch' }, { node: 'startExport' }, { node: 'waitForExport' }],
				});
				await until('the export is looked at', async () => (await asked()) > 0);
				const { took, status } = await pressStop(executionId);
				const seen = await asked();
				expect([status, took < WITHIN_MS]).toEqual(['canceled', true]);
				// Longer than the payer's Retry-After: the next look would fall into it.
				await sleep(3_000);
				expect(await asked()).toBe(seen);
			});
		});

		test.each(['items', 'file'])('during a download as %s', async (outputAs) => {
			const seen = { lines: 0, closedAt: 0 };
			await withGateway([endlessFile(seen)], undefined, async (gateway) => {
				const url = `${gateway.url}/v1/bison/bulk-data/r4/$export/file/f.ndjson`;
				const { executionId } = await start({
					rows: [{ tenant: 'bison', jobId: 'j1', batch: 1, batchCount: 1, type: 'Observation', url }],
					steps: [{ node: 'fetchBatch', parameters: { outputAs } }],
					credentialId: await credentialFor(gateway),
				});
				await until('the file arrives', () => seen.lines > 5);
				const pressedAt = Date.now();
				const { took, status } = await pressStop(executionId);
				await until('the connection is closed', () => seen.closedAt > 0);
				const closedAfter = seen.closedAt - pressedAt;
				expect([status, took < WITHIN_MS, closedAfter < WITHIN_MS]).toEqual(['canceled', true, true]);
				// Longer than the first pauses before a download that broke off is tried again.
				await sleep(2_500);
				expect(gateway.got).toHaveLength(1);
			});
		});
	});
}
