import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { readKickOff } from '../shared/exportJob/jobReference';
import { exportQuery } from '../shared/exportJob/query';
import { concurrencyOf, placeResults, settle, workOnItems } from '../shared/items';
import { GROUP_ID, inputJson, knownValues, pathParameter, TENANT } from '../shared/parameters';
import { oneUpHealth } from '../shared/payerApis/oneUpHealth';
import { throwIfForbidden } from '../shared/payerErrors';
import { ask, openConnection, type OpenConnection } from '../shared/transport';
import { startExportForm } from './form';

const STANDARD_CONCURRENCY = 5;
const STANDARD_PATIENCE_MINUTES = 5;

export class StartExport implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Start Export',
		name: 'startExport',
		icon: { light: 'file:startExport.svg', dark: 'file:startExport.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ $parameter["resourceTypes"].length ? $parameter["resourceTypes"].join(", ") : "all resource types" }}',
		description: "Ask the other health plan to export a matched member's data (FHIR Bulk Data Group $export)",
		defaults: { name: 'Start Export' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'oneUpHealthOAuth2Api', required: true }],
		properties: startExportForm,
	};

	/** Starts one export for each input item. A kick-off is never sent twice unless the first was surely not carried out. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const run = await settle(async () => ({
			connection: await openConnection(this, oneUpHealth),
			options: this.getNodeParameter('options', 0, {}) as IDataObject,
		}));
		const concurrency = concurrencyOf(run instanceof Error ? {} : run.options, STANDARD_CONCURRENCY);
		const results = await workOnItems(this, concurrency, async (itemIndex) => {
			if (run instanceof Error) throw run;
			return [{ output: 0, json: await startExport(this, run.connection, itemIndex) }];
		});
		return placeResults(this, results, { count: 1, error: 0 });
	}
}

async function startExport(
	context: IExecuteFunctions,
	connection: OpenConnection,
	itemIndex: number,
): Promise<IDataObject> {
	const { memberId } = inputJson(context, itemIndex);
	const tenant = pathParameter(context, TENANT, itemIndex, connection.defaultTenant);
	const groupId = pathParameter(context, GROUP_ID, itemIndex);
	const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
	const types = context.getNodeParameter('resourceTypes', itemIndex, []);
	const query = exportQuery(types, options, context.getTimezone());
	const patienceMs = minutesOf(options.keepTryingFor, STANDARD_PATIENCE_MINUTES);
	const requestedAt = new Date().toISOString();
	const reply = await ask(
		context,
		connection,
		oneUpHealth.kickOffRequest(connection, tenant, groupId, query),
		'asking',
		patienceMs,
	);
	throwIfForbidden(reply, 'to start the export');
	const job = readKickOff(reply, (text) => oneUpHealth.jobIdFrom(text), knownValues(context, itemIndex));
	return {
		...(memberId !== undefined && { memberId }),
		tenant,
		groupId,
		jobId: job.jobId,
		...(job.jobId && { statusUrl: oneUpHealth.statusRequest(connection, tenant, job.jobId).url }),
		...('finished' in job && { finished: true }),
		requestedAt,
		response: (reply.json ?? reply.text) as IDataObject,
	};
}

/** Minutes that an option gives, as milliseconds. */
function minutesOf(option: unknown, standard: number): number {
	return (typeof option === 'number' && option >= 0 ? option : standard) * 60_000;
}
