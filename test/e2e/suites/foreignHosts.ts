import type { FaultEntry } from '../../../sandbox/faults/plan';
import type { N8nExecution } from '../../../local-n8n/execution';
import { row, truth, typesOf } from '../../support/expectations';
import { startScriptedGateway, type ScriptedGateway } from '../../support/scriptedGateway';
import { theBench } from '../bench';
import { jsonOf, run } from '../workflows';
import { fourSteps } from '../../support/steps';

/** What the payer says, given the foreign host's origin, and what comes of the exchange. */
interface Case {
	what: string;
	on: FaultEntry['on'];
	fault: (foreign: string) => FaultEntry['fault'];
	expect: (execution: N8nExecution) => void;
}

function whole(execution: N8nExecution): void {
	expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
	expect(typesOf(jsonOf(execution, 'fetchBatch'))).toEqual(truth('small').types);
}

function jobFailed(execution: N8nExecution): void {
	expect(jsonOf(execution, 'waitForExport', 2)).toEqual([
		expect.objectContaining({ outcome: 'failed', reason: expect.stringMatching(/instead of answering/) }),
	]);
}

const errorThat = (says: RegExp) => (execution: N8nExecution) =>
	expect([execution.status, execution.error?.message]).toEqual(['error', expect.stringMatching(says)]);

const CASES: Case[] = [
	{
		what: 'the job',
		on: 'kickOff',
		fault: (foreign) => ({ name: 'job-address', text: `Track job at ${foreign}{path}` }),
		expect: whole,
	},
	{
		what: "the files, at the payer's own path",
		on: 'status',
		fault: (foreign) => ({ name: 'file-addresses', url: `${foreign}{path}` }),
		expect: whole,
	},
	{
		what: 'a file, at a path of its own',
		on: 'status',
		fault: (foreign) => ({ name: 'file-addresses', url: `${foreign}/bucket/{file}`, batch: 1 }),
		expect: errorThat(/not kept by the gateway but on the host localhost/),
	},
	...[301, 302, 307, 308].flatMap((status): Case[] => [
		{
			what: `the status, by redirect ${status}`,
			on: 'status',
			fault: (foreign) => ({ name: 'redirect', status, location: `${foreign}{path}` }),
			expect: jobFailed,
		},
		{
			what: `a file, by redirect ${status}`,
			on: 'file',
			fault: (foreign) => ({ name: 'redirect', status, location: `${foreign}{path}` }),
			expect: errorThat(/points to localhost/),
		},
	]),
];

/** The token goes to the credential's gateway and nowhere else, wherever the payer points. */
export function foreignHostsSuite(): void {
	describe('on a foreign host, which is never asked', () => {
		let foreign: ScriptedGateway;
		beforeAll(async () => (foreign = await startScriptedGateway([{ body: {} }])));
		afterAll(async () => await foreign.close());
		afterEach(async () => await theBench().sandbox.plan([]));

		test.each(CASES)('$what', async (each) => {
			const { sandbox } = theBench();
			// Another name for this computer, and another port: another host, all the same.
			await sandbox.plan([{ on: each.on, fault: each.fault(foreign.url.replace('127.0.0.1', 'localhost')) }]);
			const execution = await run({
				rows: [row('small')],
				steps: fourSteps(),
			});
			expect([...foreign.got, ...foreign.tokenRequests]).toEqual([]);
			each.expect(execution);
		});
	});
}
