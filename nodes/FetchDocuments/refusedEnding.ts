import type { PayerReply } from '../shared/http/reply';
import type { PayerRequest } from '../shared/http/request';
import { withGrant, type OpenConnection } from '../shared/payers/connection';
import type { Ending } from './reportRow';

/** What a store answers whose signed address does not hold any more: some say that it is a bad request. */
const MAY_BE_EXPIRED = [400, 401, 403];

export const TOKEN_REFUSED: Ending = {
	outcome: 'refused',
	reason:
		'The payer refuses the access token for this document (HTTP 401), and takes it for others. Ask the payer whether your client may read it.',
};

/** Answers of the 300s that send nobody to another address, such as 304 to a request that asked for no comparison. */
export function isNoRedirect(status: number): boolean {
	return [300, 304, 305, 306].includes(status);
}

/** An answer that is no refusal, and not the document either: a part of it (206), nothing (204), or later (202). */
export function withoutDocument(status: number): Ending {
	return {
		outcome: 'failed',
		reason: `The payer answered without the whole document (HTTP ${status}). Nothing was kept. Run this node for the item again later; if it happens again, tell the payer.`,
	};
}

/** What a refused request for a document comes to. */
export function refusedEnding(
	{ status }: PayerReply,
	{ url, withoutToken }: PayerRequest,
	connection: OpenConnection,
): Ending {
	if (status === 404) {
		return {
			outcome: 'not-found',
			reason: 'There is no document at its address (HTTP 404). Tell the payer.',
		};
	}
	const isSigned = withoutToken === true && url.includes('?');
	if (status === 410 || (isSigned && MAY_BE_EXPIRED.includes(status))) {
		return {
			outcome: 'expired',
			reason: `The address of the document holds no more (HTTP ${status}): a signed address is good for a time only. Start a new export, and fetch its documents soon after.`,
		};
	}
	if (status < 400) return withoutDocument(status);
	if (status >= 500 || [408, 425, 429].includes(status)) {
		return {
			outcome: 'failed',
			reason: `The document could not be fetched for now (HTTP ${status}). Run this node for the item again later.`,
		};
	}
	const reason = `The payer does not give the document (HTTP ${status}). Ask the payer whether your client may read it.`;
	const isForbidden = status === 403 && !withoutToken;
	return { outcome: 'refused', reason: isForbidden ? withGrant(reason, connection.reducedGrant()) : reason };
}
