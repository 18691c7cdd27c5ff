import type { AccessTokenError } from '../signIn/accessToken';
import { ExchangeError } from '../n8n/exchangeError';
import type { NoAnswer } from './patience';
import type { Payer, PayerApi } from '../payers/payer';
import type { PayerReply } from './reply';
import { grantSentence, type LesserGrant } from '../signIn/grantedScope';

/** Errors about the way to the payer, the same for every step. Each says what was done, what came back, and what to do. */

export function noCredential({ displayName, credentials }: PayerApi, credentialType: string): ExchangeError {
	const way = credentials.find(({ type }) => type === credentialType)?.displayName;
	return new ExchangeError('No credential is chosen in this node', {
		whatToDo: `Open the node and choose a credential in its field at the top, or create one there (Payer API: ${displayName}; ${way}). Each node that asks the payer needs it. Nothing was sent to the payer.`,
		concerns: 'run',
	});
}

export function notTheGateways(): ExchangeError {
	return new ExchangeError('The address to ask does not belong to the payer of the credential', {
		whatToDo: 'Nothing was sent. Check the ids and addresses in the input item.',
	});
}

export function gaveNoAnswer({ code }: NoAnswer, { addressField }: Payer): ExchangeError {
	// n8n puts its own words for a message that holds a code such as ECONNREFUSED, so the code is told apart from it.
	return new ExchangeError('The payer did not answer', {
		whatToDo: `(${code}) Check the credential's '${addressField}' and whether n8n can reach it, then run again.`,
		concerns: 'run',
		passing: true,
	});
}

/** @param pauseMs how long the payer wants to be left alone */
export function askedTooOften(pauseMs: number): ExchangeError {
	const minutes = Math.ceil(pauseMs / 60_000);
	return new ExchangeError('The payer is asked too often (HTTP 429)', {
		whatToDo: `It wants to be left alone for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, which is longer than this step waits. Nothing was sent for this item; run it again after that.`,
		httpStatus: 429,
		issueCode: 'throttled',
	});
}

export function tokenNotAccepted(): ExchangeError {
	return new ExchangeError('The payer does not accept the credential (HTTP 401)', {
		whatToDo:
			'It refused the access token, also a new one. Open the credential, press Test, and check its Scope.',
		httpStatus: 401,
		concerns: 'run',
	});
}

export function gaveNoToken({ message, passing }: AccessTokenError): ExchangeError {
	return new ExchangeError('The payer gave no access token for the credential', {
		whatToDo: `${message} Open the credential and press Test.`,
		concerns: 'run',
		passing,
	});
}

export function redirected(reply: PayerReply, { gateway, addressField }: Payer): ExchangeError {
	const location = reply.headers.location ?? '';
	const host = URL.canParse(location, gateway) ? new URL(location, gateway).host : 'another address';
	return new ExchangeError(`The payer points to ${host} instead of answering (HTTP ${reply.status})`, {
		whatToDo: `It was not followed, since the token goes to the payer only. Check the credential's '${addressField}'.`,
		httpStatus: reply.status,
	});
}

export function fileBrokeOff(code: string, attempts: number): ExchangeError {
	return new ExchangeError(`The file broke off on its way, ${attempts} times`, {
		whatToDo: `(${code}) Nothing of it was taken. Run Fetch Batch for this item again later.`,
	});
}

export function answerTooLong(status: number, mostBytes: number): ExchangeError {
	return new ExchangeError(`The payer's answer is longer than ${mostBytes / 1024 / 1024} MB`, {
		httpStatus: status,
		whatToDo: 'That is no match answer, job state or manifest. Check the credential and the input item.',
	});
}

/** A text about an answer that forbids, with what the payer granted less before it. */
export function withGrant(text: string, grant: LesserGrant | undefined): string {
	return [grantSentence(grant), text].filter(Boolean).join(' ');
}

/**
 * The error for an answer that forbids what was asked, where it does not speak of a single file.
 * @param doing what was asked, e.g. `to start the export`
 */
export function throwIfForbidden(
	reply: PayerReply,
	doing: string,
	{ tenants, lesserGrant }: Pick<Payer, 'tenants'> & { lesserGrant(): LesserGrant | undefined },
): void {
	if (reply.status !== 403) return;
	throw new ExchangeError(`The payer does not allow this credential ${doing} (HTTP 403)`, {
		whatToDo: withGrant(mayNot(tenants !== undefined), lesserGrant()),
		httpStatus: 403,
	});
}

/** What to do where a client may not do what it asked for. @param hasTenants whether the payer is asked by tenants */
function mayNot(hasTenants: boolean): string {
	const what = hasTenants ? 'this tenant' : 'for this';
	return `Check with the payer whether your client may ask ${what}, and check the credential's Scope. A client of the sandbox or of a test system does not reach real members, and a production client does not reach the sandbox.`;
}
