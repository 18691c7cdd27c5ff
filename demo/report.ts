/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Table from 'cli-table3';
import { stringify } from 'csv-stringify/sync';
import type { MemberOutcome } from './outcomes';

/** The table that the demo prints: a line a member. */
export function outcomeTable(outcomes: readonly MemberOutcome[]): string {
	const table = new Table({
		head: ['Member', 'Outcome', 'Export job', 'Files', 'Resources by type', 'Fetch s'],
		colWidths: [12, 22, 14, 7, 62, 9],
		colAligns: ['left', 'left', 'left', 'right', 'left', 'right'],
		wordWrap: true,
		style: { head: [], border: [] },
	});
	for (const each of outcomes) {
		table.push([
			each.memberId,
			each.outcome,
			each.jobId ? `${each.jobId.slice(0, 10)}…` : '',
			each.batches,
			byType(each) || each.reason,
			each.seconds.toFixed(2),
		]);
	}
	return table.toString();
}

/** Writes `outcomes.csv` and, for each member, one NDJSON file a resource type. What an earlier run left is taken away. */
export async function writeFiles(folder: string, outcomes: readonly MemberOutcome[]): Promise<void> {
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	const rows = outcomes.map(({ resources, ...rest }) => ({
		...rest,
		seconds: rest.seconds.toFixed(3),
		resources: total(resources),
		resourcesByType: byType({ resources }),
	}));
	await writeFile(join(folder, 'outcomes.csv'), stringify(rows, { header: true, bom: true }));
	for (const { memberId, resources } of outcomes) {
		if (resources.size > 0) await mkdir(join(folder, memberId));
		for (const [type, ofType] of resources) {
			const lines = ofType.map((resource) => `${JSON.stringify(resource)}\n`).join('');
			await writeFile(join(folder, memberId, `${type}.ndjson`), lines);
		}
	}
}

/** All resources of all members. */
export function totalResources(outcomes: readonly MemberOutcome[]): number {
	return outcomes.reduce((sum, { resources }) => sum + total(resources), 0);
}

function total(resources: MemberOutcome['resources']): number {
	return [...resources.values()].reduce((sum, ofType) => sum + ofType.length, 0);
}

function byType({ resources }: Pick<MemberOutcome, 'resources'>): string {
	return [...resources].map(([type, ofType]) => `${type} ${ofType.length}`).join(', ');
}
