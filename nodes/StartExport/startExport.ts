import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ConsentEnded, whileConsentHolds } from '../shared/exchange/consentEnd';
import { askedJson } from '../shared/exchange/asked';
import { membersJson } from '../shared/exchange/exportMembers';
import { knownValues } from '../shared/exchange/itemFields';
import { exportMessages, readKickOff, type KickOff } from '../shared/exportJob/kickOff';
import { manifestJson, readManifest, type Manifest } from '../shared/exportJob/manifest';
import { omitEmpty } from '../shared/fhir/json';
import { earliestDay } from '../shared/fhir/values';
import { isTransientFailure, mayBeCarriedOut, REPEAT } from '../shared/http/repeat';
import { isSuccess, type PayerReply } from '../shared/http/reply';
import type { PayerRequest, Query } from '../shared/http/request';
import { send, type SendSettings } from '../shared/http/send';
import { ExchangeError } from '../shared/n8n/exchangeError';
import { tryAsValue, type Routed } from '../shared/n8n/items';
import { throwIfForbidden } from '../shared/payers/connection';
import type { ExportSubject } from '../shared/payers/payer';
import { groupWithEndedError, queryWithoutEnded, splitByConsent, type ByConsent } from './consent';
import type { ExportConnection, ExportRequest } from './exportRequest';
import { mayHaveStartedError, STARTED } from './outputs';
import { exportNamedBy, type RunningExport, type RunningExports } from './runningExports';
import type { StartedExports } from './startedExports';

/** The road of one export: the consents, the request, the kick-off, the item. */

/** What is remembered of exports that were started. */
export interface StartMemory {
	/** In this execution: a repeated run of the node gives these out again. */
	inExecution: StartedExports;
	/** In earlier executions; undefined if these are not used. */
	running?: RunningExports;
}

/** What came of the items that share an export. */
export interface StartedExport {
	/** The items whose consent held when the request was sent. */
	inForce: ReadonlySet<ExportRequest>;
	/** Undefined if there was none. */
	result?: Routed | Error;
}

/** Starts the export for those whose consent holds when the request is sent. @param group all items that share the export */
export async function startWithConsent(
	context: IExecuteFunctions,
	connection: ExportConnection,
	group: readonly ExportRequest[],
	memory: StartMemory,
): Promise<StartedExport> {
	const split = splitByConsent(context, group);
	const { inForce } = split;
	if (inForce.length === 0) return { inForce: new Set() };
	const watched = whileConsentHolds(context, connection, earliestDay(inForce.map((each) => each.consentEnd)));
	const result = await tryAsValue(async () => await startExport(context, watched, split, memory));
	// Repeated attempts may have taken until after midnight.
	return result instanceof ConsentEnded
		? await startWithConsent(context, connection, group, memory)
		: { inForce: new Set(inForce), result };
}

/** The request for those whose consent holds. @throws ExchangeError if the payer cannot be asked for them */
export async function exportRequestOf(
	connection: ExportConnection,
	split: ByConsent<ExportRequest>,
): Promise<{ request: PayerRequest; query: Query }> {
	const [{ subject, query, patients }] = split.inForce;
	const asked = queryWithoutEnded(query, patients, split);
	const capabilities = await connection.capabilities();
	const request = await tryAsValue(() => connection.kickOffRequest(subject, asked, capabilities));
	const cannotName = asked !== query && (request instanceof Error || !connection.takes('standardQuery'));
	if (cannotName) throw groupWithEndedError();
	if (request instanceof Error) throw request;
	return { request, query: asked };
}

async function startExport(
	context: IExecuteFunctions,
	connection: ExportConnection,
	split: ByConsent<ExportRequest>,
	memory: StartMemory,
): Promise<Routed> {
	const group = split.inForce;
	const [{ itemIndex, subject, patients, retryLimitMs, headersMs, keepsAnswer }] = group;
	const { request, query } = await exportRequestOf(connection, split);
	// What was asked for travels with the job, so that what comes can be compared with it.
	const asked = askedJson(query);
	const about = asked === undefined ? {} : { asked };
	const key = JSON.stringify([connection.key, connection.sharesExports ? '' : itemIndex, request]);
	const before = memory.inExecution.get(key);
	if (before instanceof Error) throw before;
	if (before) return before;
	const known = [...knownValues(context, itemIndex), ...patients];
	const repeat = { ...REPEAT.kickOff, forMs: retryLimitMs };
	const settings = { repeat, headersMs, subject, known, keepsAnswer };
	if (connection.kickOffIsFile) {
		const manifest = fileManifest(request);
		return startedItem(group, { jobId: '', manifest, requestedAt: new Date().toISOString() }, about);
	}
	const earlier = await memory.running?.find(connection, request, subject);
	const job = earlier ?? (await tryAsValue(() => kickOff(context, connection, request, settings, memory)));
	if (job instanceof Error) {
		// Retry On Fail must not start it a second time.
		if (job instanceof ExchangeError && job.details.mayBeCarriedOut) memory.inExecution.set(key, job);
		throw job;
	}
	if (!('expectedRequest' in job)) memory.running?.keep(connection, request, job);
	const started = startedItem(group, job, {
		...about,
		...((earlier ?? 'expectedRequest' in job) && { isReused: true }),
	});
	memory.inExecution.set(key, started);
	return started;
}

/** The list of the one file that a request gives itself. */
function fileManifest({ url }: PayerRequest): Manifest | undefined {
	return readManifest({ output: [{ url }], requiresAccessToken: true });
}

function startedItem(group: readonly ExportRequest[], job: StartedJob, about: IDataObject): Routed {
	const [{ subject, payer, connection }] = group;
	const { tenant, groupId } = subject;
	const { consentEnd, ...members } = membersJson(group);
	return {
		output: STARTED,
		json: {
			...omitEmpty<IDataObject>({
				...members,
				...payer,
				directoryKey: connection.directoryRow?.key,
				tenant,
				groupId,
				consentEnd,
			}),
			...jobJson(job),
			...about,
		},
		...(group.length > 1 && { fromItems: group.map((each) => each.itemIndex) }),
	};
}

/** An export that was started, as its item tells it. */
type StartedJob = RunningExport & { manifest?: Manifest; answer?: IDataObject };

function jobJson({
	jobId,
	statusUrl,
	manifest,
	requestedAt,
	expectedRequest,
	answer,
}: StartedJob): IDataObject {
	return {
		jobId,
		...(statusUrl !== undefined && { statusUrl }),
		...(manifest && { finished: true, manifest: manifestJson(manifest) }),
		requestedAt,
		...(expectedRequest !== undefined && { expectedRequest }),
		...answer,
	};
}

interface KickOffSettings extends Pick<SendSettings, 'repeat' | 'headersMs'> {
	subject: ExportSubject;
	/** Whether the item carries what the payer answered. */
	keepsAnswer: boolean;
	/** Values of the item, masked in errors. */
	known: readonly unknown[];
}

/** Starts an export, or finds the one that the payer names as running. @throws ExchangeError if there is neither */
async function kickOff(
	context: IExecuteFunctions,
	connection: ExportConnection,
	request: PayerRequest,
	{ subject, known, keepsAnswer, ...settings }: KickOffSettings,
	{ running }: StartMemory,
): Promise<StartedJob> {
	const requestedAt = new Date().toISOString();
	if (running) {
		const once = { ...settings, repeat: { ...settings.repeat, after: REPEAT.status.after } };
		const first = await tryAsValue(() => sendKickOff(context, connection, request, once));
		if (first instanceof Error && !isWorthRepeating(first)) throw first;
		if (!(first instanceof Error)) {
			const named = await exportNamedBy(first, connection, request, subject);
			if (named) return named;
			if (!isTransientFailure(first)) return await readJob(first);
		}
	}
	return await readJob(await sendKickOff(context, connection, request, settings));

	async function readJob(reply: PayerReply): Promise<StartedJob> {
		throwIfForbidden(reply, 'to start the export', connection);
		const read = await tryAsValue(() =>
			readKickOff(
				reply,
				(text) => connection.jobFrom(text, subject),
				known,
				exportMessages(connection.kickOffHints),
				connection.showsWords,
			),
		);
		// The job has been started. Wait For Export says why it cannot be asked for, and asks once the Status Path is set.
		const elsewhere = read instanceof ExchangeError ? read.details.statusUrl : undefined;
		if (read instanceof Error && elsewhere === undefined) throw isSuccess(reply) ? withDoubt(read) : read;
		const job: KickOff = read instanceof Error ? { jobId: '', statusUrl: elsewhere } : read;
		const isKept = keepsAnswer && !job.manifest;
		return { ...job, requestedAt, ...(isKept && { answer: connection.answers.json(reply) }) };
	}
}

/** Whether a kick-off that got no answer did not reach the payer, and may do so later. */
function isWorthRepeating(error: Error): boolean {
	return error instanceof ExchangeError && error.details.transient === true && !error.details.mayBeCarriedOut;
}

/** The error of an answer that says that the export was started, and cannot be read. */
function withDoubt(error: Error): Error {
	if (!(error instanceof ExchangeError)) return error;
	return new ExchangeError(error.message, { ...error.details, mayBeCarriedOut: true });
}

/** Sends a kick-off. @throws ExchangeError if there is no answer that tells whether the payer started the export */
async function sendKickOff(
	context: IExecuteFunctions,
	connection: ExportConnection,
	request: PayerRequest,
	settings: Omit<SendSettings, 'answer'>,
): Promise<PayerReply> {
	const reply = await tryAsValue(() =>
		send(context, connection, request, { ...settings, answer: 'manifest', startsJob: true }),
	);
	if (reply instanceof ExchangeError && reply.details.mayBeCarriedOut)
		throw mayHaveStartedError(reply.details);
	const status = reply instanceof ExchangeError ? reply.details.httpStatus : undefined;
	if (reply instanceof ExchangeError && status !== undefined && status < 300) throw withDoubt(reply);
	if (reply instanceof Error) throw reply;
	if (!isSuccess(reply) && mayBeCarriedOut(reply)) throw mayHaveStartedError({ httpStatus: reply.status });
	return reply;
}
