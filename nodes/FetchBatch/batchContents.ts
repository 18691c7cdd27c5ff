import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { deletionItem } from '../shared/fhir/outputLines';
import { BatchIntake } from '../shared/files/batchIntake';
import { fileName, NDJSON_TYPE, type Batch } from '../shared/files/batchItem';
import { withOrigin } from '../shared/files/origin';
import type { FileBytes } from '../shared/http/download';
import { BodyInterrupted } from '../shared/http/watchedBody';
import { rethrown, ExchangeError } from '../shared/n8n/exchangeError';
import type { Routed, RoutedList } from '../shared/n8n/items';
import { Progress, Turns } from '../shared/n8n/longRun';
import { BundleBuilder } from './bundles';
import { withinFileCeiling } from './fileCeiling';
import type { ItemsShare } from './itemsCeiling';
import { BATCH_REPORT, DELETIONS, RESOURCES } from './outputs';
import { storeFailed, withinStoreLimit } from './storeLimit';
import type { FetchSettings } from './settings';

/**
 * Outputs each resource, or each Bundle of resources, as an item, after the whole file has arrived.
 * @param share what this attempt may hold in memory; given back if it fails
 */
export async function readItems(
	context: IExecuteFunctions,
	batch: Batch,
	settings: FetchSettings,
	body: FileBytes,
	attempt: number,
	share: ItemsShare,
): Promise<Array<Routed | RoutedList>> {
	try {
		return await readInto(context, batch, settings, body, attempt, share);
	} catch (error) {
		share.giveBack();
		throw rethrown(error);
	}
}

async function readInto(
	context: IExecuteFunctions,
	batch: Batch,
	settings: FetchSettings,
	{ arriving }: FileBytes,
	attempt: number,
	share: ItemsShare,
): Promise<Array<Routed | RoutedList>> {
	const { outputAs, addOrigin, bundle, deletionItems } = settings;
	const items: IDataObject[] = [];
	const deletions: IDataObject[] = [];
	const builder = new BundleBuilder(bundle, batch.type);
	const { members, ...envelope } = batch.envelope;
	void members;
	const about = { ...envelope, ...(batch.batch !== undefined && { batch: batch.batch }) };
	const intake: BatchIntake = new BatchIntake(batch, {
		...settings,
		excludeEarlier: true,
		onKept: (bytes, values) => share.take(bytes, values),
		onResource: (resource, line, bytes) => {
			if (outputAs === 'bundles') return builder.add(resource, bytes);
			items.push(addOrigin ? withOrigin(batch, line, resource, intake.header) : resource);
			return undefined;
		},
		onDeletion: (url) => {
			const item = deletionItems ? deletionItem(url, about) : undefined;
			if (item) deletions.push(item);
		},
	});
	for await (const part of withProgress(context, batch, arriving)) {
		intake.reader.push(toBuffer(part));
		if (intake.reader.limited) break;
	}
	const report = await reportOf(context, intake, attempt);
	return [
		{ output: RESOURCES, list: outputAs === 'bundles' ? builder.bundles : items },
		report,
		...(deletions.length > 0 ? [{ output: DELETIONS, list: deletions }] : []),
	];
}

/** Streams the bytes to n8n's binary store, and checks and counts them on the way. */
export async function storeFile(
	context: IExecuteFunctions,
	batch: Batch,
	{ maxRejectedBytes, dateOfServiceFrom, fileGigabytes }: FetchSettings,
	{ arriving, streamOf, length }: FileBytes,
	attempt: number,
): Promise<Routed[]> {
	const intake = new BatchIntake(batch, { maxRejectedBytes, dateOfServiceFrom });
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
	const stream = streamOf(checkedBytes()) as Content;
	const name = fileName(batch);
	const data = await store(context, stream, name);
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

/** Passes the bytes through, logs the progress, and lets n8n do its other work. */
async function* withProgress(
	context: IExecuteFunctions,
	{ batch = 1 }: Batch,
	arriving: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
	const progress = new Progress(context);
	const turns = new Turns();
	let bytes = 0;
	for await (const part of arriving) {
		bytes += part.length;
		progress.report(() => `${Math.round(bytes / 1e6)} MB of batch ${batch} have come`);
		yield part;
		await turns.next();
	}
}

/** The Batch Report. @throws BodyInterrupted on the first attempt if the last line is truncated: a retry may get all of it */
async function reportOf(context: IExecuteFunctions, intake: BatchIntake, attempt: number): Promise<Routed> {
	const summary = intake.reader.end();
	if (summary.cutShort && attempt === 1) throw new BodyInterrupted('the last line is cut');
	const json = intake.report(summary);
	const rejected = intake.rejected();
	if (rejected.length === 0) return { output: BATCH_REPORT, json };
	const data = await store(context, rejected, 'rejected.ndjson');
	return { output: BATCH_REPORT, json, binary: { data } };
}

type Content = Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0];

/** Stores a file in n8n's binary store. @throws ExchangeError if the store rejects it */
async function store(context: IExecuteFunctions, content: Content, name: string) {
	try {
		return await context.helpers.prepareBinaryData(content, name, NDJSON_TYPE);
	} catch (error) {
		if (error instanceof BodyInterrupted || error instanceof ExchangeError) throw rethrown(error);
		throw rethrown(storeFailed(error));
	}
}

function toBuffer(part: Uint8Array): Buffer {
	return Buffer.isBuffer(part) ? part : Buffer.from(part.buffer, part.byteOffset, part.byteLength);
}
