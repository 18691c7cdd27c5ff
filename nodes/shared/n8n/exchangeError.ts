/**
 * Details of an error: `message` says what was being done and what came back, `whatToDo` the next step. Errors from a
 * payer's response also carry its HTTP status and issue code.
 */
export interface ExchangeErrorDetails {
	/** One or two sentences for the analyst. Never contains PHI, a token, a secret or a response body. */
	whatToDo: string;
	httpStatus?: number;
	/** `issue[0].code` of the payer's OperationOutcome. */
	issueCode?: string;
	/** Where the payer keeps a job that was started, though it cannot be asked there. For data items only: any text can stand in it. */
	statusUrl?: string;
	/** The problem in the form's words: no value and no column of the item. */
	problem?: string;
	/** `run`: every item of the node would fail the same way (credential rejected, gateway unreachable). */
	concerns?: 'item' | 'run';
	/** The answer came, but is larger than what is read. */
	exceedsLimit?: boolean;
	/** The payer names an address where it may not be asked. */
	pointsElsewhere?: boolean;
	/** A later retry may succeed, e.g. because the payer did not answer. */
	transient?: boolean;
	/** The credential got no access token, so that the payer was not asked. */
	noToken?: boolean;
	/** There is no access token for now; `afterMs`: the pause that the token endpoint asks for. */
	tokenRetry?: { afterMs?: number };
	/** The request was sent, and it is not known whether the payer carried it out. */
	mayBeCarriedOut?: boolean;
}

/** The error type that all code below a node throws; `items.ts` converts it to n8n's error types. */
export class ExchangeError extends Error {
	constructor(
		message: string,
		readonly details: ExchangeErrorDetails,
	) {
		super(message);
		this.name = 'ExchangeError';
	}
}

/** Returns the error unchanged. n8n's lint rule requires a call when rethrowing; `items.ts` converts the error later. */
export function rethrown(error: unknown): unknown {
	return error;
}
