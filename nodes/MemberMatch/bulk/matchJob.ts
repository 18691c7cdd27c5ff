import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readKickOff } from '../../shared/exportJob/kickOff';
import { kickedOff, type PolledJob } from '../../shared/exportJob/jobState';
import type { OwnId } from '../../shared/exchange/ownId';
import type { ItemPayer } from '../../shared/exchange/payerKey';
import type { Person } from '../../shared/exchange/person';
import { objectsOf, textOf } from '../../shared/fhir/json';
import { isSuccess } from '../../shared/http/reply';
import { REPEAT } from '../../shared/http/repeat';
import { send } from '../../shared/http/send';
import { ExchangeError } from '../../shared/n8n/exchangeError';
import { keepTryingMs, optionsOf } from '../../shared/n8n/parameters';
import { throwIfForbidden, type OpenConnection } from '../../shared/payers/connection';
import type { BulkMatch } from '../../shared/payers/payer';
import { askedMember, partResource } from '../answer/askedMember';
import { isBulkMatchResult, type RequestedMember } from '../answer/bulkAnswer';
import { lastConsentEnd } from './consent';
import { consentJson, type PreparedMatch } from '../input/prepare';
import type { BulkParameters } from '../request/bulkRequest';
import type { MatchParameters } from '../request/matchRequest';

/** The job of one request for many members. */
export interface MatchJob extends PolledJob {
	members: RequestedItem[];
	firstPollAt: number;
	/** The resources of a synchronous response. */
	result?: IDataObject[];
}

/** A member of a request, and its input item. */
export interface RequestedItem extends RequestedMember {
	itemIndex: number;
	/** As it came. */
	ownId: OwnId;
	payer?: Partial<ItemPayer>;
	/** The columns about the consent, and when the payer was asked. */
	consentInfo: IDataObject;
	/** The member of the request; not known any more when an earlier run sent it. */
	person?: Person;
	/** Hashes of the member, made by the run that sent the request. */
	personHashes?: string;
}

const MESSAGES = {
	refused: 'The payer did not take the match request for all items',
	noJob: 'The payer took the match request, but named no job to ask for',
};

/** The id by which the response identifies a member: the id of its MemberPatient. */
export function requestIdOf(member: { memberId: string; parameters?: MatchParameters }): string {
	return textOf(partResource(member.parameters, 'MemberPatient').id) ?? member.memberId;
}

/** A member as the response will identify it. */
export function requestedItem(
	member: PreparedMatch,
	itemIndex: number,
	options: IDataObject,
	today: string,
): RequestedItem {
	const { identifier, subscriberId } = partResource(member.parameters, 'CoverageToMatch');
	const { person, judge } = askedMember(member.parameters);
	return {
		person,
		judge,
		itemIndex,
		ownId: member.ownId,
		payer: member.payer,
		requestId: requestIdOf(member),
		coverageId: textOf(objectsOf(identifier)[0]?.value) ?? textOf(subscriberId),
		consentInfo: {
			...consentJson(member.consent, options, today),
			askedAt: new Date().toISOString(),
		},
	};
}

/** The job of a request sent by an earlier run. @throws ExchangeError if the URL is not on the payer's host */
export function resumedJob(
	bulk: BulkMatch,
	statusUrl: string,
	members: RequestedItem[],
	firstPollAt: number,
): MatchJob {
	const job = bulk.jobFrom(statusUrl);
	if (!job) {
		throw new ExchangeError('The item names no match request that is under way', {
			whatToDo:
				'Send the items of Not Matched whose outcome is still-matching back to this node as they are.',
		});
	}
	return kickedOff({ ...job, members, firstPollAt, consentEnd: lastConsentEnd(members) });
}

/** Sends one request for many members. @throws ExchangeError if the payer does not accept it */
export async function sendBulk(
	context: IExecuteFunctions,
	connection: OpenConnection,
	bulk: BulkMatch,
	members: RequestedItem[],
	parameters: BulkParameters,
): Promise<MatchJob> {
	const reply = await send(context, connection, bulk.request(parameters), {
		answer: 'bulkMatch',
		startsJob: true,
		repeat: { ...REPEAT.match, forMs: keepTryingMs(optionsOf(context, members[0]?.itemIndex ?? 0)) },
	});
	throwIfForbidden(reply, 'to match members', connection);
	const common = { members, firstPollAt: Date.now(), consentEnd: lastConsentEnd(members) };
	if (isSuccess(reply) && isBulkMatchResult(reply.json)) {
		return kickedOff({ ...common, jobId: '', result: [reply.json] });
	}
	const messages = { ...MESSAGES, hints: bulk.hints };
	const job = readKickOff(reply, (text) => bulk.jobFrom(text), [parameters], messages, connection.showsWords);
	return kickedOff({ ...common, ...job }, {}, Date.now());
}
