import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { textOf } from '../../shared/fhir/json';
import type { FetchedFile } from '../batchContents';
import { danglingIn } from './fileReferences';
import { loadRank } from './loadOrder';

/** What only all files of an export tell, once they are prepared. */

type PreparedFile = Pick<FetchedFile, 'references' | 'report'>;

/**
 * Counts the references that lead to nothing of their export, where all of its files were fetched in this run: in the report of its last file.
 * The reports of all others, and of what is not whole, say null.
 */
export function countDangling(
	items: readonly INodeExecutionData[],
	files: ReadonlyMap<number, PreparedFile>,
): void {
	const exports = new Map<string, Array<{ item: IDataObject; file: PreparedFile }>>();
	for (const [itemIndex, file] of files) {
		if (!file.references) continue;
		const { json: item } = items[itemIndex];
		file.report.json.danglingReferences = null;
		const key = JSON.stringify([item.payer, item.tenant, item.jobId, item.memberId]);
		const others = exports.get(key);
		if (others) others.push({ item, file });
		else exports.set(key, [{ item, file }]);
	}
	for (const all of exports.values()) {
		const sorted = all.sort((a, b) => Number(a.item.batch) - Number(b.item.batch));
		const last = sorted[sorted.length - 1];
		const places = new Set(sorted.map(({ item }) => item.batch));
		if (places.size !== last.item.batchCount || sorted.length !== places.size) continue;
		last.file.report.json.danglingReferences = danglingIn(
			sorted.flatMap(({ file }) => file.references ?? []),
		);
	}
}

/** The items of the files in the order in which a server that checks references can store them. */
export function inLoadOrder(
	resources: INodeExecutionData[],
	items: readonly INodeExecutionData[],
): INodeExecutionData[] {
	const rankOf = ({ pairedItem }: INodeExecutionData) => {
		const index = typeof pairedItem === 'object' && 'item' in pairedItem ? pairedItem.item : undefined;
		return loadRank(textOf(index === undefined ? undefined : items[index].json.type));
	};
	return [...resources].sort((a, b) => rankOf(a) - rankOf(b));
}
