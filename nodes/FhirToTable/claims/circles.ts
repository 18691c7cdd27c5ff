/** Arrows from number to number: the first goes from `from[0]` to `to[0]`. */
export interface Arrows {
	from: Int32Array;
	to: Int32Array;
}

/**
 * The numbers that stand in a circle of arrows, or between two circles, in linear time: whoever has no arrow to it, or none from it, is taken
 * away, until nobody is left to take.
 *
 * @param count numbers are below it
 * @returns 1 for each number in a circle, else 0
 */
export function inCircles({ from, to }: Arrows, count: number): Uint8Array {
	const left = new Uint8Array(count).fill(1);
	takeAway({ from, to }, left);
	takeAway({ from: to, to: from }, left);
	return left;
}

/** Takes away whoever has no arrow to it from one who is left. */
function takeAway({ from, to }: Arrows, left: Uint8Array): void {
	const arriving = new Int32Array(left.length);
	// Where the arrows of a number end in the list of all, which is sorted by number.
	const ends = new Int32Array(left.length + 1);
	for (let at = 0; at < from.length; at += 1) {
		if (left[from[at]] === 0) continue;
		arriving[to[at]] += 1;
		ends[from[at] + 1] += 1;
	}
	for (let at = 1; at < ends.length; at += 1) ends[at] += ends[at - 1];
	const targets = new Int32Array(ends[left.length]);
	for (let at = from.length - 1; at >= 0; at -= 1) {
		if (left[from[at]] === 0) continue;
		ends[from[at] + 1] -= 1;
		targets[ends[from[at] + 1]] = to[at];
	}
	const taken: number[] = [];
	const endOf = (number: number) => (number + 2 < ends.length ? ends[number + 2] : targets.length);
	const take = (number: number) => {
		if (left[number] === 0 || arriving[number] > 0) return;
		left[number] = 0;
		if (ends[number + 1] < endOf(number)) taken.push(number);
	};
	for (let number = 0; number < left.length; number += 1) take(number);
	for (let number = taken.pop(); number !== undefined; number = taken.pop()) {
		for (let at = ends[number + 1]; at < endOf(number); at += 1) {
			arriving[targets[at]] -= 1;
			take(targets[at]);
		}
	}
}
