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
import { withoutBlanks } from '../shared/json';
import {
	GROUP_ID,
	inputJson,
	knownValues,
	optionalPathParameter,
	PATIENT_ID,
	pathParameter,
	tenantParameter,
} from '../shared/parameters';
import { PAYER_CREDENTIALS } from '../shared/payerApis';
import type { ExportSubject, Payer, PayerRequest } from '../shared/payerApis/payerApi';
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
		credentials: PAYER_CREDENTIALS,
		properties: startExportForm,
	};

	/** Starts one export for each input item. A kick-off is never sent twice unless the first was surely not carried out. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const run = await settle(async () => ({
			connection: withCapabilities(this, await openConnection(this)),
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

interface ExportConnection extends OpenConnection {
	/** What the payer says it can do, asked once for the whole run; undefined where it is not asked or does not say. */
	capabilities(): Promise<unknown>;
}

function withCapabilities(context: IExecuteFunctions, connection: OpenConnection): ExportConnection {
	let asked: Promise<unknown> | undefined;
	const { capabilitiesRequest } = connection;
	const read = async (request: PayerRequest) => (await ask(context, connection, request, 'reading')).json;
	return {
		...connection,
		capabilities: async () => await (capabilitiesRequest && (asked ??= read(capabilitiesRequest))),
	};
}

async function startExport(
	context: IExecuteFunctions,
	connection: ExportConnection,
	itemIndex: number,
): Promise<IDataObject> {
	const { memberId } = inputJson(context, itemIndex);
	const subject = subjectOf(context, connection, itemIndex);
	const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
	const types = context.getNodeParameter('resourceTypes', itemIndex, []);
	const query = exportQuery(types, options, context.getTimezone());
	const patienceMs = minutesOf(options.keepTryingFor, STANDARD_PATIENCE_MINUTES);
	const capabilities = await connection.capabilities();
	const requestedAt = new Date().toISOString();
	const reply = await ask(
		context,
		connection,
		connection.kickOffRequest(subject, query, capabilities),
		'asking',
		patienceMs,
	);
	throwIfForbidden(reply, 'to start the export', connection);
	const job = readKickOff(
		reply,
		(text) => connection.jobFrom(text, subject),
		knownValues(context, itemIndex),
		connection.tenants ? `'Group ID' and 'Tenant'` : `'Group ID' and 'Patient ID'`,
	);
	return {
		...(memberId !== undefined && { memberId }),
		...withoutBlanks({ ...subject }),
		jobId: job.jobId,
		...(job.statusUrl !== undefined && { statusUrl: job.statusUrl }),
		...('finished' in job && { finished: true }),
		requestedAt,
		response: (reply.json ?? reply.text) as IDataObject,
	};
}

/** Whose data to export. @throws ExchangeError where the item does not say */
function subjectOf(context: IExecuteFunctions, connection: Payer, itemIndex: number): ExportSubject {
	const tenant = tenantParameter(context, connection, itemIndex);
	if (connection.match.brings === 'group')
		return { tenant, groupId: pathParameter(context, GROUP_ID, itemIndex) };
	return {
		groupId: optionalPathParameter(context, GROUP_ID, itemIndex),
		patientId: optionalPathParameter(context, PATIENT_ID, itemIndex),
	};
}

/** Minutes that an option gives, as milliseconds. */
function minutesOf(option: unknown, standard: number): number {
	return (typeof option === 'number' && option >= 0 ? option : standard) * 60_000;
}
