import type { IBinaryData, IBinaryKeyData, IExecuteFunctions } from 'n8n-workflow';
import { protectionOf } from '../shared/fhir/securityLabels';
import { BatchIntake } from '../shared/files/batchIntake';
import type { OnResource } from '../shared/files/intakeOptions';
import { fileJson, fileName, NDJSON_TYPE, type Batch } from '../shared/files/batchItem';
import { storeBinary, withinStoreLimit } from '../shared/files/binaryStore';
import type { FileBytes } from '../shared/http/download';
import { ExchangeError } from '../shared/n8n/exchangeError';
import type { Routed } from '../shared/n8n/items';
import { arrivingWithin, toBuffer } from './arriving';
import { factsOf, reportOf, type FetchedFile, type ReadSettings, type Retakes } from './batchContents';
import { NOT_AS_PROMISED } from './bundles';
import { protectedOutput, RESOURCES } from './outputs';
import { FileReferences } from './prepare/fileReferences';
import type { Preparation } from './prepare/preparation';
import { WrittenLines } from './writtenLines';

/** Targets of one Provenance of a stored file. */
const TARGETS_OF_ONE = 1000;
/** Labelled resources of a file are few; they are held until the others are stored. */
const MAX_PROTECTED_BYTES = 100 * 1024 * 1024;

/**
 * Stores a file that is written anew, because its resources are prepared, or those that are protected leave apart. It holds nothing but
 * resources: lines that are none, and those of other patients, stand in files of the report. Provenances stand in a file beside it.
 */
export async function storeWritten(
	context: IExecuteFunctions,
	batch: Batch,
	settings: ReadSettings,
	body: FileBytes,
	retakes: Retakes,
): Promise<FetchedFile> {
	const { maxRejectedBytes, dateOfServiceFrom, patients, preparation, setsProtectedAside } = settings;
	const preparer = preparation?.preparer();
	const references = preparation && new FileReferences();
	const [lines, protectedLines] = [new WrittenLines(preparation), new WrittenLines(preparation)];
	const protectedParts: Buffer[] = [];
	const onResource: OnResource = (resource, _line, _bytes, _owner, text, refersTo) => {
		// As in a Bundle: nothing reaches a server as something that was not promised.
		if (preparation && batch.type !== undefined && resource.resourceType !== batch.type)
			return NOT_AS_PROMISED;
		const isApart = setsProtectedAside && protectionOf(resource) === 'protected';
		(isApart ? protectedLines : lines).add(resource, text);
		references?.add(String(resource.id), refersTo);
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
	function* written(): Generator<Buffer> {
		const part = lines.take();
		if (part.length > 0) yield part;
		protectedParts.push(protectedLines.take());
		if (protectedLines.bytes > MAX_PROTECTED_BYTES) throw tooMuchProtected();
	}
	async function* writtenBytes(): AsyncGenerator<Uint8Array> {
		for await (const part of arrivingWithin(context, batch, settings, body, intake)) {
			intake.reader.push(toBuffer(part));
			yield* written();
		}
		// What was held until the Patients are known, who stand in this file.
		intake.end();
		intake.addFacts();
		intake.decideHeld();
		yield* written();
	}
	const name = fileName(batch);
	const stored = withinStoreLimit(context, writtenBytes(), body.length);
	const data = await storeBinary(context, body.streamOf(stored), name, NDJSON_TYPE);
	intake.transferred = body.length;
	const report = await reportOf(context, intake, retakes);

	const fileItem = async (
		{ output, file, name: ofFile }: { output: number; file: IBinaryData; name: string },
		of: WrittenLines,
		firstBundle: number,
	): Promise<Routed> => {
		const binary: IBinaryKeyData = { data: file };
		if (of.targets && of.resources > 0) {
			const provenances = body.streamOf(provenanceLines(preparation, of, intake, firstBundle));
			binary.provenance = await storeBinary(context, provenances, `provenance-${ofFile}`, NDJSON_TYPE);
		}
		return { output, json: fileJson(batch, { fileName: ofFile, ...of.facts() }), binary };
	};
	const fileItems = [await fileItem({ output: RESOURCES, file: data, name }, lines, 1)];
	if (protectedLines.resources > 0) {
		const output = protectedOutput(settings);
		const protectedName = `protected-${name}`;
		const file = await storeBinary(context, Buffer.concat(protectedParts), protectedName, NDJSON_TYPE);
		const firstBundle = Math.ceil(lines.resources / TARGETS_OF_ONE) + 1;
		fileItems.push(await fileItem({ output, file, name: protectedName }, protectedLines, firstBundle));
	}
	const finish = () => {
		for (const item of fileItems) if (preparation) item.json = preparation.fileItem(item.json);
	};
	return { routed: [...fileItems, report], report, intake, fileItems, preparer, references, finish };
}

async function* provenanceLines(
	preparation: Preparation | undefined,
	{ targets }: WrittenLines,
	intake: BatchIntake,
	firstBundle: number,
): AsyncGenerator<Uint8Array> {
	let bundle = firstBundle;
	for (const group of targets?.groups(TARGETS_OF_ONE) ?? []) {
		const provenance = preparation?.provenance(bundle, group, factsOf(intake));
		bundle += 1;
		yield await Promise.resolve(Buffer.from(`${JSON.stringify(provenance)}\n`));
	}
}

function tooMuchProtected(): ExchangeError {
	return new ExchangeError(
		'More than 100 MB of this file is labelled as protected, so nothing of it was kept',
		{
			whatToDo:
				'Take the option Set Aside Protected Data out: all of it then stands in one file, with its labels, and FHIR to Table has them in the column security_labels.',
		},
	);
}
