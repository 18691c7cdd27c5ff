import type { IExecuteFunctions } from 'n8n-workflow';
import { waitOrStop } from '../n8n/longRun';
import { fileBrokeOff } from './errors';
import { PATIENCE_MS } from './limits';
import type { OpenReply } from './n8nAnswer';
import { pauseBeforeNext } from './patience';
import type { NoAnswer, PayerReply } from './reply';
import type { Destination, PayerRequest } from './request';
import { readReply, replyOrThrow, sendPaced } from './send';
import { readBody, type Bytes } from './watchedBody';

/** A file as it arrives. */
export interface FileBytes extends Bytes {
	/** Bytes of it, where the payer says so beforehand. */
	length?: number;
}

/** How a file is read. */
export interface FileReader<T> {
	/**
	 * Gets the bytes as they arrive. May throw BrokenOff, which asks for the file anew.
	 * @param attempt 1 for the first
	 */
	read: (body: FileBytes, attempt: number) => Promise<T>;
	/** Longest time in which nothing arrives. */
	idleMs: number;
}

/**
 * Downloads a file. Where the connection breaks in the middle, the file is asked for again and `read` starts anew, so that a
 * file is read whole or not at all.
 *
 * @returns what `read` made of it, or the payer's answer where it is no 200
 * @throws ExchangeError where no answer came, the file kept breaking off, or the run was stopped; or what `read` throws
 */
export async function download<T>(
	context: IExecuteFunctions,
	destination: Destination,
	request: PayerRequest,
	{ read, idleMs }: FileReader<T>,
): Promise<{ value: T } | { refused: PayerReply }> {
	let waited = 0;
	for (let attempt = 1; ; attempt += 1) {
		const opened = await sendPaced(context, destination, request, Date.now() + PATIENCE_MS - waited);
		let reply: PayerReply | NoAnswer;
		if ('status' in opened && opened.status === 200) {
			const length = lengthOf(opened);
			const result = await readBody(
				context,
				opened.body,
				async (body) => await read({ ...body, length }, attempt),
				{ idleMs },
			);
			if ('value' in result) return result;
			reply = { code: result.brokenOff, certainlyNotSent: false };
			if (pauseBeforeNext(reply, 'reading', attempt, Infinity) === undefined) {
				throw fileBrokeOff(result.brokenOff, attempt);
			}
		} else {
			reply = 'status' in opened ? await readReply(context, opened) : opened;
		}
		// The time of the downloads themselves does not count: a large file may take hours, each time.
		const pause = pauseBeforeNext(reply, 'reading', attempt, PATIENCE_MS - waited);
		if (pause === undefined) return { refused: replyOrThrow(reply, destination, request) };
		waited += pause;
		await waitOrStop(context, pause);
	}
}

/** The size of a file, which a compressed answer does not tell. */
function lengthOf({ headers }: OpenReply): number | undefined {
	const stated = Number(headers['content-length']);
	return headers['content-encoding'] === undefined && stated > 0 ? stated : undefined;
}
