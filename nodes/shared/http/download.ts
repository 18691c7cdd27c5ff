import type { IExecuteFunctions } from 'n8n-workflow';
import { FILE_TIMEOUT_MS } from '../fhir/limits';
import { waitOrStop } from '../n8n/longRun';
import { downloadInterruptedError } from './errors';
import { readAnswer } from './guard';
import type { OpenReply } from './n8nAnswer';
import { pauseBeforeRepeat, REPEAT } from './repeat';
import type { NoAnswer, PayerReply } from './reply';
import type { Destination, PayerRequest } from './request';
import { openFile } from './redirects';
import { replyOrThrow } from './send';
import { readBody, type Bytes } from './watchedBody';

/** The body of a file download. */
export interface FileBytes extends Bytes {
	/** Size in bytes, if the payer states it in advance. */
	length?: number;
	/** The media type that the payer states, as written. */
	contentType?: string;
	/** How it is still compressed: in a way that n8n does not unpack. */
	encoding?: string;
}

/** How a file is read. */
export interface FileReader<T> {
	/**
	 * Reads the bytes as they arrive. May throw BodyInterrupted to download the file again.
	 * @param attempt 1 for the first
	 */
	read: (body: FileBytes, attempt: number) => Promise<T>;
	/** Timeout while no bytes arrive. */
	idleMs: number;
	/** When to stop at the latest (ms since 1970); never by default. */
	deadline?: number;
	/** For the time without a byte, in all attempts together: until the headers arrive, in a body that pauses, and between attempts. */
	waitingMs?: number;
}

/**
 * Downloads a file. If the connection breaks, the file is requested again, at its own address wherever that redirected to, and `read`
 * starts over, so that a file is read completely or not at all.
 *
 * @returns the result of `read`, or the payer's response if it is not a 200
 * @throws ExchangeError if there was no response, the download kept breaking off, or the run was stopped; or whatever `read`
 *   throws
 */
export async function download<T>(
	context: IExecuteFunctions,
	destination: Destination,
	request: PayerRequest,
	{ read, idleMs, waitingMs = REPEAT.file.forMs, ...limits }: FileReader<T>,
): Promise<{ value: T } | { refused: PayerReply }> {
	// Only waiting counts towards the limit: a large file may take hours per attempt.
	let remaining = waitingMs;
	const deadline = Math.min(limits.deadline ?? Infinity, Date.now() + FILE_TIMEOUT_MS);
	for (let attempt = 1; ; attempt += 1) {
		const askedAt = Date.now();
		const waitUntil = Math.min(askedAt + remaining, deadline);
		const { opened, request: answered } = await openFile(context, destination, request, waitUntil);
		remaining -= Date.now() - askedAt;
		let reply: PayerReply | NoAnswer;
		if ('status' in opened && opened.status === 200) {
			const length = contentLength(opened);
			const contentType = opened.headers['content-type'];
			const encoding = stillEncoded(opened);
			let lastByteAt = Date.now();
			const result = await readBody(
				context,
				opened.body,
				async ({ arriving, ...body }) => {
					const watched = eachByte(arriving, () => (lastByteAt = Date.now()));
					return await read({ ...body, arriving: watched, length, contentType, encoding }, attempt);
				},
				{ idleMs, totalMs: deadline - Date.now() },
			);
			if ('value' in result) return result;
			remaining -= Date.now() - lastByteAt;
			reply = { code: result.interruption, certainlyNotSent: false };
			const left = Math.min(remaining, deadline - Date.now());
			if (pauseBeforeRepeat(reply, REPEAT.file, attempt, left) === undefined) {
				throw downloadInterruptedError(result.interruption, attempt);
			}
		} else {
			reply = 'status' in opened ? await readAnswer(context, opened, { answer: 'status', deadline }) : opened;
		}
		const left = Math.min(remaining, deadline - Date.now());
		const pause = pauseBeforeRepeat(reply, REPEAT.file, attempt, left);
		if (pause === undefined) return { refused: replyOrThrow(reply, destination, answered) };
		remaining -= pause;
		await waitOrStop(context, pause);
	}
}

/** Passes bytes through. @param onArrival called for each part */
async function* eachByte(
	arriving: AsyncIterable<Uint8Array>,
	onArrival: () => void,
): AsyncGenerator<Uint8Array> {
	for await (const part of arriving) {
		onArrival();
		yield part;
	}
}

/** The size of the file; unknown for a compressed response. */
function contentLength({ headers }: OpenReply): number | undefined {
	const length = Number(headers['content-length']);
	return headers['content-encoding'] === undefined && length > 0 ? length : undefined;
}

/** The coding of a body that n8n has not undone: it takes the header of one that it has (axios). */
function stillEncoded({ headers }: OpenReply): string | undefined {
	const encoding = headers['content-encoding']?.trim().toLowerCase();
	return encoding === '' || encoding === 'identity' ? undefined : encoding;
}
