import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { exportWords, readKickOff } from '../shared/exportJob/kickOff';
import { exportQuery, readPatients } from './query';
import { membersJson, type ExportMember } from '../shared/exchange/exportMembers';
import { grantHints, showHints } from '../shared/n8n/hints';
import { concurrencyOf, placeResults, settle, workOnItems, type Routed } from '../shared/n8n/items';
import { withoutBlanks } from '../shared/fhir/json';
import {
	GROUP_ID,
	inputJson,
	knownValues,
	optionalPathParameter,
	PATIENT_ID,
	pathParameter,
	tenantParameter,
} from '../shared/exchange/itemFields';
import { PAYER_CREDENTIALS } from '../shared/payers';
import type { ExportSubject, Payer, PayerRequest } from '../shared/payers/payer';
import { throwIfForbidden } from '../shared/http/errors';
import { ask, openConnection, type OpenConnection } from '../shared/http/send';
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

	/**
	 * Starts one export for each input item, or one for all items that ask for the same group. A kick-off is never sent twice unless
	 * the first was surely not carried out.
	 */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const run = await settle(async () => ({
			connection: withCapabilities(this, await openConnection(this)),
			options: this.getNodeParameter('options', 0, {}) as IDataObject,
		}));
		const wishes = await Promise.all(
			this.getInputData().map((_, itemIndex) =>
				settle(async () => {
					if (run instanceof Error) throw run;
					return await readWish(this, run.connection, itemIndex);
				}),
			),
		);
		const shared = sharedBy(wishes);
		const started = new Map<readonly Wish[], Promise<Routed>>();
		const concurrency = concurrencyOf(run instanceof Error ? {} : run.options, STANDARD_CONCURRENCY);
		const results = await workOnItems(this, concurrency, async (itemIndex) => {
			const wish = wishes[itemIndex];
			if (run instanceof Error) throw run;
			if (wish instanceof Error) throw wish;
			const same = shared.get(wish.key) ?? [wish];
			const underway = started.get(same);
			const starting = underway ?? startExport(this, run.connection, same);
			started.set(same, starting);
			// The export leaves with the first item that asked for it; its error is one of every item that did.
			const routed = await starting;
			return underway ? [] : [routed];
		});
		if (!(run instanceof Error) && this.isToolExecution?.() !== true) {
			showHints(this, grantHints(run.connection.lesserGrant()));
		}
		return placeResults(this, results, { count: 1, error: 0 });
	}
}

/** What one input item asks for. */
interface Wish extends ExportMember {
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
function sharedBy(wishes: ReadonlyArray<Wish | Error>): Map<string, Wish[]> {
	const shared = new Map<string, Wish[]>();
	for (const wish of wishes) {
		if (wish instanceof Error) continue;
		const same = shared.get(wish.key);
		if (same) same.push(wish);
		else shared.set(wish.key, [wish]);
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
	const read = async (request: PayerRequest) => (await ask(context, connection, request, 'reading')).json;
	return {
		...connection,
		capabilities: async () => await (capabilitiesRequest && (asked ??= read(capabilitiesRequest))),
	};
}

/** @throws ExchangeError where the item does not say whose data to export, or an option cannot be sent */
async function readWish(
	context: IExecuteFunctions,
	connection: ExportConnection,
	itemIndex: number,
): Promise<Wish> {
	const { memberId } = inputJson(context, itemIndex);
	const subject = subjectOf(context, connection, itemIndex);
	const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
	const types = context.getNodeParameter('resourceTypes', itemIndex, []);
	const query = exportQuery(types, options, context.getTimezone());
	const request = connection.kickOffRequest(subject, query, await connection.capabilities());
	const patienceMs = minutesOf(options.keepTryingFor, STANDARD_PATIENCE_MINUTES);
	const key = connection.sharesExports ? JSON.stringify(request) : String(itemIndex);
	const patients = readPatients(options);
	return { itemIndex, memberId, patientId: subject.patientId, subject, request, patients, key, patienceMs };
}

/** @param same all items that one export serves */
async function startExport(
	context: IExecuteFunctions,
	connection: ExportConnection,
	same: readonly Wish[],
): Promise<Routed> {
	const [{ itemIndex, subject, request, patients, patienceMs }] = same;
	const requestedAt = new Date().toISOString();
	const reply = await ask(context, connection, request, 'asking', patienceMs);
	throwIfForbidden(reply, 'to start the export', connection);
	const job = readKickOff(
		reply,
		(text) => connection.jobFrom(text, subject),
		[...knownValues(context, itemIndex), ...patients],
		exportWords(connection.kickOffHints),
	);
	const { tenant, groupId } = subject;
	const json = {
		...withoutBlanks({ ...membersJson(same), tenant, groupId }),
		jobId: job.jobId,
		...(job.statusUrl !== undefined && { statusUrl: job.statusUrl }),
		...('finished' in job && { finished: true }),
		requestedAt,
		response: (reply.json ?? reply.text) as IDataObject,
	};
	return { output: 0, json, ...(same.length > 1 && { from: same.map((each) => each.itemIndex) }) };
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
