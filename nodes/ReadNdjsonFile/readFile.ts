import type { IBinaryKeyData, IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { envelope, inputJson } from '../shared/exchange/envelope';
import { flagOf } from '../shared/fhir/json';
import type { NdjsonSummary } from '../shared/fhir/ndjson';
import { BatchIntake } from '../shared/files/batchIntake';
import { NDJSON_TYPE, readBatch } from '../shared/files/batchItem';
import { storeBinary } from '../shared/files/binaryStore';
import { ExportPatients } from '../shared/files/exportPatients';
import { LINE_FILES } from '../shared/files/keptLines';
import {
	cursorPart,
	notNdjsonError,
	takeBytes,
	wrongFileError,
	type NdjsonPart,
} from '../shared/files/ndjsonParts';
import { withOrigin } from '../shared/files/origin';
import { binaryProperty, storedFile, type StoredFile } from '../shared/files/storedFile';
import type { Routed, RoutedList } from '../shared/n8n/items';
import { optionsOf } from '../shared/n8n/parameters';
import { REPORT, RESOURCES_OR_PARTS } from './form';
import { positiveIntegerParameter } from './splitFile';

const MAX_REJECTED_BYTES = 10 * 1024 * 1024;

interface ReadOptions {
	addOrigin: boolean;
	giveOthers: boolean;
	asText: boolean;
}

/** The result of reading. */
interface Reading {
	intake: BatchIntake;
	summary: NdjsonSummary;
	resources: IDataObject[];
	/** The same as JSON, each as it is written, where that is wanted in place of objects. */
	texts: string[];
}

/** Reads the resources of one part, or the first ones of a file. Nothing is output before the hash of the part is verified. */
export async function readFile(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<Array<Routed | RoutedList>> {
	const json = inputJson(context, itemIndex);
	const { addOrigin, otherPatients } = optionsOf(context, itemIndex);
	const asText = context.getNodeParameter('outputAs', itemIndex) === 'text';
	const options = { addOrigin: addOrigin === true, giveOthers: otherPatients === 'give', asText };
	const part = cursorPart(json);
	const file = await storedFile(context, itemIndex, binaryProperty(context, itemIndex));
	if (part && part.fileBytes !== file.bytes) throw wrongFileError();
	const { intake, summary, resources, texts } = part
		? await readVerified(file, part, json, options)
		: await readLines(file.chunksFrom(0, false), json, options, {
				maxResources: positiveIntegerParameter(
					context,
					'mostResources',
					'Without a Part, Read Up To',
					itemIndex,
				),
			});
	if (!part && summary.resources === 0 && summary.rejected > 0) {
		throw notNdjsonError(`none of its ${summary.rejected} lines is one`);
	}
	const told = intake.report();
	// What Fetch Batch could not tell, of the whole export, one part cannot tell either.
	const isUnclear =
		intake.isOwnerUnclear || (flagOf(json.ownerUnclear) === true && told.outcome === 'complete');
	const report: IDataObject = {
		...told,
		...(isUnclear && told.outcome === 'complete' && { outcome: 'unclear' }),
		...(part && { part: json.part, parts: json.parts, firstLine: part.linesBefore + 1 }),
	};
	const binary = await linesAsFiles(context, intake);
	const list =
		texts.length > 0
			? [
					{
						...(isUnclear || (options.giveOthers && told.otherPatients !== undefined)
							? withoutMember(envelope(json))
							: envelope(json)),
						part: report.part,
						parts: report.parts,
						count: texts.length,
						resources: `[${texts.join(',')}]`,
					},
				]
			: resources;
	return [
		{ output: RESOURCES_OR_PARTS, list },
		{ output: REPORT, json: report, ...(binary && { binary }) },
	];
}

/** A resource as it is written, and the columns of Add Origin. */
interface OriginLine {
	text: string;
	origin?: IDataObject;
}

/** The JSON of a line, of the resource letter for letter. */
function lineText({ text, origin }: OriginLine): string {
	if (!origin) return text.trim();
	const { resource, ...columns } = origin;
	void resource;
	// There is always a column: the number of the line.
	return `${JSON.stringify(columns).slice(0, -1)},"resource":${text.trim()}}`;
}

/** The envelope of a text that may hold resources of several people. */
function withoutMember({ memberId, members, personHashes, patientId, ...rest }: IDataObject): IDataObject {
	void [memberId, members, personHashes, patientId];
	return rest;
}

async function linesAsFiles(
	context: IExecuteFunctions,
	intake: BatchIntake,
): Promise<IBinaryKeyData | undefined> {
	const binary: IBinaryKeyData = {};
	for (const [name, file, bytes] of [
		['data', LINE_FILES.data, intake.rejected()],
		['otherPatients', LINE_FILES.otherPatients, intake.keptApart()],
	] as const) {
		if (bytes.length > 0) binary[name] = await storeBinary(context, bytes, file, NDJSON_TYPE);
	}
	return Object.keys(binary).length > 0 ? binary : undefined;
}

/** Seeks to the part; if the hash does not match, reads the file up to it. @throws ExchangeError if the part is not in the file */
async function readVerified(
	file: StoredFile,
	part: NdjsonPart,
	json: IDataObject,
	options: ReadOptions,
): Promise<Reading> {
	for (const seek of [true, false]) {
		const reading = await readLines(
			takeBytes(file.chunksFrom(part.offset, seek), part.bytes),
			json,
			options,
			{
				linesBefore: part.linesBefore,
			},
		);
		if (reading.summary.sha256 === part.sha256) return reading;
	}
	throw wrongFileError();
}

async function readLines(
	pieces: AsyncIterable<Buffer>,
	json: IDataObject,
	{ addOrigin, giveOthers, asText }: ReadOptions,
	{ maxResources, linesBefore }: { maxResources?: number; linesBefore?: number },
): Promise<Reading> {
	const resources: IDataObject[] = [];
	const lines: OriginLine[] = [];
	// What is stated of a file is not true of a part of it.
	const stated = { count: undefined, size: undefined, checksum: undefined };
	const batch = { ...readBatch(json, envelope(json)), ...stated, isDeleted: false, linesBefore };
	const patients = new ExportPatients(json);
	const intake: BatchIntake = new BatchIntake(batch, {
		maxRejectedBytes: MAX_REJECTED_BYTES,
		maxResources,
		patients,
		giveOthers,
		countsNumbers: !asText,
		onResource: (resource, line, _bytes, owner, text) => {
			const { header } = intake;
			if (!asText) resources.push(addOrigin ? withOrigin(batch, line, resource, owner, header) : resource);
			else lines.push({ text, origin: addOrigin ? withOrigin(batch, line, {}, owner, header) : undefined });
		},
	});
	for await (const piece of pieces) {
		intake.reader.push(piece);
		if (intake.reader.limited) break;
	}
	intake.end();
	intake.addFacts();
	intake.settle();
	const summary = intake.end();
	if (addOrigin && intake.isOwnerUnclear) {
		for (const wrapper of resources) delete wrapper.memberId;
		for (const { origin } of lines) delete origin?.memberId;
	}
	return { intake, summary, resources, texts: lines.map(lineText) };
}
