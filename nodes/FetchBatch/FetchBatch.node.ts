import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { CONSENT_ENDED } from '../shared/exchange/consentEnd';
import { exchangeOfError } from '../shared/exchange/exchange';
import { countOf } from '../shared/fhir/json';
import { showHints } from '../shared/n8n/hints';
import {
	placeResults,
	tryAsValue,
	processItems,
	type ItemResult,
	type Routed,
	type RoutedList,
} from '../shared/n8n/items';
import { concurrencyOf, optionsOf } from '../shared/n8n/parameters';
import { isAgentTool } from '../shared/n8n/toolMode';
import { PAYER_CREDENTIALS } from '../shared/payers/form';
import { openPayers } from '../shared/payers/runPayers';
import { payerSubtitle } from '../shared/payers/subtitle';
import { fetchWithConsent } from './consent';
import { deleteJobs } from './deleteJobs';
import { compareTotals, type FetchedBatch } from './exportTotals';
import type { FetchedFile } from './batchContents';
import { fetchBatch } from './fetchBatch';
import { fetchBatchForm } from './form';
import { ItemsCeiling } from './itemsCeiling';
import { BATCH_REPORT, batchHints, RESOURCES, severalPayersHints } from './outputs';
import { payersMet } from './payersMet';
import { inLoadOrder, reportReferences } from './prepare/wholeExport';
import { RunPreparations } from './prepare/preparation';
import { RunAddresses } from './runAddresses';
import { RunPatients } from './runPatients';
import { readItemsLimits } from './settings';

export class FetchBatch implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Fetch Batch',
		name: 'fetchBatch',
		icon: { light: 'file:fetchBatch.svg', dark: 'file:fetchBatch.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: payerSubtitle(
			'{ file: "as NDJSON file", bundles: "as FHIR Bundles", bundlesText: "as FHIR Bundles (text)" }[$parameter["outputAs"]] ?? "as items"',
		),
		description: 'Payer to payer, step 4 of 4: get the FHIR resources in the files of an export (NDJSON)',
		defaults: { name: 'Fetch Batch' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: `={{ ["Resources", "Batch Report"].concat($parameter["options"]["deletionItems"] ? ["Deletions"] : [], $parameter["options"]["setAsideProtected"] ? ["Protected"] : []).map((displayName) => ({ type: "${NodeConnectionTypes.Main}", displayName })) }}`,
		credentials: PAYER_CREDENTIALS,
		properties: fetchBatchForm,
	};

	/** Fetches one file per input item, completely or not at all, and reports on each. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const run = await tryAsValue(async () => ({
			payers: await openPayers(this),
			options: optionsOf(this, 0),
			ceiling: new ItemsCeiling(readItemsLimits(optionsOf(this, 0))),
		}));
		const options = run instanceof Error ? {} : run.options;
		const agentGetsLists = options.returnToAgent === 'resources';
		const reportOnly = isAgentTool(this) && !agentGetsLists;
		const patients = new RunPatients(this.getInputData().map(({ json }) => json));
		const addresses = new RunAddresses(this.getInputData().map(({ json }) => json));
		const preparations = new RunPreparations();
		const files = new Map<number, FetchedFile>();
		const fetch = async (itemIndex: number) => {
			if (run instanceof Error) throw run;
			try {
				const file = await fetchWithConsent(
					this,
					run.payers.ofItem(this.getInputData()[itemIndex].json),
					itemIndex,
					async (connection) =>
						await fetchBatch(this, connection, itemIndex, {
							patients,
							ceiling: run.ceiling,
							addresses,
							preparations,
						}),
				);
				if ('intake' in file) files.set(itemIndex, file);
				return file.routed;
			} finally {
				patients.finished(itemIndex, files.get(itemIndex));
			}
		};
		const laneOf = (index: number) =>
			run instanceof Error ? '' : run.payers.laneOf(this.getInputData()[index].json);
		const fetched = await processItems(this, concurrencyOf(options), fetch, {
			order: patients.order,
			laneOf,
		});
		for (const [itemIndex, file] of files) {
			const settled = await tryAsValue(() => patients.settle(this, itemIndex, file));
			if (settled instanceof Error) fetched[itemIndex] = settled;
			else file.finish?.();
			file.report.json.fetchedAt = file.intake.fetchedAt;
		}
		reportReferences(this.getInputData(), files);
		const results = reportOnly ? fetched.map(onlyReports) : fetched;
		const now = new Date().toISOString();
		// Where the node has stopped early, the list has holes, which forEach leaves out.
		results.forEach((result) => {
			const report = reportOf(result);
			if (report) report.fetchedAt ??= now;
		});
		compareTotals(results.flatMap((result, itemIndex) => fetchedBatch(this, result, itemIndex)));
		// After comparing totals, so that an incomplete job is kept.
		if (!(run instanceof Error) && options.deleteJob === true) {
			const items = this.getInputData();
			await deleteJobs(
				this,
				run.payers,
				results.map((result, itemIndex) => ({ item: items[itemIndex].json, report: reportOf(result) })),
			);
		}
		const count =
			2 + [options.deletionItems, options.setAsideProtected].filter((each) => each === true).length;
		const outputs = placeResults(this, results, {
			count,
			error: BATCH_REPORT,
			agentGetsLists,
			errorAbout: (index) => exchangeOfError(this.getInputData()[index].json),
		});
		const areStored = this.getInputData().some(
			(_, index) => this.getNodeParameter('outputAs', index) !== 'items',
		);
		const left = areStored && !preparations.areUsed ? [...files.values()] : [];
		const payers = new Set(left.map(({ report }) => report.json.payer));
		showHints(this, [
			...batchHints(this, outputs, options.deletionItems === true),
			...(payers.size > 0 ? severalPayersHints(payersMet(this, payers)) : []),
		]);
		if (preparations.areUsed) outputs[RESOURCES] = inLoadOrder(outputs[RESOURCES], this.getInputData());
		return outputs;
	}
}

/** The batch, if it was fetched and all its resources were output; only those can be compared with the stated total. */
function fetchedBatch(context: IExecuteFunctions, result: ItemResult, itemIndex: number): FetchedBatch[] {
	const report = reportOf(result);
	if (!report || report.outcome === CONSENT_ENDED) return [];
	if (report.limit !== undefined || report.unbundled !== undefined) return [];
	// A file keeps all resources, whatever their date and whoever's they are.
	const isFile = context.getNodeParameter('outputAs', itemIndex) === 'file';
	const areOthersGiven = optionsOf(context, itemIndex).otherPatients === 'give';
	const others = areOthersGiven ? [] : [report.otherPatients, report.relatedPatients];
	const excluded = isFile
		? 0
		: [report.beforeDateOfService, report.duplicatesLeftOut, ...others].reduce<number>(
				(sum, count) => sum + (countOf(count) ?? 0),
				0,
			);
	return [{ item: context.getInputData()[itemIndex].json, report, excluded: excluded }];
}

function onlyReports(result: ItemResult): ItemResult {
	return result instanceof Error ? result : result.filter(isReport);
}

function reportOf(result: ItemResult): IDataObject | undefined {
	return result instanceof Error ? undefined : result.find(isReport)?.json;
}

function isReport(routed: Routed | RoutedList): routed is Routed {
	return routed.output === BATCH_REPORT;
}
