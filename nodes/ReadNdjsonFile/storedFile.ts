import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { throwIfStopped } from '../shared/n8n/longRun';

const CHUNK_BYTES = 256 * 1024;

/** A file in n8n's binary store. */
export interface StoredFile {
	name?: string;
	bytes: number;
	/**
	 * The bytes from `offset` on, in pieces. They may be left at any time.
	 * @param seek go to the offset at once where the store can; else read and drop what is before it
	 */
	chunksFrom(offset: number, seek: boolean): AsyncGenerator<Buffer>;
}

/** The name of the input field that holds the file. */
export function binaryProperty(context: IExecuteFunctions, itemIndex: number): string {
	return String(context.getNodeParameter('binaryProperty', itemIndex));
}

/** @throws NodeOperationError where the item has no such file */
export async function storedFile(
	context: IExecuteFunctions,
	itemIndex: number,
	property: string,
): Promise<StoredFile> {
	const data = context.helpers.assertBinaryData(itemIndex, property);
	const { id, fileName: name } = data;
	if (id === undefined) return await inMemoryFile(context, itemIndex, property, data);
	const { fileSize } = await context.helpers.getBinaryMetadata(id);
	return { name, bytes: fileSize, chunksFrom: (offset, seek) => chunksOf(context, id, offset, seek) };
}

/** Where n8n keeps files in memory, they are there as a whole. */
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
	return { name, bytes: bytes.length, chunksFrom };
}

async function* chunksOf(
	context: IExecuteFunctions,
	id: string,
	offset: number,
	seek: boolean,
): AsyncGenerator<Buffer> {
	// n8n gives no way to read from the middle of a file, and reading up to it for each part costs the square of the file. The
	// stream of a file on disk reads from `pos` where that is set before its first read (Node, ReadStream); who reads checks
	// by the hash that it did.
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
