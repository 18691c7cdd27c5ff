import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { BodyInterrupted } from '../http/watchedBody';
import { ExchangeError, rethrown } from '../n8n/exchangeError';

const MEBIBYTE = 1024 * 1024;
/** Every store of n8n accepts files up to this size. */
const SAFE_BYTES = 256 * MEBIBYTE;
/** Size limits of n8n's stores (n8n 2.41: `database` 512 MiB, configurable up to 1,024). Other stores have no limit. */
const MAX_BYTES: Record<string, number> = { database: 1024 * MEBIBYTE, memory: 384 * MEBIBYTE };

/**
 * Aborts a file that exceeds the limit of n8n's binary store before it fills the memory: the `database` and memory modes
 * hold the whole file. The only way to find out which store n8n uses is to store something, so this is done only for large
 * files.
 *
 * @param length size of the file, if known in advance; nothing is read of a file that is too large
 * @throws ExchangeError if the file exceeds the limit
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

type Content = Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0];

/**
 * Stores a file in n8n's binary store.
 * @param content bytes, or a stream of n8n's own class
 * @throws ExchangeError if the store rejects it; what the stream throws, as it is
 */
export async function storeBinary(
	context: IExecuteFunctions,
	content: unknown,
	name: string,
	mimeType: string,
): Promise<IBinaryData> {
	try {
		return await context.helpers.prepareBinaryData(content as Content, name, mimeType);
	} catch (error) {
		if (error instanceof BodyInterrupted || error instanceof ExchangeError) throw rethrown(error);
		throw rethrown(storeFailed(error));
	}
}

/** The error for a failed store operation. n8n discards the incomplete file. */
function storeFailed(error: unknown): ExchangeError {
	const { code, message } = error as { code?: unknown; message?: unknown };
	const [reason] = /\bE[A-Z]{2,}\b/.exec(`${String(code)} ${String(message)}`) ?? ['no reason given'];
	// n8n replaces a message that contains an error code, so the code goes into the description.
	return new ExchangeError('n8n could not store this file, so nothing of it was kept', {
		whatToDo: `(${reason}) Ask the n8n administrator to look at the disk that holds n8n's binary data: it may be full (ENOSPC, EDQUOT), may not take files of this size (EFBIG), or n8n may not write there (EACCES, EROFS). Then run again.`,
	});
}
