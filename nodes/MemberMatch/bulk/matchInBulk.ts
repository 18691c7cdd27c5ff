import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ConsentEnded, whileConsentHolds } from '../../shared/exchange/consentEnd';
import { earliestDay, todayIn } from '../../shared/fhir/values';
import { keepsAnswer } from '../../shared/n8n/keepAnswer';
import { affectsAllItems, tryAsValue, type ItemResult, type Routed } from '../../shared/n8n/items';
import { concurrencyOf, positiveIntegerOption, minutesOption } from '../../shared/n8n/parameters';
import { SECOND } from '../../shared/n8n/time';
import type { OpenConnection } from '../../shared/payers/connection';
import type { BulkMatch } from '../../shared/payers/payer';
import { MATCH_CONCURRENCY } from '../form/options';
import { consentNotInForce, ignoresPeriod, notInForceJson, type PreparedMatch } from '../input/prepare';
import type { Roster } from '../input/roster';
import { NOT_MATCHED } from '../outputs';
import { bulkParameters, duplicateMemberError, duplicatePatientError } from '../request/bulkRequest';
import { consentEndOf, consentOver, unlessConsentOver } from './consent';
import {
	requestedItem,
	requestIdOf,
	resumedJob,
	sendBulk,
	type RequestedItem,
	type MatchJob,
} from './matchJob';
import { outcomesFor, type StillMatching } from './matchOutcomes';
import { pollMatches } from './matchResult';

/** The settings of a run. */
export interface MatchRun {
	connection: OpenConnection;
	options: IDataObject;
	roster: Roster;
}

/** A member that was not sent yet, and its input item. */
interface Unsent {
	member: PreparedMatch;
	itemIndex: number;
}

const DEFAULT_MEMBERS_PER_REQUEST = 500;
const DEFAULT_GIVE_UP_MINUTES = 30;
const DEFAULT_POLL_SECONDS = 10;

/** Replaces each duplicate with an error: a member ID, or a patient id within one request, that an earlier item already has. */
export function rejectDuplicates<T extends PreparedMatch | StillMatching>(
	prepared: ReadonlyArray<T | Error>,
): Array<T | Error> {
	const firstIndexes = { member: new Map<string, number>(), patient: new Map<string, number>() };
	return prepared.map((member, itemIndex) => {
		if (member instanceof Error) return member;
		const [request, requestId] =
			'statusUrl' in member ? [member.statusUrl, member.requestId] : ['', requestIdOf(member)];
		const patient = `${request} ${requestId}`;
		const firstIndex = firstIndexes.member.get(member.memberId);
		if (firstIndex !== undefined) return duplicateMemberError(firstIndex);
		const firstPatientIndex = firstIndexes.patient.get(patient);
		if (firstPatientIndex !== undefined) return duplicatePatientError(firstPatientIndex);
		firstIndexes.member.set(member.memberId, itemIndex);
		firstIndexes.patient.set(patient, itemIndex);
		return member;
	});
}

/**
 * Matches all members with as few requests as possible (PDex `$bulk-member-match`), waits for the results, and returns the
 * outcome of each item.
 */
export async function matchInBulk(
	context: IExecuteFunctions,
	run: MatchRun,
	bulk: BulkMatch,
	prepared: ReadonlyArray<PreparedMatch | StillMatching | Error>,
): Promise<Array<ItemResult<Routed>>> {
	const { connection, options } = run;
	const started = Date.now();
	const results: Array<ItemResult<Routed>> = prepared.map((member) =>
		member instanceof Error ? member : [],
	);
	const toSend: Unsent[] = [];
	const refuse = ({ itemIndex }: Unsent, json: IDataObject) => {
		results[itemIndex] = [{ output: NOT_MATCHED, json }];
	};
	const resumed = new Map<string, { members: RequestedItem[]; nextPollAt: number }>();
	prepared.forEach((member, itemIndex) => {
		if (member instanceof Error) return;
		if ('statusUrl' in member) {
			const { statusUrl, nextPollAt, ...rest } = member;
			const requested = { itemIndex, ...(ignoresPeriod(options) ? withoutConsentEnd(rest) : rest) };
			const over = consentOver(context, requested);
			if (over) return void (results[itemIndex] = [over]);
			const existing = resumed.get(statusUrl) ?? { members: [], nextPollAt };
			existing.members.push(requested);
			resumed.set(statusUrl, existing);
			return;
		}
		const notInForce = consentNotInForce(member, options, todayIn(context.getTimezone()));
		if (notInForce) refuse({ member, itemIndex }, notInForce);
		else toSend.push({ member, itemIndex });
	});

	const jobs: MatchJob[] = [];
	let haltError: Error | undefined;
	const accept = (members: readonly RequestedItem[], job: MatchJob | Error) => {
		if (!(job instanceof Error)) return void jobs.push(job);
		for (const { itemIndex } of members) results[itemIndex] = job;
		if (!context.continueOnFail() || affectsAllItems(job)) haltError ??= job;
	};
	for (const [statusUrl, { members, nextPollAt }] of resumed) {
		accept(
			members,
			await tryAsValue(() => resumedJob(bulk, statusUrl, members, Math.max(nextPollAt, started))),
		);
	}
	const sendPart = async (part: readonly Unsent[]): Promise<void> => {
		if (part.length === 0) return;
		const today = todayIn(context.getTimezone());
		const members = part.map(({ member, itemIndex }) => requestedItem(member, itemIndex, options, today));
		const parameters = bulkParameters(part.map(({ member }) => member.parameters));
		const watched = whileConsentHolds(context, connection, earliestDay(members.map(consentEndOf)));
		const job = haltError ?? (await tryAsValue(() => sendBulk(context, watched, bulk, members, parameters)));
		// Earlier requests, or repeated attempts, took until after midnight: the others are sent without the member.
		if (!(job instanceof ConsentEnded)) return accept(members, job);
		const { lastDay } = job;
		const isOver = ({ member }: Unsent) => member.consent.end <= lastDay;
		for (const unsent of part.filter(isOver)) {
			refuse(unsent, notInForceJson(unsent.member, todayIn(context.getTimezone())));
		}
		await sendPart(part.filter((unsent) => !isOver(unsent)));
	};
	const membersPerRequest = positiveIntegerOption(options.membersPerRequest, DEFAULT_MEMBERS_PER_REQUEST);
	for (const part of chunk(toSend, membersPerRequest)) await sendPart(part);
	// If On Error is to stop, the other jobs are not polled.
	if (haltError && !context.continueOnFail()) return results;
	const ends = await pollMatches(context, jobs, {
		connectionOf: () => connection,
		pollEveryMs: positiveIntegerOption(options.pollEvery, DEFAULT_POLL_SECONDS) * SECOND,
		// Starts after sending, so that 0 still polls once.
		deadline: Date.now() + minutesOption(options.giveUpAfter, DEFAULT_GIVE_UP_MINUTES),
		concurrency: concurrencyOf(options, MATCH_CONCURRENCY),
	});
	jobs.forEach((job, index) => {
		const outcomes = outcomesFor(job, ends[index], keepsAnswer(options));
		job.members.forEach((member, place) => {
			results[member.itemIndex] = unlessConsentOver(context, member, outcomes[place]);
		});
	});
	return results;
}

/** The member without its `consentEnd`, for a run that ignores the consent period. */
function withoutConsentEnd<T extends Pick<RequestedItem, 'consentInfo'>>(member: T): T {
	const { consentEnd, ...consentInfo } = member.consentInfo;
	void consentEnd;
	return { ...member, consentInfo };
}

function chunk<T>(list: readonly T[], size: number): T[][] {
	return Array.from({ length: Math.ceil(list.length / size) }, (_, part) =>
		list.slice(part * size, (part + 1) * size),
	);
}
