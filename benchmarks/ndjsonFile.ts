/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { claim, fourLineClaim } from './claims';

/** How large a file is to be: whichever is reached first. */
export interface FileSize {
	bytes?: number;
	resources?: number;
	/** Claims as payers exchange them, of four lines and 3 kB, instead of small ones with amounts of money. */
	fourLines?: boolean;
}

function* blocksOf({ bytes = Infinity, resources = Infinity, fourLines }: FileSize): Generator<Buffer> {
	const LINES = 500;
	const made = fourLines ? fourLineClaim : claim;
	for (let n = 0, written = 0; n < resources && written < bytes; ) {
		const count = Math.min(LINES, resources - n);
		const lines = Array.from({ length: count }, (_, index) => `${JSON.stringify(made(n + index))}\n`);
		const block = Buffer.from(lines.join(''));
		n += count;
		written += block.length;
		yield block;
	}
}

/** Writes a file of claims, and a compressed one beside it where wanted. @returns its path and size */
export async function writeClaims(
	folder: string,
	size: FileSize,
	gzip = false,
): Promise<{ path: string; bytes: number }> {
	const path = join(folder, `claims${size.fourLines ? '4' : ''}-${size.resources ?? size.bytes}.ndjson`);
	await pipeline(Readable.from(blocksOf(size)), createWriteStream(path));
	if (gzip) await pipeline(createReadStream(path), createGzip({ level: 1 }), createWriteStream(`${path}.gz`));
	return { path, bytes: (await stat(path)).size };
}
