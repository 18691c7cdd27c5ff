import { countOf, isObject, textOf } from '../fhir/json';
import { maskValues } from '../fhir/masking';
import { plainWords } from '../fhir/payerWords';
import { retryAfterMs } from '../http/backoff';
import { AccessTokenError } from '../http/errors';
import type { PayerReply } from '../http/reply';
import { isPassing, refusalAdvice } from './tokenRefusals';

/** Responses of a token endpoint (RFC 6749 section 5). */

/** Error codes for a rejected client (RFC 6749 section 5.2, and Keycloak's). */
const CLIENT_ERRORS = ['invalid_client', 'unauthorized_client', 'invalid_grant'];
const REQUEST_ERRORS: Record<string, string> = {
	invalid_scope: 'The payer refused the Scope.',
	unsupported_grant_type: 'The payer does not offer the client-credentials flow at this address.',
	invalid_request:
		'The payer did not understand the token request. Check that every required field of the credential is filled in.',
};

/** Of RFC 6749 section 4.1.2.1 and RFC 8628 section 3.5; some servers give them at the token endpoint too, under any status. */
const PASSING_ERRORS = ['temporarily_unavailable', 'server_error', 'slow_down', 'too_many_requests'];

/** 200 by RFC 6749; some servers say that they have created a token. */
const HAS_TOKEN = [200, 201];
/** `Bearer` in any case (RFC 6749 section 7.1), and as Apigee writes it. */
const BEARER = /^(?:bearer[ _-]?(?:token)?)?$/i;

/** Texts of a credential for sign-in errors. */
export interface SignInMessages {
	/** Label of the field with the token endpoint. */
	addressField: string;
	/** For a rejected client: what was rejected, and how to correct it. */
	refused: string;
	/** Suggested if the scope is rejected. */
	defaultScope?: string;
	/** For a request that the endpoint finds wrong (`invalid_request`): what to check, where that is not the fields in general. */
	invalidRequest?: string;
}

/** Second sentence for a rejected client. */
const SANDBOX_OR_PRODUCTION =
	'A client of the sandbox or of a test system does not work in production, nor the other way round.';

/**
 * Reads the token from a token response (RFC 6749 section 5.1).
 * @param secrets values of the credential, which the endpoint may repeat; without them its words are not shown
 * @throws AccessTokenError if there is none; it names the field to correct
 */
export function readToken(
	reply: PayerReply,
	{ addressField, refused, defaultScope, invalidRequest }: SignInMessages,
	secrets?: readonly unknown[],
): string {
	const body = isObject(reply.json) ? reply.json : {};
	const errorCode = textOf(body.error) ?? '';
	const said = descriptionSentence(body, secrets, 'token endpoint');
	// Before the codes: a busy endpoint gives any of them.
	if (isPassing(reply.status) || PASSING_ERRORS.includes(errorCode)) {
		throw new AccessTokenError(
			`The token endpoint answered HTTP ${reply.status} instead of a token. Try again later.${said}`,
			true,
			retryAfterMs(reply.headers['retry-after'], Date.now()),
		);
	}
	if (Object.hasOwn(REQUEST_ERRORS, errorCode)) {
		const scopeHint =
			errorCode === 'invalid_scope' && defaultScope ? ` The usual one is ${defaultScope}.` : '';
		const own = errorCode === 'invalid_request' ? invalidRequest : undefined;
		throw new AccessTokenError((own ?? REQUEST_ERRORS[errorCode]) + scopeHint + said);
	}
	if (CLIENT_ERRORS.includes(errorCode) || reply.status === 401) {
		const flowHint =
			errorCode === 'unauthorized_client' ? ' Or the client may not use the client-credentials flow.' : '';
		throw new AccessTokenError(`${refused} ${SANDBOX_OR_PRODUCTION}${flowHint}${said}`);
	}
	if (reply.status === 404) {
		throw new AccessTokenError(
			`There is no token endpoint at this address (HTTP 404). Check the ${addressField}.${said}`,
		);
	}
	if (!HAS_TOKEN.includes(reply.status)) {
		throw new AccessTokenError(
			`The token endpoint answered HTTP ${reply.status} instead of a token. ${refusalAdvice(reply.status, addressField)}${said}`,
		);
	}
	const token = textOf(body.access_token);
	if (!token || /\s/.test(token)) {
		throw new AccessTokenError(
			`The token endpoint answered without an access token. Check the ${addressField}.`,
		);
	}
	if (!BEARER.test(textOf(body.token_type) ?? '')) {
		throw new AccessTokenError(
			'The payer gave a token of a kind other than Bearer, which these nodes cannot use.',
		);
	}
	return token;
}

const MAX_DESCRIPTION_CHARS = 199;
/** Most letters of it that are looked at. */
const MAX_READ_CHARS = 4000;

/**
 * What an endpoint says about its refusal (RFC 6749 section 5.2, `error_description`), as a sentence to append. It sees no member, but the
 * client's secrets: these are masked, and so is anything that looks like an id. `error_uri` is not shown.
 * @param endpoint what it is, e.g. `token endpoint`
 */
export function descriptionSentence(
	body: object,
	secrets: readonly unknown[] | undefined,
	endpoint: string,
): string {
	const description = 'error_description' in body ? textOf(body.error_description) : undefined;
	if (description === undefined || secrets === undefined) return '';
	const words = plainWords(
		maskValues(firstWords(beforeEcho(plainWords(withoutSecrets(description, secrets)))), secrets),
		MAX_DESCRIPTION_CHARS,
	);
	if (words === '') return '';
	return ` The ${endpoint} says: ${words}${/[.!?…]$/.test(words) ? '' : '.'}`;
}

/** Before markup is taken out, which could hide a secret in the midst of it. */
function withoutSecrets(text: string, secrets: readonly unknown[]): string {
	const short = text.slice(0, MAX_READ_CHARS).replace(/\b(?:Basic|Bearer)\s+\S+/gi, '[value]');
	return secrets.reduce<string>(
		(rest, secret) =>
			typeof secret === 'string' && secret.length > 2 ? rest.split(secret).join('[value]') : rest,
		short,
	);
}

/** What stands before a repetition of our request, which tells nothing. */
function beforeEcho(text: string): string {
	const at = text.search(/(?:grant_type|client_id|client_secret|client_assertion)=/);
	return at < 0 ? text : text.slice(0, at).trim();
}

/** The whole words at the start of a text: a secret that the cut would go through could not be recognized. */
function firstWords(text: string): string {
	if (text.length <= MAX_DESCRIPTION_CHARS) return text;
	return `${text.slice(0, MAX_DESCRIPTION_CHARS).replace(/\s*\S*$/, '')} …`;
}

const DECIMAL = /^\d{1,12}(?:\.\d{1,6})?$/;
/** Longest lifetime that is believed. */
const MAX_LIFETIME_SECONDS = 366 * 24 * 60 * 60;

/**
 * The lifetime of a token in seconds (RFC 6749 section 5.1; some servers send the number as a string); undefined if not
 * stated, or if it is no lifetime: empty, not a number, negative, more than a year.
 */
export function tokenLifetime(reply: PayerReply): number | undefined {
	const expiresIn = isObject(reply.json) ? reply.json.expires_in : undefined;
	const seconds = countOf(
		typeof expiresIn === 'string' && DECIMAL.test(expiresIn.trim()) ? Number(expiresIn) : expiresIn,
	);
	return seconds !== undefined && seconds <= MAX_LIFETIME_SECONDS ? seconds : undefined;
}
