/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { installN8n } from '../../local-n8n/install';
import { startSandbox } from '../../sandbox/server';
import { CONCURRENCY, startCluster, type Cluster, type Worker } from './cluster';
import { openDesk, runRoster, type RosterResult } from './roster';
import { installMissingPackages } from './servers';

const LIMIT_MS = 40 * 60_000;
const MOST_MEMBERS = 300_000;
const MOST_DIFFERENCES_TOLD = 20;

/** A roster of the show, with what each worker took of it. */
interface Act {
	title: string;
	result: RosterResult;
	executions: string[];
}

function wholeNumber(value: string): number {
	const number = Number(value);
	if (Number.isInteger(number) && number >= 1 && number <= MOST_MEMBERS) return number;
	throw new InvalidArgumentError(`A whole number from 1 to ${MOST_MEMBERS}.`);
}

const program = new Command()
	.name('demo:queue')
	.description(
		'Runs rosters through n8n in queue mode on this computer: one worker, two workers, and two of which one is killed.',
	)
	.option('--members <number>', 'members of each roster', wholeNumber, 2_000)
	.option('--part-size <number>', 'members of a part', wholeNumber, 50)
	.option('--only-kill', 'only the roster during which a worker is killed')
	.parse();

async function main(): Promise<void> {
	const { members, partSize, onlyKill } = program.opts<{
		members: number;
		partSize: number;
		onlyKill?: boolean;
	}>();
	installMissingPackages(say);
	const runtime = await installN8n({ report: say });
	const sandbox = await startSandbox();
	let cluster: Cluster | undefined;
	try {
		cluster = await startCluster(runtime, say);
		const workers = [await cluster.addWorker()];
		const desk = await openDesk(cluster, sandbox);
		const acts: Act[] = [];
		const play = async (title: string, name: string, victim?: Worker): Promise<void> => {
			const first = acts.length * members + 1;
			const numbers = Array.from({ length: members }, (_, index) => first + index);
			const before = workers.map((worker) => worker.started());
			const plan = { name, numbers, partSize, victim, limitMs: LIMIT_MS, report: sayChanges() };
			const result = await runRoster(desk, plan);
			const executions = workers.map(
				(worker, index) => `${worker.name}: ${worker.started() - before[index]}`,
			);
			acts.push({ title, result, executions });
		};
		if (!onlyKill) await play('one worker', 'one');
		workers.push(await cluster.addWorker());
		if (!onlyKill) await play('two workers', 'two');
		await play('two workers, one killed', 'killed', workers[1]);
		process.exitCode = tell(acts, members, await cluster.states());
	} finally {
		await cluster?.close();
		await sandbox.close();
	}
}

/** @returns the exit code: 0 where everything agrees with what the sandbox holds */
function tell(acts: Act[], members: number, states: Record<string, number>): number {
	const table = new Table({
		head: ['', ...acts.map(({ title }) => title)],
		style: { head: [], border: [] },
	});
	const row = (title: string, cell: (act: Act) => string): void =>
		void table.push([title, ...acts.map((act) => cell(act))]);
	row('Members', () => String(members));
	row('Outcomes', ({ result }) =>
		Object.entries(result.outcomes)
			.sort()
			.map(([outcome, count]) => `${outcome} ${count}`)
			.join('\n'),
	);
	row('Resources', ({ result }) => String(result.resources));
	row('Parts', ({ result }) => String(result.parts));
	row('Parts lost with the worker', ({ result }) => String(result.lost));
	row('Parts started again', ({ result }) => String(result.startedAgain));
	row('Executions taken', ({ executions }) => executions.join('\n'));
	row('Seconds, all members', ({ result }) => result.seconds.toFixed(1));
	row('Seconds, exports ready at once', ({ result }) => result.quickSeconds.toFixed(1));
	row('Members an hour, all', ({ result }) => perHour(members, result.seconds));
	row('Members an hour, ready at once', ({ result }) => perHour(members * (24 / 25), result.quickSeconds));
	say(`\n${table.toString()}`);
	say(`\nA worker works on ${CONCURRENCY} parts at a time. Executions that n8n kept: ${list(states)}.`);
	const found = acts.flatMap(({ title, result }) => result.differences.map((text) => `${title}: ${text}`));
	const { lost, startedAgain } = acts[acts.length - 1].result;
	if (lost === 0 || startedAgain === 0)
		found.push('The killed worker took no part with it: nothing is shown.');
	if (found.length === 0) {
		say('Every member is accounted for, and every resource is there once, as the sandbox holds it.');
		return 0;
	}
	say(`${found.length} differences from what the sandbox holds:`);
	for (const text of found.slice(0, MOST_DIFFERENCES_TOLD)) say(`  ${text}`);
	return 1;
}

function perHour(members: number, seconds: number): string {
	return Math.round((members / seconds) * 3600).toLocaleString('en-US');
}

function list(counts: Record<string, number>): string {
	const told = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
	return told.length === 0 ? 'none' : told.join(', ');
}

function sayChanges(): (text: string) => void {
	let last = '';
	return (text) => {
		if (text !== last) say(text);
		last = text;
	};
}

function say(text: string): void {
	process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
	say(error instanceof Error ? error.message : String(error));
	process.exitCode = 1;
});
