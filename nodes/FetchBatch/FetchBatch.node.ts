import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
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
import { openConnection } from '../shared/payers/connection';
import { PAYER_CREDENTIALS } from '../shared/payers/form';
import { deleteJobs } from './deleteJobs';
import { compareTotals, type FetchedBatch } from './exportTotals';
import { fetchBatch } from './fetchBatch';
import { fetchBatchForm } from './form';
import { ItemsCeiling } from './itemsCeiling';
import { BATCH_REPORT, batchHints } from './outputs';
import { readItemsLimits } from './settings';

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

	/** Fetches one file per input item, completely or not at all, and reports on each. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const run = await tryAsValue(async () => ({
			connection: await openConnection(this),
			options: optionsOf(this, 0),
			ceiling: new ItemsCeiling(readItemsLimits(optionsOf(this, 0))),
		}));
		const options = run instanceof Error ? {} : run.options;
		const reportOnly = isAgentTool(this) && options.returnToAgent !== 'resources';
		const results = await processItems(this, concurrencyOf(options), async (itemIndex) => {
			if (run instanceof Error) throw run;
			const routed = await fetchBatch(this, run.connection, itemIndex, run.ceiling);
			return reportOnly ? routed.filter(({ output }) => output === BATCH_REPORT) : routed;
		});
		compareTotals(results.flatMap((result, itemIndex) => fetchedBatch(this, result, itemIndex)));
		// After comparing totals, so that an incomplete job is kept.
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
		showHints(this, batchHints(outputs));
		return outputs;
	}
}

/** The batch, if all its resources were output; only those can be compared with the stated total. */
function fetchedBatch(context: IExecuteFunctions, result: ItemResult, itemIndex: number): FetchedBatch[] {
	const report = reportOf(result);
	// A file keeps all resources, whatever their date.
	const isFile = context.getNodeParameter('outputAs', itemIndex) === 'file';
	const excluded = isFile ? 0 : (countOf(report?.beforeDateOfService) ?? 0);
	if (!report || report.limit !== undefined || report.unbundled !== undefined) return [];
	return [{ item: context.getInputData()[itemIndex].json, report, excluded: excluded }];
}

function reportOf(result: ItemResult): IDataObject | undefined {
	return result instanceof Error ? undefined : result.find(isReport)?.json;
}

function isReport(routed: Routed | RoutedList): routed is Routed {
	return routed.output === BATCH_REPORT;
}
