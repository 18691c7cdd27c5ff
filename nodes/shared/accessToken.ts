import { createHash } from 'crypto';
import { countOf, isObject, textOf } from './json';
import type { PayerReply } from './payerReply';

/** What the OAuth 2.0 client-credentials flow needs (RFC 6749 section 4.4), with the secret in the body (section 2.3.1). */
export interface TokenSettings {
	tokenUrl: string;
	clientId: string;
	clientSecret: string;
	scope: string;
}

/** Why no token came, in words for the person at the credential form. Never holds what was sent or received. */
export class AccessTokenError extends Error {
	/** @param passing whether asking again later may go well: the endpoint did not answer, or had trouble of its own */
	constructor(
		message: string,
		readonly passing = false,
	) {
		super(message);
		this.name = 'AccessTokenError';
	}
}

/** The form of a token request. */
export function tokenForm({ clientId, clientSecret, scope }: TokenSettings): Record<string, string> {
	return {
		grant_type: 'client_credentials',
		client_id: clientId,
		client_secret: clientSecret,
		...(scope && { scope }),
	};
}

/** RFC 6749 section 5.2, and the words Keycloak uses for the same. */
const REFUSALS: Record<string, string> = {
	invalid_client:
		'The gateway refused this Client ID and Client Secret. Copy both again from the developer portal.',
	unauthorized_client:
		'The gateway refused this Client ID and Client Secret, or the client may not use the client-credentials flow.',
	invalid_grant:
		'The gateway refused this Client ID and Client Secret. Copy both again from the developer portal.',
	invalid_scope: "The gateway refused the Scope. 1upHealth's payer-to-payer scope is member-match|read.",
	unsupported_grant_type: 'The gateway does not offer the client-credentials flow at this address.',
	invalid_request:
		'The gateway did not understand the token request. Check that Client ID, Client Secret and Scope are filled in.',
};

/**
 * The token in the answer of a token endpoint (RFC 6749 section 5.1).
 * @throws AccessTokenError where there is none, in words that name the field to correct
 */
export function readToken(reply: PayerReply): string {
	const body = isObject(reply.json) ? reply.json : {};
	const word = textOf(body.error) ?? '';
	if (Object.hasOwn(REFUSALS, word)) throw new AccessTokenError(REFUSALS[word]);
	if (reply.status === 401) throw new AccessTokenError(REFUSALS.invalid_client);
	if (reply.status === 404) {
		throw new AccessTokenError(
			'There is no token endpoint at this address (HTTP 404). Check the Gateway URL.',
		);
	}
	if (reply.status !== 200) {
		const passing = reply.status === 429 || reply.status >= 500;
		throw new AccessTokenError(
			`The token endpoint answered HTTP ${reply.status} instead of a token. Try again later.`,
			passing,
		);
	}
	const token = textOf(body.access_token);
	if (!token || /\s/.test(token)) {
		throw new AccessTokenError('The token endpoint answered without an access token. Check the Gateway URL.');
	}
	if (!/^(bearer)?$/i.test(textOf(body.token_type) ?? '')) {
		throw new AccessTokenError(
			'The gateway gave a token of a kind other than Bearer, which these nodes cannot use.',
		);
	}
	return token;
}

/** Seconds that a token lives, by its answer; undefined where it does not say. */
export function tokenLifetime(reply: PayerReply): number | undefined {
	return isObject(reply.json) ? countOf(Number(reply.json.expires_in)) : undefined;
}

interface IssuedToken {
	token: string;
	at: number;
}

/** For how long a token just issued answers for calls that came a moment later (ms). */
const JUST_ISSUED_MS = 10_000;

/**
 * One token request for many callers. n8n calls a credential once for each of many parallel requests, all holding the same old
 * token; the first asks, the others get its answer.
 */
export class TokenDesk {
	private readonly underway = new Map<string, Promise<string>>();
	private readonly issued = new Map<string, IssuedToken>();

	/**
	 * @param refused the token that the payer no longer takes, empty where there was none
	 * @param request asks the token endpoint
	 */
	async token(settings: TokenSettings, refused: string, request: () => Promise<string>): Promise<string> {
		const key = createHash('sha256').update(JSON.stringify(settings)).digest('hex');
		const last = this.issued.get(key);
		if (last && last.token !== refused && Date.now() - last.at < JUST_ISSUED_MS) return last.token;
		const asked = this.underway.get(key) ?? this.ask(key, request);
		return await asked;
	}

	private ask(key: string, request: () => Promise<string>): Promise<string> {
		const asked = request()
			.then((token) => {
				this.forgetOld();
				this.issued.set(key, { token, at: Date.now() });
				return token;
			})
			.finally(() => this.underway.delete(key));
		this.underway.set(key, asked);
		return asked;
	}

	private forgetOld(): void {
		for (const [key, { at }] of this.issued) {
			if (Date.now() - at >= JUST_ISSUED_MS) this.issued.delete(key);
		}
	}
}
