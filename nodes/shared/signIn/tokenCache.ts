import { createHash } from 'crypto';

/** A token as issued by the token endpoint. */
export interface NewToken {
	token: string;
	/** Lifetime in seconds, if the endpoint states it. */
	expiresIn?: number;
}

/** For a token without a stated lifetime. Keycloak's default is 300 s. */
const DEFAULT_LIFETIME_SECONDS = 60;
/** Safety margin so that a token does not expire in transit: a tenth of its lifetime, at most this. */
const MAX_MARGIN_SECONDS = 30;
/** Upper bound for the number of cached tokens; far above real use. */
const MAX_TOKENS = 1000;

interface CachedToken {
	token: string;
	/** ms since 1970 */
	validUntil: number;
}

/**
 * Caches the tokens of this process in memory until shortly before they expire, one per set of credential fields, so that an
 * edited secret takes effect at once. Concurrent callers share one token request.
 */
export class TokenCache {
	private readonly pending = new Map<string, Promise<string>>();
	private readonly tokens = new Map<string, CachedToken>();

	/**
	 * @param settings values that the token depends on
	 * @param rejected token that the payer no longer accepts; empty if there was none
	 * @param request sends the token request
	 */
	async token(settings: object, rejected: string, request: () => Promise<NewToken>): Promise<string> {
		const key = keyOf(settings);
		const cached = this.tokens.get(key);
		if (cached && cached.token !== rejected && Date.now() < cached.validUntil) return cached.token;
		return await (this.pending.get(key) ?? this.requestToken(key, request));
	}

	/** Whether there was a token for these settings lately. */
	hasGiven(settings: object): boolean {
		return this.tokens.has(keyOf(settings));
	}

	private requestToken(key: string, request: () => Promise<NewToken>): Promise<string> {
		const pendingToken = request()
			.then(({ token, expiresIn = DEFAULT_LIFETIME_SECONDS }) => {
				const margin = Math.min(expiresIn / 10, MAX_MARGIN_SECONDS);
				this.removeExpired();
				this.tokens.set(key, { token, validUntil: Date.now() + (expiresIn - margin) * 1000 });
				return token;
			})
			.finally(() => this.pending.delete(key));
		this.pending.set(key, pendingToken);
		return pendingToken;
	}

	private removeExpired(): void {
		const now = Date.now();
		for (const [key, { validUntil }] of this.tokens) {
			if (now >= validUntil || this.tokens.size >= MAX_TOKENS) this.tokens.delete(key);
		}
	}
}

function keyOf(settings: object): string {
	return createHash('sha256').update(JSON.stringify(settings)).digest('hex');
}
