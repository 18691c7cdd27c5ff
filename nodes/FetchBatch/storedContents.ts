import type { IExecuteFunctions } from 'n8n-workflow';
import { BatchIntake } from '../shared/files/batchIntake';
import { fileJson, fileName, NDJSON_TYPE, type Batch } from '../shared/files/batchItem';
import { storeBinary, withinStoreLimit } from '../shared/files/binaryStore';
import type { FileBytes } from '../shared/http/download';
import { arrivingWithin, toBuffer } from './arriving';
import { reportOf, type FetchedFile, type ReadSettings, type Retakes } from './batchContents';
import { RESOURCES } from './outputs';
import { storeWritten } from './writtenContents';

/** Streams the bytes to n8n's binary store, and checks and counts them on the way. */
export async function storeFile(
	context: IExecuteFunctions,
	batch: Batch,
	settings: ReadSettings,
	body: FileBytes,
	retakes: Retakes,
): Promise<FetchedFile> {
	if (settings.preparation !== undefined || settings.setsProtectedAside) {
		return await storeWritten(context, batch, settings, body, retakes);
	}
	const { maxRejectedBytes, dateOfServiceFrom, patients, checksEndsOnly } = settings;
	const intake = new BatchIntake(batch, { maxRejectedBytes, dateOfServiceFrom, patients, checksEndsOnly });
	async function* checkedBytes(): AsyncGenerator<Uint8Array> {
		const within = arrivingWithin(context, batch, settings, body, intake);
		for await (const part of withinStoreLimit(context, within, body.length)) {
			intake.reader.push(toBuffer(part));
			yield part;
		}
	}
	const name = fileName(batch);
	const data = await storeBinary(context, body.streamOf(checkedBytes()), name, NDJSON_TYPE);
	intake.transferred = body.length;
	const report = await reportOf(context, intake, retakes);
	const { resources, bytes, sha256 } = report.json;
	const fileItem = {
		output: RESOURCES,
		json: fileJson(batch, { fileName: name, resources, bytes, sha256 }),
		binary: { data },
	};
	return { routed: [fileItem, report], report, intake, fileItems: [fileItem] };
}
