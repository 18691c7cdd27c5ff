/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { rm, statfs } from 'node:fs/promises';
import type { Outcome } from './contender';
import { writeClaims, type FileSize } from './ndjsonFile';
import type { Curve, Finding } from './report';
import type { PayerLimits } from './payer';
import type { Ring } from './ring';
import { growthExponent, ratios, spreadOf, type Spread } from './statistics';

/** How much work a run of the benchmark is. */
export interface Extent {
	rounds: number;
	/** Sizes of the files that the contenders race over. */
	megabytes: number[];
	gzip: boolean;
	/** Size of the file that shows whether memory stays flat. */
	largeFileMegabytes: number;
	/** Resources for the growth curves, of Items and of File. */
	growthItems: number[];
	growthFile: number[];
	/** Members for the roster's growth curve; the last number runs against the payer with limits too. */
	members: number[];
	/** Claims of four lines: for the race of the tables, and for their memory. */
	claims: number;
	manyClaims: number;
	say(text: string): void;
}

/** What a suite found. */
export interface Found {
	findings: Finding[];
	plots?: Array<{ file: string; title: string; x: string; y: string; curves: Curve[] }>;
	raw?: unknown;
}

const MEGABYTE = 1e6;

export async function withClaims<T>(
	ring: Ring,
	size: FileSize,
	gzip: boolean,
	work: (path: string) => Promise<T>,
): Promise<T> {
	const { path } = await writeClaims(ring.folder, size, gzip);
	return await work(path).finally(async () => {
		await rm(path, { force: true });
		await rm(`${path}.gz`, { force: true });
	});
}

/** Runs all contenders in turn, so many rounds. */
async function race(
	ring: Ring,
	contenders: readonly string[],
	path: string,
	{ rounds, say }: Extent,
): Promise<Record<string, Outcome[]>> {
	const results: Record<string, Outcome[]> = Object.fromEntries(contenders.map((name) => [name, []]));
	for (let round = 0; round < rounds; round += 1) {
		say(`  round ${round + 1} of ${rounds}`);
		for (const name of contenders) results[name].push(await ring.run(name, { path }));
	}
	return results;
}

export function found(what: string, { median, least, most }: Spread, more: Partial<Finding> = {}): Finding {
	return { what, value: median, from: least, to: most, ...more };
}

const speeds = (outcomes: Outcome[]) => outcomes.map(({ resources, seconds }) => resources / seconds);
const memory = (outcomes: Outcome[]) => outcomes.map(({ rssMegabytes }) => rssMegabytes);

/** Items, File and Bundles against loops that do the same. */
export async function raceAll(ring: Ring, extent: Extent): Promise<Found> {
	const names = [
		...['node', 'bare loop', 'bare loop without hash', 'naive', 'readline'].map((name) => `items: ${name}`),
		'bundles: node',
		...['node', 'node, ends only', 'bare loop', 'bare loop without hash', 'bare loop that parses'].map(
			(name) => `file: ${name}`,
		),
	];
	const findings: Finding[] = [];
	const raw: Record<string, unknown> = {};
	for (const megabytes of extent.megabytes) {
		await withClaims(ring, { bytes: megabytes * MEGABYTE }, extent.gzip, async (path) => {
			for (const gzip of extent.gzip ? [false, true] : [false]) {
				const at = `${megabytes} MB${gzip ? ' gzip' : ''}`;
				extent.say(`Items, Bundles and File at ${at}`);
				const results = await race(ring, names, ring.pathOf(gzip ? `${path}.gz` : path), extent);
				raw[at] = results;
				findings.push(...judged(at, results));
			}
		});
	}
	return { findings, raw };
}

function judged(at: string, results: Record<string, Outcome[]>): Finding[] {
	const compare = (of: string, to: string, atLeast?: number) =>
		found(`${at} · speed of ${of} to ${to}`, ratios(speeds(results[of]), speeds(results[to])), {
			target: atLeast === undefined ? undefined : { atLeast },
		});
	return [
		found(`${at} · items: node`, spreadOf(speeds(results['items: node'])), { unit: 'resources/s' }),
		compare('items: node', 'items: bare loop', 0.85),
		compare('items: node', 'items: bare loop without hash'),
		compare('items: node', 'items: naive', 1.6),
		compare('items: node', 'items: readline'),
		found(
			`${at} · peak memory of items: node to an array of the same objects`,
			ratios(memory(results['items: node']), memory(results['items: bare loop'])),
			{ target: { atMost: 1.15 } },
		),
		compare('bundles: node', 'items: node', 0.8),
		found(`${at} · file: node`, spreadOf(speeds(results['file: node'])), { unit: 'resources/s' }),
		compare('file: node', 'file: bare loop'),
		compare('file: node, ends only', 'file: bare loop', 0.9),
		compare('file: node', 'file: bare loop without hash'),
		compare('file: node', 'file: bare loop that parses', 0.9),
	];
}

/** Whether the memory of File grows with the file. */
export async function flatMemory(ring: Ring, { largeFileMegabytes, say }: Extent): Promise<Found> {
	const { bavail, bsize } = await statfs(ring.folder);
	// The file itself, and what n8n stores of it.
	if (bavail * bsize < largeFileMegabytes * MEGABYTE * 2.2) {
		say(`Not enough free space for a file of ${largeFileMegabytes} MB`);
		return { findings: [] };
	}
	const rss: number[] = [];
	for (const megabytes of [100, largeFileMegabytes]) {
		say(`File of ${megabytes} MB, once`);
		const outcome = await withClaims(
			ring,
			{ bytes: megabytes * MEGABYTE },
			false,
			async (path) => await ring.run('file: node', { path: ring.pathOf(path) }),
		);
		rss.push(outcome.rssMegabytes);
	}
	const what = `peak memory of File at ${largeFileMegabytes} MB above that at 100 MB`;
	return { findings: [{ what, value: rss[1] - rss[0], unit: 'MB', target: { atMost: 64 } }], raw: rss };
}

/** How cost grows with the number of resources. */
export async function growth(ring: Ring, extent: Extent): Promise<Found> {
	const curve = async (name: string, counts: number[]): Promise<Curve> => {
		const points: Array<[number, number]> = [];
		for (const resources of counts) {
			extent.say(`${name} of ${resources} resources`);
			await withClaims(ring, { resources }, false, async (path) => {
				const outcomes: number[] = [];
				for (let n = 0; n < Math.min(3, extent.rounds); n += 1) {
					outcomes.push((await ring.run(name, { path: ring.pathOf(path) })).seconds);
				}
				points.push([resources, spreadOf(outcomes).median]);
			});
		}
		return { name, points };
	};
	const curves = [
		await curve('items: node', extent.growthItems),
		await curve('bundles: node', extent.growthItems),
		await curve('file: node', extent.growthFile),
	];
	return {
		findings: curves.map(({ name, points }) => ({
			what: `growth of ${name} from 10,000 resources on (1: as the work)`,
			value: growthExponent(points.filter(([count]) => count >= 10_000)),
			target: { atMost: 1.15 },
		})),
		plots: [
			{ file: 'growth-resources.svg', title: 'Time by resources', x: 'resources', y: 'seconds', curves },
		],
		raw: curves,
	};
}

type Limited = PayerLimits & { name: string; members: number };

const JOBS = { jobsAtOnce: 10, jobMs: 100, pollAfterSeconds: 5, files: 6 };
/** Payers with limits; the members of the last size of the roster ask them, unless there are fewer here. */
const LIMITED: Limited[] = [
	{ name: '50 a second, 10 jobs at once', members: 500, requestsPerSecond: 50, counting: 'sliding', ...JOBS },
	{
		name: '100 a second',
		members: 1000,
		requestsPerSecond: 100,
		counting: 'sliding',
		...JOBS,
		jobsAtOnce: 1e6,
		files: 1,
	},
	{ name: 'windows of 10 s', members: 500, requestsPerSecond: 50, counting: 'windows', ...JOBS },
	{
		name: 'windows of 10 s, no headers',
		members: 500,
		requestsPerSecond: 50,
		counting: 'windows without headers',
		...JOBS,
	},
];
const RUNS = 3;

/** What of a payer's limits is used by runs in a row, each of all four nodes. */
async function withLimits(ring: Ring, extent: Extent, { name, ...limits }: Limited): Promise<Found> {
	const members = Math.min(limits.members, extent.members[extent.members.length - 1]);
	extent.say(`roster of ${members} members, payer with limits: ${name}`);
	await ring.limit(limits);
	const outcome = await ring.run('roster', { members, concurrency: 20, runs: RUNS });
	const counts = await ring.counts();
	// The nodes work one after another; jobs bound the kick-offs alone.
	const others = members * (1 + limits.files) + counts.necessaryPolls / RUNS;
	const jobsSeconds = (members * limits.jobMs) / 1000 / limits.jobsAtOnce;
	const capSeconds =
		others / limits.requestsPerSecond + Math.max(members / limits.requestsPerSecond, jobsSeconds);
	const seconds = Array.from({ length: RUNS }, (_, n) => outcome[`run ${n + 1}`]);
	return {
		findings: [
			...seconds.map((each, index) => ({
				what: `roster: ${name}: run ${index + 1} to what the payer bears`,
				value: capSeconds / each,
				target: { atLeast: 0.95 },
			})),
			{
				what: `roster: ${name}: answers of 429 after the first second, for each request`,
				value: counts.lateRefusals / counts.requests,
				target: { atMost: 0.01 },
			},
			{
				what: `roster: ${name}: polls to those necessary`,
				value: counts.polls / counts.necessaryPolls,
				target: { atMost: 1.1 },
			},
			{
				what: `roster: ${name}: members an hour, one worker`,
				value: (members / Math.max(...seconds)) * 3600,
			},
		],
		raw: { name, limits, outcome, counts, capSeconds },
	};
}

/** Many members through all four nodes: how time grows, and how much of what the payer bears is used. */
export async function roster(ring: Ring, extent: Extent): Promise<Found> {
	const points: Array<[number, number]> = [];
	for (const members of extent.members) {
		extent.say(`roster of ${members} members, payer without limits`);
		await ring.limit({});
		const { seconds } = await ring.run('roster', { members, concurrency: 20 });
		points.push([members, seconds]);
	}
	const limited: Found[] = [];
	for (const payer of LIMITED) limited.push(await withLimits(ring, extent, payer));
	return {
		findings: [
			{
				what: 'roster: growth with members (1: as the work)',
				value: growthExponent(points.filter(([count]) => count >= 100)),
				target: { atMost: 1.15 },
			},
			...limited.flatMap(({ findings }) => findings),
		],
		plots: [
			{
				file: 'growth-members.svg',
				title: 'Time by members',
				x: 'members',
				y: 'seconds',
				curves: [{ name: 'all four nodes', points }],
			},
		],
		raw: { points, limited: limited.map(({ raw }) => raw) },
	};
}

/** What one node run costs beyond its HTTP call. */
export async function overhead(ring: Ring, extent: Extent): Promise<Found> {
	extent.say('what a node run costs beyond its HTTP call');
	await ring.limit({});
	return await withClaims(ring, { resources: 1 }, false, async (path) => {
		const { overheadMs, bareMs, nodeMs } = await ring.run('overhead', { path: ring.pathOf(path) });
		const what = 'a run of Fetch Batch beyond its HTTP call';
		return { findings: [{ what, value: overheadMs, unit: 'ms' }], raw: { overheadMs, bareMs, nodeMs } };
	});
}
