import { TOKEN_BUDGET_MS } from '../fhir/limits';
import { ExchangeError } from '../n8n/exchangeError';
import { backoffMs } from './backoff';

/**
 * The pause after a token endpoint was in trouble, shared by all requests with the same credential: they wait together, and the
 * next one to ask asks for all of them. It is kept by the nodes, because Stop reaches them and not a credential.
 */
export class SignInPause {
	private failures = 0;
	private failingSince = 0;
	private lastFailure = -Infinity;
	private heldUntil = 0;
	private error?: ExchangeError;

	/** No token may be asked for before this time (ms since 1970). */
	get notBefore(): number {
		return this.heldUntil;
	}

	/** A run that begins asks for itself where others have given up: what they wanted may be there by now. */
	beginRun(now: number): void {
		if (this.heldUntil <= this.failingSince + TOKEN_BUDGET_MS) return;
		this.lastFailure = -Infinity;
		this.heldUntil = Math.min(this.heldUntil, now);
	}

	/**
	 * The error of the last token request, if its time is over, or the endpoint asks for more than remains of it: asking again
	 * before the pause has passed would be in vain.
	 * @param deadline ms since 1970
	 */
	failure(now: number, deadline: number): ExchangeError | undefined {
		const end = Math.min(this.failingSince + TOKEN_BUDGET_MS, deadline);
		return now < this.heldUntil && this.heldUntil > end ? this.error : undefined;
	}

	/** Records a token request that failed for now. Those who asked together count once. */
	recordFailure(error: ExchangeError, now: number): void {
		this.error = error;
		if (now < this.heldUntil) return;
		// Of another time: what failed then says nothing about today.
		if (now - this.lastFailure > TOKEN_BUDGET_MS) {
			this.failures = 0;
			this.failingSince = now;
		}
		this.failures += 1;
		this.lastFailure = now;
		this.heldUntil = now + (error.details.tokenRetry?.afterMs ?? backoffMs(this.failures));
	}

	/** Records that there is a token. */
	recordSuccess(): void {
		this.failures = 0;
		this.lastFailure = -Infinity;
		this.heldUntil = 0;
	}
}
