import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { affectsAllItems, tryAsValue, type ItemResult, type Routed } from '../../shared/n8n/items';
import { concurrencyOf, positiveIntegerOption, minutesOption } from '../../shared/n8n/parameters';
import { SECOND } from '../../shared/n8n/time';
import type { OpenConnection } from '../../shared/payers/connection';
import type { BulkMatch } from '../../shared/payers/payer';
import { MATCH_CONCURRENCY } from '../form/options';
import { consentNotInForce, type PreparedMatch } from '../input/prepare';
import { NOT_MATCHED } from '../outputs';
import { bulkParameters, memberTwice, patientTwice } from '../request/bulkRequest';
import type { MatchParameters } from '../request/matchRequest';
import { askedOf, requestIdOf, resumedJob, sendTogether, type Asked, type MatchJob } from './matchJob';
import { outcomesOf, type StillMatching } from './matchOutcomes';
import { pollMatches } from './matchResult';

/** What the node is set to. */
export interface MatchRun {
	connection: OpenConnection;
	options: IDataObject;
	today: string;
}

const STANDARD_MEMBERS_PER_REQUEST = 500;
const STANDARD_GIVE_UP_MINUTES = 30;
const STANDARD_POLL_SECONDS = 10;

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
	bulk: BulkMatch,
	prepared: ReadonlyArray<PreparedMatch | StillMatching | Error>,
): Promise<Array<ItemResult<Routed>>> {
	const { connection, options, today } = run;
	const started = Date.now();
	const results: Array<ItemResult<Routed>> = prepared.map((member) =>
		member instanceof Error ? member : [],
	);
	const toSend: Array<{ asked: Asked; parameters: MatchParameters }> = [];
	const underway = new Map<string, { members: Asked[]; nextPollAt: number }>();
	prepared.forEach((member, itemIndex) => {
		if (member instanceof Error) return;
		if ('statusUrl' in member) {
			const { statusUrl, nextPollAt, ...rest } = member;
			const known = underway.get(statusUrl) ?? { members: [], nextPollAt };
			known.members.push({ itemIndex, ...rest });
			underway.set(statusUrl, known);
			return;
		}
		const notInForce = consentNotInForce(member, options, today);
		if (notInForce) results[itemIndex] = [{ output: NOT_MATCHED, json: notInForce }];
		else toSend.push({ asked: askedOf(member, itemIndex, today), parameters: member.parameters });
	});

	const jobs: MatchJob[] = [];
	let halt: Error | undefined;
	const accept = (members: readonly Asked[], job: MatchJob | Error) => {
		if (!(job instanceof Error)) return void jobs.push(job);
		for (const { itemIndex } of members) results[itemIndex] = job;
		if (!context.continueOnFail() || affectsAllItems(job)) halt ??= job;
	};
	for (const [statusUrl, { members, nextPollAt }] of underway) {
		accept(
			members,
			await tryAsValue(() => resumedJob(bulk, statusUrl, members, Math.max(nextPollAt, started))),
		);
	}
	for (const part of inParts(
		toSend,
		positiveIntegerOption(options.membersPerRequest, STANDARD_MEMBERS_PER_REQUEST),
	)) {
		const members = part.map(({ asked }) => asked);
		const parameters = bulkParameters(part.map((each) => each.parameters));
		accept(
			members,
			halt ?? (await tryAsValue(() => sendTogether(context, connection, bulk, members, parameters))),
		);
	}
	// Where On Error is to stop, what the others come to is not asked for: the run ends here.
	if (halt && !context.continueOnFail()) return results;
	const ends = await pollMatches(context, jobs, {
		connection,
		pollEveryMs: positiveIntegerOption(options.pollEvery, STANDARD_POLL_SECONDS) * SECOND,
		// From here on: sending does not count, so that 0 asks once.
		deadline: Date.now() + minutesOption(options.giveUpAfter, STANDARD_GIVE_UP_MINUTES),
		concurrency: concurrencyOf(options, MATCH_CONCURRENCY),
	});
	jobs.forEach((job, index) => {
		const outcomes = outcomesOf(job, ends[index]);
		job.members.forEach(({ itemIndex }, place) => (results[itemIndex] = outcomes[place]));
	});
	return results;
}

function inParts<T>(list: readonly T[], size: number): T[][] {
	return Array.from({ length: Math.ceil(list.length / size) }, (_, part) =>
		list.slice(part * size, (part + 1) * size),
	);
}
