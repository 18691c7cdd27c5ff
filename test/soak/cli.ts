/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { memberOutcomes } from '../../demo/outcomes';
import { totalResources } from '../../demo/report';
import type { Stage } from '../../demo/stage';
import { installN8n } from '../../local-n8n/install';
import { startForeignHost, type ForeignHost } from '../support/foreignHost';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { troubles } from './check';
import { sampleOf, trendOf, type Sample, type Trend } from './memory';
import { drawRound, type Round } from './rounds';
import { createWorkflows, openBroom, openSoakStage, runOnce, type Workflows } from './stage';

const MINUTE = 60_000;
/** With fewer, memory says nothing. */
const LEAST_SAMPLES = 12;
/** From the middle third to the last one: of what is in use, and of what the operating system has given. */
const MAX_GROWTH = { live: 0.1, resident: 0.2 };

const program = new Command()
	.name('soak')
	.description(
		'Runs the demo workflow in a real n8n again and again, each time under other faults of the gateway.',
	)
	.option('--minutes <number>', 'how long', Number, 30)
	.option('--seed <number>', 'the faults of the first round; each later round has the next number', Number)
	.parse();

/** What all rounds added up to. */
interface Tally {
	rounds: number;
	/** How many rounds had a fault of each kind, and how often all of them acted. */
	faults: Map<string, number>;
	acted: number;
	members: number;
	resources: number;
	troubles: string[];
	memory: Sample[];
}

interface Bench {
	stage: Stage;
	sandbox: RunningSandbox;
	foreign: ForeignHost;
	memoryFile: string;
}

void main(program.opts<{ minutes: number; seed?: number }>());

async function main({
	minutes,
	seed = randomInt(2 ** 31),
}: {
	minutes: number;
	seed?: number;
}): Promise<void> {
	process.exitCode = 1;
	const closing: Array<() => Promise<void>> = [];
	try {
		const runtime = await installN8n({ report: say });
		const foreign = await startForeignHost();
		closing.push(foreign.close);
		const sandbox = await startSandbox('--retry-after', '1');
		closing.push(sandbox.stop);
		// n8n ends with this process by itself; the sandbox is told to.
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.stop());
		const folder = await mkdtemp(join(tmpdir(), 'soak-'));
		closing.push(async () => await rm(folder, { recursive: true, force: true }));
		const memoryFile = join(folder, 'memory.json');
		const stage = await openSoakStage(runtime, memoryFile, say);
		closing.push(stage.close);
		say(`n8n ${runtime.version}, ${minutes} minutes, seed ${seed}`);
		const tally = await soak({ stage, sandbox, foreign, memoryFile }, minutes, seed);
		process.exitCode = summary(tally, minutes, seed) ? 0 : 1;
	} catch (error) {
		say(error instanceof Error ? error.message : String(error));
	} finally {
		for (const close of closing.reverse()) await close();
	}
}

async function soak(bench: Bench, minutes: number, seed: number): Promise<Tally> {
	const tally: Tally = {
		rounds: 0,
		faults: new Map(),
		acted: 0,
		members: 0,
		resources: 0,
		troubles: [],
		memory: [],
	};
	const workflows = await createWorkflows(bench.stage, bench.sandbox);
	const sweep = await openBroom(bench.stage);
	const startedAt = Date.now();
	while (Date.now() < startedAt + minutes * MINUTE) {
		const roundAt = Date.now();
		const roundSeed = seed + tally.rounds;
		const round = drawRound(roundSeed, bench.foreign.url);
		const { found, acted, members, resources, executionId } = await play(bench, round, workflows);
		await sweep(executionId);
		const minute = (Date.now() - startedAt) / MINUTE;
		const sample = await sampleOf(bench.stage.n8n.pid, bench.memoryFile, minute);
		tally.rounds += 1;
		tally.acted += acted;
		tally.members += members;
		tally.resources += resources;
		tally.memory.push(sample);
		for (const name of round.faults) tally.faults.set(name, (tally.faults.get(name) ?? 0) + 1);
		tally.troubles.push(...found.map((text) => `round ${tally.rounds} (--seed ${roundSeed}): ${text}`));
		const seconds = (Date.now() - roundAt) / 1000;
		say(
			`round ${tally.rounds}  ${found.length === 0 ? 'as expected' : 'WRONG'}  ${seconds.toFixed(1)} s  ` +
				`${sample.live.toFixed(0)} MB in use, ${sample.resident.toFixed(0)} MB resident, ${sample.handles} handles  ${round.looksOnce ? 'looks once  ' : ''}${round.faults.join(', ')}`,
		);
		for (const text of found) say(`    ${text}`);
		if (found.length > 0) say(`    ${JSON.stringify([round.settings, round.plan])}`);
	}
	return tally;
}

async function play(
	{ stage, sandbox, foreign }: Bench,
	round: Round,
	workflows: Workflows,
): Promise<{ found: string[]; acted: number; members: number; resources: number; executionId: string }> {
	await sandbox.reset();
	await sandbox.set(round.settings);
	await sandbox.plan(round.plan);
	if (round.tokensEnd) await sandbox.revokeTokens();
	foreign.got.length = 0;
	const execution = await runOnce(stage, round.looksOnce ? workflows.looksOnce : workflows.waits);
	const outcomes = memberOutcomes(execution);
	const found = troubles(round, outcomes, await sandbox.requests(), foreign.got);
	const plan = await sandbox.get<Array<{ done: number }>>('/sandbox/faults');
	const acted = plan.reduce((sum, { done }) => sum + done, 0);
	if (execution.status !== 'success') found.unshift(`the workflow ended as ${execution.status}`);
	return {
		found,
		acted,
		members: outcomes.length,
		resources: totalResources(outcomes),
		executionId: execution.id,
	};
}

/** @returns whether all held */
function summary(tally: Tally, minutes: number, seed: number): boolean {
	const { rounds, faults, members, resources, troubles: found, memory } = tally;
	const [live, resident, handles] = (['live', 'resident', 'handles'] as const).map((what) =>
		trendOf(memory, what),
	);
	const judged = memory.length >= LEAST_SAMPLES;
	const flat = live.growth <= MAX_GROWTH.live && resident.growth <= MAX_GROWTH.resident;
	const kinds = [...faults].sort().map(([name, count]) => `  ${String(count).padStart(5)}  ${name}`);
	const all = [...faults.values()].reduce((sum, count) => sum + count, 0);
	const lines = [
		`seed ${seed}, ${minutes} minutes, ${rounds} rounds, ${members} members accounted for, ${resources} resources`,
		`${all} faults of ${faults.size} kinds, which met ${tally.acted} calls:`,
		...kinds,
		'n8n after each round, medians of the thirds of the run:',
		`  in use    ${inWords(live)} (MB)`,
		`  resident  ${inWords(resident)} (MB)`,
		`  handles   ${inWords(handles)}`,
		judged ? `Memory is ${flat ? 'flat' : 'NOT FLAT'}.` : 'Too few rounds to say anything of memory.',
		found.length === 0 ? 'Every round ended as expected.' : `${found.length} things were not as expected:`,
		...found.map((text) => `  ${text}`),
	];
	say(`\n${lines.join('\n')}`);
	return rounds > 0 && found.length === 0 && (flat || !judged);
}

function inWords({ start, middle, end, slope }: Trend): string {
	const thirds = [start, middle, end].map((each) => each.toFixed(0)).join(', ');
	return `${thirds}; over the last two ${slope.toFixed(2)} a minute`;
}

function say(text: string): void {
	process.stdout.write(`${text}\n`);
}
