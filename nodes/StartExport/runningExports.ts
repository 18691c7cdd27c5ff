import { createHash } from 'crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { jobTexts } from '../shared/exportJob/kickOff';
import { judgeStatus } from '../shared/exportJob/statusAnswer';
import { isObject, textOf } from '../shared/fhir/json';
import { instantOf } from '../shared/fhir/values';
import { REPEAT } from '../shared/http/repeat';
import type { PayerReply } from '../shared/http/reply';
import type { PayerRequest } from '../shared/http/request';
import { send } from '../shared/http/send';
import { tryParseUrl } from '../shared/http/addresses';
import { tryAsValue } from '../shared/n8n/items';
import { DAY } from '../shared/n8n/time';
import type { ExportSubject, JobReference } from '../shared/payers/payer';
import type { ExportConnection } from './exportRequest';

/** The option Use Running Exports: an export that an earlier run of the workflow started for the very same request is used again. */

const KEPT_FOR_MS = 7 * DAY;
/** n8n writes the static data of a workflow as one JSON text. */
const MAX_KEPT = 2000;

/** An export of an earlier run. It tells of no member: n8n keeps it with the workflow. */
export interface RunningExport extends JobReference {
	/** When it was started (ISO 8601). */
	requestedAt: string;
	/** The payer named it, and only its list of files will tell whether it is ours: the request that this must state. */
	expectedRequest?: string;
}

/** The exports of earlier runs of a published workflow; a test run keeps none and uses none. */
export class RunningExports {
	private readonly kept: Map<string, IDataObject>;

	constructor(private readonly context: IExecuteFunctions) {
		const { exports } = context.getWorkflowStaticData('node');
		const entries = isObject(exports) ? Object.entries(exports) : [];
		this.kept = new Map(entries.filter((entry): entry is [string, IDataObject] => isObject(entry[1])));
	}

	/** The export that was started for this request, if the payer still has it and has not failed at it. */
	async find(
		connection: ExportConnection,
		request: PayerRequest,
		{ tenant }: ExportSubject,
	): Promise<RunningExport | undefined> {
		const key = this.keyOf(connection, request);
		const job = readKept(this.kept.get(key), tenant);
		if (!job) return undefined;
		const status = await tryAsValue(() => connection.statusRequest(job));
		// Of another shape; or at an address of the payer's that is not asked, as Wait For Export says.
		if (status instanceof Error) return tryParseUrl(job.statusUrl ?? '') ? job : undefined;
		const reply = await tryAsValue(() =>
			send(this.context, connection, status, { answer: 'manifest', repeat: REPEAT.status }),
		);
		// While the payer is in trouble, its export is still ours. Wait For Export tells what becomes of it.
		if (reply instanceof Error || judgeStatus(reply).state !== 'failed') return job;
		this.change(() => this.kept.delete(key));
		return undefined;
	}

	/** Keeps an export for later runs. */
	keep(
		connection: ExportConnection,
		request: PayerRequest,
		{ jobId, statusUrl, requestedAt }: RunningExport,
	): void {
		this.change(() => {
			this.kept.set(this.keyOf(connection, request), {
				jobId,
				...(statusUrl !== undefined && { statusUrl }),
				requestedAt,
			});
			for (const [key, each] of this.kept) {
				const isOld = Date.now() - (instantOf(each.requestedAt) ?? 0) > KEPT_FOR_MS;
				if (isOld || this.kept.size > MAX_KEPT) this.kept.delete(key);
			}
		});
	}

	private change(work: () => void): void {
		work();
		this.context.getWorkflowStaticData('node').exports = Object.fromEntries(this.kept);
	}

	private keyOf({ baseUrl, credentialType, directoryRow }: ExportConnection, request: PayerRequest): string {
		const credential = this.context.getNode().credentials?.[credentialType]?.id ?? '';
		// Two rows of a directory can be two clients of one server, and a client's job is nobody else's.
		const client = directoryRow ? [credential, directoryRow.key, directoryRow.clientId] : credential;
		return createHash('sha256')
			.update(JSON.stringify([baseUrl, client, request]))
			.digest('hex');
	}
}

/** An export as it was kept, unless that is too old, or of another shape: anybody can change the data of a workflow. */
function readKept(kept: IDataObject | undefined, tenant: string | undefined): RunningExport | undefined {
	const { jobId, statusUrl, requestedAt } = kept ?? {};
	const at = typeof requestedAt === 'string' ? instantOf(requestedAt) : undefined;
	if (typeof jobId !== 'string' || typeof requestedAt !== 'string' || at === undefined) return undefined;
	const ageMs = Date.now() - at;
	if (ageMs < -DAY || ageMs > KEPT_FOR_MS) return undefined;
	return { tenant, jobId, statusUrl: textOf(statusUrl), requestedAt };
}

/** @returns undefined unless the option is on, in a run that n8n keeps something of */
export function runningExportsOf(
	context: IExecuteFunctions,
	options: IDataObject,
): RunningExports | undefined {
	return options.useRunningExports === true && context.getMode() !== 'manual'
		? new RunningExports(context)
		: undefined;
}

/**
 * The export that a 429 names as the one that is running. It may be another member's: it counts only if its list of files states our request,
 * which a request with a body cannot be told by.
 */
export async function exportNamedBy(
	reply: PayerReply,
	connection: ExportConnection,
	request: PayerRequest,
	subject: ExportSubject,
): Promise<RunningExport | undefined> {
	if (reply.status !== 429 || request.method !== 'GET') return undefined;
	for (const text of jobTexts(reply)) {
		const job = await tryAsValue(() => connection.jobFrom(text, subject));
		// One elsewhere cannot be asked whose it is.
		if (job && !(job instanceof Error))
			return { ...job, requestedAt: new Date().toISOString(), expectedRequest: request.url };
	}
	return undefined;
}
