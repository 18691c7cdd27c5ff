import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { deletionItem } from '../shared/fhir/outputLines';
import { protectionOf } from '../shared/fhir/securityLabels';
import { BatchIntake } from '../shared/files/batchIntake';
import type { IntakeOptions } from '../shared/files/intakeOptions';
import { NDJSON_TYPE, type Batch } from '../shared/files/batchItem';
import { storeBinary } from '../shared/files/binaryStore';
import { LINE_FILES } from '../shared/files/keptLines';
import { withOrigin } from '../shared/files/origin';
import type { FileBytes } from '../shared/http/download';
import { BodyInterrupted } from '../shared/http/watchedBody';
import { rethrown } from '../shared/n8n/exchangeError';
import type { Routed, RoutedList } from '../shared/n8n/items';
import { arrivingWithin, toBuffer } from './arriving';
import { intoSinks, ItemSink } from './itemSink';
import type { ItemsShare } from './itemsCeiling';
import { BATCH_REPORT, DELETIONS, protectedOutput, RESOURCES } from './outputs';
import { FileReferences } from './prepare/fileReferences';
import type { Preparer } from './prepare/linePreparer';
import type { FileFacts, Preparation } from './prepare/preparation';
import type { FetchSettings } from './settings';

/** How a file is read: whose resources it may hold, and how they are prepared. */
export interface ReadSettings extends FetchSettings, Pick<IntakeOptions, 'patients'> {
	preparation?: Preparation;
}

/** The contents of one file. Its report is made anew when all files of the export have been read (`runPatients.ts`). */
export interface FetchedFile {
	routed: Array<Routed | RoutedList>;
	report: Routed;
	intake: BatchIntake;
	/** The resources with their origin (Items), by output. */
	wrappers?: IDataObject[][];
	/** The items of stored files. */
	fileItems?: Routed[];
	deletions?: IDataObject[];
	/** What prepared the resources, and what these refer to. */
	preparer?: Preparer;
	references?: FileReferences;
	/** Makes what can be made only when it is decided about every resource, such as the Bundles. */
	finish?: () => void;
}

/** Whether a file was taken again because it was short. Once is enough: then the payer states something else than it has. */
export interface Retakes {
	isRetaken: boolean;
}

/**
 * Outputs each resource, or each Bundle of resources, as an item, after the whole file has arrived.
 * @param share what this attempt may hold in memory; given back if it fails
 */
export async function readItems(
	context: IExecuteFunctions,
	batch: Batch,
	settings: ReadSettings,
	body: FileBytes,
	retakes: Retakes,
	share: ItemsShare,
): Promise<FetchedFile> {
	try {
		return await readInto(context, batch, settings, body, retakes, share);
	} catch (error) {
		share.giveBack();
		throw rethrown(error);
	}
}

async function readInto(
	context: IExecuteFunctions,
	batch: Batch,
	settings: ReadSettings,
	body: FileBytes,
	retakes: Retakes,
	share: ItemsShare,
): Promise<FetchedFile> {
	const { outputAs, addOrigin, deletionItems, preparation, setsProtectedAside } = settings;
	const isText = outputAs === 'bundlesText';
	const deletions: IDataObject[] = [];
	const { members, personHashes, ...envelope } = batch.envelope;
	void [members, personHashes];
	const about = { ...envelope, ...(batch.batch !== undefined && { batch: batch.batch }) };
	const references = preparation && new FileReferences();
	const newSink = () =>
		new ItemSink(batch, {
			...settings,
			references,
			itemOf: (resource, line, owner) =>
				addOrigin ? withOrigin(batch, line, resource, owner, intake.header) : resource,
		});
	const [sink, protectedSink] = [newSink(), newSink()];
	const onResource = intoSinks(
		(resource) => (setsProtectedAside && protectionOf(resource) === 'protected' ? protectedSink : sink),
		settings.oneEach,
	);
	const preparer = preparation?.preparer();
	const intake: BatchIntake = new BatchIntake(batch, {
		...settings,
		preparer,
		checksEndsOnly: false,
		excludeEarlier: true,
		// The digits of a number are lost in an object, and not in a text.
		countsNumbers: !isText,
		// A text holds one value, whatever is in it.
		onKept: (bytes, values) => share.take(bytes, isText ? 1 : values),
		onResource,
		onDeletion: (url) => {
			const item = deletionItems ? deletionItem(url, about) : undefined;
			if (item) deletions.push(item);
		},
	});
	// Lines that give no item have no end otherwise.
	const promised = settings.maxResources === undefined ? batch.count : undefined;
	for await (const part of arrivingWithin(context, { ...batch, count: promised }, settings, body, intake)) {
		intake.reader.push(toBuffer(part));
		if (intake.reader.limited) break;
	}
	intake.transferred = body.length;
	const report = await reportOf(context, intake, retakes);
	const finish = () => {
		const facts = factsOf(intake);
		const bundles = sink.finish(report, facts, 1);
		protectedSink.finish(report, facts, bundles + 1);
		if (preparation) prepareDeletions(preparation, report, deletions);
	};
	const routed = [
		{ output: RESOURCES, list: sink.items },
		report,
		...(deletions.length > 0 ? [{ output: DELETIONS, list: deletions }] : []),
		...(setsProtectedAside ? [{ output: protectedOutput(settings), list: protectedSink.items }] : []),
	];
	const isWrapped = outputAs === 'items' && addOrigin;
	return {
		routed,
		report,
		intake,
		deletions,
		finish,
		preparer,
		references,
		...(isWrapped && { wrappers: [sink.items, protectedSink.items] }),
	};
}

/** The Batch Report. @throws BodyInterrupted the first time that something is missing of the file: taken again, it may be whole */
export async function reportOf(
	context: IExecuteFunctions,
	intake: BatchIntake,
	retakes: Retakes,
): Promise<Routed> {
	const isShort = intake.end().cutShort || intake.isShort;
	if (isShort && !retakes.isRetaken) {
		retakes.isRetaken = true;
		throw new BodyInterrupted('less came than the payer states');
	}
	const report: Routed = { output: BATCH_REPORT, json: intake.report() };
	await attachLines(context, report, { data: intake.takeRejected() });
	return report;
}

/** Attaches rejected lines, or those of other patients, to a report; nothing if there are none. */
export async function attachLines(
	context: IExecuteFunctions,
	report: Routed,
	lines: Partial<Record<keyof typeof LINE_FILES, Buffer>>,
): Promise<void> {
	for (const name of ['data', 'otherPatients'] as const) {
		const bytes = lines[name];
		if (!bytes || bytes.length === 0) continue;
		report.binary = {
			...report.binary,
			[name]: await storeBinary(context, bytes, LINE_FILES[name], NDJSON_TYPE),
		};
	}
}

/** What a report and a Provenance tell of a file that was read to its end. */
export function factsOf(intake: BatchIntake): FileFacts {
	const { sha256 } = intake.end();
	return { fetchedAt: intake.fetchedAt, sha256 };
}

/** Puts the plan's own ids in the place of the payer's, in the items of deletions and in the list of the report. */
function prepareDeletions(preparation: Preparation, report: Routed, deletions: readonly IDataObject[]): void {
	for (const item of deletions) Object.assign(item, preparation.deletion(String(item.url)));
	const { deleted } = report.json;
	if (!Array.isArray(deleted)) return;
	report.json.deleted = deleted.map((address) => preparation.deletion(String(address))?.url ?? address);
}
