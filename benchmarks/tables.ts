import type { Outcome } from './contender';
import type { Ring } from './ring';
import { ratios, spreadOf } from './statistics';
import { found, withClaims, type Extent, type Found } from './suites';

/** The other engine takes so much longer that a part of the file is enough; what is compared is the rate. */
const ORACLE_SHARE = 10;
const SMALL = 10_000;
const FLAT_MEGABYTES = 64;

const CONTENDERS: ReadonlyArray<[name: string, share: number, table?: string]> = [
	['table: JSON.parse', 1],
	['table: loop that reads and parses', 1],
	['table: CSV', 1],
	['table: CSV by medplum', ORACLE_SHARE],
	['table: items', 1],
	['table: items by medplum', ORACLE_SHARE],
	['table: node', 1],
	['table: node', 1, 'medical_claim'],
];

const rates = (outcomes: Outcome[]) => outcomes.map(({ resources, cpuSeconds }) => resources / cpuSeconds);

/** Rows of claims of four lines, by CPU time: against the parser alone and against another engine. */
export async function tables(ring: Ring, { rounds, claims, say }: Extent): Promise<Found> {
	const results: Record<string, Outcome[]> = {};
	const of = (name: string) => rates(results[name]);
	const shares = [...new Set(CONTENDERS.map(([, share]) => share))];
	const files = new Map<number, string>();
	const run = async () => {
		for (let round = 0; round < rounds; round += 1) {
			say(`tables: round ${round + 1} of ${rounds}`);
			for (const [name, share, table] of CONTENDERS) {
				const outcome = await ring.run(name, { file: files.get(share), table });
				const key = table ? `${name}, ${table}` : name;
				results[key] = [...(results[key] ?? []), outcome];
			}
		}
	};
	const withFiles = shares.reduceRight<() => Promise<void>>(
		(next, share) => async () =>
			await withClaims(
				ring,
				{ resources: Math.round(claims / share), fourLines: true },
				false,
				async (file) => {
					files.set(share, file);
					await next();
				},
			),
		run,
	);
	await withFiles();
	const compare = (what: string, name: string, to: string, atLeast?: number) =>
		found(`tables: ${what}`, ratios(of(name), of(to)), {
			target: atLeast === undefined ? undefined : { atLeast },
		});
	const [parser, loop, node] = ['table: JSON.parse', 'table: loop that reads and parses', 'table: node'];
	return {
		findings: [
			found('tables: JSON.parse alone', spreadOf(of(parser)), { unit: 'claims a CPU second' }),
			compare('NDJSON text to CSV, to JSON.parse alone', 'table: CSV', parser, 0.45),
			compare('NDJSON text to CSV, to @medplum/core', 'table: CSV', 'table: CSV by medplum', 12),
			compare('resources to row items, to @medplum/core', 'table: items', 'table: items by medplum', 40),
			compare('the node, file to file, to a loop that reads the file and parses each line', node, loop),
			compare('the node, file to file, to JSON.parse alone', node, parser),
			compare('the node, file to file, to @medplum/core', node, 'table: CSV by medplum'),
			compare(
				'the node with medical_claim (its columns), to JSON.parse alone',
				`${node}, medical_claim`,
				parser,
			),
			found('tables: the node, file to file', spreadOf(of(node)), { unit: 'claims a CPU second' }),
		],
		raw: results,
	};
}

/** Whether the memory of FHIR to Table, from file to file, grows with the file. */
export async function tablesMemory(ring: Ring, { manyClaims, say }: Extent): Promise<Found> {
	const rss: number[] = [];
	for (const resources of [SMALL, manyClaims]) {
		say(`tables: memory at ${resources} claims`);
		const outcome = await withClaims(
			ring,
			{ resources, fourLines: true },
			false,
			async (file) => await ring.run('table: node', { file }),
		);
		if (outcome.rows !== resources * 4) throw new Error(`${outcome.rows} rows of ${resources} claims`);
		rss.push(outcome.rssMegabytes);
	}
	return {
		findings: [
			{ what: `tables: peak memory at ${SMALL} claims`, value: rss[0], unit: 'MB' },
			{
				what: `tables: peak memory at ${manyClaims} claims above that at ${SMALL}`,
				value: rss[1] - rss[0],
				unit: 'MB',
				target: { atMost: FLAT_MEGABYTES },
			},
		],
		raw: rss,
	};
}
