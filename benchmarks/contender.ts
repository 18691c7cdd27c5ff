/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import axios from 'axios';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { crowdMember } from '../sandbox/crowd';
import { credentialFor, runSteps, type Step } from '../test/support/engine';
import { TABLE_CONTENDERS, type TableTask } from './tableContenders';

/** What one run of a contender gave. */
export interface Outcome {
	resources: number;
	seconds: number;
	/** Of all threads, from the first byte asked for; without what was prepared first. */
	cpuSeconds: number;
	/** The most memory that the process ever held. */
	rssMegabytes: number;
	[more: string]: number;
}

/** What a contender is told. */
export interface Task extends Partial<TableTask> {
	/** Of the payer, without a path. */
	payer: string;
	/** Of the file at the payer. */
	path: string;
	/** For the roster: how often in a row. */
	runs?: number;
	/** For the roster. */
	members?: number;
	concurrency?: number;
	/** For a match at a payer that follows the standards: the fields of its credential. */
	credential?: ICredentialDataDecryptedObject;
	matchMode?: 'each' | 'together';
	/** For the payers of a directory: their addresses, and how many of the four nodes run. */
	payers?: string[];
	nodes?: number;
}

/** The files of the benchmark are larger than what a run may hold without being told. */
const ROOM = { itemsResources: 10_000_000, itemsMegabytes: 10_000, fileGigabytes: 100 };

type Contender = (task: Task) => Promise<Record<string, number> & { resources: number }>;

async function open({ payer, path }: Task): Promise<AsyncIterable<Buffer>> {
	const answer = await new Promise<IncomingMessage>((resolve, reject) => {
		get(payer + path, resolve).once('error', reject);
	});
	return answer.headers['content-encoding'] === 'gzip' ? answer.pipe(createGunzip()) : answer;
}

/** Download, split, JSON.parse, and where wanted SHA-256: the least that any client does. All resources are held, as n8n holds them. */
const bareItems =
	(withHash: boolean): Contender =>
	async (task) => {
		const held: unknown[] = [];
		const hash = createHash('sha256');
		const decoder = new TextDecoder();
		let rest = '';
		for await (const part of await open(task)) {
			if (withHash) hash.update(part);
			const lines = (rest + decoder.decode(part, { stream: true })).split('\n');
			rest = lines.pop() ?? '';
			for (const line of lines) if (line !== '') held.push(JSON.parse(line));
		}
		if (withHash) hash.digest('hex');
		return { resources: held.length };
	};

/** What an analyst does without this package: HTTP Request as text, then a Code node. */
const naiveItems: Contender = async ({ payer, path }) => {
	const { data } = await axios.get<string>(payer + path, {
		responseType: 'text',
		transformResponse: (text: string) => text,
	});
	const items = data
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => ({ json: JSON.parse(line) as unknown, pairedItem: { item: 0 } }));
	return { resources: items.length };
};

const readlineItems: Contender = async (task) => {
	const held: unknown[] = [];
	const input = Readable.from(await open(task), { objectMode: false });
	for await (const line of createInterface({ input, crlfDelay: Infinity }))
		if (line !== '') held.push(JSON.parse(line));
	return { resources: held.length };
};

/** Download, count the lines, write to disk, and where wanted SHA-256. */
const bareFile =
	(withHash: boolean): Contender =>
	async (task) => {
		const hash = createHash('sha256');
		let resources = 0;
		const source = await open(task);
		async function* counted() {
			for await (const part of source) {
				if (withHash) hash.update(part);
				for (let at = part.indexOf(10); at >= 0; at = part.indexOf(10, at + 1)) resources += 1;
				yield part;
			}
		}
		const target = join(String(process.env.N8N_USER_FOLDER), 'bare.ndjson');
		await pipeline(counted, createWriteStream(target));
		if (withHash) hash.digest('hex');
		return { resources };
	};

/** The same with each line parsed, as the node checks it. */
const checkedFile: Contender = async (task) => {
	const hash = createHash('sha256');
	const decoder = new TextDecoder();
	let resources = 0;
	let rest = '';
	const source = await open(task);
	async function* checked() {
		for await (const part of source) {
			hash.update(part);
			const lines = (rest + decoder.decode(part, { stream: true })).split('\n');
			rest = lines.pop() ?? '';
			for (const line of lines) if (line !== '' && JSON.parse(line)) resources += 1;
			yield part;
		}
	}
	await pipeline(checked, createWriteStream(join(String(process.env.N8N_USER_FOLDER), 'bare.ndjson')));
	hash.digest('hex');
	return { resources };
};

function credential(payer: string) {
	return credentialFor({ url: payer, clientId: 'bench', clientSecret: 'bench' });
}

/** Fetch Batch through the real engine. */
const node =
	(outputAs: string, more: IDataObject = {}): Contender =>
	async ({ payer, path }) => {
		const url = path.replace(/^.*?(?=\/v1\/)/, '');
		const run = await runSteps({
			items: [{ url, tenant: 'bison', jobId: 'j', batch: 1, batchCount: 1 }],
			steps: [{ node: 'fetchBatch', parameters: { outputAs, options: { ...ROOM, ...more } } }],
			credential: credential(payer),
		});
		const [report] = run.json('fetchBatch', 1);
		if (report?.outcome !== 'complete')
			throw new Error(`The run ended with ${run.error?.message ?? 'a partial file'}`);
		return { resources: Number(report.resources) };
	};

/** Members of a roster. */
function membersOf(count: number): IDataObject[] {
	return Array.from({ length: count }, (_, n) => ({
		memberId: `M${n}`,
		givenName: 'Ada',
		familyName: 'Whitfield',
		birthDate: '1984-03-12',
		gender: 'female',
		coverageId: `C${n}`,
		consentId: `consent-${n}`,
		consentStart: '2026-01-01',
		consentEnd: '2035-12-31',
		consentPolicy: 'regular',
	}));
}

/** The four nodes, with the same parameters. */
function fourNodes(parameters: IDataObject): Step[] {
	const names = ['memberMatch', 'startExport', 'waitForExport', 'fetchBatch'] as const;
	return names.map((node) => ({ node, parameters }));
}

/** All four nodes in a row over many members. */
const roster: Contender = async ({ payer, members = 10, concurrency = 5, runs = 1 }) => {
	const items = membersOf(members).map((row) => ({ tenant: 'bison', ...row }));
	const steps = fourNodes({ options: { ...ROOM, concurrency } });
	const runSeconds: number[] = [];
	let result = { resources: 0, reports: 0 };
	for (let n = 0; n < runs; n += 1) {
		const from = performance.now();
		const run = await runSteps({ items, steps, credential: credential(payer) });
		if (run.status !== 'success')
			throw new Error(`The run ended with ${run.error?.message}: ${run.error?.description}`);
		runSeconds.push((performance.now() - from) / 1000);
		result = { resources: run.json('fetchBatch').length, reports: run.json('fetchBatch', 1).length };
	}
	// As numbers, since an outcome is a table of them.
	return { ...result, ...Object.fromEntries(runSeconds.map((each, n) => [`run ${n + 1}`, each])) };
};

/** The same over the payers of a directory, in turn. */
const directory: Contender = async ({ payers = [], members = 10, concurrency = 5, nodes = 4 }) => {
	const keys = payers.map((_, index) => `payer-${index + 1}`);
	const table = keys.map((key, index) => [
		key,
		{ preset: '1upHealth', fhirBaseUrl: payers[index], tenant: 'bison', clientId: key },
	]);
	const items = membersOf(members).map((row, n) => ({ ...row, 'Previous Payer': keys[n % keys.length] }));
	const from = performance.now();
	const run = await runSteps({
		items,
		steps: fourNodes({ payerApi: 'directory', options: { ...ROOM, concurrency } }).slice(0, nodes),
		credential: {
			payers: JSON.stringify(Object.fromEntries(table)),
			clientSecrets: JSON.stringify(Object.fromEntries(keys.map((key) => [key, 'bench']))),
			accessToken: '',
		},
		credentialType: 'payerDirectoryApi',
	});
	if (run.status !== 'success')
		throw new Error(`The run ended with ${run.error?.message}: ${run.error?.description}`);
	const matched = run.json('memberMatch').length;
	if (matched !== members) throw new Error(`${matched} of ${members} were matched`);
	return { resources: members, runSeconds: (performance.now() - from) / 1000 };
};

/** Many members matched at a payer of PDex, by one request or by a request for each. */
const match: Contender = async ({ members = 10, matchMode, credential: fields = {} }) => {
	const items = Array.from({ length: members }, (_, index) => {
		const { tenant, ...row } = crowdMember(index + 1).row;
		void tenant;
		return { ...row };
	});
	const options = { membersPerRequest: members, pollEvery: 1, concurrency: matchMode === 'each' ? 20 : 2 };
	const credentialType = 'fhirPayerOAuth2Api';
	const parameters = { payerApi: 'pdex', pdexAuthentication: credentialType, matchMode, options };
	const steps: Step[] = [{ node: 'memberMatch', parameters }];
	const run = await runSteps({ items, steps, credential: fields, credentialType });
	if (run.status !== 'success')
		throw new Error(`The run ended with ${run.error?.message}: ${run.error?.description}`);
	const matched = run.json('memberMatch').length;
	const notMatched = run.json('memberMatch', 1).length;
	if (matched + notMatched !== members) throw new Error(`${matched + notMatched} of ${members} came out`);
	return { resources: members, matched };
};

/** What a run of one node costs beyond its HTTP call: a file of one resource, many times, by the node and by a bare request. */
const overhead: Contender = async (task) => {
	const timesOf = async (work: Contender) => {
		const times: number[] = [];
		for (let n = 0; n < 120; n += 1) {
			const from = performance.now();
			await work(task);
			times.push(performance.now() - from);
		}
		return times.slice(20).sort((a, b) => a - b)[50];
	};
	const bareMs = await timesOf(bareItems(true));
	const nodeMs = await timesOf(node('items'));
	return { resources: 1, bareMs, nodeMs, overheadMs: nodeMs - bareMs };
};

/** Own ids, tags, and a Provenance. */
const PREPARED = {
	prepare: {
		settings: { idPrefix: 'bison', ownAddress: 'https://plan.example', ownName: 'Prairie Health Plan' },
	},
};

const CONTENDERS: Record<string, (task: never) => ReturnType<Contender> | Awaited<ReturnType<Contender>>> = {
	'items: node': node('items'),
	'items: bare loop': bareItems(true),
	'items: bare loop without hash': bareItems(false),
	'items: naive': naiveItems,
	'items: readline': readlineItems,
	'file: node': node('file'),
	'file: node, ends only': node('file', { checkLines: 'ends' }),
	'file: bare loop': bareFile(true),
	'file: bare loop without hash': bareFile(false),
	'file: bare loop that parses': checkedFile,
	'bundles: node': node('bundles'),
	'bundles: node, prepared': node('bundles', PREPARED),
	'bundles as text: node': node('bundlesText'),
	'bundles as text: node, prepared': node('bundlesText', PREPARED),
	'file: node, prepared': node('file', PREPARED),
	roster,
	directory,
	match,
	overhead,
	...TABLE_CONTENDERS,
};

async function main(): Promise<void> {
	const [, , name, task] = process.argv;
	const startedAt = performance.now();
	const cpuBefore = process.cpuUsage();
	const result = await CONTENDERS[name](JSON.parse(task) as never);
	const seconds = (performance.now() - startedAt) / 1000;
	const { user, system } = process.cpuUsage(cpuBefore);
	const { maxRSS } = process.resourceUsage();
	await rm(String(process.env.N8N_USER_FOLDER), { recursive: true, force: true });
	const outcome: Outcome = {
		seconds,
		rssMegabytes: maxRSS / 1024,
		cpuSeconds: (user + system) / 1e6,
		// Some take the time themselves, without what they prepare.
		...result,
	};
	process.stdout.write(`${JSON.stringify(outcome)}\n`);
	process.exit(0);
}

main().catch((error: Error) => {
	process.stderr.write(`${error.message}\n`);
	process.exit(1);
});
