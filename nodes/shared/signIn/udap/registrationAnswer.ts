import { isObject, textOf } from '../../fhir/json';
import { retryAfterMs } from '../../http/backoff';
import { AccessTokenError } from '../../http/errors';
import type { PayerReply } from '../../http/reply';
import { descriptionSentence } from '../accessToken';
import { FHIR_BASE_URL } from '../fhirBaseUrl';
import { isPassing, refusalAdvice } from '../tokenRefusals';
import { UDAP_LABELS as LABELS } from './labels';

/** What came of a registration. */
export interface Registration {
	/** `new`: 201; `changed`: 200, there was one before, which this one replaces; `cancelled`: there is none any more. */
	state: 'new' | 'changed' | 'cancelled';
	/** What to enter as Client ID; of a cancelled registration, the ID that no longer counts. */
	clientId: string;
	/** Whether the credential holds another Client ID, or none: only this one counts. */
	isOtherClientId: boolean;
	/** The scope that was asked for, and the one that the payer registered; undefined if it does not say. */
	requestedScope: string;
	grantedScope?: string;
	/** Sentences for a person: what differs from what was asked for, and what to do. No key, no statement. */
	hints: string[];
}

/** What was asked for. */
export interface AskedRegistration {
	scope: string;
	/** Client ID of the credential. */
	clientId?: string;
	/** Whether the registration was to be cancelled. */
	isCancelled: boolean;
}

/** RFC 7591 section 3.2.2, and what a payer says of scopes by it (HL7 UDAP Security, section 7.3). */
const REFUSALS: Record<string, string> = {
	invalid_software_statement: `The payer does not accept the software statement. Check the ${LABELS.certificates}, the ${LABELS.subjectUri} and the clock of n8n, and ask the payer whether it trusts your trust community.`,
	unapproved_software_statement: `The payer does not know or approve this client. Ask the payer to approve it, by the URI in your certificate.`,
	invalid_client_metadata: `The payer does not accept what the client says of itself. Check the Scope (it may have to be without wildcards, or of those that the payer lists), the ${LABELS.clientName} and the ${LABELS.contacts}.`,
	invalid_redirect_uri:
		'The payer misses a redirect URI, which a client without a user has none of. Ask the payer to register clients of the grant client_credentials.',
};

const MAX_CLIENT_ID_CHARS = 1000;
const MAX_SCOPE_CHARS = 10_000;
const PRINTABLE = /^[\x20-\x7e]+$/;

/**
 * Reads the answer of a registration endpoint (RFC 7591 section 3.2).
 * @param secrets what its words must not repeat
 * @throws AccessTokenError if nothing was registered, or it cannot be told
 */
export function readRegistration(
	reply: PayerReply,
	asked: AskedRegistration,
	secrets: readonly unknown[],
): Registration {
	const body = isObject(reply.json) ? reply.json : {};
	if (reply.status !== 200 && reply.status !== 201) throw refusal(reply, body, secrets);
	const clientId = shortText(body.client_id, MAX_CLIENT_ID_CHARS);
	if (clientId === undefined) {
		throw new AccessTokenError(
			`The registration endpoint answered HTTP ${reply.status} without a client ID. Ask the payer whether it has registered this client, and under which ID.`,
		);
	}
	const { grant_types: grants } = body;
	const isCancelled = Array.isArray(grants) && grants.length === 0;
	if (isCancelled !== asked.isCancelled) {
		throw new AccessTokenError(
			isCancelled
				? 'The payer says that it has cancelled the registration of this client (no grant_types). Ask the payer.'
				: 'The payer does not confirm that the registration is cancelled (grant_types are not empty). Ask the payer.',
		);
	}
	const grantedScope = shortText(body.scope, MAX_SCOPE_CHARS);
	const state = isCancelled ? 'cancelled' : reply.status === 201 ? 'new' : 'changed';
	return {
		state,
		clientId,
		isOtherClientId: clientId !== asked.clientId,
		requestedScope: asked.scope,
		...(grantedScope !== undefined && { grantedScope }),
		hints: isCancelled ? [] : hintsOf(body, { ...asked, granted: grantedScope, answered: clientId }),
	};
}

function hintsOf(
	{ grant_types: grants, token_endpoint_auth_method: method }: Record<string, unknown>,
	{
		scope,
		granted,
		clientId,
		answered,
	}: AskedRegistration & { granted: string | undefined; answered: string },
): string[] {
	const names = (text: string) => [...new Set(text.split(/\s+/))].sort().join(' ');
	const checks: Array<[applies: boolean, says: string]> = [
		[clientId === undefined, 'Enter the Client ID in the credential.'],
		[
			clientId !== undefined && clientId !== answered,
			'The payer gave another Client ID than the one in the credential, which no longer counts. Enter the new one.',
		],
		[
			granted !== undefined && names(granted) !== names(scope),
			'The payer registered another scope than the one that was asked for. Ask for that as Scope, or ask the payer.',
		],
		[
			Array.isArray(grants) && !grants.includes('client_credentials'),
			'The payer registered the client without the grant client_credentials, so it will get no token. Ask the payer.',
		],
		[
			method !== undefined && method !== 'private_key_jwt',
			'The payer registered another way to sign in than private_key_jwt. Ask the payer.',
		],
	];
	return checks.filter(([applies]) => applies).map(([, says]) => says);
}

function refusal(reply: PayerReply, body: object, secrets: readonly unknown[]): AccessTokenError {
	const { status } = reply;
	const code = 'error' in body ? (textOf(body.error) ?? '') : '';
	const said = descriptionSentence(body, secrets, 'registration endpoint');
	if (isPassing(status)) {
		return new AccessTokenError(
			`The registration endpoint answered HTTP ${status}. Try again later.${said}`,
			true,
			retryAfterMs(reply.headers['retry-after'], Date.now()),
		);
	}
	const known = Object.hasOwn(REFUSALS, code)
		? `${REFUSALS[code]} (${code})`
		: `The registration endpoint answered HTTP ${status}. ${refusalAdvice(status, FHIR_BASE_URL.label)}`;
	return new AccessTokenError(`${known}${said}`);
}

function shortText(value: unknown, maxChars: number): string | undefined {
	const text = textOf(value);
	return text !== undefined && text.length <= maxChars && PRINTABLE.test(text) ? text : undefined;
}
