import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { streamFactory } from '../http/watchedBody';
import { throwIfStopped } from '../n8n/longRun';

const CHUNK_BYTES = 256 * 1024;

/** A file in n8n's binary store. */
export interface StoredFile {
	name?: string;
	bytes: number;
	/**
	 * The bytes from `offset` on, in chunks. Iteration may stop at any time.
	 * @param seek whether to try to seek; otherwise the bytes before the offset are read and discarded
	 */
	chunksFrom(offset: number, seek: boolean): AsyncGenerator<Buffer>;
	/** Whether the whole file is in the item (n8n's memory mode), and not in a store. */
	isInMemory: boolean;
	/** Makes a stream of chunks, to store another file in the same store; undefined in n8n's memory mode. */
	streamMaker(): Promise<((chunks: AsyncIterable<Uint8Array>) => unknown) | undefined>;
}

/** The name of the input field that holds the file. */
export function binaryProperty(context: IExecuteFunctions, itemIndex: number): string {
	return String(context.getNodeParameter('binaryProperty', itemIndex));
}

/** @throws NodeOperationError if the item has no such file */
export async function storedFile(
	context: IExecuteFunctions,
	itemIndex: number,
	property: string,
): Promise<StoredFile> {
	const data = context.helpers.assertBinaryData(itemIndex, property);
	const { id, fileName: name } = data;
	if (id === undefined) return await inMemoryFile(context, itemIndex, property, data);
	const { fileSize } = await context.helpers.getBinaryMetadata(id);
	return {
		name,
		bytes: fileSize,
		isInMemory: false,
		chunksFrom: (offset, seek) => chunksOf(context, id, offset, seek),
		streamMaker: async () => {
			// Nodes may not import `stream`: the class of a stored file's stream makes others.
			const stream = await context.helpers.getBinaryStream(id);
			stream.destroy();
			return streamFactory(stream);
		},
	};
}

/** The file in n8n's memory mode. */
async function inMemoryFile(
	context: IExecuteFunctions,
	itemIndex: number,
	property: string,
	{ fileName: name }: IBinaryData,
): Promise<StoredFile> {
	const bytes = await context.helpers.getBinaryDataBuffer(itemIndex, property);
	const chunksFrom = async function* (offset: number): AsyncGenerator<Buffer> {
		yield await Promise.resolve(bytes.subarray(offset));
	};
	const streamMaker = async () => await Promise.resolve(undefined);
	return { name, bytes: bytes.length, isInMemory: true, chunksFrom, streamMaker };
}

async function* chunksOf(
	context: IExecuteFunctions,
	id: string,
	offset: number,
	seek: boolean,
): AsyncGenerator<Buffer> {
	// n8n has no API for reading from the middle of a file, and reading up to each part would take quadratic time. A file stream
	// starts at `pos` if that is set before its first read (Node, ReadStream); the caller verifies the result by its hash.
	const stream = await context.helpers.getBinaryStream(id, CHUNK_BYTES);
	let skip = offset;
	if (seek && offset > 0 && 'pos' in stream) {
		Object.assign(stream, { pos: offset });
		skip = 0;
	}
	const chunks: AsyncIterable<Buffer> = stream;
	for await (const piece of chunks) {
		throwIfStopped(context);
		if (piece.length <= skip) skip -= piece.length;
		else {
			yield skip > 0 ? piece.subarray(skip) : piece;
			skip = 0;
		}
	}
}
