import { ExchangeError } from './exchangeError';

/** One thing that is wrong with what the analyst entered. */
export interface Finding {
	/** Name of the node parameter (`birthDate`), where one field is meant. */
	parameter?: string;
	/** A sentence that names the field in the form's words and says what is wanted. Never holds the value. */
	says: string;
}

/**
 * An error that lists findings.
 * @param what what cannot be sent, e.g. `The match request`
 */
export function findingsError(what: string, findings: readonly Finding[]): ExchangeError {
	const says = findings.map((finding) => finding.says);
	const summary = says.length === 1 ? says[0] : `${says.length} fields need attention`;
	return new ExchangeError(`${what} cannot be sent: ${summary}`, {
		whatToDo:
			says.length === 1
				? 'Nothing was sent to the payer. Correct the field in the input item or in the node and run again.'
				: `Nothing was sent to the payer. ${says.join(' · ')}`,
		findings: says,
	});
}

const MOST_ITEMS_LISTED = 50;

/** One error for many bad items: it lists each with its findings. @param bad errors by item index */
export function allFindingsError(bad: ReadonlyMap<number, Error>, total: number): ExchangeError {
	const lines = [...bad].slice(0, MOST_ITEMS_LISTED).map(([itemIndex, error]) => {
		const findings = error instanceof ExchangeError ? error.details.findings : undefined;
		return `[item ${itemIndex}] ${(findings ?? [error.message]).join('; ')}`;
	});
	const more = bad.size > lines.length ? ` … and ${bad.size - lines.length} more items` : '';
	return new ExchangeError(`${bad.size} of ${total} items cannot be sent as they are, so nothing was sent`, {
		whatToDo: lines.join(' · ') + more,
	});
}
