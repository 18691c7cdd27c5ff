import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { ConsentEnded, whileConsentHolds } from '../shared/exchange/consentEnd';
import { earliestDay } from '../shared/fhir/values';
import { askedJson } from '../shared/exchange/asked';
import { inputJson } from '../shared/exchange/envelope';
import { membersJson } from '../shared/exchange/exportMembers';
import { knownValues } from '../shared/exchange/itemFields';
import { exportMessages, readKickOff } from '../shared/exportJob/kickOff';
import { manifestJson } from '../shared/exportJob/manifest';
import { omitEmpty } from '../shared/fhir/json';
import { send } from '../shared/http/send';
import { showHints } from '../shared/n8n/hints';
import { placeResults, tryAsValue, processItems, type Routed } from '../shared/n8n/items';
import { concurrencyOf, optionsOf } from '../shared/n8n/parameters';
import { openConnection, throwIfForbidden } from '../shared/payers/connection';
import { PAYER_CREDENTIALS } from '../shared/payers/form';
import { grantHints } from '../shared/signIn/grantedScope';
import {
	groupWithEndedError,
	notStartedItem,
	queryWithoutEnded,
	splitByConsent,
	type ByConsent,
} from './consent';
import {
	groupByKey,
	readRequest,
	withCapabilities,
	type ExportConnection,
	type ExportRequest,
} from './exportRequest';
import { startExportForm } from './form';
import { NOT_STARTED, STARTED, startHints } from './outputs';

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
		const started = new Map<readonly ExportRequest[], Promise<StartedExport>>();
		const concurrency = concurrencyOf(run instanceof Error ? {} : run.options);
		const results = await processItems(this, concurrency, async (itemIndex) => {
			const request = requests[itemIndex];
			if (run instanceof Error) throw run;
			if (request instanceof Error) throw request;
			const group = groups.get(request.key) ?? [request];
			const starting = started.get(group) ?? startWithConsent(this, run.connection, group);
			started.set(group, starting);
			const { inForce, result } = await starting;
			if (request.consentError) throw request.consentError;
			if (request.consentEnd !== undefined && !inForce.has(request)) {
				return [notStartedItem(inputJson(this, itemIndex), request.consentEnd)];
			}
			if (result instanceof Error) throw result;
			// The export is output once, with the first item of the group; an error applies to all items of the group.
			const [first] = inForce;
			return result && request === first ? [result] : [];
		});
		const outputs = placeResults(this, results, { count: 2, error: NOT_STARTED });
		const [grant, capabilities] =
			run instanceof Error
				? [undefined, []]
				: [run.connection.reducedGrant(), run.connection.capabilitiesHints()];
		showHints(this, [...startHints(outputs), ...grantHints(grant), ...capabilities]);
		return outputs;
	}
}

/** What came of the items that share an export. */
interface StartedExport {
	/** The items whose consent held when the request was sent. */
	inForce: ReadonlySet<ExportRequest>;
	/** Undefined if there was none. */
	result?: Routed | Error;
}

/** Starts the export for those whose consent holds when the request is sent. @param group all items that share the export */
async function startWithConsent(
	context: IExecuteFunctions,
	connection: ExportConnection,
	group: readonly ExportRequest[],
): Promise<StartedExport> {
	const split = splitByConsent(context, group);
	const { inForce } = split;
	if (inForce.length === 0) return { inForce: new Set() };
	const watched = whileConsentHolds(context, connection, earliestDay(inForce.map((each) => each.consentEnd)));
	const result = await tryAsValue(async () => await startExport(context, watched, split));
	// Repeated attempts may have taken until after midnight.
	return result instanceof ConsentEnded
		? await startWithConsent(context, connection, group)
		: { inForce: new Set(inForce), result };
}

/** What was asked for travels with the job, so that what comes can be compared with it. */
function askedColumn(query: ExportRequest['query']): { asked?: IDataObject } {
	const asked = askedJson(query);
	return asked === undefined ? {} : { asked };
}

async function startExport(
	context: IExecuteFunctions,
	connection: ExportConnection,
	split: ByConsent<ExportRequest>,
): Promise<Routed> {
	const group = split.inForce;
	const [{ itemIndex, subject, query, patients, retryLimitMs, headersMs }] = group;
	const asked = queryWithoutEnded(query, patients, split);
	const capabilities = await connection.capabilities();
	const request = await tryAsValue(() => connection.kickOffRequest(subject, asked, capabilities));
	const cannotName = asked !== query && (request instanceof Error || !connection.takes('standardQuery'));
	if (cannotName) throw groupWithEndedError();
	if (request instanceof Error) throw request;
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
		connection.showsWords,
	);
	const { tenant, groupId } = subject;
	const { consentEnd, ...members } = membersJson(group);
	const json = {
		...omitEmpty({ ...members, tenant, groupId, consentEnd }),
		jobId: job.jobId,
		...(job.statusUrl !== undefined && { statusUrl: job.statusUrl }),
		...(job.manifest && { finished: true, manifest: manifestJson(job.manifest) }),
		requestedAt,
		...askedColumn(asked),
		...(!job.manifest && connection.answers.json(reply)),
	};
	return {
		output: STARTED,
		json,
		...(group.length > 1 && { fromItems: group.map((each) => each.itemIndex) }),
	};
}
