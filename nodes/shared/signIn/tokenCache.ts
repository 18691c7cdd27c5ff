import { createHash } from 'crypto';

/** A token as the token endpoint gave it. */
export interface NewToken {
	token: string;
	/** Seconds that it lives, where the endpoint says so. */
	lives?: number;
}

/** For a token whose life is not stated. Keycloak's own standard is 300 s. */
const UNSTATED_LIFE_SECONDS = 60;
/** Taken off the life of a token, so that it does not end on its way: a tenth, at most half a minute. */
const LARGEST_MARGIN_SECONDS = 30;
/** Of credentials in use at once; no real n8n comes near it. */
const MOST_KEPT = 1000;

interface KeptToken {
	token: string;
	/** ms since 1970 */
	goodUntil: number;
}

/**
 * Keeps the tokens of this process in memory until shortly before they end, one for each set of fields: an edited secret is a
 * new set, so it counts at once. Many callers at a time share one token request.
 */
export class TokenCache {
	private readonly underway = new Map<string, Promise<string>>();
	private readonly kept = new Map<string, KeptToken>();

	/**
	 * @param settings everything that the token depends on
	 * @param refused the token that the payer no longer takes, empty where there was none
	 * @param request asks the token endpoint
	 */
	async token(settings: object, refused: string, request: () => Promise<NewToken>): Promise<string> {
		const key = createHash('sha256').update(JSON.stringify(settings)).digest('hex');
		const kept = this.kept.get(key);
		if (kept && kept.token !== refused && Date.now() < kept.goodUntil) return kept.token;
		return await (this.underway.get(key) ?? this.ask(key, request));
	}

	private ask(key: string, request: () => Promise<NewToken>): Promise<string> {
		const asked = request()
			.then(({ token, lives = UNSTATED_LIFE_SECONDS }) => {
				const margin = Math.min(lives / 10, LARGEST_MARGIN_SECONDS);
				this.forgetEnded();
				this.kept.set(key, { token, goodUntil: Date.now() + (lives - margin) * 1000 });
				return token;
			})
			.finally(() => this.underway.delete(key));
		this.underway.set(key, asked);
		return asked;
	}

	private forgetEnded(): void {
		const now = Date.now();
		for (const [key, { goodUntil }] of this.kept) {
			if (now >= goodUntil || this.kept.size >= MOST_KEPT) this.kept.delete(key);
		}
	}
}
