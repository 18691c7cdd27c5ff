import type { IDataObject } from 'n8n-workflow';
import type { FailedJob } from '../../shared/exportJob/jobState';
import { textOf, omitEmpty } from '../../shared/fhir/json';
import { ExchangeError } from '../../shared/n8n/exchangeError';
import type { ItemResult, Routed } from '../../shared/n8n/items';
import { readBulkMatch, type BulkVerdict } from '../answer/bulkAnswer';
import { PLAIN_REASON, STILL_MATCHING } from '../answer/matchAnswer';
import { MATCHED, NOT_MATCHED } from '../outputs';
import type { Asked, MatchJob } from './matchJob';
import type { MatchResult } from './matchResult';

/** An item that an earlier run of the node gave up waiting for: its request is under way at the payer. */
export interface StillMatching {
	memberId: string;
	/** Id of its MemberPatient, by which the answer names it. */
	requestId: string;
	statusUrl: string;
	/** When the payer wants to be asked again (ms since 1970). */
	nextPollAt: number;
	/** `consentId` and `consentPolicy` of the request. */
	about: IDataObject;
}

/** What an item of the output Not Matched says of a request that is under way; undefined for any other item. */
export function stillMatching(json: IDataObject): StillMatching | undefined {
	const [memberId, statusUrl] = [textOf(json.memberId), textOf(json.matchStatusUrl)];
	if (json.outcome !== STILL_MATCHING || memberId === undefined || statusUrl === undefined) return undefined;
	const { consentId, consentPolicy, consentPeriodIgnored } = json;
	const about = omitEmpty({ consentId, consentPolicy, consentPeriodIgnored });
	const requestId = textOf(json.requestMemberId) ?? memberId;
	const nextPollAt = Date.parse(textOf(json.nextPollAt) ?? '') || 0;
	return { memberId, requestId, statusUrl, nextPollAt, about };
}

/** What each member of a request leaves the node by, in the order of the request. */
export function outcomesOf(job: MatchJob, result: MatchResult): Array<ItemResult<Routed>> {
	if ('error' in result) return job.members.map(() => result.error);
	if ('nextPollAt' in result) {
		return job.members.map((member) => [
			{ output: NOT_MATCHED, json: stillMatchingJson(job, member, result.nextPollAt) },
		]);
	}
	const { end } = result;
	if ('reason' in end)
		return job.members.map((member) => [{ output: NOT_MATCHED, json: failedJson(job, member, end) }]);
	const verdicts = readBulkMatch(end.resources, job.members, end.notWhole);
	const matchedAt = new Date().toISOString();
	return job.members.map((member) => {
		const verdict = verdicts.get(member.requestId) ?? { outcome: 'no-match' };
		return verdict.outcome === 'unclear'
			? unclear(verdict.reason)
			: [outcome(job, member, verdict, matchedAt)];
	});
}

function outcome(
	job: MatchJob,
	{ memberId, requestId, about }: Asked,
	verdict: Exclude<BulkVerdict, { outcome: 'unclear' }>,
	matchedAt: string,
): Routed {
	const matchJobId = job.jobId || undefined;
	if (verdict.outcome === 'matched') {
		const { groupId, memberIdentifier, patientId, entry } = verdict;
		const json = omitEmpty<IDataObject>({
			memberId,
			groupId,
			memberIdentifier: memberIdentifier && { ...memberIdentifier },
			patientId,
			requestMemberId: requestId,
			outcome: 'matched',
			matchedAt,
			...about,
			matchJobId,
			response: entry,
		});
		return { output: MATCHED, json };
	}
	const { outcome: what, entry } = verdict;
	const json = { memberId, outcome: what, reason: PLAIN_REASON[what], ...about, matchJobId, response: entry };
	return { output: NOT_MATCHED, json: omitEmpty<IDataObject>(json) };
}

function stillMatchingJson(
	{ statusUrl, polls }: MatchJob,
	{ memberId, requestId, about }: Asked,
	nextPollAt: number,
): IDataObject {
	return omitEmpty<IDataObject>({
		memberId,
		requestMemberId: requestId,
		outcome: STILL_MATCHING,
		reason:
			'The payer has not finished matching. Lead this item through a Wait node back into this node; it is then asked for the answer, and nothing is sent a second time.',
		...about,
		matchStatusUrl: statusUrl,
		polls,
		nextPollAt: new Date(nextPollAt).toISOString(),
	});
}

function failedJson(
	{ jobId }: MatchJob,
	{ memberId, about }: Asked,
	{ reason, httpStatus }: FailedJob,
): IDataObject {
	return omitEmpty<IDataObject>({
		memberId,
		outcome: 'match-failed',
		reason,
		httpStatus,
		...about,
		matchJobId: jobId,
	});
}

function unclear(reason: string): ExchangeError {
	return new ExchangeError(`The payer's answer does not say how this member came out`, {
		whatToDo: `${reason}. Ask for this member alone (Match Mode: Each Item by Its Own Request), and tell the payer.`,
	});
}
