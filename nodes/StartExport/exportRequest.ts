import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readConsentEnd } from '../shared/exchange/consentEnd';
import { inputJson } from '../shared/exchange/envelope';
import { exchangeIn, exchangeState, newExchange } from '../shared/exchange/exchange';
import type { ExportMember } from '../shared/exchange/exportMembers';
import type { ItemPayer } from '../shared/exchange/payerKey';
import { GROUP_ID, optionalPathParameter, PATIENT_ID, pathParameter } from '../shared/exchange/itemFields';
import { textOf } from '../shared/fhir/json';
import { HEADERS_TIMEOUT_MS } from '../shared/fhir/limits';
import type { PayerRequest, Query } from '../shared/http/request';
import { REPEAT } from '../shared/http/repeat';
import { send } from '../shared/http/send';
import { ExchangeError, rethrown } from '../shared/n8n/exchangeError';
import type { Hint } from '../shared/n8n/hints';
import { keepsAnswer } from '../shared/n8n/keepAnswer';
import { tryAsValue } from '../shared/n8n/items';
import { keepTryingMs, optionsOf, positiveIntegerOption } from '../shared/n8n/parameters';
import { SECOND } from '../shared/n8n/time';
import { tenantParameter, type OpenConnection } from '../shared/payers/connection';
import { payerOfItem } from '../shared/payers/otherPayer';
import type { RunPayers } from '../shared/payers/runPayers';
import type { ExportSubject } from '../shared/payers/payer';
import { exportQuery, readPatients } from './query';

/** The export request of one input item. */
export interface ExportRequest extends ExportMember {
	itemIndex: number;
	connection: ExportConnection;
	/** The payer as the item of the export names it. */
	payer: Partial<ItemPayer>;
	/** Set if the consent of the item cannot be read. */
	consentError?: Error;
	subject: ExportSubject;
	query: Query;
	/** Ids from the option Patients. */
	patients: readonly string[];
	/** Equal for items that share an export. */
	key: string;
	keepsAnswer: boolean;
	retryLimitMs: number;
	/** How long to wait for the headers of the answer. */
	headersMs: number;
}

/** Groups the items that share an export. */
export function groupByKey(requests: ReadonlyArray<ExportRequest | Error>): Map<string, ExportRequest[]> {
	const groups = new Map<string, ExportRequest[]>();
	for (const request of requests) {
		if (request instanceof Error) continue;
		const group = groups.get(request.key);
		if (group) group.push(request);
		else groups.set(request.key, [request]);
	}
	return groups;
}

export interface ExportConnection extends OpenConnection {
	/** The payer's capability statement, requested once per run; undefined if it is not needed, or too large to be read. */
	capabilities(): Promise<unknown>;
	/** After the run: whether it was too large. */
	capabilitiesHints(): Hint[];
}

const TOO_LARGE: Hint = {
	message: `The payer's capability statement (metadata) is larger than what is read, so it counts as saying nothing. If exports do not start, set 'Export Operation' in the credential.`,
	type: 'info',
};

/** The payers of a run, each with its capability statement. */
export interface ExportPayers {
	/** @throws ExchangeError if the directory does not hold the payer of the item */
	ofItem(json: IDataObject): ExportConnection;
	opened(): ExportConnection[];
}

/** Has each payer keep its capability statement for the run. */
export function withCapabilities(context: IExecuteFunctions, payers: RunPayers): ExportPayers {
	const opened = new Map<OpenConnection, ExportConnection>();
	return {
		ofItem(json) {
			const connection = payers.ofItem(json);
			const known = opened.get(connection) ?? keepingCapabilities(context, connection);
			opened.set(connection, known);
			return known;
		},
		opened: () => [...opened.values()],
	};
}

function keepingCapabilities(context: IExecuteFunctions, connection: OpenConnection): ExportConnection {
	const repeat = { ...REPEAT.read, forMs: keepTryingMs(optionsOf(context, 0)) };
	let pending: Promise<unknown> | undefined;
	const { capabilitiesRequest } = connection;
	let isTooLarge = false;
	const read = async (request: PayerRequest) => {
		const reply = await tryAsValue(() =>
			send(context, connection, request, { answer: 'capabilities', repeat }),
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

/** @throws ExchangeError if the item does not say whose data to export, or an option is invalid */
export async function readRequest(
	context: IExecuteFunctions,
	connection: ExportConnection,
	itemIndex: number,
): Promise<ExportRequest> {
	const json = inputJson(context, itemIndex);
	const consentEnd = await tryAsValue(() => readConsentEnd(json, context.getTimezone()));
	const payer = payerOfItem(connection, json, () => tenantParameter(context, connection, itemIndex));
	const subject = subjectOf(context, connection, itemIndex);
	const options = optionsOf(context, itemIndex);
	const types = context.getNodeParameter('resourceTypes', itemIndex, []);
	const query = exportQuery(types, options, context.getTimezone());
	// Two items share an export if their requests are equal, whatever the payer's capability statement makes of them.
	const request = await tryAsValue(() => connection.kickOffRequest(subject, query));
	if (request instanceof Error) throw isMatchedWithoutId(json, subject) ? withoutIdError() : request;
	const retryLimitMs = keepTryingMs(options);
	const key = connection.sharesExports ? JSON.stringify([connection.key, request]) : String(itemIndex);
	const patients = readPatients(options);
	return {
		itemIndex,
		connection,
		payer,
		memberId: json.memberId,
		patientId: subject.patientId,
		personHashes: textOf(json.personHashes),
		exchange: { ...matchState(json), ...(exchangeIn(json) ?? newExchange(itemIndex)) },
		...(consentEnd instanceof Error ? { consentError: consentEnd } : { consentEnd }),
		subject,
		query,
		patients,
		key,
		keepsAnswer: keepsAnswer(options),
		retryLimitMs,
		headersMs: positiveIntegerOption(options.answerSeconds, HEADERS_TIMEOUT_MS / SECOND) * SECOND,
	};
}

/** What the item knows of its exchange up to now; the times of an earlier export are not those of this one. */
function matchState(json: IDataObject): IDataObject {
	const { requestedAt, completedAt, ...state } = exchangeState(json);
	void [requestedAt, completedAt];
	return state;
}

/** The match gave an identifier alone, and the search for its Patient found nobody. */
function isMatchedWithoutId({ outcome, memberIdentifier }: IDataObject, subject: ExportSubject): boolean {
	const isWithoutId = subject.groupId === undefined && subject.patientId === undefined;
	return isWithoutId && outcome === 'matched' && memberIdentifier !== undefined;
}

function withoutIdError(): ExchangeError {
	return new ExchangeError('The member was matched, but the payer gave no ID to export by', {
		whatToDo: `It named the member by an identifier alone, and the search for the patient gave no ID: the column patientNotFound says why. Some payers write the patient's ID into the identifier: see 'Payer Software' and 'Search Patients By' of the credential, and match the member again. Nothing was sent to the payer.`,
	});
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
