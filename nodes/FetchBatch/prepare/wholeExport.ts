import type { INodeExecutionData } from 'n8n-workflow';
import { textOf } from '../../shared/fhir/json';
import type { FetchedFile } from '../batchContents';
import { wholeExports } from '../byExport';
import { danglingIn } from './fileReferences';
import { loadRank } from './loadOrder';

/** What only all files of an export tell, once they are prepared. */

type PreparedFile = Pick<FetchedFile, 'references' | 'report' | 'preparer'>;

/**
 * Adds to the reports of prepared files what was found of their references: those that nothing can be made of, and, where all files of an
 * export were fetched in this run, how many lead to nothing of it, in the report of the last. The reports of all others, and of what is not
 * whole, say null.
 */
export function reportReferences(
	items: readonly INodeExecutionData[],
	files: ReadonlyMap<number, PreparedFile>,
): void {
	const prepared = [...files].flatMap(([itemIndex, { references, report, preparer }]) =>
		references ? [{ item: items[itemIndex].json, json: report.json, references, preparer }] : [],
	);
	for (const { json, preparer } of prepared) {
		json.danglingReferences = null;
		if (preparer && preparer.unreadable > 0) json.referencesUnreadable = preparer.unreadable;
	}
	for (const all of wholeExports(prepared)) {
		const [last] = [...all].sort((a, b) => Number(b.item.batch) - Number(a.item.batch));
		last.json.danglingReferences = danglingIn(all.map(({ references }) => references));
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
