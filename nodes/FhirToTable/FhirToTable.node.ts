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
import { fhirToTableForm } from './form';
import { tableHints } from './hints';
import { NOT_IN_TABLE, OUTPUT_NAMES } from './outputs';
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
		const opened = await tryAsValue(() => new TableRun(this));
		if (opened instanceof Error) throw asNodeError(this.getNode(), opened, 0);
		const results = await rowsOfAll(this, opened);
		const outputs = placeResults(this, results, { count: OUTPUT_NAMES.length, error: NOT_IN_TABLE });
		showHints(this, tableHints(opened));
		return outputs;
	}
}

async function rowsOfAll(context: IExecuteFunctions, run: TableRun): Promise<ItemResult[]> {
	try {
		const results = await processItems<Routed | RoutedList>(context, 1, async (item) => await run.take(item));
		if (results.some((result) => result instanceof Error) && !context.continueOnFail()) {
			await run.abort(new Error('The run has ended'));
			return results;
		}
		const ended = await run.end();
		const last = results.length - 1;
		const before = results[last];
		if (before instanceof Error) return [...results.slice(0, -1), before, ended];
		return [...results.slice(0, -1), [...before, ...ended]];
	} catch (error) {
		await run.abort(new Error('The run has ended'));
		throw rethrown(error);
	}
}
