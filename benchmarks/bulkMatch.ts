/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { standardCredential, startStandardPayers } from '../test/support/standardSandbox';
import type { Outcome } from './contender';
import { openRing } from './ring';
import { spreadOf, type Spread } from './statistics';

const CONTENDERS: ReadonlyArray<[members: number, matchMode: 'each' | 'together']> = [
	[50, 'together'],
	[500, 'together'],
	[500, 'each'],
	[5000, 'together'],
];

/** What the payer saw of one run. */
interface Seen {
	requests: number;
	polls: number;
}

function written({ median, least, most }: Spread, digits: number): string {
	return `${median.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}

async function main(): Promise<void> {
	const { rounds, into } = new Command('bulk-match')
		.description('Matches many members by one request, and by a request for each, side by side.')
		.option('--rounds <number>', 'rounds', '5')
		.option('--into <folder>', 'where the result is written', join(__dirname, 'results'))
		.parse()
		.opts<{ rounds: string; into: string }>();
	const payers = await startStandardPayers();
	const ring = await openRing();
	const results = CONTENDERS.map(() => [] as Array<Outcome & Seen>);
	try {
		const { credential } = standardCredential(payers, 'pdex-2.2', 'basic');
		for (let round = 0; round < Number(rounds); round += 1) {
			for (const [index, [members, matchMode]] of CONTENDERS.entries()) {
				await payers.reset();
				const outcome = await ring.run('match', { members, matchMode, credential });
				const paths = (await payers.requests()).map(({ path }) => path);
				const requests = paths.filter((path) => path.endsWith('member-match')).length;
				results[index].push({
					...outcome,
					requests,
					polls: paths.filter((path) => path.includes('match-status')).length,
				});
			}
		}
	} finally {
		await ring.close();
		await payers.stop();
	}
	const rows = CONTENDERS.map(([members, matchMode], index) => {
		const runs = results[index];
		const [{ requests, polls, matched }] = runs;
		const seconds = spreadOf(runs.map((each) => each.seconds));
		return {
			members,
			matchMode,
			matched,
			requests,
			polls,
			seconds,
			megabytes: spreadOf(runs.map((each) => each.rssMegabytes)),
		};
	});
	await mkdir(into, { recursive: true });
	await writeFile(join(into, 'bulk-match.json'), `${JSON.stringify(rows, null, '\t')}\n`);
	for (const { members, matchMode, matched, requests, polls, seconds, megabytes } of rows) {
		const counts = `${matched} matched, ${requests} requests, ${polls} polls`;
		process.stdout.write(
			`${members} ${matchMode}: ${counts}, ${written(seconds, 2)} s, at most ${written(megabytes, 0)} MB\n`,
		);
	}
}

main().catch((error: Error) => {
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 1;
});
