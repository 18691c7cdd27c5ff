import type { IExecuteFunctions } from 'n8n-workflow';
import type { BatchIntake } from '../shared/files/batchIntake';
import type { Batch } from '../shared/files/batchItem';
import type { FileBytes } from '../shared/http/download';
import { Progress, Turns } from '../shared/n8n/longRun';
import { withinFileCeiling } from './fileCeiling';
import { gathered } from './gathered';

/** The bytes of a file as they arrive, with progress, up to the ceilings of a file. @throws ExchangeError at a ceiling */
export function arrivingWithin(
	context: IExecuteFunctions,
	batch: Batch,
	{ fileGigabytes }: { fileGigabytes: number },
	{ arriving }: FileBytes,
	intake: BatchIntake,
): AsyncGenerator<Uint8Array> {
	return withinFileCeiling(withProgress(context, batch, arriving), {
		gigabytes: fileGigabytes,
		promised: batch.count,
		// Lines that give no item have no end otherwise.
		lines: () => intake.reader.lines,
	});
}

/** Passes the bytes through, logs the progress, and lets n8n do its other work. */
async function* withProgress(
	context: IExecuteFunctions,
	{ batch = 1 }: Batch,
	arriving: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
	const progress = new Progress(context);
	const turns = new Turns();
	let bytes = 0;
	for await (const part of gathered(arriving)) {
		bytes += part.length;
		progress.report(() => `${Math.round(bytes / 1e6)} MB of batch ${batch} have come`);
		yield part;
		await turns.next();
	}
}

export function toBuffer(part: Uint8Array): Buffer {
	return Buffer.isBuffer(part) ? part : Buffer.from(part.buffer, part.byteOffset, part.byteLength);
}
