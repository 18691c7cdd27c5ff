/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import axios from 'axios';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { N8nClient, N8nWorkflow } from '../../local-n8n/rest';
import { crowdMember, isSlow } from '../../sandbox/crowd';
import { createCredential, exampleWorkflow, type Gateway } from '../stage';
import { differences } from './check';
import { EXCHANGE_DATABASE, type Cluster, type Worker } from './cluster';

const POLL_MS = 1_000;
const SECRET_HEADER = 'X-Roster-Key';
/** Minutes after which a silent part is started again; the shipped workflow waits 10. */
const SILENT_MINUTES = 2;
const FINAL = "resources IS NOT NULL AND outcome <> 'error'";

/** The two workflows, active in a cluster. */
export interface Desk {
	cluster: Cluster;
	/** Hands in a roster. */
	send(body: object): Promise<void>;
}

/** What to send, and what to do to the workers. */
export interface RosterPlan {
	name: string;
	/** Numbers of the crowd. */
	numbers: readonly number[];
	partSize: number;
	/** Killed once outcomes come in and this worker is at work. */
	victim?: Worker;
	limitMs: number;
	report: (text: string) => void;
}

/** What came of a roster. */
export interface RosterResult {
	outcomes: Record<string, number>;
	resources: number;
	/** From the call of the webhook to the last outcome. */
	seconds: number;
	/** The same without the members whose export takes a minute. */
	quickSeconds: number;
	parts: number;
	/** Parts that were started more than once. */
	startedAgain: number;
	/** Executions that were under way on the victim when it was killed. */
	lost: number;
	differences: string[];
}

type Node = { name: string; type: string; parameters: Record<string, unknown> };

/** Brings in the example's workflows, chooses credentials as a person would, makes the tables, and activates. */
export async function openDesk(cluster: Cluster, gateway: Gateway): Promise<Desk> {
	const { client, postgres, n8n } = cluster;
	const gatewayCredential = await createCredential(client, gateway);
	const { host, port, user, password } = postgres;
	const key = randomBytes(16).toString('hex');
	const chosen = {
		postgres: await chosenCredential(client, 'postgres', {
			host,
			port,
			user,
			password,
			database: EXCHANGE_DATABASE,
			ssl: 'disable',
		}),
		httpHeaderAuth: await chosenCredential(client, 'httpHeaderAuth', { name: SECRET_HEADER, value: key }),
	};
	const bringIn = async (file: string): Promise<string> =>
		await client.createWorkflow(
			prepared(await exampleWorkflow(file, gatewayCredential, { asShipped: true }), chosen),
		);
	const partId = await bringIn('roster-queue-part.json');
	const rosterId = await bringIn('roster-queue.json');
	await client.runManually(rosterId, 'Once by Hand');
	await until('the tables are there', 60_000, async () => {
		const [[made]] = await postgres.query(EXCHANGE_DATABASE, "SELECT to_regclass('member_resource')");
		return made === 'member_resource';
	});
	await client.activate(partId);
	await client.activate(rosterId);
	const send = async (body: object): Promise<void> => {
		const call = async (path: string): Promise<number> =>
			(
				await axios.post(`${n8n.url}/webhook/${path}`, body, {
					headers: { [SECRET_HEADER]: key },
					proxy: false,
					maxBodyLength: Infinity,
					validateStatus: () => true,
				})
			).status;
		// n8n does not know a webhook at once after it is activated.
		await until('the roster is taken in', 20_000, async () => (await call('roster')) === 200);
	};
	return { cluster, send };
}

async function chosenCredential(
	client: N8nClient,
	type: string,
	data: Record<string, unknown>,
): Promise<Record<string, { id: string; name: string }>> {
	const name = `Queue demo ${type}`;
	return { [type]: { id: await client.createCredential({ name, type, data }), name } };
}

/** The workflow with its credentials chosen, and with a shorter patience. */
function prepared(workflow: N8nWorkflow, chosen: Record<string, object>): N8nWorkflow {
	const nodes = (workflow.nodes as Node[]).map((node) => {
		const { parameters } = node;
		if (node.name === 'Parts to Start') {
			const options = { queryReplacement: `={{ [${SILENT_MINUTES}] }}` };
			return { ...node, parameters: { ...parameters, options }, credentials: chosen.postgres };
		}
		if (node.type === 'n8n-nodes-base.postgres') return { ...node, credentials: chosen.postgres };
		const withHeader =
			parameters.authentication === 'headerAuth' || parameters.genericAuthType === 'httpHeaderAuth';
		return withHeader ? { ...node, credentials: chosen.httpHeaderAuth } : node;
	});
	return { ...workflow, nodes };
}

/**
 * Hands in a roster, waits until every member has an outcome and no execution is left, and checks what is in the tables.
 *
 * @throws where that does not happen in time
 */
export async function runRoster({ cluster, send }: Desk, plan: RosterPlan): Promise<RosterResult> {
	const { numbers, name, partSize, victim, limitMs, report } = plan;
	const query = async (sql: string): Promise<string[][]> =>
		await cluster.postgres.query(EXCHANGE_DATABASE, sql);
	const ofRoster = `member_id IN (SELECT member_id FROM roster_member WHERE part LIKE '${name}-%')`;
	const countFinal = async (): Promise<number> =>
		Number((await query(`SELECT count(*) FROM member_outcome WHERE ${ofRoster} AND ${FINAL}`))[0][0]);
	const [[sentAt]] = await query('SELECT extract(epoch FROM clock_timestamp())');
	await send({ roster: name, partSize, members: numbers.map((number) => crowdMember(number).row) });

	let lost = 0;
	let alive = victim;
	await until(`${name}: every member has an outcome`, limitMs, async () => {
		const final = await countFinal();
		if (alive && final > 0 && alive.running() > 0) {
			lost = alive.running();
			report(`${name}: ${alive.name} is killed at work on ${lost} parts`);
			await alive.kill();
			alive = undefined;
		}
		report(`${name}: ${final} of ${numbers.length} members have an outcome`);
		return final === numbers.length;
	});
	await until(`${name}: no execution is left`, limitMs, async () => (await cluster.unfinished()) === 0);

	const slow = numbers.filter(isSlow).map((number) => `'${crowdMember(number).row.memberId}'`);
	const since = `coalesce(max(extract(epoch FROM stored_at)) - ${sentAt}, 0)`;
	const quickOnly = slow.length === 0 ? 'true' : `member_id NOT IN (${slow.join()})`;
	const [[seconds, quickSeconds]] = await query(
		`SELECT ${since}, (SELECT ${since} FROM member_outcome WHERE ${ofRoster} AND ${quickOnly}) FROM member_outcome WHERE ${ofRoster}`,
	);
	const outcomes = await query(
		`SELECT member_id, outcome, translate(reason, E'\\n\\x1f', '  '), resources FROM member_outcome WHERE ${ofRoster}`,
	);
	const resources = await query(
		`SELECT member_id, type, id, resource FROM member_resource WHERE ${ofRoster}`,
	);
	const [[parts, startedAgain]] = await query(
		`SELECT count(*), count(*) FILTER (WHERE starts > 1) FROM roster_part WHERE part LIKE '${name}-%'`,
	);
	const counted: Record<string, number> = {};
	for (const [, outcome] of outcomes) counted[outcome] = (counted[outcome] ?? 0) + 1;
	return {
		outcomes: counted,
		resources: resources.length,
		seconds: Number(seconds),
		quickSeconds: Number(quickSeconds),
		parts: Number(parts),
		startedAgain: Number(startedAgain),
		lost,
		differences: differences(
			numbers,
			outcomes.map(([memberId, outcome, reason, count]) => ({ memberId, outcome, reason, resources: count })),
			resources.map(([memberId, type, id, json]) => ({ memberId, type, id, json })),
		),
	};
}

async function until(what: string, limitMs: number, holds: () => Promise<boolean>): Promise<void> {
	for (const giveUpAt = Date.now() + limitMs; !(await holds()); await sleep(POLL_MS)) {
		if (Date.now() > giveUpAt) throw new Error(`Not within ${limitMs / 1000} s: ${what}`);
	}
}
