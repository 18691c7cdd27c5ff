/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a process holds after a round, all garbage collected. */
export interface Sample {
	/** Since the start. */
	minutes: number;
	/** In use: heap and buffers, in MB. */
	live: number;
	/** Resident: what the operating system has given, in MB. */
	resident: number;
	/** Open files and connections. */
	handles: number;
}

/** How one number went: the medians of the thirds of the run, and its slope over the last two of them. */
export interface Trend {
	start: number;
	middle: number;
	end: number;
	/** A minute, by least squares. */
	slope: number;
	/** From the middle third to the last one, as a part of the middle one. */
	growth: number;
}

const ANSWER_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;
const MEGABYTE = 1024 * 1024;

/** The environment with which n8n says on request what memory it holds. @param file where it writes that */
export function memoryReporting(file: string): Record<string, string> {
	return { NODE_OPTIONS: `--require ${join(__dirname, 'reportMemory.cjs')}`, SOAK_MEMORY_FILE: file };
}

/** Has a process collect its garbage and say what is left (Linux). @throws where it does not */
export async function sampleOf(pid: number, file: string, minutes: number): Promise<Sample> {
	await rm(file, { force: true });
	process.kill(pid, 'SIGUSR2');
	const until = Date.now() + ANSWER_WITHIN_MS;
	let text = '';
	while (text === '' && Date.now() < until) {
		await sleep(LOOK_EVERY_MS);
		text = await readFile(file, 'utf8').catch(() => '');
	}
	const { heapUsed, external, rss } = JSON.parse(text) as NodeJS.MemoryUsage;
	const handles = readdirSync(`/proc/${pid}/fd`).length;
	return { minutes, live: (heapUsed + external) / MEGABYTE, resident: rss / MEGABYTE, handles };
}

/** The first third is n8n filling its caches; the others are compared by their medians. */
export function trendOf(samples: readonly Sample[], what: 'live' | 'resident' | 'handles'): Trend {
	const points = samples.map((sample) => ({ x: sample.minutes, y: sample[what] }));
	const third = Math.max(1, Math.floor(points.length / 3));
	const median = (from: number, to?: number) => medianOf(points.slice(from, to).map(({ y }) => y));
	const [start, middle, end] = [median(0, third), median(third, -third), median(-third)];
	return { start, middle, end, slope: slopeOf(points.slice(third)), growth: end / middle - 1 };
}

function medianOf(values: number[]): number {
	const sorted = [...values].sort((one, other) => one - other);
	return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function slopeOf(points: ReadonlyArray<{ x: number; y: number }>): number {
	const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
	const [meanX, meanY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
	const above = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
	const below = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
	return below === 0 ? 0 : above / below;
}
