import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ConsentEnded, whileConsentHolds } from '../../shared/exchange/consentEnd';
import { earliestDay, todayIn } from '../../shared/fhir/values';
import { keepsAnswer } from '../../shared/n8n/keepAnswer';
import { affectsAllItems, tryAsValue, type ItemResult, type Routed } from '../../shared/n8n/items';
import { Lanes, workInLanes, type LanePlaces } from '../../shared/n8n/lanes';
import { concurrencyOf, positiveIntegerOption, minutesOption } from '../../shared/n8n/parameters';
import { SECOND } from '../../shared/n8n/time';
import type { OpenConnection } from '../../shared/payers/connection';
import type { BulkMatch } from '../../shared/payers/payer';
import { MATCH_CONCURRENCY } from '../form/options';
import { consentNotInForce, ignoresPeriod, notInForceJson, type PreparedMatch } from '../input/prepare';
import { NOT_MATCHED } from '../outputs';
import { bulkParameters } from '../request/bulkRequest';
import type { BulkRow } from './bulkRows';
import { consentEndOf, consentOver, unlessConsentOver } from './consent';
import { requestedItem, resumedJob, sendBulk, type RequestedItem, type MatchJob } from './matchJob';
import { outcomesFor } from './matchOutcomes';
import { pollMatches } from './matchResult';

/** A member that was not sent yet, and its input item. */
interface Unsent {
	member: PreparedMatch;
	itemIndex: number;
}

/** The members of one payer. */
interface PayerPart {
	connection: OpenConnection;
	bulk: BulkMatch;
	toSend: Unsent[];
	/** Those that an earlier run has asked for, by the address of their job. */
	resumed: Map<string, { members: RequestedItem[]; nextPollAt: number }>;
}

/** A job, and the payer that works on it. */
type PayerJob = MatchJob & { connection: OpenConnection };

const DEFAULT_MEMBERS_PER_REQUEST = 500;
const DEFAULT_GIVE_UP_MINUTES = 30;
const DEFAULT_POLL_SECONDS = 10;

/**
 * Matches all members of each payer with as few requests as possible (PDex `$bulk-member-match`), waits for the results, and returns the
 * outcome of each row by its item index.
 * @param places shared with the members who are asked for one by one
 */
export async function matchInBulk(
	context: IExecuteFunctions,
	options: IDataObject,
	rows: readonly BulkRow[],
	places: LanePlaces,
): Promise<Map<number, ItemResult<Routed>>> {
	const started = Date.now();
	const results = new Map<number, ItemResult<Routed>>();
	const refuse = ({ itemIndex }: Unsent, json: IDataObject) => {
		results.set(itemIndex, [{ output: NOT_MATCHED, json }]);
	};
	const jobs: PayerJob[] = [];
	let stopError: Error | undefined;

	const sendAll = async ({ connection, bulk, toSend, resumed }: PayerPart): Promise<void> => {
		let haltError: Error | undefined;
		const accept = (members: readonly RequestedItem[], job: MatchJob | Error) => {
			if (!(job instanceof Error)) return void jobs.push({ ...job, connection });
			for (const { itemIndex } of members) results.set(itemIndex, job);
			if (!context.continueOnFail()) stopError ??= job;
			if (affectsAllItems(job)) haltError ??= job;
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
			const halted = stopError ?? haltError;
			const job = halted ?? (await tryAsValue(() => sendBulk(context, watched, bulk, members, parameters)));
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
	};

	const parts = partsOf(context, options, rows, { results, refuse });
	// One request at a time for each payer, and a slow one holds up no other.
	const lanes = new Lanes(1, parts.keys(), (index) => parts[index].connection.key, places);
	for (const index of parts.keys()) lanes.ready(index);
	await workInLanes(lanes, async (index) => {
		try {
			await sendAll(parts[index]);
		} finally {
			lanes.done(index);
		}
	});
	// If On Error is to stop, the other jobs are not polled.
	if (stopError) return results;
	const ends = await pollMatches(context, jobs, {
		connectionOf: ({ connection }) => connection,
		pollEveryMs: positiveIntegerOption(options.pollEvery, DEFAULT_POLL_SECONDS) * SECOND,
		// Starts after sending, so that 0 still polls once.
		deadline: Date.now() + minutesOption(options.giveUpAfter, DEFAULT_GIVE_UP_MINUTES),
		concurrency: concurrencyOf(options, MATCH_CONCURRENCY),
		places,
	});
	jobs.forEach((job, index) => {
		const outcomes = outcomesFor(job, ends[index], keepsAnswer(options));
		job.members.forEach((member, place) => {
			results.set(member.itemIndex, unlessConsentOver(context, member, outcomes[place]));
		});
	});
	return results;
}

/** Divides the rows by payer. Rows whose consent does not hold get their result at once. */
function partsOf(
	context: IExecuteFunctions,
	options: IDataObject,
	rows: readonly BulkRow[],
	{
		results,
		refuse,
	}: { results: Map<number, ItemResult<Routed>>; refuse: (unsent: Unsent, json: IDataObject) => void },
): PayerPart[] {
	const parts = new Map<OpenConnection, PayerPart>();
	for (const { itemIndex, connection, bulk, member } of rows) {
		const part: PayerPart = parts.get(connection) ?? { connection, bulk, toSend: [], resumed: new Map() };
		parts.set(connection, part);
		if ('statusUrl' in member) {
			const { statusUrl, nextPollAt, ...rest } = member;
			const requested = { itemIndex, ...(ignoresPeriod(options) ? withoutConsentEnd(rest) : rest) };
			const over = consentOver(context, requested);
			if (over) {
				results.set(itemIndex, [over]);
				continue;
			}
			const existing = part.resumed.get(statusUrl) ?? { members: [], nextPollAt };
			existing.members.push(requested);
			part.resumed.set(statusUrl, existing);
			continue;
		}
		const notInForce = consentNotInForce(member, options, todayIn(context.getTimezone()));
		if (notInForce) refuse({ member, itemIndex }, notInForce);
		else part.toSend.push({ member, itemIndex });
	}
	return [...parts.values()];
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
