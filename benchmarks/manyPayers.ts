import type { Ring } from './ring';
import { openSlowLinks } from './slowLinks';
import { ratios } from './statistics';
import { found, type Extent, type Found } from './suites';

/** One roster over several payers of a Payer Directory, each behind a link of its own. */

/** Of each request. */
const LATENCY_MS = 250;
const SLOW_MS = 10 * LATENCY_MS;
const CONCURRENCY = 5;
/** More members say no more. */
const MAX_MEMBERS = 200;

/**
 * Four payers to one that has all the members, through all four nodes; and three payers beside one that is ten times slower to the same
 * three without it, in Member Match: a node begins when the one before has done all of its items, so that the later ones wait.
 */
export async function manyPayers(ring: Ring, extent: Extent): Promise<Found> {
	const members = Math.min(MAX_MEMBERS, extent.members[extent.members.length - 1]);
	const equal = await openSlowLinks(ring.url, Array<number>(4).fill(LATENCY_MS));
	const withSlow = await openSlowLinks(ring.url, [LATENCY_MS, LATENCY_MS, LATENCY_MS, SLOW_MS]);
	const alone: number[] = [];
	const four: number[] = [];
	const three: number[] = [];
	const besideSlow: number[] = [];
	const run = async (payers: readonly string[], share: number, nodes?: number) => {
		const task = { payers: [...payers], members: share, concurrency: CONCURRENCY, nodes };
		return await ring.run('directory', task);
	};
	try {
		for (let round = 0; round < extent.rounds; round += 1) {
			extent.say(`payers: round ${round + 1} of ${extent.rounds}, ${members} members`);
			await ring.limit({});
			alone.push((await run(equal.urls.slice(0, 1), members)).runSeconds);
			four.push((await run(equal.urls, members)).runSeconds);
			equal.seconds();
			await run(equal.urls.slice(0, 3), (members / 4) * 3, 1);
			three.push(Math.max(...equal.seconds().slice(0, 3)));
			await run(withSlow.urls, members, 1);
			besideSlow.push(Math.max(...withSlow.seconds().slice(0, 3)));
		}
	} finally {
		await Promise.all([equal.close(), withSlow.close()]);
	}
	return {
		findings: [
			found('payers: one with all members, to four with equal shares', ratios(alone, four), {
				target: { atLeast: 3.5 },
			}),
			found('payers: three beside one that is ten times slower, to three alone', ratios(besideSlow, three), {
				target: { atMost: 1.2 },
			}),
		],
		raw: { members, alone, four, three, besideSlow },
	};
}
