import { MINUTE } from '../n8n/time';
import { mayBeRestart } from './failures';
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

/** Longer than a gateway takes to restart; jobs are asked for more often. */
const LATELY_MS = 60 * MINUTE;

/** When the hosts of a payer answered last, to the credential as it is: shared by all runs in this n8n process. */
export class AnswerTimes {
	private readonly byHost = new Map<string, number>();

	/** Records that a host answered, whatever it said. */
	record(url: string, now: number): void {
		this.byHost.set(new URL(url).host, now);
	}

	/** The failure, marked where it may pass: a host that answered lately has no lasting trouble with its certificates, or ours. */
	judged(failure: NoAnswer, url: string, now: number): NoAnswer {
		const last = this.byHost.get(new URL(url).host);
		const isRestart = last !== undefined && now - last < LATELY_MS && mayBeRestart(failure.cause);
		return isRestart ? { ...failure, mayPass: true } : failure;
	}
}
