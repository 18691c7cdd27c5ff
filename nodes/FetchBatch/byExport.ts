import type { IDataObject } from 'n8n-workflow';
import { jobKey } from '../shared/exchange/jobKey';

/** What identifies the export that an input item is of: one without a job is of one member. */
export function exportKey(item: IDataObject): string {
	return JSON.stringify([jobKey(item), item.memberId ?? '']);
}

/** The exports all of whose files are among these, each once. @param files with their input items; kept in their order */
export function wholeExports<T extends { item: IDataObject }>(files: readonly T[]): T[][] {
	const exports = new Map<string, T[]>();
	for (const each of files) {
		const key = exportKey(each.item);
		const others = exports.get(key);
		if (others) others.push(each);
		else exports.set(key, [each]);
	}
	return [...exports.values()].filter((all) => {
		const { batchCount } = all[all.length - 1].item;
		return all.length === batchCount && new Set(all.map(({ item }) => item.batch)).size === batchCount;
	});
}
