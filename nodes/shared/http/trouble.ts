import { isTransientFailure } from './repeat';
import type { NoAnswer, PayerReply } from './reply';

/**
 * Since when a payer has given a node run no proper answer. The time for repeating counts from then, so that a run of many items does not
 * wait for each of them anew: a payer that is down for longer than that fails the rest of the items after one attempt each.
 */
export class Trouble {
	private began?: number;

	/** Where the time for repeating a request that is sent now began: now, or earlier. */
	since(now: number): number {
		return this.began ?? now;
	}

	/** Records an answer; a 429 is one, from a payer that is well. */
	record(reply: Pick<PayerReply, 'status'> | NoAnswer, now: number): void {
		const isBad = isTransientFailure(reply) && !('status' in reply && reply.status === 429);
		this.began = isBad ? (this.began ?? now) : undefined;
	}
}
