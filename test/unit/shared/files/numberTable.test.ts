import { NumberTable } from '../../../../nodes/shared/files/numberTable';

/** So many that the table grows several times. */
const MANY = 20_000;
/** Spread over 53 bits; several share their lower 32, by which they are placed. */
const keyAt = (n: number) => 1 + ((n * 2_654_435_761) % 2 ** 20) + (n % 7) * 2 ** 40;

test('counts what a Map counts, whatever it grows to', () => {
	const [table, map] = [new NumberTable(), new Map<number, number>()];
	for (let n = 0; n < MANY * 2; n += 1) {
		const key = keyAt(n % MANY);
		table.add(key, n % 3);
		map.set(key, (map.get(key) ?? 0) + (n % 3));
	}
	const seen = new Map<number, number>();
	table.forEach((key, value) => seen.set(key, value));
	expect([table.size, seen]).toEqual([map.size, map]);
	expect([...map.keys()].every((key) => table.has(key))).toBe(true);
	expect(table.has(2 ** 50)).toBe(false);
});

test('a value is that of its key, also where another would stand in the same slot', () => {
	const table = new NumberTable();
	const [one, other] = [5, 5 + 2 ** 33];
	table.put(table.slotOf(one), one, 1);
	expect(table.at(table.slotOf(other), other)).toBeUndefined();
	table.put(table.slotOf(other), other, 2);
	table.put(table.slotOf(one), one, 3);
	expect([one, other].map((key) => table.at(table.slotOf(key), key))).toEqual([3, 2]);
	expect(table.size).toBe(2);
});
