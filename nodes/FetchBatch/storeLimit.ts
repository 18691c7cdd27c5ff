import type { IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError } from '../shared/n8n/exchangeError';

const MEBIBYTE = 1024 * 1024;
/** Below it every store of n8n takes a file. */
const SAFE_BYTES = 256 * MEBIBYTE;
/** What n8n's stores take at most, where they do not take any size (n8n 2.41: `database` 512 MiB, and 1,024 as a setting). */
const MAX_BYTES: Record<string, number> = { database: 1024 * MEBIBYTE, memory: 384 * MEBIBYTE };

/**
 * Ends a file that n8n's binary store could not take, before it has filled the memory: `database` and the memory mode hold a
 * file as a whole. Which store n8n uses can only be seen by storing something, so that is done for large files alone.
 *
 * @param length of the whole, where it is known beforehand: then nothing is read of a file that is too large
 * @throws ExchangeError where more comes than the store takes
 */
export async function* withinStoreLimit(
	context: IExecuteFunctions,
	pieces: AsyncIterable<Uint8Array>,
	length = 0,
): AsyncGenerator<Uint8Array> {
	let bytes = 0;
	let maxBytes = length > SAFE_BYTES ? await maxStoreBytes(context) : undefined;
	if (maxBytes !== undefined && length > maxBytes) throw tooLarge(maxBytes);
	for await (const piece of pieces) {
		bytes += piece.length;
		if (bytes > SAFE_BYTES) maxBytes ??= await maxStoreBytes(context);
		if (maxBytes !== undefined && bytes > maxBytes) throw tooLarge(maxBytes);
		yield piece;
	}
}

async function maxStoreBytes(context: IExecuteFunctions): Promise<number> {
	return MAX_BYTES[await storeMode(context)] ?? Infinity;
}

async function storeMode(context: IExecuteFunctions): Promise<string> {
	const { id } = await context.helpers.prepareBinaryData(Buffer.from('.'), 'store.txt', 'text/plain');
	return id?.split(':')[0] ?? 'memory';
}

function tooLarge(maxBytes: number): ExchangeError {
	return new ExchangeError(
		`The file is larger than the ${maxBytes / MEBIBYTE} MiB that this n8n can store, so nothing of it was kept`,
		{
			whatToDo:
				'Ask the n8n administrator to set N8N_DEFAULT_BINARY_DATA_MODE to filesystem (in queue mode on a volume that all workers share) or s3: these take files of any size.',
		},
	);
}

/** The error for a store that broke off in the middle of a file; n8n keeps nothing of it then. */
export function storeFailed(error: unknown): ExchangeError {
	const { code, message } = error as { code?: unknown; message?: unknown };
	const [reason] = /\bE[A-Z]{2,}\b/.exec(`${String(code)} ${String(message)}`) ?? ['no reason given'];
	// The code stands apart from the message: n8n puts words of its own in the place of a message that holds one.
	return new ExchangeError('n8n could not store this file, so nothing of it was kept', {
		whatToDo: `(${reason}) Ask the n8n administrator to look at the disk that holds n8n's binary data: it may be full (ENOSPC, EDQUOT), may not take files of this size (EFBIG), or n8n may not write there (EACCES, EROFS). Then run again.`,
	});
}
