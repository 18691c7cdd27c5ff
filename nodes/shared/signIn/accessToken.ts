import { countOf, isObject, textOf } from '../fhir/json';
import { AccessTokenError } from '../http/errors';
import type { PayerReply } from '../http/reply';

/** What a token endpoint answers (RFC 6749 section 5). */

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
		const transient = reply.status === 429 || reply.status >= 500;
		throw new AccessTokenError(
			`The token endpoint answered HTTP ${reply.status} instead of a token. Try again later.`,
			transient,
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

/**
 * Seconds that a token lives, by its answer (RFC 6749 section 5.1; some servers write the number as a text); undefined where it
 * does not say.
 */
export function tokenLifetime(reply: PayerReply): number | undefined {
	const stated = isObject(reply.json) ? reply.json.expires_in : undefined;
	return countOf(typeof stated === 'string' && stated.trim() !== '' ? Number(stated) : stated);
}
