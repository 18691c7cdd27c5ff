import type {
	IExecuteFunctions,
	IHttpRequestHelper,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { AccessTokenError } from './accessToken';
import { ExchangeError } from './exchangeError';
import { backoffMs, retryAfterMs } from './exportJob/schedule';
import { isObject } from './json';
import { isBelow } from './payerApis/gatewayUrl';
import type { Connection, PayerApi, PayerRequest } from './payerApis/payerApi';
import type { PayerReply } from './payerReply';
import { rest, throwIfStopped } from './stopping';
import { takeBody, type Bytes, type ByteStream } from './watchedBody';

/**
 * When a request may be sent again:
 * - `reading`: after 429, 5xx and a broken connection, for it changes nothing at the payer;
 * - `asking`: only where it was certainly not carried out (429, 503, no connection), for a match or a kick-off must not happen twice;
 * - `never`: the caller has its own clock.
 */
export type Repeat = 'reading' | 'asking' | 'never';

interface OpenReply {
	status: number;
	headers: Record<string, string>;
	body: ByteStream;
}

/** Why no answer came at all. */
interface NoAnswer {
	code: string;
	/** Nothing reached the payer. */
	certainlyNotSent: boolean;
}

const SECOND = 1000;
/** Until the headers of an answer are there. */
const HEADERS_WITHIN_MS = 60 * SECOND;
/** Of an answer that is read whole: match answers, job states, manifests, complaints. */
const LONGEST_ANSWER_BYTES = 32 * 1024 * 1024;
const MOST_ATTEMPTS = 4;
/** A request that the payer wants later than this is given back to the caller instead of waited for. */
const LONGEST_PAUSE_MS = 60 * SECOND;

const NOT_SENT_CODES = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** Reads the credential of a node. @throws ExchangeError where its fields cannot work */
export async function openConnection(context: IExecuteFunctions, api: PayerApi): Promise<Connection> {
	return api.connect(await context.getCredentials(api.credentialType));
}

/**
 * Sends a request and reads the answer whole, whatever its status; 401 apart, which n8n answers with one new token and one
 * repeat.
 *
 * @throws ExchangeError where no answer came, the credential was refused, or the run was stopped
 */
export async function ask(
	context: IExecuteFunctions,
	connection: Connection,
	request: PayerRequest,
	repeat: Repeat,
): Promise<PayerReply> {
	for (let attempt = 1; ; attempt += 1) {
		const reply = await answerOf(context, connection, request);
		const pause = pauseBeforeNext(reply, repeat, attempt);
		if (pause === undefined) return settled(reply, connection);
		await rest(context, pause);
	}
}

/**
 * Downloads a file: `take` gets its bytes as they arrive. Where the connection breaks in the middle, the file is asked for
 * again and `take` starts anew, so that a file is taken whole or not at all.
 *
 * @returns what `take` made of it, or the payer's answer where it is not a 2xx
 * @throws ExchangeError where no answer came, the file kept breaking off, or the run was stopped; or what `take` throws
 */
export async function download<T>(
	context: IExecuteFunctions,
	connection: Connection,
	request: PayerRequest,
	take: (body: Bytes) => Promise<T>,
): Promise<{ taken: T } | { refused: PayerReply }> {
	for (let attempt = 1; ; attempt += 1) {
		const opened = await send(context, connection, request);
		if ('status' in opened && opened.status < 300) {
			const result = await takeBody(context, opened.body, take);
			if ('taken' in result) return result;
			const pause = pauseBeforeNext({ code: result.brokenOff, certainlyNotSent: false }, 'reading', attempt);
			if (pause === undefined) throw brokenOff(result.brokenOff, attempt);
			await rest(context, pause);
		} else {
			const reply = 'status' in opened ? await wholeReply(context, opened) : opened;
			const pause = pauseBeforeNext(reply, 'reading', attempt);
			if (pause === undefined) return { refused: settled(reply, connection) };
			await rest(context, pause);
		}
	}
}

/**
 * Posts a form to a token endpoint: the one request that carries no token. Used by the credentials.
 * @throws AccessTokenError where no answer came
 */
export async function postForm(
	{ helpers }: IHttpRequestHelper,
	url: string,
	form: Record<string, string>,
): Promise<PayerReply> {
	const options: IHttpRequestOptions = {
		method: 'POST',
		url,
		headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
		body: new URLSearchParams(form).toString(),
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: HEADERS_WITHIN_MS,
	};
	const answer = await helpers.httpRequest(options).catch(noTokenAnswer);
	const { statusCode, headers, body } = answer as IN8nHttpFullResponse;
	const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
	return {
		status: statusCode,
		headers: lowerCase(headers),
		text,
		json: isObject(body) ? body : parsed(text),
	};
}

function noTokenAnswer(error: unknown): never {
	const { code } = noAnswer(error);
	throw new AccessTokenError(
		`The token endpoint did not answer (${code}). Check the Gateway URL and the network of n8n.`,
		true,
	);
}

async function answerOf(
	context: IExecuteFunctions,
	connection: Connection,
	request: PayerRequest,
): Promise<PayerReply | NoAnswer> {
	const opened = await send(context, connection, request);
	return 'status' in opened ? await wholeReply(context, opened) : opened;
}

/** The one place where a request leaves with the token. Redirects are not followed: an address is asked only if it is the payer's. */
async function send(
	context: IExecuteFunctions,
	connection: Connection,
	request: PayerRequest,
): Promise<OpenReply | NoAnswer> {
	throwIfStopped(context);
	if (!isBelow(connection.gateway, request.url)) {
		throw new ExchangeError('The address to ask does not belong to the gateway of the credential', {
			whatToDo: 'Nothing was sent. Check the ids and addresses in the input item.',
		});
	}
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

function openReply({ statusCode, headers, body }: IN8nHttpFullResponse): OpenReply {
	return { status: statusCode, headers: lowerCase(headers), body: body as unknown as ByteStream };
}

/** n8n throws for every status but 2xx; the answer is then inside the error. Nothing else of that error is ever used. */
function answerInside(error: unknown): OpenReply | undefined {
	for (const cause of causes(error)) {
		if (cause.name === 'AccessTokenError') throw noAccessToken(cause as AccessTokenError);
		const { response } = cause as { response?: { status?: unknown; headers?: unknown; data?: unknown } };
		if (typeof response?.status === 'number') {
			return {
				status: response.status,
				headers: lowerCase(response.headers),
				body: response.data as ByteStream,
			};
		}
	}
	return undefined;
}

function noAnswer(error: unknown): NoAnswer {
	const code = causes(error)
		.map((cause) => (cause as { code?: unknown }).code)
		.find((each) => typeof each === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(each));
	return { code: String(code ?? 'no answer'), certainlyNotSent: NOT_SENT_CODES.includes(String(code)) };
}

function causes(error: unknown): Error[] {
	const found: Error[] = [];
	for (let each = error; each instanceof Error && found.length < 8; each = each.cause) found.push(each);
	return found;
}

/** How long to wait before the next attempt; undefined where there is to be none. */
function pauseBeforeNext(reply: PayerReply | NoAnswer, repeat: Repeat, attempt: number): number | undefined {
	if (repeat === 'never' || attempt >= MOST_ATTEMPTS) return undefined;
	const may =
		'status' in reply
			? reply.status === 429 || reply.status === 503 || (repeat === 'reading' && reply.status >= 500)
			: reply.certainlyNotSent || repeat === 'reading';
	if (!may) return undefined;
	const wanted = 'status' in reply ? retryAfterMs(reply.headers['retry-after'], Date.now()) : undefined;
	const pause = wanted ?? backoffMs(attempt);
	return pause <= LONGEST_PAUSE_MS ? pause : undefined;
}

/** An answer, or the error for what is none. */
function settled(reply: PayerReply | NoAnswer, connection: Connection): PayerReply {
	if (!('status' in reply)) {
		// n8n puts its own words for a message that holds a code such as ECONNREFUSED, so the code is told apart from it.
		throw new ExchangeError('The gateway did not answer', {
			whatToDo: `(${reply.code}) Check the credential's 'Gateway URL' and whether n8n can reach it, then run again.`,
			concerns: 'run',
			passing: true,
		});
	}
	if (reply.status === 401) {
		throw new ExchangeError('The gateway does not accept the credential (HTTP 401)', {
			whatToDo:
				'It refused the access token, also a new one. Open the credential, press Test, and check its Scope.',
			httpStatus: 401,
			concerns: 'run',
		});
	}
	if (reply.status >= 300 && reply.status < 400) throw redirected(reply, connection);
	return reply;
}

/**
 * The error for an answer that forbids what was asked, where it does not speak of a single file.
 * @param doing what was asked, e.g. `to start the export`
 */
export function throwIfForbidden(reply: PayerReply, doing: string): void {
	if (reply.status !== 403) return;
	throw new ExchangeError(`The gateway does not allow this credential ${doing} (HTTP 403)`, {
		whatToDo: `Check the credential's Scope, and with 1upHealth whether your client may ask this tenant.`,
		httpStatus: 403,
	});
}

function noAccessToken({ message, passing }: AccessTokenError): ExchangeError {
	return new ExchangeError('The gateway gave no access token for the credential', {
		whatToDo: `${message} Open the credential and press Test.`,
		concerns: 'run',
		passing,
	});
}

function redirected(reply: PayerReply, connection: Connection): ExchangeError {
	const location = reply.headers.location ?? '';
	const host = URL.canParse(location, connection.gateway)
		? new URL(location, connection.gateway).host
		: 'another address';
	return new ExchangeError(`The gateway points to ${host} instead of answering (HTTP ${reply.status})`, {
		whatToDo: `It was not followed, since the token goes to the gateway only. Check the credential's 'Gateway URL'.`,
		httpStatus: reply.status,
	});
}

function brokenOff(code: string, attempts: number): ExchangeError {
	return new ExchangeError(`The file broke off on its way, ${attempts} times`, {
		whatToDo: `(${code}) Nothing of it was taken. Run Fetch Batch for this item again later.`,
	});
}

/** Reads an open answer whole. A body that breaks off counts as no answer. */
async function wholeReply(
	context: IExecuteFunctions,
	{ status, headers, body }: OpenReply,
): Promise<PayerReply | NoAnswer> {
	const result = await takeBody(context, body, async ({ arriving }) => {
		const parts: Uint8Array[] = [];
		let size = 0;
		for await (const part of arriving) {
			size += part.length;
			if (size > LONGEST_ANSWER_BYTES) {
				throw new ExchangeError(
					`The payer's answer is longer than ${LONGEST_ANSWER_BYTES / 1024 / 1024} MB`,
					{
						httpStatus: status,
						whatToDo:
							'That is no match answer, job state or manifest. Check the credential and the input item.',
					},
				);
			}
			parts.push(part);
		}
		return Buffer.concat(parts)
			.toString('utf8')
			.replace(/^\uFEFF/, '');
	});
	if ('brokenOff' in result) return { code: result.brokenOff, certainlyNotSent: false };
	return { status, headers, text: result.taken, json: parsed(result.taken) };
}

function lowerCase(headers: unknown): Record<string, string> {
	const entries = isObject(headers) ? Object.entries(headers) : [];
	return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
