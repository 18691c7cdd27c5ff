import fc from 'fast-check';
import { inCircles } from '../../../../nodes/FhirToTable/claims/circles';
import { RunClaims } from '../../../../nodes/FhirToTable/claims/runClaims';
import { claim, from, standings, type Said, type Seen } from './someClaims';

/** What holds for any claims, damaged and hostile ones too. */

const few = (count: number) => fc.integer({ min: 1, max: count }).map(String);
const said: fc.Arbitrary<Said> = fc.record(
	{
		id: few(8),
		numbers: fc.array(few(6), { maxLength: 2 }),
		prior: fc.array(few(6), { maxLength: 2 }),
		replacedBy: fc.array(few(6), { maxLength: 1 }),
		status: fc.constantFrom('active', 'active', 'active', 'cancelled', 'draft', 'entered-in-error', 'odd'),
		updated: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', 'never'),
		insurer: fc.constantFrom({}, { reference: 'Organization/1' }),
	},
	{ requiredKeys: ['id'] },
);
const seenClaim = fc
	.tuple(said, fc.constantFrom('a', 'b'), fc.constantFrom('2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'))
	.map(([one, payer, when]): Seen => [claim(one), from(payer, when)]);
const organization: Seen = [
	{ resourceType: 'Organization', id: '1', identifier: [{ system: 'x', value: '1' }] },
	from('a'),
];

/** What is said of each, with the claim itself, in an order of its own. */
const told = (seen: readonly Seen[]) => {
	const found = standings(seen);
	return seen.map((each, at) => JSON.stringify([each, found[at]])).sort();
};

test('the order of lines and files plays no part, and nothing is left out', () => {
	fc.assert(
		fc.property(
			fc
				.array(seenClaim, { maxLength: 14 })
				.map((list) => [...list, organization])
				.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
			([seen, shuffled]) => {
				expect(told(shuffled)).toEqual(told(seen));
				expect(told(seen)).toHaveLength(seen.length);
			},
		),
		{ numRuns: 120 },
	);
});

test('of a claim one at most is current, and none that is not active or says that it is replaced', () => {
	fc.assert(
		fc.property(fc.array(seenClaim, { maxLength: 14 }), (seen) => {
			const current = standings(seen).flatMap((standing, at) =>
				standing?.isCurrent === true ? [{ standing, resource: seen[at][0] }] : [],
			);
			const identities = current.flatMap(({ standing }) => standing.claimIdentity ?? []);
			expect(new Set(identities).size).toBe(identities.length);
			for (const { resource } of current) {
				expect(resource.status).toBe('active');
				expect(JSON.stringify(resource)).not.toContain('"replacedby"');
			}
			const replaced = standings(seen).flatMap((standing) =>
				standing && standing.reason !== 'newerVersion' && !/draft|error/.test(standing.reason ?? '')
					? (standing.replaces ?? [])
					: [],
			);
			expect(identities.filter((identity) => replaced.includes(identity))).toEqual([]);
		}),
		{ numRuns: 120 },
	);
});

/** Who comes back to himself, or stands between two who do, found by walking from everybody. */
function circlesByWalking(from_: number[], to: number[], count: number): number[] {
	const reach = (start: number, there: number[], back: number[]) => {
		const found = new Set<number>();
		const open = [start];
		for (let at = open.pop(); at !== undefined; at = open.pop()) {
			there.forEach((each, arrow) => {
				if (each !== at || found.has(back[arrow])) return;
				found.add(back[arrow]);
				open.push(back[arrow]);
			});
		}
		return found;
	};
	const all = Array.from({ length: count }, (_, at) => at);
	const inOne = all.filter((at) => reach(at, from_, to).has(at));
	return all.map((at) => {
		const leads = (there: number[], back: number[]) =>
			inOne.some((each) => each === at || reach(at, there, back).has(each));
		return leads(from_, to) && leads(to, from_) ? 1 : 0;
	});
}

test('circles are those that a walk finds', () => {
	const number = fc.integer({ min: 0, max: 7 });
	fc.assert(
		fc.property(fc.array(fc.tuple(number, number), { maxLength: 12 }), (arrows) => {
			const [from_, to] = [arrows.map(([one]) => one), arrows.map(([, other]) => other)];
			const found = inCircles({ from: Int32Array.from(from_), to: Int32Array.from(to) }, 8);
			expect([...found]).toEqual(circlesByWalking(from_, to, 8));
		}),
		{ numRuns: 500 },
	);
});

test('a hundred thousand in one chain, and in one circle', () => {
	const MANY = 100_000;
	const from_ = Int32Array.from({ length: MANY }, (_, at) => at);
	const to = from_.map((at) => (at + 1) % MANY);
	expect(inCircles({ from: from_, to }, MANY).every((each) => each === 1)).toBe(true);
	const chain = { from: from_.subarray(0, MANY - 1), to: to.subarray(0, MANY - 1) };
	expect(inCircles(chain, MANY).some((each) => each === 1)).toBe(false);
});

test('a claim takes at most 64 bytes, whatever their number, every tenth of them adjusted', () => {
	for (const many of [70_000, 110_000]) {
		const claims = new RunClaims(new Set());
		const origin = from('a');
		for (let at = 0; at < many; at += 1) {
			const prior = at % 10 === 9 ? [`CLM-${at - 1}`] : [];
			claims.look(claim({ id: `eob-${at}`, numbers: [`CLM-${at}`], prior }), origin, '');
		}
		claims.close();
		// What is held for none of them in particular.
		const empty = new RunClaims(new Set());
		empty.close();
		expect((claims.bytes - empty.bytes) / many).toBeLessThan(64);
	}
});
