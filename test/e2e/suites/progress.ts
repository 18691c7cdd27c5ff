/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../../support/scriptedGateway';
import { credentialFor, theBench, withGateway } from '../bench';
import { run, type Step } from '../workflows';

const RUNNING: Answer = { status: 202, headers: { 'retry-after': '1' } };
const MANIFEST: Answer = { body: { transactionTime: '2026-11-01T00:00:00Z', output: [] } };
/** A file that takes its time: a line a second. */
const slowFile: Answer = async (response) => {
	response.writeHead(200, { 'content-type': 'application/fhir+ndjson' });
	for (let line = 1; line <= 7; line += 1) {
		await sleep(1000);
		response.write(`{"resourceType":"Patient","id":"${line}"}\n`);
	}
	response.end();
};

/** A person who waits can see in n8n's log that something moves. */
export function progressSuite(): void {
	test.each<[says: string, step: Step, answers: Answer[]]>([
		[
			'waitForExport: 0 of 1 exports have ended',
			{ node: 'waitForExport' },
			[...Array.from({ length: 7 }, () => RUNNING), MANIFEST],
		],
		['fetchBatch: 0 MB of batch 4 have come', { node: 'fetchBatch' }, [slowFile]],
	])('a long run says in the log: %s', async (says, step, answers) => {
		const log = () => readFileSync(theBench().n8n.logFile, 'utf8');
		expect(log()).not.toContain(says);
		const execution = await withGateway(answers, undefined, async (gateway) => {
			const credentialId = await credentialFor(gateway);
			const item = {
				tenant: 'bison',
				jobId: 'j1',
				batch: 4,
				url: '/v1/bison/bulk-data/r4/$export/file/1.ndjson',
			};
			return await run({ rows: [item], steps: [step], credentialId });
		});
		expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
		expect(log()).toContain(says);
	});
}
