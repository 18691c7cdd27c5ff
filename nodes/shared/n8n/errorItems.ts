import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

/** The items that On Error: Continue makes of errors (`items.ts`). */

const ERROR_KEYS = ['error', 'message', 'details'];

/** Whether an item is the error of a node, and no row that happens to have a column of that name. */
export function isErrorItem(json: IDataObject): boolean {
	return Boolean(json.error) && Object.keys(json).every((key) => ERROR_KEYS.includes(key));
}

/** The items of an output as a person finds them on the canvas. */
export interface FoundItems {
	items: INodeExecutionData[];
	errors: number;
	/** The output by which the errors leave. */
	errorOutput: string;
}

/**
 * Tells the items of an output from its errors, which n8n moves to an output of their own under Continue (using error output).
 * @param output name of the output
 */
export function withoutErrors(
	context: Pick<IExecuteFunctions, 'getNode'>,
	items: INodeExecutionData[],
	output: string,
): FoundItems {
	const own = items.filter(({ json }) => !isErrorItem(json));
	const isMoved = context.getNode().onError === 'continueErrorOutput';
	return { items: own, errors: items.length - own.length, errorOutput: isMoved ? 'Error' : output };
}
