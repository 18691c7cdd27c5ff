import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { concernsAll, concurrencyOf, settle, type ItemResult, type Routed } from '../../shared/n8n/items';
import { bulkParameters, memberTwice, patientTwice } from '../request/bulkRequest';
import type { BulkMatchWays } from '../../shared/payers/payer';
import type { OpenConnection } from '../../shared/http/send';
import { askedOf, requestIdOf, resumedJob, send, type Asked, type MatchJob } from './matchJob';
import { outcomesOf, type StillMatching } from './matchOutcomes';
import { pollMatches } from './matchResult';
import { NOT_MATCHED } from '../outputs';
import { consentNotInForce, type PreparedMatch } from '../input/prepare';

/** What the node is set to. */
export interface MatchRun {
	connection: OpenConnection;
	options: IDataObject;
	today: string;
}

const STANDARD_MEMBERS_PER_REQUEST = 500;
const STANDARD_CONCURRENCY = 2;
const STANDARD_GIVE_UP_MINUTES = 30;
const STANDARD_POLL_SECONDS = 10;
const SECOND = 1000;

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
	const underway = new Map<string, { members: Asked[]; nextLookAt: number }>();
	prepared.forEach((member, itemIndex) => {
		if (member instanceof Error) return;
		if ('statusUrl' in member) {
			const { statusUrl, nextLookAt, ...rest } = member;
			const known = underway.get(statusUrl) ?? { members: [], nextLookAt };
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
	const take = (members: readonly Asked[], job: MatchJob | Error) => {
		if (!(job instanceof Error)) return void jobs.push(job);
		for (const { itemIndex } of members) results[itemIndex] = job;
		if (!context.continueOnFail() || concernsAll(job)) halt ??= job;
	};
	for (const [statusUrl, { members, nextLookAt }] of underway) {
		take(members, await settle(() => resumedJob(bulk, statusUrl, members, Math.max(nextLookAt, started))));
	}
	for (const part of inParts(toSend, positive(options.membersPerRequest, STANDARD_MEMBERS_PER_REQUEST))) {
		const members = part.map(({ asked }) => asked);
		const parameters = bulkParameters(part.map((each) => each.parameters));
		take(members, halt ?? (await settle(() => send(context, connection, bulk, members, parameters))));
	}
	// Where On Error is to stop, what the others come to is not asked for: the run ends here.
	if (halt && !context.continueOnFail()) return results;
	const ends = await pollMatches(context, jobs, {
		connection,
		pollEveryMs: positive(options.pollEvery, STANDARD_POLL_SECONDS) * SECOND,
		// From here on: sending does not count, so that 0 looks once.
		deadline: Date.now() + minutes(options.giveUpAfter, STANDARD_GIVE_UP_MINUTES),
		concurrency: concurrencyOf(options, STANDARD_CONCURRENCY),
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

function positive(value: unknown, standard: number): number {
	return typeof value === 'number' && value >= 1 ? Math.floor(value) : standard;
}

function minutes(value: unknown, standard: number): number {
	return (typeof value === 'number' && value >= 0 ? value : standard) * 60 * SECOND;
}
