import type { IDataObject } from 'n8n-workflow';

/** What identifies the export that an input item is of. */
export function exportKey({ payer, tenant, jobId, statusUrl, memberId }: IDataObject): string {
	return JSON.stringify([payer, tenant, jobId, statusUrl, memberId].map((each) => each ?? ''));
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
