import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { exchangeOfError } from '../shared/exchange/exchange';
import { showHints } from '../shared/n8n/hints';
import { placeResults, processItems, tryAsValue, type ItemResult, type Routed } from '../shared/n8n/items';
import { concurrencyOf, optionsOf } from '../shared/n8n/parameters';
import { isAgentTool } from '../shared/n8n/toolMode';
import { PAYER_CREDENTIALS } from '../shared/payers/form';
import { openPayers } from '../shared/payers/runPayers';
import { payerSubtitle } from '../shared/payers/subtitle';
import { DocumentRun } from './documentRun';
import { fetchDocumentsForm } from './form';
import { documentHints, OUTPUT_NAMES, REPORT } from './outputs';

export class FetchDocuments implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Fetch Documents',
		name: 'fetchDocuments',
		icon: { light: 'file:fetchDocuments.svg', dark: 'file:fetchDocuments.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: payerSubtitle('"documents"'),
		description:
			'Payer to payer: get the documents that FHIR resources name, such as those of prior authorizations',
		defaults: { name: 'Fetch Documents' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: OUTPUT_NAMES.map(() => NodeConnectionTypes.Main),
		outputNames: OUTPUT_NAMES,
		credentials: PAYER_CREDENTIALS,
		properties: fetchDocumentsForm,
	};

	/** Fetches the documents of each item, and reports on each of them. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const run = await tryAsValue(async () => new DocumentRun(this, await openPayers(this)));
		if (!(run instanceof Error)) await run.readPriorAuthorizations();
		const reportOnly = isAgentTool(this);
		const told = (routed: Routed[]) =>
			reportOnly ? routed.filter(({ output }) => output === REPORT) : routed;
		const concurrency = run instanceof Error ? 1 : concurrencyOf(optionsOf(this, 0));
		const work = async (itemIndex: number) => {
			if (run instanceof Error) throw run;
			return told(await run.take(itemIndex));
		};
		const laneOf = (itemIndex: number) => (run instanceof Error ? '' : run.laneOf(itemIndex));
		const results: ItemResult[] = await processItems(this, concurrency, work, { laneOf });
		if (!(run instanceof Error)) {
			for (const [itemIndex, rows] of run.notAtHand()) {
				const result = results[itemIndex];
				if (Array.isArray(result)) result.push(...rows);
			}
		}
		const outputs = placeResults(this, results, {
			count: OUTPUT_NAMES.length,
			error: REPORT,
			errorAbout: (index) => exchangeOfError(this.getInputData()[index].json),
		});
		showHints(this, documentHints(this, outputs, run instanceof Error ? 0 : run.resources));
		return outputs;
	}
}
