import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { rethrown } from '../shared/n8n/exchangeError';
import { showHints } from '../shared/n8n/hints';
import {
	asNodeError,
	placeResults,
	processItems,
	tryAsValue,
	type ItemResult,
	type Routed,
	type RoutedList,
} from '../shared/n8n/items';
import { isAgentTool } from '../shared/n8n/toolMode';
import { fhirToTableForm } from './form';
import { tableHints } from './hints';
import { NOT_IN_TABLE, OUTPUT_NAMES, REPORT } from './outputs';
import { TableRun } from './tableRun';

export class FhirToTable implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'FHIR to Table',
		name: 'fhirToTable',
		icon: { light: 'file:fhirToTable.svg', dark: 'file:fhirToTable.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ "Payer data: " + ($parameter["table"] === "ownView" ? "own view" : $parameter["table"]) + " as " + $parameter["rowsAs"] }}',
		description:
			'Payer to payer: make tables of FHIR resources, such as claim lines or conditions (SQL on FHIR)',
		defaults: { name: 'FHIR to Table' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: OUTPUT_NAMES.map(() => NodeConnectionTypes.Main),
		outputNames: OUTPUT_NAMES,
		properties: fhirToTableForm,
	};

	/** Reads the input items one after the other; what is written into files and texts leaves after the last. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const opened = await tryAsValue(async () => await TableRun.open(this));
		if (opened instanceof Error) throw asNodeError(this.getNode(), opened, 0);
		const results = await rowsOfAll(this, opened);
		const outputs = placeResults(this, results, { count: OUTPUT_NAMES.length, error: NOT_IN_TABLE });
		showHints(this, tableHints(opened));
		return outputs;
	}
}

/** What leaves at the end is paired with the last item that could be read. */
async function rowsOfAll(context: IExecuteFunctions, run: TableRun): Promise<ItemResult[]> {
	try {
		const reportOnly = isAgentTool(context);
		const told = (routed: Array<Routed | RoutedList>) =>
			reportOnly ? routed.filter(({ output }) => output === REPORT) : routed;
		const results = await processItems<Routed | RoutedList>(context, 1, async (itemIndex) =>
			told(await run.take(itemIndex)),
		);
		const last = results.findLastIndex((result) => !(result instanceof Error));
		const isStopped = results.some((result) => result instanceof Error) && !context.continueOnFail();
		if (last < 0 || isStopped) {
			await run.abort(new Error('There is no result'));
			return results;
		}
		const ended = told(await run.end());
		return results.map((result, index) =>
			index === last && !(result instanceof Error) ? [...result, ...ended] : result,
		);
	} catch (error) {
		await run.abort(new Error('There is no result'));
		throw rethrown(error);
	}
}
