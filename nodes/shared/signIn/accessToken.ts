import { createHash } from 'crypto';
import { countOf, isObject, textOf } from '../fhir/json';
import type { PayerReply } from '../http/reply';

/** What the OAuth 2.0 client-credentials flow needs (RFC 6749 section 4.4), with the secret in the body (section 2.3.1). */
export interface TokenSettings {
	tokenUrl: string;
	clientId: string;
	clientSecret: string;
	scope: string;
}

/** The `httpCode` of an AccessTokenError, the one sign of it that n8n 2.8 lets through; NOW: asking later may go well. */
export const NO_TOKEN = 'NO_TOKEN';
export const NO_TOKEN_NOW = 'NO_TOKEN_NOW';

/** Why no token came, in words for the person at the credential form. Never holds what was sent or received. */
export class AccessTokenError extends Error {
	readonly httpCode: string;

	/** @param passing whether asking again later may go well: the endpoint did not answer, or had trouble of its own */
	constructor(
		message: string,
		readonly passing = false,
	) {
		super(message);
		this.name = 'AccessTokenError';
		this.httpCode = passing ? NO_TOKEN_NOW : NO_TOKEN;
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

/** By these words of RFC 6749 section 5.2, and Keycloak's, the client and not the request is at fault. */
const REFUSED_CLIENT = ['invalid_client', 'unauthorized_client', 'invalid_grant'];
const REFUSED_REQUEST: Record<string, string> = {
	invalid_scope: 'The payer refused the Scope.',
	unsupported_grant_type: 'The payer does not offer the client-credentials flow at this address.',
	invalid_request:
		'The payer did not understand the token request. Check that every required field of the credential is filled in.',
};

/** How the form of a credential speaks of signing in. */
export interface SignInWords {
	/** The field with the address that is asked for the token. */
	addressField: string;
	/** Of a client that is refused: what was refused, and where to get it right. */
	refused: string;
	/** Named where the scope is refused. */
	usualScope?: string;
}

/** Ends what is said of a client that is refused. */
const TWO_WORLDS =
	'A client of the sandbox or of a test system does not work in production, nor the other way round.';

/**
 * The token in the answer of a token endpoint (RFC 6749 section 5.1).
 * @throws AccessTokenError where there is none, in words that name the field to correct
 */
export function readToken(reply: PayerReply, { addressField, refused, usualScope }: SignInWords): string {
	const body = isObject(reply.json) ? reply.json : {};
	const word = textOf(body.error) ?? '';
	if (Object.hasOwn(REFUSED_REQUEST, word)) {
		const usual = word === 'invalid_scope' && usualScope ? ` The usual one is ${usualScope}.` : '';
		throw new AccessTokenError(REFUSED_REQUEST[word] + usual);
	}
	if (REFUSED_CLIENT.includes(word) || reply.status === 401) {
		const flow =
			word === 'unauthorized_client' ? ' Or the client may not use the client-credentials flow.' : '';
		throw new AccessTokenError(`${refused} ${TWO_WORLDS}${flow}`);
	}
	if (reply.status === 404) {
		throw new AccessTokenError(
			`There is no token endpoint at this address (HTTP 404). Check the ${addressField}.`,
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
		throw new AccessTokenError(
			`The token endpoint answered without an access token. Check the ${addressField}.`,
		);
	}
	if (!/^(bearer)?$/i.test(textOf(body.token_type) ?? '')) {
		throw new AccessTokenError(
			'The payer gave a token of a kind other than Bearer, which these nodes cannot use.',
		);
	}
	return token;
}

/** Seconds that a token lives, by its answer; undefined where it does not say. */
export function tokenLifetime(reply: PayerReply): number | undefined {
	return isObject(reply.json) ? countOf(Number(reply.json.expires_in)) : undefined;
}

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
export class TokenDesk {
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
