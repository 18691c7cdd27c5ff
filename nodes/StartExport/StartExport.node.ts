import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { inputJson } from '../shared/exchange/envelope';
import { exchangeOfError } from '../shared/exchange/exchange';
import { rethrown } from '../shared/n8n/exchangeError';
import { showHints } from '../shared/n8n/hints';
import { memberColumnOf, stopAtInvalidRows } from '../shared/n8n/invalidRows';
import {
	placeResults,
	tryAsValue,
	processItems,
	type ItemResult,
	type OutputPlan,
	type Routed,
} from '../shared/n8n/items';
import { concurrencyOf, optionsOf } from '../shared/n8n/parameters';
import { PAYER_CREDENTIALS } from '../shared/payers/form';
import { openPayers } from '../shared/payers/runPayers';
import { payerSubtitle } from '../shared/payers/subtitle';
import { grantHints } from '../shared/signIn/grantedScope';
import { notStartedItem, splitByConsent } from './consent';
import { groupByKey, readRequest, withCapabilities, type ExportRequest } from './exportRequest';
import { startExportForm } from './form';
import { NOT_STARTED, startHints } from './outputs';
import { runningExportsOf } from './runningExports';
import { startedInExecution, withStartedExports } from './startedExports';
import { exportRequestOf, startWithConsent, type StartedExport, type StartMemory } from './startExport';

export class StartExport implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Start Export',
		name: 'startExport',
		icon: { light: 'file:startExport.svg', dark: 'file:startExport.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: payerSubtitle(
			'$parameter["resourceTypes"].length ? $parameter["resourceTypes"].join(", ") : "all types"',
		),
		description:
			"Payer to payer, step 2 of 4: ask the other health plan to export a matched member's data (FHIR Bulk Data $export)",
		defaults: { name: 'Start Export' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Started', 'Not Started'],
		credentials: PAYER_CREDENTIALS,
		properties: startExportForm,
	};

	/**
	 * Starts one export per input item, or one for all items with the same request, while the consents hold. A kick-off is
	 * retried only if the payer certainly did not process it.
	 */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const run = await tryAsValue(async () => ({
			payers: withCapabilities(this, await openPayers(this)),
			options: optionsOf(this, 0),
		}));
		const requests = await Promise.all(
			this.getInputData().map((_, itemIndex) =>
				tryAsValue(async () => {
					if (run instanceof Error) throw run;
					return await readRequest(this, run.payers.ofItem(this.getInputData()[itemIndex].json), itemIndex);
				}),
			),
		);
		const outputs = run instanceof Error ? failAll(this, run) : await startAll(this, run, requests);
		const opened = run instanceof Error ? [] : run.payers.opened();
		showHints(this, [
			...startHints(this, outputs),
			...opened.flatMap((each) => [...grantHints(each.reducedGrant()), ...each.capabilitiesHints()]),
		]);
		return outputs;
	}
}

function outputPlan(context: IExecuteFunctions): OutputPlan {
	const errorAbout = (index: number) => exchangeOfError(context.getInputData()[index].json);
	return { count: 2, error: NOT_STARTED, errorAbout };
}

function failAll(context: IExecuteFunctions, error: Error): INodeExecutionData[][] {
	return placeResults(
		context,
		context.getInputData().map(() => error),
		outputPlan(context),
	);
}

interface StartRun {
	options: IDataObject;
}

/** Starts what the items ask for. @throws NodeApiError or NodeOperationError that lists what was started before it */
async function startAll(
	context: IExecuteFunctions,
	run: StartRun,
	requests: ReadonlyArray<ExportRequest | Error>,
): Promise<INodeExecutionData[][]> {
	const inExecution = startedInExecution(context, Date.now());
	const memory = { inExecution, running: runningExportsOf(context, run.options) };
	try {
		return placeResults(context, await startItems(context, run, requests, memory), outputPlan(context));
	} catch (error) {
		const started = [...inExecution.values()].flatMap((each) => (each instanceof Error ? [] : [each.json]));
		throw rethrown(withStartedExports(context, error, started));
	}
}

async function startItems(
	context: IExecuteFunctions,
	{ options }: StartRun,
	requests: ReadonlyArray<ExportRequest | Error>,
	memory: StartMemory,
): Promise<ItemResult[]> {
	const groups = groupByKey(requests);
	if (!context.continueOnFail()) await checkAll(context, groups.values(), requests);
	const started = new Map<readonly ExportRequest[], Promise<StartedExport>>();
	const start = async (itemIndex: number): Promise<Routed[]> => {
		const request = requests[itemIndex];
		if (request instanceof Error) throw request;
		const group = groups.get(request.key) ?? [request];
		const starting = started.get(group) ?? startWithConsent(context, request.connection, group, memory);
		started.set(group, starting);
		const { inForce, result } = await starting;
		if (request.consentError) throw request.consentError;
		if (request.consentEnd !== undefined && !inForce.has(request)) {
			const json = { ...inputJson(context, itemIndex), ...request.payer, ...request.exchange };
			return [notStartedItem(json, request.consentEnd)];
		}
		if (result instanceof Error) throw result;
		// The export is output once, with the first item of the group; an error applies to all items of the group.
		const [first] = inForce;
		return result && request === first ? [result] : [];
	};
	const laneOf = (itemIndex: number) => {
		const request = requests[itemIndex];
		return request instanceof Error ? '' : request.connection.key;
	};
	return await processItems(context, concurrencyOf(options), start, { laneOf });
}

/**
 * Looks at all items before the first export is started: where On Error is to stop, an item that is wrong on its face would stop the node when
 * others have been started.
 * @throws NodeApiError or NodeOperationError that names all such items
 */
async function checkAll(
	context: IExecuteFunctions,
	groups: Iterable<readonly ExportRequest[]>,
	requests: ReadonlyArray<ExportRequest | Error>,
): Promise<void> {
	const results: unknown[] = requests.map((request) =>
		request instanceof Error ? request : request.consentError,
	);
	for (const group of groups) {
		const split = splitByConsent(context, group);
		const [first] = split.inForce;
		if (first === undefined) continue;
		const request = await tryAsValue(() => exportRequestOf(first.connection, split));
		if (request instanceof Error) results[first.itemIndex] = request;
	}
	stopAtInvalidRows(context, results, (itemIndex) => memberColumnOf(context, itemIndex));
}
