import type { Outcome } from './contender';
import type { Ring } from './ring';
import { ratios } from './statistics';
import { found, withClaims, type Extent, type Found } from './suites';

/** What is prepared, and what it is compared with. */
const PAIRS: ReadonlyArray<[plain: string, atMost?: number]> = [
	['bundles: node', 1.25],
	['bundles as text: node', 1.25],
	['file: node'],
];

/** Fetch Batch with everything prepared for the plan's own server, to Fetch Batch without, by CPU time, with claims of four lines. */
export async function prepared(ring: Ring, { rounds, claims, say }: Extent): Promise<Found> {
	const results: Record<string, Outcome[]> = {};
	await withClaims(ring, { resources: claims, fourLines: true }, false, async (path) => {
		for (let round = 0; round < rounds; round += 1) {
			say(`prepared: round ${round + 1} of ${rounds}`);
			for (const [plain] of PAIRS) {
				for (const name of [plain, `${plain}, prepared`]) {
					const outcome = await ring.run(name, { path: ring.pathOf(path) });
					results[name] = [...(results[name] ?? []), outcome];
				}
			}
		}
	});
	const seconds = (name: string) => results[name].map(({ cpuSeconds }) => cpuSeconds);
	return {
		findings: PAIRS.map(([plain, atMost]) =>
			found(
				`prepared: CPU time of ${plain}, prepared, to plain`,
				ratios(seconds(`${plain}, prepared`), seconds(plain)),
				{
					target: atMost === undefined ? undefined : { atMost },
				},
			),
		),
		raw: results,
	};
}
