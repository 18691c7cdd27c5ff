import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { inputJson } from '../shared/exchange/envelope';
import { membersJson, type ExportMember } from '../shared/exchange/exportMembers';
import {
	GROUP_ID,
	knownValues,
	optionalPathParameter,
	PATIENT_ID,
	pathParameter,
} from '../shared/exchange/itemFields';
import { exportWords, readKickOff } from '../shared/exportJob/kickOff';
import { omitEmpty } from '../shared/fhir/json';
import { rawAnswer } from '../shared/http/reply';
import type { PayerRequest } from '../shared/http/request';
import { send } from '../shared/http/send';
import { showHints } from '../shared/n8n/hints';
import { placeResults, tryAsValue, processItems, type Routed } from '../shared/n8n/items';
import { concurrencyOf, minutesOption, optionsOf } from '../shared/n8n/parameters';
import {
	openConnection,
	tenantParameter,
	throwIfForbidden,
	type OpenConnection,
} from '../shared/payers/connection';
import { PAYER_CREDENTIALS } from '../shared/payers/form';
import type { ExportSubject } from '../shared/payers/payer';
import { grantHints } from '../shared/signIn/grantedScope';
import { startExportForm } from './form';
import { exportQuery, readPatients } from './query';

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

	/**
	 * Starts one export for each input item, or one for all items that ask for the same group. A kick-off is never sent twice unless
	 * the first was surely not carried out.
	 */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const run = await tryAsValue(async () => ({
			connection: withCapabilities(this, await openConnection(this)),
			options: optionsOf(this, 0),
		}));
		const requests = await Promise.all(
			this.getInputData().map((_, itemIndex) =>
				tryAsValue(async () => {
					if (run instanceof Error) throw run;
					return await readRequest(this, run.connection, itemIndex);
				}),
			),
		);
		const shared = sharedBy(requests);
		const started = new Map<readonly ExportRequest[], Promise<Routed>>();
		const concurrency = concurrencyOf(run instanceof Error ? {} : run.options);
		const results = await processItems(this, concurrency, async (itemIndex) => {
			const wanted = requests[itemIndex];
			if (run instanceof Error) throw run;
			if (wanted instanceof Error) throw wanted;
			const same = shared.get(wanted.key) ?? [wanted];
			const underway = started.get(same);
			const starting = underway ?? startExport(this, run.connection, same);
			started.set(same, starting);
			// The export leaves with the first item that asked for it; its error is one of every item that did.
			const routed = await starting;
			return underway ? [] : [routed];
		});
		if (!(run instanceof Error)) showHints(this, grantHints(run.connection.reducedGrant()));
		return placeResults(this, results, { count: 1, error: 0 });
	}
}

/** What one input item asks for. */
interface ExportRequest extends ExportMember {
	itemIndex: number;
	subject: ExportSubject;
	request: PayerRequest;
	/** References that the option Patients names. */
	patients: readonly string[];
	/** The same for items that one export serves. */
	key: string;
	patienceMs: number;
}

/** The items that one export serves, by their key. */
function sharedBy(requests: ReadonlyArray<ExportRequest | Error>): Map<string, ExportRequest[]> {
	const shared = new Map<string, ExportRequest[]>();
	for (const request of requests) {
		if (request instanceof Error) continue;
		const same = shared.get(request.key);
		if (same) same.push(request);
		else shared.set(request.key, [request]);
	}
	return shared;
}

interface ExportConnection extends OpenConnection {
	/** What the payer says it can do, asked once for the whole run; undefined where it is not asked or does not say. */
	capabilities(): Promise<unknown>;
}

function withCapabilities(context: IExecuteFunctions, connection: OpenConnection): ExportConnection {
	let asked: Promise<unknown> | undefined;
	const { capabilitiesRequest } = connection;
	const read = async (request: PayerRequest) => (await send(context, connection, request, 'safe')).json;
	return {
		...connection,
		capabilities: async () => await (capabilitiesRequest && (asked ??= read(capabilitiesRequest))),
	};
}

/** @throws ExchangeError where the item does not say whose data to export, or an option cannot be sent */
async function readRequest(
	context: IExecuteFunctions,
	connection: ExportConnection,
	itemIndex: number,
): Promise<ExportRequest> {
	const { memberId } = inputJson(context, itemIndex);
	const subject = subjectOf(context, connection, itemIndex);
	const options = optionsOf(context, itemIndex);
	const types = context.getNodeParameter('resourceTypes', itemIndex, []);
	const query = exportQuery(types, options, context.getTimezone());
	const request = connection.kickOffRequest(subject, query, await connection.capabilities());
	const patienceMs = minutesOption(options.keepTryingFor, STANDARD_PATIENCE_MINUTES);
	const key = connection.sharesExports ? JSON.stringify(request) : String(itemIndex);
	const patients = readPatients(options);
	return { itemIndex, memberId, patientId: subject.patientId, subject, request, patients, key, patienceMs };
}

/** @param same all items that one export serves */
async function startExport(
	context: IExecuteFunctions,
	connection: ExportConnection,
	same: readonly ExportRequest[],
): Promise<Routed> {
	const [{ itemIndex, subject, request, patients, patienceMs }] = same;
	const requestedAt = new Date().toISOString();
	const reply = await send(context, connection, request, 'ifNotProcessed', patienceMs);
	throwIfForbidden(reply, 'to start the export', connection);
	const job = readKickOff(
		reply,
		(text) => connection.jobFrom(text, subject),
		[...knownValues(context, itemIndex), ...patients],
		exportWords(connection.kickOffHints),
	);
	const { tenant, groupId } = subject;
	const json = {
		...omitEmpty({ ...membersJson(same), tenant, groupId }),
		jobId: job.jobId,
		...(job.statusUrl !== undefined && { statusUrl: job.statusUrl }),
		...(job.manifest && { finished: true }),
		requestedAt,
		response: rawAnswer(reply),
	};
	return { output: 0, json, ...(same.length > 1 && { fromItems: same.map((each) => each.itemIndex) }) };
}

/** Whose data to export. @throws ExchangeError where the item does not say */
function subjectOf(context: IExecuteFunctions, connection: OpenConnection, itemIndex: number): ExportSubject {
	const tenant = tenantParameter(context, connection, itemIndex);
	if (!connection.takes('patientId')) return { tenant, groupId: pathParameter(context, GROUP_ID, itemIndex) };
	return {
		tenant,
		groupId: optionalPathParameter(context, GROUP_ID, itemIndex),
		patientId: optionalPathParameter(context, PATIENT_ID, itemIndex),
	};
}
