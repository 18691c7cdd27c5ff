import { createHash } from 'crypto';
import type { IBinaryKeyData, IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { BatchIntake, type OnResource } from '../shared/files/batchIntake';
import { fileName, NDJSON_TYPE, type Batch } from '../shared/files/batchItem';
import { storeBinary, withinStoreLimit } from '../shared/files/binaryStore';
import type { FileBytes } from '../shared/http/download';
import {
	factsOf,
	reportOf,
	toBuffer,
	withProgress,
	type FetchedFile,
	type ReadSettings,
	type Retakes,
} from './batchContents';
import { NOT_AS_PROMISED } from './bundles';
import { withinFileCeiling } from './fileCeiling';
import { RESOURCES } from './outputs';
import { FileReferences } from './prepare/fileReferences';
import { KeptTargets } from './prepare/keptTargets';
import type { Preparation } from './prepare/preparation';

/** Targets of one Provenance of a stored file. */
const TARGETS_OF_ONE = 1000;

/** Streams the bytes to n8n's binary store, and checks and counts them on the way. */
export async function storeFile(
	context: IExecuteFunctions,
	batch: Batch,
	settings: ReadSettings,
	body: FileBytes,
	retakes: Retakes,
): Promise<FetchedFile> {
	if (settings.preparation)
		return await storePrepared(context, batch, settings, settings.preparation, body, retakes);
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
	return { routed: [fileItem, report], report, intake, fileItem };
}

/**
 * The same of a file whose resources are prepared. It holds nothing but resources that can be stored: lines that are none, and those of other
 * patients, stand in files of the report. Its Provenances stand in a file beside it.
 */
async function storePrepared(
	context: IExecuteFunctions,
	batch: Batch,
	settings: ReadSettings,
	preparation: Preparation,
	body: FileBytes,
	retakes: Retakes,
): Promise<FetchedFile> {
	const { maxRejectedBytes, dateOfServiceFrom, patients } = settings;
	const [preparer, references] = [preparation.preparer(), new FileReferences()];
	const targets = new KeptTargets(preparation.prefix);
	const hash = createHash('sha256');
	let [lines, bytes, resources]: [string[], number, number] = [[], 0, 0];
	const onResource: OnResource = ({ resourceType, id }, _line, _bytes, _owner, text, refersTo) => {
		// As in a Bundle: nothing reaches a server as something that was not promised.
		if (batch.type !== undefined && resourceType !== batch.type) return NOT_AS_PROMISED;
		lines.push(text.trim());
		references.add(String(id), refersTo);
		if (preparation.isRecorded) targets.add(String(resourceType), String(id));
		resources += 1;
		return undefined;
	};
	const intake = new BatchIntake(batch, {
		maxRejectedBytes,
		dateOfServiceFrom,
		patients,
		preparer,
		onResource,
		isStored: true,
	});
	const takeLines = (): Buffer => {
		const part = Buffer.from(lines.map((line) => `${line}\n`).join(''));
		lines = [];
		hash.update(part);
		bytes += part.length;
		return part;
	};
	async function* preparedBytes(): AsyncGenerator<Uint8Array> {
		for await (const part of arrivingWithin(context, batch, settings, body, intake)) {
			intake.reader.push(toBuffer(part));
			if (lines.length > 0) yield takeLines();
		}
		// What was held until the Patients are known, which stand in this file.
		intake.end();
		intake.addFacts();
		intake.decideHeld();
		if (lines.length > 0) yield takeLines();
	}
	const name = fileName(batch);
	const stored = withinStoreLimit(context, preparedBytes(), body.length);
	const binary: IBinaryKeyData = {
		data: await storeBinary(context, body.streamOf(stored), name, NDJSON_TYPE),
	};
	intake.transferred = body.length;
	const report = await reportOf(context, intake, retakes);
	const groups = provenanceLines(preparation, targets, intake);
	if (preparation.isRecorded && resources > 0) {
		binary.provenance = await storeBinary(context, body.streamOf(groups), `provenance-${name}`, NDJSON_TYPE);
	}
	const sha256 = hash.digest('hex');
	const json = fileJson(batch, { fileName: name, resources, bytes, sha256 });
	const fileItem = { output: RESOURCES, json, binary };
	const finish = () => {
		fileItem.json = preparation.fileItem(fileItem.json);
	};
	return { routed: [fileItem, report], report, intake, fileItem, preparer, references, finish };
}

async function* provenanceLines(
	preparation: Preparation,
	targets: KeptTargets,
	intake: BatchIntake,
): AsyncGenerator<Uint8Array> {
	let bundle = 0;
	for (const group of targets.groups(TARGETS_OF_ONE)) {
		bundle += 1;
		const provenance = preparation.provenance(bundle, group, factsOf(intake));
		yield await Promise.resolve(Buffer.from(`${JSON.stringify(provenance)}\n`));
	}
}

function arrivingWithin(
	context: IExecuteFunctions,
	batch: Batch,
	{ fileGigabytes }: ReadSettings,
	{ arriving }: FileBytes,
	intake: BatchIntake,
): AsyncGenerator<Uint8Array> {
	return withinFileCeiling(withProgress(context, batch, arriving), {
		gigabytes: fileGigabytes,
		promised: batch.count,
		lines: () => intake.reader.lines,
	});
}

function fileJson({ envelope, batch, type, requiresAccessToken }: Batch, stored: IDataObject): IDataObject {
	return { ...envelope, batch, type, requiresAccessToken, ...stored };
}
