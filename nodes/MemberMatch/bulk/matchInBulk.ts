import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { affectsAllItems, tryAsValue, type ItemResult, type Routed } from '../../shared/n8n/items';
import { concurrencyOf, positiveIntegerOption, minutesOption } from '../../shared/n8n/parameters';
import { SECOND } from '../../shared/n8n/time';
import type { OpenConnection } from '../../shared/payers/connection';
import type { BulkMatch } from '../../shared/payers/payer';
import { MATCH_CONCURRENCY } from '../form/options';
import { consentNotInForce, type PreparedMatch } from '../input/prepare';
import { NOT_MATCHED } from '../outputs';
import { bulkParameters, duplicateMemberError, duplicatePatientError } from '../request/bulkRequest';
import type { MatchParameters } from '../request/matchRequest';
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
	today: string;
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
	const { connection, options, today } = run;
	const started = Date.now();
	const results: Array<ItemResult<Routed>> = prepared.map((member) =>
		member instanceof Error ? member : [],
	);
	const toSend: Array<{ requested: RequestedItem; parameters: MatchParameters }> = [];
	const resumed = new Map<string, { members: RequestedItem[]; nextPollAt: number }>();
	prepared.forEach((member, itemIndex) => {
		if (member instanceof Error) return;
		if ('statusUrl' in member) {
			const { statusUrl, nextPollAt, ...rest } = member;
			const existing = resumed.get(statusUrl) ?? { members: [], nextPollAt };
			existing.members.push({ itemIndex, ...rest });
			resumed.set(statusUrl, existing);
			return;
		}
		const notInForce = consentNotInForce(member, options, today);
		if (notInForce) results[itemIndex] = [{ output: NOT_MATCHED, json: notInForce }];
		else toSend.push({ requested: requestedItem(member, itemIndex, today), parameters: member.parameters });
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
	for (const part of chunk(
		toSend,
		positiveIntegerOption(options.membersPerRequest, DEFAULT_MEMBERS_PER_REQUEST),
	)) {
		const members = part.map(({ requested }) => requested);
		const parameters = bulkParameters(part.map((each) => each.parameters));
		accept(
			members,
			haltError ?? (await tryAsValue(() => sendBulk(context, connection, bulk, members, parameters))),
		);
	}
	// If On Error is to stop, the other jobs are not polled.
	if (haltError && !context.continueOnFail()) return results;
	const ends = await pollMatches(context, jobs, {
		connection,
		pollEveryMs: positiveIntegerOption(options.pollEvery, DEFAULT_POLL_SECONDS) * SECOND,
		// Starts after sending, so that 0 still polls once.
		deadline: Date.now() + minutesOption(options.giveUpAfter, DEFAULT_GIVE_UP_MINUTES),
		concurrency: concurrencyOf(options, MATCH_CONCURRENCY),
	});
	jobs.forEach((job, index) => {
		const outcomes = outcomesFor(job, ends[index]);
		job.members.forEach(({ itemIndex }, place) => (results[itemIndex] = outcomes[place]));
	});
	return results;
}

function chunk<T>(list: readonly T[], size: number): T[][] {
	return Array.from({ length: Math.ceil(list.length / size) }, (_, part) =>
		list.slice(part * size, (part + 1) * size),
	);
}
