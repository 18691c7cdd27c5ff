/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import { Command } from 'commander';
import { startPostgres, type Postgres } from '../local-n8n/postgres';
import { createCredential, exampleWorkflow, openStage } from '../demo/stage';
import { hasEnded } from '../local-n8n/execution';
import { installN8n } from '../local-n8n/install';
import type { N8nClient, N8nWorkflow } from '../local-n8n/rest';
import { members } from '../sandbox/members';
import { startSandbox } from '../test/support/sandbox';
import { plotOf } from './report';

const LOOK_EVERY_MS = 1000;
const MAX_MINUTES = 60;
const DATABASE = 'postgres';

interface Flags {
	resources: string;
	inline?: boolean;
	into: string;
}

type Node = Record<string, unknown> & { name: string; type: string };

/** Chooses the Postgres credential in its nodes, as a person would. */
function withPostgres(workflow: N8nWorkflow, id: string): N8nWorkflow {
	const nodes = (workflow.nodes as Node[]).map((node) =>
		node.type === 'n8n-nodes-base.postgres'
			? { ...node, credentials: { postgres: { id, name: 'Bench database' } } }
			: node,
	);
	return { ...workflow, nodes } as N8nWorkflow;
}

/** The same workflow without a sub-workflow: the loop runs the nodes of a part itself. */
function inlined(workflow: N8nWorkflow): N8nWorkflow {
	const to = (node: string) => [{ node, type: 'main', index: 0 }];
	const connections = {
		...(workflow.connections as object),
		'For Each Part': { main: [to('All Parts Loaded'), to('Tables of This Part')] },
		'Load Report': { main: [to('For Each Part')] },
	};
	return { ...workflow, connections } as N8nWorkflow;
}

async function megabytesOf(pid: number): Promise<number> {
	const status = await readFile(`/proc/${pid}/status`, 'utf8');
	return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

/** A number that a query gives; 0 as long as there is no table. */
async function numberOf(postgres: Postgres, query: string): Promise<number> {
	const [[count]] = await postgres.query(DATABASE, query).catch(() => [['0']]);
	return Number(count);
}

const PARTS = "SELECT count(*) FROM p2p_load_report WHERE report ? 'part'";
const RESOURCES = "SELECT sum((report->>'resources')::bigint) FROM p2p_load_report WHERE report ? 'part'";

/** Makes the tables, and sends the roster of the one large member by the form. @returns the id of the run */
async function started(client: N8nClient, url: string, workflowId: string): Promise<string> {
	const made = await client.runManually(workflowId, 'Make Tables by Hand');
	await client.waitForExecution(made, { timeoutMs: 60_000 });
	await client.activate(workflowId);
	const { row } = members.find(({ key }) => key === 'large')!;
	const lines = [Object.keys(row), Object.values(row)].map((cells) => cells.join(','));
	const body = new FormData();
	body.append('field-0', new Blob([lines.join('\n')], { type: 'text/csv' }), 'roster.csv');
	body.append('field-1', 'Benchmark');
	await sleep(LOOK_EVERY_MS);
	await axios.post(`${url}/form/large-export`, body, { proxy: false });
	// Runs are numbered one after the other.
	return String(Number(made) + 1);
}

async function main(): Promise<void> {
	const { resources, inline, into } = new Command('large-export')
		.description(
			'Loads a large export into PostgreSQL with examples/large-export.json in a real n8n, and watches its memory.',
		)
		.option('--resources <number>', 'resources of the export', '1000000')
		.option('--inline', 'without a sub-workflow for each part')
		.option('--into <folder>', 'where results are written', join(__dirname, 'results'))
		.parse()
		.opts<Flags>();
	const say = (text: string) => void process.stderr.write(`${text}\n`);
	const runtime = await installN8n({ report: say });
	const sandbox = await startSandbox('--retry-after', '1', '--resources', resources);
	const folder = await mkdtemp(join(tmpdir(), 'large-export-'));
	const postgres = await startPostgres(folder);
	const stage = await openStage(runtime, say);
	const close = async () => {
		await stage.close();
		await sandbox.stop();
		await postgres.stop();
		await rm(folder, { recursive: true, force: true });
	};
	const measured = async () => {
		const { client, n8n } = stage;
		const credentialId = await createCredential(client, sandbox);
		const shipped = await exampleWorkflow('large-export.json', credentialId, { asShipped: true });
		const { host, port, user, password } = postgres;
		const credential = await client.createCredential({
			name: 'Bench database',
			type: 'postgres',
			data: { host, port, user, password, database: DATABASE, ssl: 'disable' },
		});
		const chosen = withPostgres(inline ? inlined(shipped) : shipped, credential);
		// So that its end can be seen.
		const settings = { ...(chosen.settings as object), saveManualExecutions: true };
		const workflow = { ...chosen, settings } as N8nWorkflow;
		const workflowId = await client.createWorkflow(workflow);
		const executionId = await started(client, n8n.url, workflowId);
		const startedAt = performance.now();
		const curve: Array<[seconds: number, megabytes: number]> = [];
		for (let ended = false; !ended; ) {
			await sleep(LOOK_EVERY_MS);
			const seconds = (performance.now() - startedAt) / 1000;
			curve.push([seconds, await megabytesOf(n8n.pid)]);
			if (seconds > MAX_MINUTES * 60) throw new Error(`Not done within ${MAX_MINUTES} minutes`);
			if (curve.length % 5 > 0) continue;
			// A run whose data is not kept is gone when it has ended well.
			const execution = await client.getExecution(executionId).catch(() => undefined);
			ended = !execution || hasEnded(execution.status);
			if (execution && ended) say(`${execution.status} ${JSON.stringify(execution.error ?? '')}`);
			say(
				`${Math.round(seconds)} s, ${Math.round(curve[curve.length - 1][1])} MB, ${await numberOf(postgres, PARTS)} parts`,
			);
		}
		return curve;
	};
	try {
		const curve = await measured();
		const [loaded, parts] = [await numberOf(postgres, RESOURCES), await numberOf(postgres, PARTS)];
		const name = `large-export-${inline ? 'inline' : 'sub-workflow'}`;
		const result = {
			resources: Number(resources),
			loaded,
			parts,
			seconds: curve[curve.length - 1][0],
			firstMegabytes: curve[0][1],
			mostMegabytes: Math.max(...curve.map(([, megabytes]) => megabytes)),
			curve,
		};
		await mkdir(into, { recursive: true });
		await writeFile(join(into, `${name}.json`), JSON.stringify(result));
		const curves = [{ name, points: curve }];
		const plot = plotOf('Memory of n8n while the export is loaded', 'seconds', 'MB', curves);
		await writeFile(join(into, `${name}.svg`), plot);
		say(JSON.stringify({ ...result, curve: undefined }));
		if (loaded !== Number(resources)) throw new Error(`${loaded} of ${resources} resources were loaded`);
	} finally {
		await close();
	}
}

main().catch((error: Error) => {
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 1;
});
