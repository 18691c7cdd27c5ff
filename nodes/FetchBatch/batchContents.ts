import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { omitEmpty } from '../shared/fhir/json';
import { deletionItem } from '../shared/fhir/outputLines';
import { BatchIntake, type IntakeOptions, type OnResource } from '../shared/files/batchIntake';
import { fileName, NDJSON_TYPE, type Batch } from '../shared/files/batchItem';
import { storeBinary, withinStoreLimit } from '../shared/files/binaryStore';
import type { Owner } from '../shared/files/exportPatients';
import { LINE_FILES } from '../shared/files/keptLines';
import { withOrigin } from '../shared/files/origin';
import type { FileBytes } from '../shared/http/download';
import { BodyInterrupted } from '../shared/http/watchedBody';
import { rethrown } from '../shared/n8n/exchangeError';
import type { Routed, RoutedList } from '../shared/n8n/items';
import { Progress, Turns } from '../shared/n8n/longRun';
import { BundleBuilder, BundleTextBuilder } from './bundles';
import { withinFileCeiling } from './fileCeiling';
import { gathered } from './gathered';
import type { ItemsShare } from './itemsCeiling';
import { oneOfEach } from './oneEach';
import { BATCH_REPORT, DELETIONS, RESOURCES } from './outputs';
import type { FetchSettings } from './settings';

/** How the resources of other patients are told and handled. */
export type IntakePatients = Pick<IntakeOptions, 'patients' | 'giveOthers'>;

/** The contents of one file. Its report is made anew when all files of the export have been read (`runPatients.ts`). */
export interface FetchedFile {
	routed: Array<Routed | RoutedList>;
	report: Routed;
	intake: BatchIntake;
	/** The resources (Items), bare or wrapped with their origin. */
	items?: IDataObject[];
	isWrapped?: boolean;
	/** The item of a stored file. */
	fileItem?: Routed;
	deletions?: IDataObject[];
	/** Makes the Bundles, once it is decided about every resource. */
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
	settings: FetchSettings & IntakePatients,
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
	settings: FetchSettings & IntakePatients,
	{ arriving, length }: FileBytes,
	retakes: Retakes,
	share: ItemsShare,
): Promise<FetchedFile> {
	const { outputAs, addOrigin, bundle, deletionItems } = settings;
	const isText = outputAs === 'bundlesText';
	const isBundled = isText || outputAs === 'bundles';
	const items: IDataObject[] = [];
	const deletions: IDataObject[] = [];
	const objects = new BundleBuilder(bundle, batch.type);
	const texts = new BundleTextBuilder(bundle, batch.type);
	const bundler = isText ? texts : objects;
	const { members, personHashes, ...envelope } = batch.envelope;
	void [members, personHashes];
	const about = { ...envelope, ...(batch.batch !== undefined && { batch: batch.batch }) };
	const itemOf = (resource: IDataObject, line: number, owner: Owner) =>
		addOrigin ? withOrigin(batch, line, resource, owner, intake.header) : resource;
	const passOn: OnResource = (resource, line, bytes, owner, text) => {
		if (isBundled) return bundler.add(resource, bytes, isText ? text.trim() : '');
		items.push(itemOf(resource, line, owner));
		return undefined;
	};
	const replaceLast = (): OnResource => {
		const at = items.length - 1;
		if (!isBundled)
			return (resource, line, _bytes, owner) => void (items[at] = itemOf(resource, line, owner));
		const replace = bundler.replaceLast();
		return (resource, _line, _bytes, _owner, text) => replace(resource, text.trim());
	};
	const intake: BatchIntake = new BatchIntake(batch, {
		...settings,
		checksEndsOnly: false,
		excludeEarlier: true,
		// The digits of a number are lost in an object, and not in a text.
		countsNumbers: !isText,
		// A text holds one value, whatever is in it.
		onKept: (bytes, values) => share.take(bytes, isText ? 1 : values),
		onResource: settings.oneEach ? oneOfEach(passOn, replaceLast) : passOn,
		onDeletion: (url) => {
			const item = deletionItems ? deletionItem(url, about) : undefined;
			if (item) deletions.push(item);
		},
	});
	// Lines that give no item have no end otherwise.
	const within = withinFileCeiling(withProgress(context, batch, arriving), {
		gigabytes: settings.fileGigabytes,
		promised: settings.maxResources === undefined ? batch.count : undefined,
		lines: () => intake.reader.lines,
	});
	for await (const part of within) {
		intake.reader.push(toBuffer(part));
		if (intake.reader.limited) break;
	}
	intake.transferred = length;
	const report = await reportOf(context, intake, retakes);
	const finish = () => items.push(...bundleItems(batch, texts));
	const routed = [
		{ output: RESOURCES, list: outputAs === 'bundles' ? objects.bundles : items },
		report,
		...(deletions.length > 0 ? [{ output: DELETIONS, list: deletions }] : []),
	];
	return {
		routed,
		report,
		intake,
		deletions,
		...(isText && { finish }),
		...(!isBundled && { items, isWrapped: addOrigin }),
	};
}

/** One item for each Bundle, ready to be the raw body of a request. The resources themselves say whose they are. */
function bundleItems(
	{ envelope, batch, type, requiresAccessToken }: Batch,
	texts: BundleTextBuilder,
): IDataObject[] {
	const { payer, payerName, fhirBase, tenant, jobId, consentEnd, exchangeId } = envelope;
	const origin = { payer, payerName, fhirBase, tenant, jobId, consentEnd, exchangeId };
	const about = omitEmpty<IDataObject>({ ...origin, requiresAccessToken, batch, type });
	return texts.take().map((each) => ({ ...about, ...each }));
}

/** Streams the bytes to n8n's binary store, and checks and counts them on the way. */
export async function storeFile(
	context: IExecuteFunctions,
	batch: Batch,
	{
		maxRejectedBytes,
		dateOfServiceFrom,
		patients,
		fileGigabytes,
		checksEndsOnly,
	}: FetchSettings & IntakePatients,
	{ arriving, streamOf, length }: FileBytes,
	retakes: Retakes,
): Promise<FetchedFile> {
	const intake = new BatchIntake(batch, { maxRejectedBytes, dateOfServiceFrom, patients, checksEndsOnly });
	async function* checkedBytes(): AsyncGenerator<Uint8Array> {
		const within = withinFileCeiling(withProgress(context, batch, arriving), {
			gigabytes: fileGigabytes,
			promised: batch.count,
			lines: () => intake.reader.lines,
		});
		for await (const part of withinStoreLimit(context, within, length)) {
			intake.reader.push(toBuffer(part));
			yield part;
		}
	}
	const stream = streamOf(checkedBytes());
	const name = fileName(batch);
	const data = await storeBinary(context, stream, name, NDJSON_TYPE);
	intake.transferred = length;
	const report = await reportOf(context, intake, retakes);
	const { resources, bytes, sha256 } = report.json;
	const json = {
		...batch.envelope,
		batch: batch.batch,
		type: batch.type,
		requiresAccessToken: batch.requiresAccessToken,
		fileName: name,
		resources,
		bytes,
		sha256,
	};
	const fileItem = { output: RESOURCES, json, binary: { data } };
	return { routed: [fileItem, report], report, intake, fileItem };
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

/** The Batch Report. @throws BodyInterrupted the first time that something is missing of the file: taken again, it may be whole */
async function reportOf(context: IExecuteFunctions, intake: BatchIntake, retakes: Retakes): Promise<Routed> {
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

function toBuffer(part: Uint8Array): Buffer {
	return Buffer.isBuffer(part) ? part : Buffer.from(part.buffer, part.byteOffset, part.byteLength);
}
