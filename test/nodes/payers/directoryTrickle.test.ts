/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { IDataObject } from 'n8n-workflow';
import { directoryCredential } from '../../support/directories';
import { runSteps } from '../../support/engine';
import { hostilePayer } from '../../support/hostilePayer';
import { memberRow } from '../../support/standardRuns';
import { fourSteps } from '../../support/steps';

/** A payer of the directory whose files come byte by byte, beside healthy ones. */

const HEALTHY = ['north', 'south', 'west'];
const FILE = '{"resourceType":"Patient","id":"1001"}\n';

const sixFiles = (base: string) => ({
	headers: { 'content-type': 'application/json' },
	body: {
		output: Array.from({ length: 6 }, (_, file) => ({
			type: 'Patient',
			url: `${base}/files/${file}.ndjson`,
		})),
		error: [],
	},
});

test.each(['resources', 'file'])(
	'Fetch Batch: a payer that trickles holds up no other (%s)',
	async (outputAs) => {
		let left = HEALTHY.length * 6;
		const healthy = await hostilePayer((base) => ({
			status: sixFiles(base),
			file: (response) => {
				left -= 1;
				response.end(FILE);
			},
		}));
		// One byte at a time, until all files of the others were asked for.
		const slow = await hostilePayer((base) => ({
			status: sixFiles(base),
			file: (response) => {
				response.writeHead(200, { 'content-type': 'application/fhir+ndjson' });
				let sent = 0;
				const trickle = setInterval(() => {
					const rest = left === 0 || response.destroyed ? FILE.length - sent : 1;
					response.write(FILE.slice(sent, sent + rest));
					sent += rest;
					if (sent < FILE.length - 1 && !response.destroyed) return;
					clearInterval(trickle);
					response.end(FILE.slice(sent));
				}, 1000);
			},
		}));
		const rowAt = ({ base, tokenUrl }: typeof slow, clientId: string) => ({
			row: { fhirBaseUrl: base, tokenUrl, signIn: 'secret', clientId },
			secret: 'x',
		});
		const rows = {
			slow: rowAt(slow, 'slow'),
			...Object.fromEntries(HEALTHY.map((key) => [key, rowAt(healthy, key)])),
		};
		const items: IDataObject[] = Object.keys(rows).map((key) =>
			memberRow('small', { 'Previous Payer': key, memberId: `of-${key}` }),
		);
		const options = { concurrency: 2, idleSeconds: 5 };
		const run = await runSteps({
			items,
			steps: fourSteps({ fetchBatch: { outputAs, options } }).map((step) => ({
				...step,
				parameters: { ...step.parameters, payerApi: 'directory' },
			})),
			credential: directoryCredential(rows),
			credentialType: 'payerDirectoryApi',
		});
		await Promise.all([slow.close(), healthy.close()]);
		expect(run.error).toBeUndefined();
		expect(run.json('fetchBatch', 1).map(({ outcome }) => outcome)).toEqual(Array(24).fill('complete'));
		expect(left).toBe(0);
	},
);
