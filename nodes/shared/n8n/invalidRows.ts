import type { IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError } from './exchangeError';
import { asNodeError } from './items';
import { allFindingsError } from './rowFaults';

/**
 * Stops a node before it sends anything, if an item of its input cannot be worked on and On Error is to stop. All such items are named in one
 * error, as if they were one roster to be corrected.
 *
 * @param results of reading the items, in their order; an `Error` for one that cannot be worked on
 * @param rowName the column that names the rows, by the first that is wrong
 * @param isRoster the items are the rows of a table, whose header is a line too
 * @throws NodeApiError or NodeOperationError
 */
export function stopAtInvalidRows(
	context: IExecuteFunctions,
	results: readonly unknown[],
	rowName: (itemIndex: number) => string | undefined,
	isRoster = false,
): void {
	if (context.continueOnFail()) return;
	const errors = new Map<number, Error>();
	results.forEach((result, itemIndex) => {
		if (result instanceof Error) errors.set(itemIndex, result);
	});
	const [first] = errors;
	if (!first) return;
	const [itemIndex, error] = first;
	const isOne = errors.size === 1 || [...errors.values()].some(isOfRun);
	throw asNodeError(
		context.getNode(),
		isOne ? error : allFindingsError(errors, results.length, rowName(itemIndex), isRoster),
		itemIndex,
		isOne ? results.length : 1,
	);
}

/** What is wrong with no row: the credential, the connection, what the payer answered. */
function isOfRun(error: Error): boolean {
	const { concerns, httpStatus, transient } = error instanceof ExchangeError ? error.details : {};
	return concerns === 'run' || httpStatus !== undefined || transient === true;
}

/** The column that names the items of the nodes after Member Match. */
export function memberColumnOf(context: IExecuteFunctions, itemIndex: number): string | undefined {
	return Object.hasOwn(context.getInputData()[itemIndex].json, 'memberId') ? 'memberId' : undefined;
}
