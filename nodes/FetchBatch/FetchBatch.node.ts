import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { BatchIntake, fileName, readBatch, withOrigin, type Batch } from '../shared/batch';
import { ExchangeError } from '../shared/exchangeError';
import { findingsError } from '../shared/findings';
import { concurrencyOf, placeResults, settle, workOnItems, type Routed } from '../shared/items';
import { payerWordsForError, readIssues } from '../shared/operationOutcome';
import { envelope, inputJson, knownValues, rawParameter, whereLooked } from '../shared/parameters';
import { oneUpHealth } from '../shared/payerApis/oneUpHealth';
import type { Connection } from '../shared/payerApis/payerApi';
import { bodyKind, type PayerReply } from '../shared/payerReply';
import { download, openConnection } from '../shared/transport';
import { Misread, readText } from '../shared/values';
import type { Bytes } from '../shared/watchedBody';
import { fetchBatchForm } from './form';

const RESOURCES = 0;
const BATCH_REPORT = 1;

const STANDARD_CONCURRENCY = 5;
const MEGABYTE = 1024 * 1024;
const NDJSON_TYPE = 'application/fhir+ndjson';

export class FetchBatch implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Fetch Batch',
		name: 'fetchBatch',
		icon: { light: 'file:fetchBatch.svg', dark: 'file:fetchBatch.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["outputAs"] === "file" ? "as NDJSON file" : "as items" }}',
		description: 'Get the FHIR resources of one output file of an export (NDJSON)',
		defaults: { name: 'Fetch Batch' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Resources', 'Batch Report'],
		credentials: [{ name: 'oneUpHealthOAuth2Api', required: true }],
		properties: fetchBatchForm,
	};

	/** Fetches one file for each input item, whole or not at all, and reports on each. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const connection = await settle(() => openConnection(this, oneUpHealth));
		const options = this.getNodeParameter('options', 0, {}) as IDataObject;
		const reportOnly = this.isToolExecution?.() === true && options.returnToAgent !== 'resources';
		const results = await workOnItems(
			this,
			concurrencyOf(options, STANDARD_CONCURRENCY),
			async (itemIndex) => {
				if (connection instanceof Error) throw connection;
				const routed = await fetchBatch(this, connection, itemIndex);
				return reportOnly ? routed.filter(({ output }) => output === BATCH_REPORT) : routed;
			},
		);
		return placeResults(this, results, { count: 2, error: BATCH_REPORT });
	}
}

async function fetchBatch(
	context: IExecuteFunctions,
	connection: Connection,
	itemIndex: number,
): Promise<Routed[]> {
	const json = inputJson(context, itemIndex);
	const batch = readBatch(json, envelope(json));
	const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
	const mostRejected = (Number(options.rejectedMegabytes) || 10) * MEGABYTE;
	if (batch.isEmptyExport) {
		const intake = new BatchIntake(batch, mostRejected, () => undefined);
		return [{ output: BATCH_REPORT, json: intake.report(intake.reader.end()) }];
	}
	const request = oneUpHealth.fileRequest(connection, urlOf(context, itemIndex), batch.requiresAccessToken);
	const asFile = context.getNodeParameter('outputAs', itemIndex) === 'file';
	const result = await download(context, connection, request, async (body) =>
		asFile
			? await takeFile(context, batch, mostRejected, body)
			: await takeItems(context, batch, mostRejected, options.addOrigin === true, body),
	);
	if ('refused' in result) throw refusedError(result.refused, knownValues(context, itemIndex));
	return result.taken;
}

function urlOf(context: IExecuteFunctions, itemIndex: number): string {
	const url = readText(rawParameter(context, 'url', itemIndex));
	if (typeof url === 'string') return url;
	const says =
		url instanceof Misread ? `must be ${url.wanted}` : `is empty. ${whereLooked(context, 'url', itemIndex)}`;
	throw findingsError('The request', [{ parameter: 'url', says: `'URL' ${says}` }]);
}

/** Each resource becomes an item. Nothing is given on before the whole file has arrived. */
async function takeItems(
	context: IExecuteFunctions,
	batch: Batch,
	mostRejected: number,
	addOrigin: boolean,
	{ arriving }: Bytes,
): Promise<Routed[]> {
	const taken: Routed[] = [];
	const intake = new BatchIntake(batch, mostRejected, (resource, line) => {
		taken.push({ output: RESOURCES, json: addOrigin ? withOrigin(batch, line, resource) : resource });
	});
	for await (const part of arriving) intake.reader.push(asBuffer(part));
	return [...taken, await reportOf(context, intake)];
}

/** The bytes go to n8n's binary store as they arrive; they are checked and counted while they pass. */
async function takeFile(
	context: IExecuteFunctions,
	batch: Batch,
	mostRejected: number,
	{ arriving, streamOf }: Bytes,
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
	const report = await reportOf(context, intake);
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

async function reportOf(context: IExecuteFunctions, intake: BatchIntake): Promise<Routed> {
	const json = intake.report(intake.reader.end());
	const rejected = intake.rejected();
	if (rejected.length === 0) return { output: BATCH_REPORT, json };
	const data = await context.helpers.prepareBinaryData(rejected, 'rejected.ndjson', NDJSON_TYPE);
	return { output: BATCH_REPORT, json, binary: { data } };
}

function refusedError(reply: PayerReply, known: readonly unknown[]): ExchangeError {
	const words = payerWordsForError(reply.json, known);
	const expired = [403, 404, 410].includes(reply.status);
	return new ExchangeError(`The payer did not give the file (HTTP ${reply.status})`, {
		httpStatus: reply.status,
		issueCode: readIssues(reply.json)[0]?.code || undefined,
		whatToDo: [
			words ? `The payer says: ${words}` : `It sent ${bodyKind(reply)}.`,
			expired
				? 'Its address may have expired: feed the job into Wait For Export again for fresh addresses.'
				: '',
		]
			.filter(Boolean)
			.join(' '),
	});
}

function asBuffer(part: Uint8Array): Buffer {
	return Buffer.isBuffer(part) ? part : Buffer.from(part.buffer, part.byteOffset, part.byteLength);
}
