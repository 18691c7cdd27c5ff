import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { jsonOf, type RunData } from './read/runData';

/**
 * The rows that no earlier run of this node gave. It runs once for each of the nodes that are connected to it, and already the first time
 * all others have run.
 */
export function notGivenBefore(
	runData: RunData,
	ownName: string,
	rows: readonly INodeExecutionData[],
): INodeExecutionData[] {
	const given = new Map<string, number>();
	for (const { items } of rows.length > 0 ? runData.all(ownName) : []) {
		for (const item of items) {
			const json = jsonOf(item);
			if (json) given.set(keyOf(json), (given.get(keyOf(json)) ?? 0) + 1);
		}
	}
	return rows.filter(({ json }) => {
		const left = given.get(keyOf(json)) ?? 0;
		if (left > 0) given.set(keyOf(json), left - 1);
		return left === 0;
	});
}

/** In both forms of a row. Rows of equal keys are told apart by their number. */
function keyOf({ memberId, row, payerName }: IDataObject): string {
	return JSON.stringify([memberId, row, payerName]);
}
