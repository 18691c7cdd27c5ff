import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { BatchIntake, fileName, NDJSON_TYPE, withOrigin, type Batch } from '../shared/files/batchIntake';
import { BundleMaker, type BundleLimits } from './bundles';
import { asThrown, ExchangeError } from '../shared/n8n/exchangeError';
import { deletionItem } from '../shared/fhir/deletions';
import type { Routed, RoutedList } from '../shared/n8n/items';
import { Progress } from '../shared/n8n/progress';
import type { FileBytes } from '../shared/http/send';
import { BrokenOff } from '../shared/http/watchedBody';
import { notStored, withinStore } from './storeLimit';

/** The outputs of Fetch Batch. */
export const RESOURCES = 0;
export const BATCH_REPORT = 1;
/** Only where the option Deletions as Items asks for it. */
export const DELETIONS = 2;

/** What the next node is to get. */
export interface Wanted {
	outputAs: 'items' | 'file' | 'bundles';
	/** Of Items: each resource with where it came from. */
	addOrigin: boolean;
	bundle: BundleLimits;
	/** Resources after which no more is taken; not of a file. */
	mostResources?: number;
	/** How much of the rejected lines to keep. */
	mostRejectedBytes: number;
	/** `YYYY-MM-DD`: care that was wholly before it is left out, of a file only counted. */
	dateOfServiceFrom?: string;
	/** One item for each deletion, on an output of its own. */
	deletionItems: boolean;
}

/** Each resource, or each Bundle of resources, becomes an item. Nothing is given on before the whole file has arrived. */
export async function takeItems(
	context: IExecuteFunctions,
	batch: Batch,
	wanted: Wanted,
	{ arriving }: FileBytes,
	attempt: number,
): Promise<Array<Routed | RoutedList>> {
	const { outputAs, addOrigin, bundle, deletionItems } = wanted;
	const items: IDataObject[] = [];
	const deletions: IDataObject[] = [];
	const maker = new BundleMaker(bundle);
	const { members, ...envelope } = batch.envelope;
	void members;
	const about = { ...envelope, ...(batch.batch !== undefined && { batch: batch.batch }) };
	const intake: BatchIntake = new BatchIntake(batch, {
		...wanted,
		leaveOut: true,
		onResource: {
			items: (resource: IDataObject) => void items.push(resource),
			origins: (resource: IDataObject, line: number) =>
				void items.push(withOrigin(batch, line, resource, intake.header)),
			bundles: (resource: IDataObject, _: number, bytes: number) => maker.add(resource, bytes),
		}[outputAs === 'bundles' ? 'bundles' : addOrigin ? 'origins' : 'items'],
		onDeletion: (url) => void (deletionItems && deletions.push(deletionItem(url, about))),
	});
	for await (const part of told(context, batch, arriving)) {
		intake.reader.push(asBuffer(part));
		if (intake.reader.limited) break;
	}
	const report = await reportOf(context, intake, attempt);
	return [
		{ output: RESOURCES, list: outputAs === 'bundles' ? maker.bundles : items },
		report,
		...(deletions.length > 0 ? [{ output: DELETIONS, list: deletions }] : []),
	];
}

/** The bytes go to n8n's binary store as they arrive; they are checked and counted while they pass. */
export async function takeFile(
	context: IExecuteFunctions,
	batch: Batch,
	{ mostRejectedBytes, dateOfServiceFrom }: Wanted,
	{ arriving, streamOf, length }: FileBytes,
	attempt: number,
): Promise<Routed[]> {
	const intake = new BatchIntake(batch, { mostRejectedBytes, dateOfServiceFrom });
	async function* passing(): AsyncGenerator<Uint8Array> {
		for await (const part of withinStore(context, told(context, batch, arriving), length)) {
			intake.reader.push(asBuffer(part));
			yield part;
		}
	}
	const stream = streamOf(passing()) as Content;
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

/** The same bytes; how many have come is told in n8n's log. */
async function* told(
	context: IExecuteFunctions,
	{ batch = 1 }: Batch,
	arriving: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
	const progress = new Progress(context);
	let bytes = 0;
	for await (const part of arriving) {
		bytes += part.length;
		progress.tell(() => `${Math.round(bytes / 1e6)} MB of batch ${batch} have come`);
		yield part;
	}
}

/** The Batch Report. @throws BrokenOff where the last line was cut, once: taken again it may be whole */
async function reportOf(context: IExecuteFunctions, intake: BatchIntake, attempt: number): Promise<Routed> {
	const summary = intake.reader.end();
	if (summary.cutShort && attempt === 1) throw new BrokenOff('the last line is cut');
	const json = intake.report(summary);
	const rejected = intake.rejected();
	if (rejected.length === 0) return { output: BATCH_REPORT, json };
	const data = await store(context, rejected, 'rejected.ndjson');
	return { output: BATCH_REPORT, json, binary: { data } };
}

type Content = Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0];

/** Puts a file into n8n's binary store. @throws ExchangeError where the store does not take it */
async function store(context: IExecuteFunctions, content: Content, name: string) {
	try {
		return await context.helpers.prepareBinaryData(content, name, NDJSON_TYPE);
	} catch (error) {
		if (error instanceof BrokenOff || error instanceof ExchangeError) throw asThrown(error);
		throw asThrown(notStored(error));
	}
}

function asBuffer(part: Uint8Array): Buffer {
	return Buffer.isBuffer(part) ? part : Buffer.from(part.buffer, part.byteOffset, part.byteLength);
}
