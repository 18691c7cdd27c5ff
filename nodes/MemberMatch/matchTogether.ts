import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError } from '../shared/exchangeError';
import { readKickOff, type KickOffWords } from '../shared/exportJob/jobReference';
import type { JobEnd, PolledJob } from '../shared/exportJob/look';
import { concurrencyOf, settle, type ItemResult, type Routed } from '../shared/items';
import { isObject, textOf, withoutBlanks } from '../shared/json';
import {
	isBulkMatchResult,
	readBulkMatch,
	type AskedMember,
	type BulkVerdict,
} from '../shared/memberMatch/bulkAnswer';
import { bulkParameters, memberTwice, patientTwice } from '../shared/memberMatch/bulkRequest';
import { PLAIN_REASON } from '../shared/memberMatch/answer';
import type { BulkMatchWays } from '../shared/payerApis/payerApi';
import { throwIfForbidden } from '../shared/payerErrors';
import { isSuccess } from '../shared/payerReply';
import { ask, type OpenConnection } from '../shared/transport';
import { pollMatches, type MatchEnd, type MatchResult } from './matchResult';
import { MATCHED, NOT_MATCHED } from './outputs';
import { aboutConsent, consentNotInForce, type PreparedMatch } from './prepare';

/** An item that an earlier run of the node gave up waiting for: its request is under way at the payer. */
export interface StillMatching {
	memberId: string;
	/** Id of its MemberPatient, by which the answer names it. */
	requestId: string;
	statusUrl: string;
	/** `consentId` and `consentPolicy` of the request. */
	about: IDataObject;
}

/** What the node is set to. */
export interface MatchRun {
	connection: OpenConnection;
	options: IDataObject;
	today: string;
}

/** One request for many members, and the job that it became at the payer. */
export interface MatchJob extends PolledJob {
	members: Asked[];
	firstLookAt: number;
	/** The resources of an answer that came at once. */
	result?: IDataObject[];
}

interface Asked extends AskedMember {
	itemIndex: number;
	memberId: string;
	about: IDataObject;
}

const STILL_MATCHING = 'still-matching';
const STANDARD_MEMBERS_PER_REQUEST = 500;
const STANDARD_CONCURRENCY = 2;
const STANDARD_GIVE_UP_MINUTES = 30;
const STANDARD_POLL_SECONDS = 10;
const SECOND = 1000;

const WORDS: KickOffWords = {
	refused: 'The payer did not take the match request for all items',
	noJob: 'The payer took the match request, but named no job to ask for',
	hints: {
		404: `It may not know $bulk-member-match: set Match Mode to 'Each Item by Its Own Request', or check the Bulk Member Match Path of the credential.`,
		413: `The request is too large for it: set Options > Members per Request to fewer.`,
	},
};

/** What an item of the output Not Matched says of a request that is under way; undefined for any other item. */
export function stillMatching(json: IDataObject): StillMatching | undefined {
	const [memberId, statusUrl] = [textOf(json.memberId), textOf(json.matchStatusUrl)];
	if (json.outcome !== STILL_MATCHING || memberId === undefined || statusUrl === undefined) return undefined;
	const { consentId, consentPolicy, consentPeriodIgnored } = json;
	const about = withoutBlanks({ consentId, consentPolicy, consentPeriodIgnored });
	return { memberId, requestId: textOf(json.requestMemberId) ?? memberId, statusUrl, about };
}

/** Puts an error in the place of each item whose member, or the id of whose patient in one request, an item before it has too. */
export function withoutTwins<T extends PreparedMatch | StillMatching>(
	prepared: ReadonlyArray<T | Error>,
): Array<T | Error> {
	const firstOf = { member: new Map<string, number>(), patient: new Map<string, number>() };
	return prepared.map((member, itemIndex) => {
		if (member instanceof Error) return member;
		const [request, requestId] =
			'statusUrl' in member ? [member.statusUrl, member.requestId] : ['', requestIdOf(member)];
		const patient = `${request} ${requestId}`;
		const before = firstOf.member.get(member.memberId);
		if (before !== undefined) return memberTwice(before);
		const samePatient = firstOf.patient.get(patient);
		if (samePatient !== undefined) return patientTwice(samePatient);
		firstOf.member.set(member.memberId, itemIndex);
		firstOf.patient.set(patient, itemIndex);
		return member;
	});
}

/**
 * Asks the payer for all members by as few requests as its limits allow (PDex `$bulk-member-match`), waits for the answer, and
 * gives each item its own outcome.
 */
export async function matchTogether(
	context: IExecuteFunctions,
	run: MatchRun,
	bulk: BulkMatchWays,
	prepared: ReadonlyArray<PreparedMatch | StillMatching | Error>,
): Promise<Array<ItemResult<Routed>>> {
	const { connection, options, today } = run;
	const started = Date.now();
	const results: Array<ItemResult<Routed>> = prepared.map((member) =>
		member instanceof Error ? member : [],
	);
	const toSend: Array<{ asked: Asked; parameters: fhir4.Parameters }> = [];
	const underway = new Map<string, Asked[]>();
	prepared.forEach((member, itemIndex) => {
		if (member instanceof Error) return;
		if ('statusUrl' in member) {
			const { statusUrl, ...rest } = member;
			const asked = { itemIndex, ...rest };
			underway.set(statusUrl, [...(underway.get(statusUrl) ?? []), asked]);
			return;
		}
		const notInForce = consentNotInForce(member, options, today);
		if (notInForce) results[itemIndex] = [{ output: NOT_MATCHED, json: notInForce }];
		else toSend.push({ asked: askedOf(member, itemIndex, today), parameters: member.parameters });
	});

	const jobs: MatchJob[] = [];
	const fail = (members: readonly Asked[], error: Error) => {
		for (const { itemIndex } of members) results[itemIndex] = error;
	};
	for (const [statusUrl, members] of underway) {
		const job = await settle(() => resumedJob(bulk, statusUrl, members, started));
		if (job instanceof Error) fail(members, job);
		else jobs.push(job);
	}
	let halt: Error | undefined;
	for (const part of inParts(toSend, positive(options.membersPerRequest, STANDARD_MEMBERS_PER_REQUEST))) {
		const members = part.map(({ asked }) => asked);
		const job =
			halt ??
			(await settle(() =>
				send(context, connection, bulk, members, bulkParameters(part.map(({ parameters }) => parameters))),
			));
		if (job instanceof Error) {
			fail(members, job);
			if (!context.continueOnFail() || concernsAll(job)) halt = job;
		} else jobs.push(job);
	}
	const ends = await pollMatches(context, jobs, {
		connection,
		pollEveryMs: positive(options.pollEvery, STANDARD_POLL_SECONDS) * SECOND,
		deadline: started + minutes(options.giveUpAfter, STANDARD_GIVE_UP_MINUTES),
		concurrency: concurrencyOf(options, STANDARD_CONCURRENCY),
	});
	jobs.forEach((job, index) => {
		const outcomes = outcomesOf(job, ends[index]);
		job.members.forEach(({ itemIndex }, place) => (results[itemIndex] = outcomes[place]));
	});
	return results;
}

function askedOf(member: PreparedMatch, itemIndex: number, today: string): Asked {
	const coverage = partOf(member, 'CoverageToMatch') as fhir4.Coverage | undefined;
	return {
		itemIndex,
		memberId: member.memberId,
		requestId: requestIdOf(member),
		coverageId: coverage?.identifier?.[0]?.value ?? coverage?.subscriberId,
		about: aboutConsent(member.consent, today),
	};
}

function requestIdOf(member: PreparedMatch): string {
	return partOf(member, 'MemberPatient')?.id ?? member.memberId;
}

function partOf({ parameters }: PreparedMatch, name: string): fhir4.Resource | undefined {
	return parameters.parameter?.find((each) => each.name === name)?.resource;
}

/** @throws ExchangeError where the address is not the payer's own */
function resumedJob(bulk: BulkMatchWays, statusUrl: string, members: Asked[], now: number): MatchJob {
	const job = bulk.jobFrom(statusUrl);
	if (!job) {
		throw new ExchangeError('The item names no match request that is under way', {
			whatToDo:
				'Lead the items of Not Matched whose outcome is still-matching back into this node as they are.',
		});
	}
	return { ...job, members, firstLookAt: now, polls: 0, troubles: 0, status: 'Not asked yet' };
}

async function send(
	context: IExecuteFunctions,
	connection: OpenConnection,
	bulk: BulkMatchWays,
	members: Asked[],
	parameters: fhir4.Parameters,
): Promise<MatchJob> {
	const reply = await ask(context, connection, bulk.request(parameters), 'asking');
	throwIfForbidden(reply, 'to match members', connection);
	const common = { members, firstLookAt: Date.now(), polls: 0, troubles: 0, status: 'Not asked yet' };
	if (isSuccess(reply) && isBulkMatchResult(reply.json))
		return { ...common, jobId: '', result: [reply.json] };
	const job = readKickOff(reply, (text) => bulk.jobFrom(text), [parameters], WORDS);
	if (!('finished' in job)) return { ...common, ...job };
	return { ...common, jobId: job.jobId, manifest: isObject(reply.json) ? reply.json : undefined };
}

function outcomesOf(job: MatchJob, result: MatchResult): Array<ItemResult<Routed>> {
	if ('error' in result) return job.members.map(() => result.error);
	if ('nextLookAt' in result) {
		return job.members.map((member) => [
			{ output: NOT_MATCHED, json: stillMatchingJson(job, member, result.nextLookAt) },
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
		const json = withoutBlanks<IDataObject>({
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
	return { output: NOT_MATCHED, json: withoutBlanks<IDataObject>(json) };
}

function stillMatchingJson(
	{ statusUrl, polls }: MatchJob,
	{ memberId, requestId, about }: Asked,
	nextLookAt: number,
): IDataObject {
	return withoutBlanks<IDataObject>({
		memberId,
		requestMemberId: requestId,
		outcome: STILL_MATCHING,
		reason:
			'The payer has not finished matching. Lead this item through a Wait node back into this node; it is then asked for the answer, and nothing is sent a second time.',
		...about,
		matchStatusUrl: statusUrl,
		polls,
		nextPollAt: new Date(nextLookAt).toISOString(),
	});
}

function failedJson(
	{ jobId }: MatchJob,
	{ memberId, about }: Asked,
	{ reason, httpStatus }: MatchFailure,
): IDataObject {
	return withoutBlanks<IDataObject>({
		memberId,
		outcome: 'match-failed',
		reason,
		httpStatus,
		...about,
		matchJobId: jobId,
	});
}

type MatchFailure = Extract<MatchEnd, { reason: string }> & Extract<JobEnd, { reason: string }>;

function unclear(reason: string): ExchangeError {
	return new ExchangeError(`The payer's answer does not say how this member came out`, {
		whatToDo: `${reason}. Ask for this member alone (Match Mode: Each Item by Its Own Request), and tell the payer.`,
	});
}

function concernsAll(error: Error): boolean {
	return error instanceof ExchangeError && error.details.concerns === 'run' && !error.details.passing;
}

function inParts<T>(list: readonly T[], size: number): T[][] {
	return Array.from({ length: Math.ceil(list.length / size) }, (_, part) =>
		list.slice(part * size, (part + 1) * size),
	);
}

function positive(value: unknown, standard: number): number {
	return typeof value === 'number' && value >= 1 ? Math.floor(value) : standard;
}

function minutes(value: unknown, standard: number): number {
	return (typeof value === 'number' && value >= 0 ? value : standard) * 60 * SECOND;
}
