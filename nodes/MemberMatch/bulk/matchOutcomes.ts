import type { IDataObject } from 'n8n-workflow';
import { personOf, type Judgement } from '../../shared/exchange/person';
import { HashedPerson, hashesJson } from '../../shared/exchange/personHashes';
import type { FailedJob } from '../../shared/exportJob/jobState';
import type { ItemPayer } from '../../shared/exchange/payerKey';
import { readConsentEnd } from '../../shared/exchange/consentEnd';
import { ownIdOf, type OwnId } from '../../shared/exchange/ownId';
import { idText, textOf, omitEmpty } from '../../shared/fhir/json';
import type { ItemResult, Routed } from '../../shared/n8n/items';
import { NEXT_STEPS } from '../../shared/n8n/nextSteps';
import { tenantIn, type OpenConnection } from '../../shared/payers/connection';
import { payerOfItem } from '../../shared/payers/otherPayer';
import { readBulkMatch, type BulkOutcome } from '../answer/bulkAnswer';
import { DEFAULT_REASONS, STILL_MATCHING } from '../answer/matchAnswer';
import { MATCHED, NOT_MATCHED } from '../outputs';
import type { RequestedItem, MatchJob } from './matchJob';
import type { MatchResult } from './matchResult';

/** A member whose match job was still running at the end of an earlier run. */
export interface StillMatching {
	memberId: string;
	/** As it came. */
	ownId: OwnId;
	payer: Partial<ItemPayer>;
	/** Id of its MemberPatient, which identifies it in the response. */
	requestId: string;
	statusUrl: string;
	/** Time of the next poll (ms since 1970). */
	nextPollAt: number;
	/** The hashes of the item, for the next wait. */
	personHashes?: string;
	/** Compares Patients with the member; absent if the item has no hashes. */
	judge?: (patient: IDataObject) => Judgement;
	/** `consentId`, `consentPolicy`, `consentEnd` and `askedAt` of the request. */
	consentInfo: IDataObject;
}

/**
 * Reads a still-matching item of the output Not Matched; undefined for any other item.
 * @throws ExchangeError if its `consentEnd` is not a date, or another payer is matching it
 */
export function stillMatching(
	json: IDataObject,
	connection: OpenConnection,
	timeZone: string,
): StillMatching | undefined {
	const [memberId, statusUrl] = [idText(json.memberId), textOf(json.matchStatusUrl)];
	if (json.outcome !== STILL_MATCHING || memberId === undefined || statusUrl === undefined) return undefined;
	const { consentId, consentPolicy, consentPeriodIgnored, askedAt } = json;
	const consentEnd = readConsentEnd(json, timeZone);
	const consentInfo = omitEmpty({ consentId, consentPolicy, consentEnd, consentPeriodIgnored, askedAt });
	const requestId = idText(json.requestMemberId) ?? memberId;
	const nextPollAt = Date.parse(textOf(json.nextPollAt) ?? '') || 0;
	const hashed = HashedPerson.read(json.personHashes, waitingIds(memberId, statusUrl));
	const judge = hashed && ((patient: IDataObject) => hashed.judge(personOf(patient)));
	return {
		memberId,
		ownId: ownIdOf(json.memberId, memberId),
		payer: payerOfItem(connection, json, () => tenantIn(connection, json)),
		requestId,
		statusUrl,
		nextPollAt,
		consentInfo,
		...(judge && { judge, personHashes: textOf(json.personHashes) }),
	};
}

/** The ids that key the hashes of a member who has no id of the payer yet. */
function waitingIds(memberId: OwnId, statusUrl: string | undefined) {
	return { memberId, groupId: statusUrl, patientId: undefined };
}

/**
 * The result of each member of a request, in request order.
 * @param keepsAnswers whether all items carry what the payer answered, not only the unclear ones
 */
export function outcomesFor(
	job: MatchJob,
	result: MatchResult,
	keepsAnswers: boolean,
): Array<ItemResult<Routed>> {
	if ('error' in result) return job.members.map(() => result.error);
	if ('nextPollAt' in result) {
		return job.members.map((member) => [
			{ output: NOT_MATCHED, json: stillMatchingJson(job, member, result.nextPollAt) },
		]);
	}
	const { end } = result;
	if ('reason' in end)
		return job.members.map((member) => [{ output: NOT_MATCHED, json: failedJson(job, member, end) }]);
	const verdicts = readBulkMatch(end.resources, job.members, end.incompleteReason);
	const matchedAt = new Date().toISOString();
	return job.members.map((member) => [
		outcome(job, member, verdicts.get(member.requestId) ?? { outcome: 'no-match' }, {
			matchedAt,
			keepsAnswers,
		}),
	]);
}

function outcome(
	job: MatchJob,
	{ ownId: memberId, payer, requestId, consentInfo, person }: RequestedItem,
	verdict: BulkOutcome,
	{ matchedAt, keepsAnswers }: { matchedAt: string; keepsAnswers: boolean },
): Routed {
	const matchJobId = job.jobId || undefined;
	if (verdict.outcome === 'matched') {
		const { groupId, memberIdentifier, patientId, patient, entry } = verdict;
		// After a wait, the member is known by the payer's copy only, which has been compared.
		const known = person ?? (patient && personOf(patient));
		const json = omitEmpty<IDataObject>({
			memberId,
			...payer,
			groupId,
			memberIdentifier: memberIdentifier && { ...memberIdentifier },
			patientId,
			...(known && hashesJson(known, { memberId, groupId, patientId })),
			requestMemberId: requestId,
			outcome: 'matched',
			matchedAt,
			...consentInfo,
			matchJobId,
			response: keepsAnswers ? entry : undefined,
		});
		return { output: MATCHED, json };
	}
	const { outcome: what, entry } = verdict;
	const isUnclear = verdict.outcome === 'unclear';
	const json = {
		memberId,
		outcome: what,
		reason: isUnclear ? `${verdict.reason}.`.replace('..', '.') : DEFAULT_REASONS[what],
		nextStep: NEXT_STEPS[what],
		...payer,
		...consentInfo,
		matchJobId,
		response: keepsAnswers || isUnclear ? entry : undefined,
	};
	return { output: NOT_MATCHED, json: omitEmpty<IDataObject>(json) };
}

function stillMatchingJson(
	{ statusUrl, polls }: MatchJob,
	{ ownId: memberId, payer, requestId, consentInfo, person, personHashes }: RequestedItem,
	nextPollAt: number,
): IDataObject {
	return omitEmpty<IDataObject>({
		memberId,
		outcome: STILL_MATCHING,
		reason: 'The payer has not finished matching.',
		nextStep: NEXT_STEPS[STILL_MATCHING],
		...payer,
		requestMemberId: requestId,
		...consentInfo,
		...(person ? hashesJson(person, waitingIds(memberId, statusUrl)) : { personHashes }),
		matchStatusUrl: statusUrl,
		polls,
		nextPollAt: new Date(nextPollAt).toISOString(),
	});
}

function failedJson(
	{ jobId }: MatchJob,
	{ ownId: memberId, payer, consentInfo }: RequestedItem,
	{ reason, httpStatus }: FailedJob,
): IDataObject {
	return omitEmpty<IDataObject>({
		memberId,
		outcome: 'match-failed',
		reason,
		nextStep: NEXT_STEPS['match-failed'],
		...payer,
		httpStatus,
		...consentInfo,
		matchJobId: jobId,
	});
}
