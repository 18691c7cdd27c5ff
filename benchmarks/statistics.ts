/** The middle one of some numbers, and how far they lie apart. */
export interface Spread {
	median: number;
	least: number;
	most: number;
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): Spread {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = (sorted.length - 1) / 2;
	const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
	return { median, least: sorted[0], most: sorted[sorted.length - 1] };
}

/** Ratios of two contenders round by round: what disturbed a round disturbed both. */
export function ratios(of: readonly number[], to: readonly number[]): Spread {
	return spreadOf(of.map((value, round) => value / to[round]));
}

/** The slope of a line through the logarithms of the points: 1 where cost grows as the work does. */
export function growthExponent(points: ReadonlyArray<readonly [work: number, cost: number]>): number {
	const logs = points.map(([work, cost]) => [Math.log(work), Math.log(cost)] as const);
	const mean = (index: 0 | 1) => logs.reduce((sum, log) => sum + log[index], 0) / logs.length;
	const [meanX, meanY] = [mean(0), mean(1)];
	const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
	return covariance / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
