/**
 * What an error of this package knows: what was being done and what came back (`message`), what to do next
 * (`whatToDo`), and for a payer's answer its HTTP status and issue code.
 */
export interface ExchangeErrorDetails {
	/** One or two sentences for the analyst. Never holds PHI, a token, a secret or a body. */
	whatToDo: string;
	httpStatus?: number;
	/** `issue[0].code` of the payer's OperationOutcome. */
	issueCode?: string;
	/** What is wrong with the fields of the item, in the form's words: no value, no column of the item. */
	wrong?: string;
	/** What is wrong with the item, for a list of many: where the analyst's input is the reason. */
	inShort?: string;
	/** `run`: every item of the node would fail the same way (credential refused, gateway unreachable). */
	concerns?: 'item' | 'run';
	/** Asked again later, the same thing may go well: the payer did not answer. */
	transient?: boolean;
}

/** The one error that everything below a node throws; `items.ts` turns it into n8n's own error types. */
export class ExchangeError extends Error {
	constructor(
		message: string,
		readonly details: ExchangeErrorDetails,
	) {
		super(message);
		this.name = 'ExchangeError';
	}
}

/** An error that is passed on as it is. n8n's lint wants a call where an error is thrown again; `items.ts` makes it n8n's own. */
export function asThrown(error: unknown): unknown {
	return error;
}
