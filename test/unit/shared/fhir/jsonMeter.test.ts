import fc from 'fast-check';
import { JsonMeter } from '../../../../nodes/shared/fhir/jsonMeter';

const CASES = { numRuns: 3000 };

const WIDE = { values: 1e9, depth: 1e9 };

function measure(pieces: readonly string[], bounds = WIDE): JsonMeter {
	const meter = new JsonMeter(bounds);
	for (const piece of pieces) meter.push(piece);
	return meter;
}

/** The same by walking the parsed value. */
function valuesIn(value: unknown): number {
	if (typeof value !== 'object' || value === null) return 1;
	return Object.values(value).reduce<number>((sum, each) => sum + valuesIn(each), 1);
}

function depthOf(value: unknown): number {
	if (typeof value !== 'object' || value === null) return 0;
	return 1 + Object.values(value).reduce<number>((most, each) => Math.max(most, depthOf(each)), 0);
}

/** The same letter by letter. */
function naive(text: string): number {
	let [count, inString, escaped] = [0, false, false];
	for (const letter of text) {
		if (escaped) escaped = false;
		else if (inString) {
			if (letter === '\\') escaped = true;
			else if (letter === '"') inString = false;
		} else if (letter === '"') inString = true;
		else if ('{[,'.includes(letter)) count += 1;
	}
	return count;
}

test.each([
	['{}', 1],
	['[]', 1],
	['1', 0],
	['[1,2,3]', 3],
	['{"a":1,"b":[2,3]}', 4],
	['{"a":"{[,"}', 1],
	['{"a":"\\"{[,","b":"\\\\"}', 2],
	['"\\\\\\",,,"', 0],
	['["ä,{","\u{1f600},"]', 2],
])('C %s counts as %i', (text, count) => {
	expect(measure([text]).values).toBe(count);
	expect(measure([...text]).values).toBe(count);
});

test('C values, in any pieces, are as many as a walk of the parsed value finds, at most twice as many', () => {
	const cuts = fc.array(fc.nat(200), { maxLength: 8 });
	fc.assert(
		fc.property(fc.jsonValue({ maxDepth: 6 }), fc.boolean(), cuts, (value, pretty, at) => {
			const text = JSON.stringify(value, null, pretty ? 1 : undefined);
			const places = [0, ...at.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
			const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
			const { values } = measure(pieces);
			const walked = valuesIn(value);
			expect(values).toBe(naive(text));
			expect([values >= walked - 1, values <= 2 * walked]).toEqual([true, true]);
			const depth = depthOf(value);
			expect(measure(pieces, { ...WIDE, depth }).exceeded).toBeUndefined();
			if (depth > 0) expect(measure(pieces, { ...WIDE, depth: depth - 1 }).exceeded).toBe('depth');
		}),
		CASES,
	);
});

test('C any text, in any pieces, is counted as letter by letter', () => {
	const text = fc.array(fc.string({ unit: fc.constantFrom('"', '\\', '{', '[', ',', '}', ']', 'a') }));
	fc.assert(
		fc.property(text, (pieces) => {
			expect(measure(pieces).values).toBe(naive(pieces.join('')));
		}),
		CASES,
	);
});

test('C a whole text is measured like its pieces, or a little higher where it looks ordinary', () => {
	const bounds = { values: 300, depth: 5 };
	const texts = fc.oneof(
		fc.jsonValue({ maxDepth: 8 }).map((value) => JSON.stringify(value)),
		fc
			.tuple(fc.string(), fc.nat(400))
			.map(([text, times]) => JSON.stringify([text, ...Array(times).fill(text)])),
	);
	const meter = new JsonMeter(bounds);
	fc.assert(
		fc.property(texts, (text) => {
			meter.measure(text);
			const exact = measure([text], bounds);
			expect(meter.exceeded).toBe(exact.exceeded);
			if (exact.exceeded === undefined) {
				expect(meter.values).toBeGreaterThanOrEqual(exact.values);
				expect(meter.values).toBeLessThanOrEqual(Math.max(exact.values, text.length / 8));
			}
		}),
		CASES,
	);
});

test.each([
	['{},'.repeat(11), 'values'],
	['1,'.repeat(21), 'values'],
	['['.repeat(6), 'depth'],
	['{"a":'.repeat(6), 'depth'],
	['[]'.repeat(6), undefined],
])('C %s exceeds %s', (text, which) => {
	expect(measure([text], { values: 20, depth: 5 }).exceeded).toBe(which);
});
