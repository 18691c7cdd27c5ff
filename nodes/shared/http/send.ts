import type {
	IExecuteFunctions,
	IHttpRequestHelper,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { AccessTokenError } from '../signIn/accessToken';
import { answerInside, lowerCase, noAnswer, type OpenReply } from './n8nAnswer';
import { isObject } from '../fhir/json';
import { PaceMemory, type Pace } from './pace';
import { pauseBeforeNext, wantedPause, type NoAnswer, type Repeat } from './patience';
import {
	answerTooLong,
	askedTooOften,
	fileBrokeOff,
	gaveNoAnswer,
	noCredential,
	notTheGateways,
	redirected,
	tokenNotAccepted,
} from './errors';
import { mayBeAsked } from './addresses';
import { chosenApi } from '../payers';
import type { Payer, PayerRequest } from '../payers/payer';
import type { PayerReply } from './reply';
import { GRANTS, type LesserGrant } from '../signIn/grantedScope';
import { rest, throwIfStopped } from '../n8n/stopping';
import { takeBody, type Bytes, type ByteStream } from './watchedBody';

/** A payer that requests can leave for: the speed is one for the whole node run. */
export interface OpenConnection extends Payer {
	pace: Pace;
	/** What the payer granted less than the credential asks for, once there was a token. */
	lesserGrant(): LesserGrant | undefined;
}

/** A payer's limits hold for all runs of this n8n, one after the other and side by side. */
const PACES = new PaceMemory();

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Until the headers of an answer are there. */
const HEADERS_WITHIN_MS = MINUTE;
/** For an answer that is read whole, once its headers are there. */
const ANSWER_WITHIN_MS = 5 * MINUTE;
/** Between two pieces of an answer that is read whole. */
const ANSWER_IDLE_MS = MINUTE;
/** Of an answer that is read whole: match answers, job states, manifests, complaints. */
const LONGEST_ANSWER_BYTES = 32 * 1024 * 1024;
/** For repeating one request, its pauses included. */
const PATIENCE_MS = 5 * MINUTE;
/** Where the payer does not say how long to leave it alone. */
const STANDARD_HOLD_MS = SECOND;

/** Connects to the payer that a node is set to. @throws ExchangeError where no credential is chosen, or its fields cannot work */
export async function openConnection(context: IExecuteFunctions): Promise<OpenConnection> {
	const { api, credentialType } = chosenApi(context);
	const chosen = context.getNode().credentials?.[credentialType];
	// n8n's own words for this name the type of a credential in code, where they name anything.
	if (!chosen) throw noCredential(api, credentialType);
	const credentials = await context.getCredentials(credentialType);
	const payer = api.connect(credentials, credentialType);
	return {
		...payer,
		pace: PACES.begin(`${payer.gateway} ${chosen.id ?? ''}`, Date.now()),
		lesserGrant: () => GRANTS.of(credentials),
	};
}

/**
 * Sends a request and reads the answer whole, whatever its status; 401 apart, which n8n answers with one new token and one
 * repeat.
 *
 * @param patienceMs for all attempts together; a payer that wants to be asked later than that gets no further attempt
 * @throws ExchangeError where no answer came, the credential was refused, or the run was stopped
 */
export async function ask(
	context: IExecuteFunctions,
	connection: OpenConnection,
	request: PayerRequest,
	repeat: Repeat,
	patienceMs = PATIENCE_MS,
): Promise<PayerReply> {
	const until = Date.now() + patienceMs;
	for (let attempt = 1; ; attempt += 1) {
		const reply = await answerOf(context, connection, request, until);
		const pause = pauseBeforeNext(reply, repeat, attempt, until - Date.now());
		if (pause === undefined) return settled(reply, connection, request);
		await rest(context, pause);
	}
}

/** A file as it arrives. */
export interface FileBytes extends Bytes {
	/** Bytes of it, where the payer says so beforehand. */
	length?: number;
}

/** How a file is taken. */
export interface Taking<T> {
	/**
	 * Gets the bytes as they arrive. May throw BrokenOff, which asks for the file anew.
	 * @param attempt 1 for the first
	 */
	take: (body: FileBytes, attempt: number) => Promise<T>;
	/** Longest time in which nothing arrives. */
	idleMs: number;
}

/**
 * Downloads a file. Where the connection breaks in the middle, the file is asked for again and `take` starts anew, so that a
 * file is taken whole or not at all.
 *
 * @returns what `take` made of it, or the payer's answer where it is no 200
 * @throws ExchangeError where no answer came, the file kept breaking off, or the run was stopped; or what `take` throws
 */
export async function download<T>(
	context: IExecuteFunctions,
	connection: OpenConnection,
	request: PayerRequest,
	{ take, idleMs }: Taking<T>,
): Promise<{ taken: T } | { refused: PayerReply }> {
	let waited = 0;
	for (let attempt = 1; ; attempt += 1) {
		const opened = await send(context, connection, request, Date.now() + PATIENCE_MS - waited);
		let reply: PayerReply | NoAnswer;
		if ('status' in opened && opened.status === 200) {
			const result = await takeBody(
				context,
				opened.body,
				(body) => take({ ...body, length: lengthOf(opened) }, attempt),
				{
					idleMs,
				},
			);
			if ('taken' in result) return result;
			reply = { code: result.brokenOff, certainlyNotSent: false };
			if (pauseBeforeNext(reply, 'reading', attempt, Infinity) === undefined) {
				throw fileBrokeOff(result.brokenOff, attempt);
			}
		} else {
			reply = 'status' in opened ? await wholeReply(context, opened) : opened;
		}
		// The time of the downloads themselves does not count: a large file may take hours, each time.
		const pause = pauseBeforeNext(reply, 'reading', attempt, PATIENCE_MS - waited);
		if (pause === undefined) return { refused: settled(reply, connection, request) };
		waited += pause;
		await rest(context, pause);
	}
}

/** What a request of a credential's own needs: it carries no token. */
export interface CredentialRequest {
	url: string;
	/** What the credential's form calls the address, for errors. */
	addressField: string;
	headers?: Record<string, string>;
}

/** Posts a form to a token endpoint. Used by the credentials. @throws AccessTokenError where no answer came */
export async function postForm(
	helper: IHttpRequestHelper,
	request: CredentialRequest,
	form: Record<string, string>,
): Promise<PayerReply> {
	const headers = { ...request.headers, 'Content-Type': 'application/x-www-form-urlencoded' };
	const body = new URLSearchParams(form).toString();
	return await withoutToken(helper, { ...request, headers }, { method: 'POST', body });
}

/** Reads a public JSON document of a payer. Used by the credentials. @throws AccessTokenError where no answer came */
export async function getJson(helper: IHttpRequestHelper, request: CredentialRequest): Promise<PayerReply> {
	return await withoutToken(helper, request, { method: 'GET' });
}

async function withoutToken(
	{ helpers }: IHttpRequestHelper,
	{ url, addressField, headers }: CredentialRequest,
	request: Pick<IHttpRequestOptions, 'method' | 'body'>,
): Promise<PayerReply> {
	const options: IHttpRequestOptions = {
		...request,
		url,
		headers: { ...headers, Accept: 'application/json' },
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: HEADERS_WITHIN_MS,
	};
	const answer = await helpers.httpRequest(options).catch((error) => noTokenAnswer(error, addressField));
	const { statusCode, headers: answered, body } = answer as IN8nHttpFullResponse;
	const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
	return {
		status: statusCode,
		headers: lowerCase(answered),
		text,
		json: isObject(body) ? body : parsed(text),
	};
}

function noTokenAnswer(error: unknown, addressField: string): never {
	const { certainlyNotSent } = noAnswer(error);
	// Without the code of the network: n8n puts words of its own in the place of a message that holds one.
	throw new AccessTokenError(
		`The token endpoint did not answer${certainlyNotSent ? '; there is no connection to it' : ' in time'}. Check the ${addressField} and the network of n8n.`,
		true,
	);
}

async function answerOf(
	context: IExecuteFunctions,
	connection: OpenConnection,
	request: PayerRequest,
	until: number,
): Promise<PayerReply | NoAnswer> {
	const opened = await send(context, connection, request, until);
	return 'status' in opened ? await wholeReply(context, opened) : opened;
}

/** Sends at the pace of the run, and lets the answer set it. @param until where the turn comes later (ms since 1970), nothing is sent */
async function send(
	context: IExecuteFunctions,
	connection: OpenConnection,
	request: PayerRequest,
	until: number,
): Promise<OpenReply | NoAnswer> {
	throwIfStopped(context);
	if (!mayBeAsked(connection, request)) throw notTheGateways();
	const { pace } = connection;
	do {
		const wait = pace.takeSlot(Date.now(), until - Date.now());
		if (wait > until - Date.now()) throw askedTooOften(wait);
		await rest(context, wait);
		// While this call waited for its turn, the payer may have complained about another.
	} while (pace.notBefore > Date.now());
	const opened = await sendNow(context, connection, request);
	if (!('status' in opened)) return opened;
	if (opened.status === 429) {
		const pause = wantedPause({ ...opened, text: '', json: undefined });
		pace.tooOften(pause ?? STANDARD_HOLD_MS, Date.now());
	} else {
		pace.wentWell(Date.now());
	}
	return opened;
}

/** The one place where a request leaves with the token. Redirects are not followed: an address is asked only if it is the payer's. */
async function sendNow(
	context: IExecuteFunctions,
	connection: OpenConnection,
	request: PayerRequest,
): Promise<OpenReply | NoAnswer> {
	const options: IHttpRequestOptions = {
		method: request.method,
		url: request.url,
		headers: { ...request.headers },
		...(request.body && { body: JSON.stringify(request.body) }),
		encoding: 'stream',
		returnFullResponse: true,
		disableFollowRedirect: true,
		sendCredentialsOnCrossOriginRedirect: false,
		timeout: HEADERS_WITHIN_MS,
	};
	const { helpers } = context;
	const sent: Promise<IN8nHttpFullResponse> = request.withoutToken
		? helpers.httpRequest({ ...options, abortSignal: context.getExecutionCancelSignal() })
		: helpers.httpRequestWithAuthentication.call(context, connection.credentialType, options);
	return await sent.then(openReply, (error: unknown) => {
		throwIfStopped(context);
		return answerInside(error) ?? noAnswer(error);
	});
}

/** The size of a file, which a compressed answer does not tell. */
function lengthOf({ headers }: OpenReply): number | undefined {
	const stated = Number(headers['content-length']);
	return headers['content-encoding'] === undefined && stated > 0 ? stated : undefined;
}

function openReply({ statusCode, headers, body }: IN8nHttpFullResponse): OpenReply {
	return { status: statusCode, headers: lowerCase(headers), body: body as unknown as ByteStream };
}

/** An answer, or the error for what is none. */
function settled(reply: PayerReply | NoAnswer, connection: Payer, request: PayerRequest): PayerReply {
	if (!('status' in reply)) throw gaveNoAnswer(reply, connection);
	if (reply.status === 401 && !request.withoutToken) throw tokenNotAccepted();
	if (reply.status >= 300 && reply.status < 400) throw redirected(reply, connection);
	return reply;
}

/** Reads an open answer whole. A body that breaks off counts as no answer. */
async function wholeReply(
	context: IExecuteFunctions,
	{ status, headers, body }: OpenReply,
): Promise<PayerReply | NoAnswer> {
	const result = await takeBody(
		context,
		body,
		async ({ arriving }) => {
			const parts: Uint8Array[] = [];
			let size = 0;
			for await (const part of arriving) {
				size += part.length;
				if (size > LONGEST_ANSWER_BYTES) throw answerTooLong(status, LONGEST_ANSWER_BYTES);
				parts.push(part);
			}
			return Buffer.concat(parts)
				.toString('utf8')
				.replace(/^\uFEFF/, '');
		},
		{ idleMs: ANSWER_IDLE_MS, totalMs: ANSWER_WITHIN_MS },
	);
	if ('brokenOff' in result) return { code: result.brokenOff, certainlyNotSent: false };
	return { status, headers, text: result.taken, json: parsed(result.taken) };
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
