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
import { exportMessages, readKickOff } from '../shared/exportJob/kickOff';
import { manifestJson } from '../shared/exportJob/manifest';
import { omitEmpty } from '../shared/fhir/json';
import { HEADERS_TIMEOUT_MS } from '../shared/fhir/limits';
import { rawAnswer } from '../shared/http/reply';
import type { PayerRequest } from '../shared/http/request';
import { send } from '../shared/http/send';
import { ExchangeError, rethrown } from '../shared/n8n/exchangeError';
import { showHints, type Hint } from '../shared/n8n/hints';
import { placeResults, tryAsValue, processItems, type Routed } from '../shared/n8n/items';
import { concurrencyOf, minutesOption, optionsOf, positiveIntegerOption } from '../shared/n8n/parameters';
import { SECOND } from '../shared/n8n/time';
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

const DEFAULT_RETRY_MINUTES = 5;

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
	 * Starts one export per input item, or one for all items with the same request. A kick-off is retried only if the payer
	 * certainly did not process it.
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
		const groups = groupByKey(requests);
		const started = new Map<readonly ExportRequest[], Promise<Routed>>();
		const concurrency = concurrencyOf(run instanceof Error ? {} : run.options);
		const results = await processItems(this, concurrency, async (itemIndex) => {
			const request = requests[itemIndex];
			if (run instanceof Error) throw run;
			if (request instanceof Error) throw request;
			const group = groups.get(request.key) ?? [request];
			const existing = started.get(group);
			const starting = existing ?? startExport(this, run.connection, group);
			started.set(group, starting);
			// The export is output once, with the first item of the group; an error applies to all items of the group.
			const routed = await starting;
			return existing ? [] : [routed];
		});
		if (!(run instanceof Error)) {
			const { reducedGrant, capabilitiesHints } = run.connection;
			showHints(this, [...grantHints(reducedGrant()), ...capabilitiesHints()]);
		}
		return placeResults(this, results, { count: 1, error: 0 });
	}
}

/** The export request of one input item. */
interface ExportRequest extends ExportMember {
	itemIndex: number;
	subject: ExportSubject;
	request: PayerRequest;
	/** Ids from the option Patients. */
	patients: readonly string[];
	/** Equal for items that share an export. */
	key: string;
	retryLimitMs: number;
	/** How long to wait for the headers of the answer. */
	headersMs: number;
}

/** Groups the items that share an export. */
function groupByKey(requests: ReadonlyArray<ExportRequest | Error>): Map<string, ExportRequest[]> {
	const groups = new Map<string, ExportRequest[]>();
	for (const request of requests) {
		if (request instanceof Error) continue;
		const group = groups.get(request.key);
		if (group) group.push(request);
		else groups.set(request.key, [request]);
	}
	return groups;
}

interface ExportConnection extends OpenConnection {
	/** The payer's capability statement, requested once per run; undefined if it is not needed, or too large to be read. */
	capabilities(): Promise<unknown>;
	/** After the run: whether it was too large. */
	capabilitiesHints(): Hint[];
}

function withCapabilities(context: IExecuteFunctions, connection: OpenConnection): ExportConnection {
	let pending: Promise<unknown> | undefined;
	const { capabilitiesRequest } = connection;
	let isTooLarge = false;
	const read = async (request: PayerRequest) => {
		const reply = await tryAsValue(() =>
			send(context, connection, request, { answer: 'capabilities', retry: 'safe' }),
		);
		if (!(reply instanceof Error)) return reply.json;
		isTooLarge = reply instanceof ExchangeError && reply.details.exceedsLimit === true;
		if (!isTooLarge) throw rethrown(reply);
		return undefined;
	};
	return {
		...connection,
		capabilities: async () => await (capabilitiesRequest && (pending ??= read(capabilitiesRequest))),
		capabilitiesHints: () => (isTooLarge ? [TOO_LARGE] : []),
	};
}

const TOO_LARGE: Hint = {
	message: `The payer's capability statement (metadata) is larger than what is read, so it counts as saying nothing. If exports do not start, set 'Export Operation' in the credential.`,
	type: 'info',
};

/** @throws ExchangeError if the item does not say whose data to export, or an option is invalid */
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
	const retryLimitMs = minutesOption(options.keepTryingFor, DEFAULT_RETRY_MINUTES);
	const key = connection.sharesExports ? JSON.stringify(request) : String(itemIndex);
	const patients = readPatients(options);
	return {
		itemIndex,
		memberId,
		patientId: subject.patientId,
		subject,
		request,
		patients,
		key,
		retryLimitMs,
		headersMs: positiveIntegerOption(options.answerSeconds, HEADERS_TIMEOUT_MS / SECOND) * SECOND,
	};
}

/** @param group all items that share the export */
async function startExport(
	context: IExecuteFunctions,
	connection: ExportConnection,
	group: readonly ExportRequest[],
): Promise<Routed> {
	const [{ itemIndex, subject, request, patients, retryLimitMs, headersMs }] = group;
	const requestedAt = new Date().toISOString();
	const reply = await send(context, connection, request, {
		answer: 'manifest',
		retry: 'ifNotProcessed',
		timeLimitMs: retryLimitMs,
		headersMs,
	});
	throwIfForbidden(reply, 'to start the export', connection);
	const job = readKickOff(
		reply,
		(text) => connection.jobFrom(text, subject),
		[...knownValues(context, itemIndex), ...patients],
		exportMessages(connection.kickOffHints),
	);
	const { tenant, groupId } = subject;
	const json = {
		...omitEmpty({ ...membersJson(group), tenant, groupId }),
		jobId: job.jobId,
		...(job.statusUrl !== undefined && { statusUrl: job.statusUrl }),
		...(job.manifest && { finished: true, manifest: manifestJson(job.manifest) }),
		requestedAt,
		...(!job.manifest && { response: rawAnswer(reply) }),
	};
	return { output: 0, json, ...(group.length > 1 && { fromItems: group.map((each) => each.itemIndex) }) };
}

/** Whose data to export. @throws ExchangeError if the item does not say */
function subjectOf(context: IExecuteFunctions, connection: OpenConnection, itemIndex: number): ExportSubject {
	const tenant = tenantParameter(context, connection, itemIndex);
	if (!connection.takes('patientId')) return { tenant, groupId: pathParameter(context, GROUP_ID, itemIndex) };
	return {
		tenant,
		groupId: optionalPathParameter(context, GROUP_ID, itemIndex),
		patientId: optionalPathParameter(context, PATIENT_ID, itemIndex),
	};
}
