/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { plotOf, tableOf, type Finding } from './report';
import { openRing, type Ring } from './ring';
import { manyPayers } from './manyPayers';
import { prepared } from './prepared';
import { tables, tablesMemory } from './tables';
import { flatMemory, growth, overhead, raceAll, roster, type Extent, type Found } from './suites';

const RESULTS = join(__dirname, 'results');
/** What a run of some parts, or of other sizes, writes: it says nothing of the whole. Not kept by git. */
const PART_RESULTS = join(RESULTS, 'part');

const SUITES: Record<string, (ring: Ring, extent: Extent) => Promise<Found>> = {
	race: raceAll,
	memory: flatMemory,
	growth,
	roster,
	overhead,
	tables,
	tablesMemory,
	prepared,
	payers: manyPayers,
};

const FULL: Omit<Extent, 'say'> = {
	rounds: 5,
	megabytes: [100, 500],
	gzip: true,
	largeFileMegabytes: 10_000,
	growthItems: [1_000, 10_000, 100_000, 1_000_000],
	growthFile: [1_000, 10_000, 100_000, 1_000_000],
	members: [10, 100, 1_000, 10_000],
	claims: 30_000,
	manyClaims: 1_000_000,
};

const QUICK: Omit<Extent, 'say'> = {
	rounds: 3,
	megabytes: [20],
	gzip: false,
	largeFileMegabytes: 300,
	growthItems: [1_000, 10_000, 40_000],
	growthFile: [1_000, 10_000, 40_000],
	members: [10, 100, 200],
	claims: 4_000,
	manyClaims: 40_000,
};

interface Flags {
	quick?: boolean;
	rounds?: number;
	only?: string[];
	megabytes?: number[];
	members?: number[];
	into?: string;
}

function readCount(text: string): number {
	if (/^[1-9]\d*$/.test(text)) return Number(text);
	throw new InvalidArgumentError('It must be a whole number of 1 or more.');
}

function readCounts(text: string): number[] {
	return text.split(',').map(readCount);
}

function readSuites(text: string): string[] {
	const names = text.split(',');
	if (names.every((name) => name in SUITES)) return names;
	throw new InvalidArgumentError(`There are: ${Object.keys(SUITES).join(', ')}.`);
}

async function main(): Promise<void> {
	const { quick, rounds, only, megabytes, members, ...flags } = new Command('bench')
		.description(
			'Measures the nodes through the n8n engine, beside loops that do the same. See README.md here.',
		)
		.option('--quick', 'small sizes and few rounds: does it run, and roughly how fast')
		.option('--rounds <number>', 'rounds of each race', readCount)
		.option('--only <suites>', `of these, divided by commas: ${Object.keys(SUITES).join(', ')}`, readSuites)
		.option('--megabytes <sizes>', 'sizes of the files of the race, divided by commas', readCounts)
		.option(
			'--members <numbers>',
			'sizes of the roster, divided by commas; the last one meets the limits too',
			readCounts,
		)
		.option('--into <folder>', 'where results are written')
		.parse()
		.opts<Flags>();
	const say = (text: string) => void process.stderr.write(`${text}\n`);
	const extent = {
		...(quick ? QUICK : FULL),
		...(rounds && { rounds }),
		...(megabytes && { megabytes }),
		...(members && { members }),
		say,
	};
	const wanted = only ?? Object.keys(SUITES);
	const isPart = [only, megabytes, members].some((each) => each !== undefined);
	const into = flags.into ?? (isPart ? PART_RESULTS : RESULTS);

	const ring = await openRing();
	const findings: Finding[] = [];
	const raw: Record<string, unknown> = {};
	await mkdir(into, { recursive: true });
	try {
		for (const name of wanted) {
			const found = await SUITES[name](ring, extent);
			findings.push(...found.findings);
			raw[name] = found.raw;
			for (const { file, title, x, y, curves } of found.plots ?? []) {
				await writeFile(join(into, file), plotOf(title, x, y, curves));
			}
		}
	} finally {
		await ring.close();
	}
	const machine = {
		processors: `${cpus().length} x ${cpus()[0].model}`,
		memoryGigabytes: Math.round(totalmem() / 1e9),
		node: process.version,
	};
	const table = tableOf(findings);
	const kind = quick ? 'quick' : 'full';
	const { rounds: made } = extent;
	const head = `${made} rounds, ${machine.processors}, ${machine.memoryGigabytes} GB, Node ${machine.node}`;
	await writeFile(
		join(into, `${kind}.json`),
		JSON.stringify({ machine, rounds: made, findings, raw }, null, '\t'),
	);
	await writeFile(join(into, `${kind}.md`), `${head}\n\n${table}\n`);
	process.stdout.write(`${head}\n\n${table}\n`);
}

main().catch((error: Error) => {
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 1;
});
