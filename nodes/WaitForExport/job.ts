import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readAsked } from '../shared/exchange/asked';
import { readConsentEnd } from '../shared/exchange/consentEnd';
import { inputJson } from '../shared/exchange/envelope';
import { exchangeState } from '../shared/exchange/exchange';
import {
	JOB_ID,
	missingOutputValue,
	outputValue,
	pathParameter,
	STATUS_URL,
} from '../shared/exchange/itemFields';
import { kickedOff, type PolledJob } from '../shared/exportJob/jobState';
import { manifestFromItem, type Manifest } from '../shared/exportJob/manifest';
import { flagOf, textOf, tryParseJson } from '../shared/fhir/json';
import { instantOf, readText } from '../shared/fhir/values';
import { findingsError } from '../shared/n8n/findings';
import { tenantParameter, type OpenConnection } from '../shared/payers/connection';
import { payerOfItem } from '../shared/payers/otherPayer';
import type { JobReference } from '../shared/payers/payer';

/** One export job of the run. Its count of troubles continues when the item is fed back in. */
export interface Job extends PolledJob {
	itemIndex: number;
	connection: OpenConnection;
	/** memberId or members, payer, tenant, groupId, consentEnd, jobId, and what was asked for; copied to every item of the job. */
	envelope: IDataObject;
	/** When Start Export asked. */
	requestedAt?: string;
	firstPollAt: number;
}

/**
 * Reads a job from an item of Start Export, or of the output Still Running.
 * @param now ms since 1970
 * @throws ExchangeError if the item does not identify a job
 */
export function readJob(
	context: IExecuteFunctions,
	connection: OpenConnection,
	itemIndex: number,
	now: number,
): Job {
	const json = inputJson(context, itemIndex);
	const manifest = finishedManifest(json);
	const payer = payerOfItem(connection, json, () => tenantParameter(context, connection, itemIndex));
	const reference = readReference(context, connection, itemIndex, json, manifest !== undefined);
	const { tenant, jobId, statusUrl } = reference;
	const { memberId, members, personHashes, groupId, patientId, requestedAt, asked } = json;
	const consentEnd = readConsentEnd(json, context.getTimezone());
	const job = {
		itemIndex,
		connection,
		envelope: {
			...(memberId !== undefined && { memberId }),
			...(members !== undefined && { members }),
			...payer,
			...(personHashes !== undefined && { personHashes }),
			...(tenant !== undefined && { tenant }),
			...(groupId !== undefined && { groupId }),
			...(patientId !== undefined && { patientId }),
			...(consentEnd !== undefined && { consentEnd }),
			jobId,
			...(statusUrl !== undefined && { statusUrl }),
			...(readAsked(asked) && { asked }),
			...exchangeState(json),
		},
		...reference,
		manifest,
		consentEnd,
		expectedRequest: textOf(json.expectedRequest),
		requestedAt: textOf(requestedAt),
		firstPollAt: Math.max(instantOf(json.nextPollAt) ?? now, now),
	};
	const previous = {
		...(typeof json.polls === 'number' && { polls: json.polls }),
		...(typeof json.troubles === 'number' && { troubles: json.troubles }),
		troubledSince: instantOf(json.troubledSince),
		...(typeof json.status === 'string' && { status: json.status }),
		progress: json.progress,
	};
	return kickedOff(job, previous, instantOf(json.requestedAt));
}

/** The manifest of an export that the kick-off answered at once; in items of earlier versions it stands in `response`. */
function finishedManifest({ finished, manifest, response }: IDataObject): Manifest | undefined {
	if (flagOf(finished) !== true) return undefined;
	const stated = manifest ?? response;
	return manifestFromItem(typeof stated === 'string' ? tryParseJson(stated) : stated);
}

/** The job, identified in the way that the payer needs. @throws ExchangeError if the item does not identify one */
function readReference(
	context: IExecuteFunctions,
	connection: OpenConnection,
	itemIndex: number,
	json: IDataObject,
	isFinished: boolean,
): JobReference {
	const tenant = tenantParameter(context, connection, itemIndex);
	const knownJobId = textOf(json.jobId) ?? '';
	if (isFinished) return { tenant, jobId: knownJobId };
	const statusUrl = connection.takes('statusUrl')
		? readText(outputValue(context, STATUS_URL, itemIndex).value)
		: undefined;
	if (statusUrl === undefined && connection.takes('jobId')) {
		return { tenant, jobId: pathParameter(context, JOB_ID, itemIndex) };
	}
	const job = typeof statusUrl === 'string' ? connection.jobFrom(statusUrl, { tenant }) : undefined;
	if (job) return { ...job, jobId: knownJobId || job.jobId };
	const wanted = statusUrl === undefined ? undefined : 'the address at which the payer tells of the export';
	throw findingsError('The request', [missingOutputValue(context, STATUS_URL, itemIndex, wanted)]);
}
