import type { IExecuteFunctions } from 'n8n-workflow';
import { BatchIntake, fileName, withOrigin, type Batch } from '../shared/batch';
import type { Routed } from '../shared/items';
import { BrokenOff, type Bytes } from '../shared/watchedBody';

/** The outputs of Fetch Batch. */
export const RESOURCES = 0;
export const BATCH_REPORT = 1;

const NDJSON_TYPE = 'application/fhir+ndjson';

/** Each resource becomes an item. Nothing is given on before the whole file has arrived. */
export async function takeItems(
	context: IExecuteFunctions,
	batch: Batch,
	mostRejected: number,
	addOrigin: boolean,
	{ arriving }: Bytes,
	attempt: number,
): Promise<Routed[]> {
	const taken: Routed[] = [];
	const intake = new BatchIntake(batch, mostRejected, (resource, line) => {
		taken.push({ output: RESOURCES, json: addOrigin ? withOrigin(batch, line, resource) : resource });
	});
	for await (const part of arriving) intake.reader.push(asBuffer(part));
	taken.push(await reportOf(context, intake, attempt));
	return taken;
}

/** The bytes go to n8n's binary store as they arrive; they are checked and counted while they pass. */
export async function takeFile(
	context: IExecuteFunctions,
	batch: Batch,
	mostRejected: number,
	{ arriving, streamOf }: Bytes,
	attempt: number,
): Promise<Routed[]> {
	const intake = new BatchIntake(batch, mostRejected, () => undefined);
	async function* passing(): AsyncGenerator<Uint8Array> {
		for await (const part of arriving) {
			intake.reader.push(asBuffer(part));
			yield part;
		}
	}
	const stream = streamOf(passing()) as Parameters<typeof context.helpers.prepareBinaryData>[0];
	const name = fileName(batch);
	const data = await context.helpers.prepareBinaryData(stream, name, NDJSON_TYPE);
	const report = await reportOf(context, intake, attempt);
	const { resources, bytes, sha256 } = report.json;
	const json = {
		...batch.envelope,
		batch: batch.batch,
		type: batch.type,
		fileName: name,
		resources,
		bytes,
		sha256,
	};
	return [{ output: RESOURCES, json, binary: { data } }, report];
}

/** The Batch Report. @throws BrokenOff where the last line was cut, once: taken again it may be whole */
async function reportOf(context: IExecuteFunctions, intake: BatchIntake, attempt: number): Promise<Routed> {
	const summary = intake.reader.end();
	if (summary.cutShort && attempt === 1) throw new BrokenOff('the last line is cut');
	const json = intake.report(summary);
	const rejected = intake.rejected();
	if (rejected.length === 0) return { output: BATCH_REPORT, json };
	const data = await context.helpers.prepareBinaryData(rejected, 'rejected.ndjson', NDJSON_TYPE);
	return { output: BATCH_REPORT, json, binary: { data } };
}

function asBuffer(part: Uint8Array): Buffer {
	return Buffer.isBuffer(part) ? part : Buffer.from(part.buffer, part.byteOffset, part.byteLength);
}
