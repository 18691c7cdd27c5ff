import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { BatchIntake, readBatch } from '../shared/files/batchIntake';
import { MOST_BUNDLE_ENTRIES } from './bundles';
import { ExchangeError } from '../shared/n8n/exchangeError';
import { instantOf, minuteOf } from '../shared/exportJob/expiry';
import { compareTotals, type FetchedBatch } from './exportTotals';
import { findingsError } from '../shared/n8n/findings';
import { batchHints, showHints } from '../shared/n8n/hints';
import {
	concurrencyOf,
	placeResults,
	settle,
	workOnItems,
	type ItemResult,
	type Routed,
	type RoutedList,
} from '../shared/n8n/items';
import { countOf } from '../shared/fhir/json';
import { issueCodeForError, payerSays, payerWordsForError } from '../shared/fhir/operationOutcome';
import {
	envelope,
	FILE_URL,
	inputJson,
	knownValues,
	notFromOutput,
	rawParameter,
} from '../shared/exchange/itemFields';
import { PAYER_CREDENTIALS } from '../shared/payers';
import { bodyKind, type PayerReply } from '../shared/http/reply';
import { grantSentence, type LesserGrant } from '../shared/signIn/grantedScope';
import { download, openConnection, type OpenConnection } from '../shared/http/send';
import { Misread, readDate, readText } from '../shared/fhir/values';
import { deleteJobs } from './deleteJobs';
import { fetchBatchForm } from './form';
import { freshAddress } from './freshAddress';
import { BATCH_REPORT, takeFile, takeItems, type Wanted } from './batchContents';

const STANDARD_CONCURRENCY = 5;
const MEGABYTE = 1024 * 1024;
const STANDARD_IDLE_SECONDS = 60;
/** With these a payer says that a file is no longer at its address. */
const ADDRESS_EXPIRED = [403, 404, 410];

export class FetchBatch implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Fetch Batch',
		name: 'fetchBatch',
		icon: { light: 'file:fetchBatch.svg', dark: 'file:fetchBatch.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ { file: "as NDJSON file", bundles: "as FHIR Bundles" }[$parameter["outputAs"]] ?? "as items" }}',
		description: 'Get the FHIR resources of one output file of an export (NDJSON)',
		defaults: { name: 'Fetch Batch' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: `={{ ($parameter["options"]["deletionItems"] ? ["Resources", "Batch Report", "Deletions"] : ["Resources", "Batch Report"]).map((displayName) => ({ type: "${NodeConnectionTypes.Main}", displayName })) }}`,
		credentials: PAYER_CREDENTIALS,
		properties: fetchBatchForm,
	};

	/** Fetches one file for each input item, whole or not at all, and reports on each. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const run = await settle(async () => ({
			connection: await openConnection(this),
			options: this.getNodeParameter('options', 0, {}) as IDataObject,
		}));
		const options = run instanceof Error ? {} : run.options;
		const reportOnly = this.isToolExecution?.() === true && options.returnToAgent !== 'resources';
		const results = await workOnItems(
			this,
			concurrencyOf(options, STANDARD_CONCURRENCY),
			async (itemIndex) => {
				if (run instanceof Error) throw run;
				const routed = await fetchBatch(this, run.connection, itemIndex);
				return reportOnly ? routed.filter(({ output }) => output === BATCH_REPORT) : routed;
			},
		);
		compareTotals(results.flatMap((result, itemIndex) => fetchedBatch(this, result, itemIndex)));
		// After the totals: a job of which something is missing is kept.
		if (!(run instanceof Error) && options.deleteJob === true) {
			const items = this.getInputData();
			await deleteJobs(
				this,
				run.connection,
				results.map((result, itemIndex) => ({ item: items[itemIndex].json, report: reportOf(result) })),
			);
		}
		const count = options.deletionItems === true ? 3 : 2;
		const outputs = placeResults(this, results, { count, error: BATCH_REPORT });
		if (this.isToolExecution?.() !== true) showHints(this, batchHints(outputs));
		return outputs;
	}
}

/** A batch of which every resource left; of the rest no total can be judged. */
function fetchedBatch(context: IExecuteFunctions, result: ItemResult, itemIndex: number): FetchedBatch[] {
	const report = reportOf(result);
	// Of a file everything is kept, whatever its date.
	const isFile = context.getNodeParameter('outputAs', itemIndex) === 'file';
	const leftOut = isFile ? 0 : (countOf(report?.beforeDateOfService) ?? 0);
	if (!report || report.limit !== undefined || report.unbundled !== undefined) return [];
	return [{ item: context.getInputData()[itemIndex].json, report, leftOut }];
}

function reportOf(result: ItemResult): IDataObject | undefined {
	return result instanceof Error ? undefined : result.find(isReport)?.json;
}

function isReport(routed: Routed | RoutedList): routed is Routed {
	return routed.output === BATCH_REPORT;
}

async function fetchBatch(
	context: IExecuteFunctions,
	connection: OpenConnection,
	itemIndex: number,
): Promise<Array<Routed | RoutedList>> {
	const json = inputJson(context, itemIndex);
	const batch = readBatch(json, envelope(json));
	const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
	const outputAs = context.getNodeParameter('outputAs', itemIndex) as Wanted['outputAs'];
	const wanted = wantedOf(outputAs, options);
	if (batch.isEmptyExport) {
		const intake = new BatchIntake(batch, { ...wanted, mostRejectedBytes: 0 });
		return [{ output: BATCH_REPORT, json: intake.report(intake.reader.end()) }];
	}
	const take = outputAs === 'file' && !batch.isDeleted ? takeFile : takeItems;
	const idleMs = (Number(options.idleSeconds) || STANDARD_IDLE_SECONDS) * 1000;
	const fetchFrom = async (url: string) =>
		await download(context, connection, connection.fileRequest(url, batch.requiresAccessToken), {
			take: async (body, attempt) => await take(context, batch, wanted, body, attempt),
			idleMs,
		});

	const result = await fetchFrom(urlOf(context, itemIndex));
	if ('taken' in result) return result.taken;
	const fresh = ADDRESS_EXPIRED.includes(result.refused.status)
		? await freshAddress(context, connection, batch)
		: undefined;
	const again = fresh === undefined ? result : await fetchFrom(fresh);
	if ('taken' in again) return again.taken;
	throw refusedError(again.refused, knownValues(context, itemIndex), {
		expiresAt: instantOf(json.expiresAt),
		// A file that is fetched without the token has nothing to do with what was granted.
		grant: batch.requiresAccessToken ? connection.lesserGrant() : undefined,
	});
}

/** @throws ExchangeError where an option is out of its range */
function wantedOf(outputAs: Wanted['outputAs'], options: IDataObject): Wanted {
	const number = (name: string, label: string, standard: number, range: [least: number, most: number]) =>
		readOption(options[name], label, standard, range);
	const bundles = outputAs === 'bundles';
	return {
		outputAs,
		addOrigin: options.addOrigin === true,
		bundle: {
			entries: bundles
				? number('bundleEntries', 'Bundle Entries Up To', 100, [1, MOST_BUNDLE_ENTRIES])
				: MOST_BUNDLE_ENTRIES,
			bytes: bundles ? number('bundleMegabytes', 'Bundle Size Up To (MB)', 5, [1, 100]) * MEGABYTE : MEGABYTE,
		},
		mostResources:
			options.limit === undefined ? undefined : number('limit', 'Limit', 50, [1, Number.MAX_SAFE_INTEGER]),
		mostRejectedBytes: (Number(options.rejectedMegabytes) || 10) * MEGABYTE,
		dateOfServiceFrom: readDay(options.dateOfServiceFrom),
		deletionItems: options.deletionItems === true,
	};
}

/** A whole number of the Options. @throws ExchangeError where it is none, or out of range */
function readOption(
	value: unknown,
	label: string,
	standard: number,
	[least, most]: [least: number, most: number],
): number {
	if (value === undefined) return standard;
	if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
	const upTo = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
	throw findingsError('The request', [
		{ parameter: 'options', says: `'${label}' must be a whole number ${upTo}` },
	]);
}

/** A day of the Options. @throws ExchangeError where it is none */
function readDay(value: unknown): string | undefined {
	const day = readDate(value);
	if (!(day instanceof Misread)) return day;
	throw findingsError('The request', [
		{ parameter: 'options', says: `'Date of Service From' must be ${day.wanted}` },
	]);
}

function urlOf(context: IExecuteFunctions, itemIndex: number): string {
	const url = readText(rawParameter(context, 'url', itemIndex));
	if (typeof url === 'string') return url;
	throw findingsError('The request', [notFromOutput(context, FILE_URL, itemIndex, url?.wanted)]);
}

/** @param expiresAt when the address of the file ends, by the payer's own word (ms since 1970) */
function refusedError(
	reply: PayerReply,
	known: readonly unknown[],
	{ expiresAt = Infinity, grant }: { expiresAt?: number; grant?: LesserGrant },
): ExchangeError {
	const words = payerWordsForError(reply.json, known);
	const expired = ADDRESS_EXPIRED.includes(reply.status);
	const when =
		expiresAt <= Date.now()
			? `Its address expired at ${minuteOf(expiresAt)}`
			: 'Its address may have expired';
	return new ExchangeError(`The payer did not give the file (HTTP ${reply.status})`, {
		httpStatus: reply.status,
		issueCode: issueCodeForError(reply.json),
		whatToDo: [
			words ? payerSays(words) : `It sent ${bodyKind(reply)}.`,
			reply.status === 403 ? grantSentence(grant) : '',
			expired ? `${when}: feed the job into Wait For Export again for fresh addresses.` : '',
		]
			.filter(Boolean)
			.join(' '),
	});
}
