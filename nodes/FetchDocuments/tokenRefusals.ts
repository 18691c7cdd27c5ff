import { ExchangeError } from '../shared/n8n/exchangeError';
import type { OpenConnection } from '../shared/payers/connection';

/** So many refusals in a row, none of them with a document between, are of the credential. */
const MAX_IN_A_ROW = 10;

/**
 * Whom a refused token (HTTP 401) is about. With a token that the payer has taken for other documents of the run, it is the one document that
 * may not be read; else it is the credential, with which nothing may be.
 */
export class TokenRefusals {
	private readonly inARow = new Map<string, number>();

	/** A document came for a request with the token. */
	taken({ key }: OpenConnection): void {
		this.inARow.set(key, 0);
	}

	/** Whether an error says that the token is refused for one document. To be called once for each error. */
	isOfDocument(error: unknown, { key }: OpenConnection): boolean {
		const refused = this.inARow.get(key);
		if (refused === undefined || !(error instanceof ExchangeError) || error.details.httpStatus !== 401) {
			return false;
		}
		this.inARow.set(key, refused + 1);
		return refused < MAX_IN_A_ROW;
	}
}
