import type { PayerReply } from '../shared/http/reply';
import type { PayerRequest } from '../shared/http/request';
import { withGrant, type OpenConnection } from '../shared/payers/connection';
import type { Ending } from './reportRow';

/** What a store answers whose signed address does not hold any more: some say that it is a bad request. */
const MAY_BE_EXPIRED = [400, 401, 403];

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
