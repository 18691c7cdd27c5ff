import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { envelope } from '../exchange/envelope';
import { BatchIntake } from './batchIntake';
import { readBatch } from './batchItem';
import { ExportPatients, type Owner } from './exportPatients';
import { cursorPart, notNdjsonError, partChunks, wrongFileError } from './ndjsonParts';
import { memberIdOf } from './origin';
import { storedFile } from './storedFile';
import { ExchangeError } from '../n8n/exchangeError';
import { Turns } from '../n8n/longRun';
import { originOf, type Origin } from './rowOrigin';

/** Lines that are no resource are counted and listed; their bytes are the file's. */
const MAX_KEPT_BYTES = 0;
/** In n8n's memory mode a file is a text of an item, and held several times over. */
const MAX_MEMORY_MODE_BYTES = 64 * 1024 * 1024;

/** Receives a resource of a file. @param text its line as written */
export type OnStoredResource = (resource: IDataObject, origin: Origin, line: number, text: string) => void;

/**
 * Reads the resources of a stored file of Fetch Batch, or of one part of it, in a stream. Resources of other patients than the export is of are
 * left out, and counted in the report.
 *
 * @param afterChunk called between two chunks; what it returns is waited for
 * @returns the report: what Read NDJSON File reports of the same lines
 * @throws ExchangeError if the file holds no FHIR resources, is too large for n8n's memory mode, or is not that of the part; or if it names
 *   several patients, and nothing says which of them is the member of the item
 */
export async function readStored(
	context: IExecuteFunctions,
	itemIndex: number,
	{ property, payerKey }: { property: string; payerKey: string },
	onResource: OnStoredResource,
	afterChunk: () => Promise<void>,
): Promise<IDataObject> {
	const { json } = context.getInputData()[itemIndex];
	const file = await storedFile(context, itemIndex, property);
	if (file.isInMemory && file.bytes > MAX_MEMORY_MODE_BYTES) throw memoryModeError();
	const part = cursorPart(json);
	if (part && part.fileBytes !== file.bytes) throw wrongFileError();
	const chunks = part ? partChunks(file, part) : file.chunksFrom(0, false);
	// What is stated of a file is not true of a part of it.
	const stated = part && { count: undefined, size: undefined, checksum: undefined };
	const batch = {
		...readBatch(json, envelope(json)),
		...stated,
		isDeleted: false,
		linesBefore: part?.linesBefore,
	};
	const origin = originOf(json, payerKey);
	const ofOwner = (owner: Owner): Origin => ({
		...origin,
		memberId: memberIdOf(owner, batch.isShared ? undefined : json.memberId) ?? null,
	});
	const intake: BatchIntake = new BatchIntake(batch, {
		maxRejectedBytes: MAX_KEPT_BYTES,
		patients: new ExportPatients(json),
		onResource: (resource, line, _bytes, owner, text) => onResource(resource, ofOwner(owner), line, text),
	});
	const turns = new Turns();
	for await (const chunk of chunks) {
		intake.reader.push(chunk);
		await afterChunk();
		await turns.next();
	}
	intake.end();
	intake.addFacts();
	intake.settle();
	await afterChunk();
	const { resources, rejected } = intake.end();
	// Its rows bear the member ID of the export already. Fetch Batch has told so, unless it has read the ends of the lines only.
	if (intake.isOwnerUnclear) throw ownerUnclearError();
	if (resources === 0 && rejected > 0 && !part) throw notNdjsonError(`none of its ${rejected} lines is one`);
	return { ...intake.report(), ...(part && { part: json.part, parts: json.parts }) };
}

function ownerUnclearError(): ExchangeError {
	return new ExchangeError(
		'The file names several patients, and nothing says which of them is the member of this item',
		{
			whatToDo:
				'Do not use the rows of it. Fetch the export once more with Options > Check Lines of Fetch Batch on Every Line: where it cannot be said whose the resources are, they come without a member ID.',
		},
	);
}

function memoryModeError(): ExchangeError {
	return new ExchangeError('The file is larger than the 64 MB that are read in the memory mode of n8n', {
		whatToDo:
			'Ask the n8n administrator to set N8N_DEFAULT_BINARY_DATA_MODE to filesystem (in queue mode on a volume that all workers share) or s3: then a file is read in a stream, whatever its size.',
	});
}
