/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error, no-console */
import { inspect } from 'node:util';
import fc from 'fast-check';
import { ExchangeError } from '../../../nodes/shared/n8n/exchangeError';

/**
 * Cases of each property, and the seed they are made from: the same seed makes the same cases. `npm test` runs the same ones
 * each time, so that a change is judged by itself; `npm run test:fuzz` looks for new ones.
 */
export const RUNS = Number(process.env.FUZZ_RUNS ?? 10_000);
export const SEED =
	process.env.FUZZ_SEED === 'random' ? Date.now() % 2 ** 31 : Number(process.env.FUZZ_SEED ?? 20_270_101);

/** A case takes far below a millisecond; one that takes this long hangs, or would with a longer text. */
const LONGEST_CASE_MS = 20_000;

/** Stands for PHI: it may come back in data, never in an error. */
export const MARKER = 'Zzyzxová';
const MARKED = /zzyzx/i;

console.log(`fuzz seed ${SEED}, ${RUNS} cases each (FUZZ_SEED and FUZZ_RUNS set them)`);

/**
 * A property that must hold for every case; a case that fails is shrunk and shown with its seed. What is checked for each case is
 * plain where it can be: an `expect` takes as long as most of the code under test.
 */
export function fuzz<T>(title: string, cases: fc.Arbitrary<T>, holds: (each: T) => void): void {
	test(
		`${title} (${RUNS} cases)`,
		() => {
			const property = fc.property(cases, (each) => {
				const startedAt = performance.now();
				holds(each);
				const ms = performance.now() - startedAt;
				if (ms > LONGEST_CASE_MS) throw new Error(`The case took ${ms} ms`);
			});
			fc.assert(property, { seed: SEED, numRuns: RUNS });
		},
		60_000 + RUNS * 20,
	);
}

/**
 * What the work gives, or the ExchangeError it throws, which holds no marker. Any other error is a failure.
 *
 * @param shown parts of a message that show what the payer sent, by intention
 */
export function outcomeOf<T>(work: () => T, shown: RegExp[] = []): { gave: T } | { error: ExchangeError } {
	try {
		return { gave: work() };
	} catch (error) {
		if (!(error instanceof ExchangeError)) throw new Error(`Not an ExchangeError: ${inspect(error)}`);
		const says = [error.message, error.details.whatToDo ?? ''];
		if (!says.every((words) => /\w/.test(words))) throw new Error(`It says nothing: ${inspect(error)}`);
		// The stack is made of the message and of places in the code; to read it costs a millisecond.
		const everything = `${error.message} ${JSON.stringify(error.details)}`;
		expectNoMarker(shown.reduce((rest, part) => rest.replace(new RegExp(part, 'g'), ''), everything));
		return { error };
	}
}

export function expectNoMarker(text: string): void {
	if (MARKED.test(text)) throw new Error(`The marker is in: ${text}`);
}

/** Texts as people, servers and attackers write them. */
export const text = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 20 }),
	fc.string({ unit: 'grapheme', maxLength: 20 }),
	fc.string({ maxLength: 20 }),
	fc.constantFrom(
		'',
		' ',
		'\ufeff',
		'\0',
		'\r\n',
		'\ud800',
		'__proto__',
		'constructor',
		MARKER,
		`for ${MARKER}.`,
	),
);

/** Values that take the place of others in a near-miss. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
	fc.constantFrom<unknown>(null, true, false, 0, 1, -1, 1.5, 1e300, [], {}, [null], [[]], [{}]),
	fc.constantFrom(
		'Running',
		'Failed',
		'Successful',
		'not-found',
		'multiple-matches',
		'transient',
		'next',
		'Group/g1',
	),
	text,
	fc.jsonValue({ maxDepth: 2 }),
);

interface Edit {
	at: number;
	does: 'replace' | 'remove' | 'double' | 'rename' | 'wrap';
	by: unknown;
}
const edit: fc.Arbitrary<Edit> = fc.record({
	at: fc.nat(200),
	does: fc.constantFrom('replace', 'replace', 'remove', 'double', 'rename', 'wrap'),
	by: odd,
});

/** JSON that is nearly one of the samples, or at times anything at all. As it comes out of JSON.parse. */
export function nearly(samples: readonly unknown[], mostEdits = 4): fc.Arbitrary<unknown> {
	const nearMiss = fc
		.record({ sample: fc.constantFrom(...samples), edits: fc.array(edit, { maxLength: mostEdits }) })
		.map(({ sample, edits }) => edits.reduce(edited, JSON.stringify(sample) ?? 'null'))
		.map((json) => JSON.parse(json) as unknown);
	return fc.oneof({ weight: 9, arbitrary: nearMiss }, { weight: 1, arbitrary: fc.jsonValue() });
}

/** The JSON text with one change, at one of its places. */
function edited(json: string, { at, does, by }: Edit): string {
	const root = { value: JSON.parse(json) as unknown };
	const places = placesIn(root);
	const [holder, key] = places[at % places.length];
	const value = holder[key];
	if (does === 'remove') delete holder[key];
	else if (does === 'double')
		holder[key] = Array.isArray(value) ? [...(value as unknown[]), ...(value as unknown[])] : [value, value];
	else if (does === 'wrap') holder[key] = { [typeof by === 'string' ? by : 'value']: value };
	else if (does === 'rename' && typeof by === 'string' && !Array.isArray(holder)) {
		delete holder[key];
		Object.defineProperty(holder, by, { value, enumerable: true, configurable: true, writable: true });
	} else holder[key] = by;
	return JSON.stringify(root.value) ?? 'null';
}

type Holder = Record<string, unknown>;

function placesIn(value: unknown): Array<[Holder, string]> {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(
		([key, inside]): Array<[Holder, string]> => [[value as Holder, key], ...placesIn(inside)],
	);
}
