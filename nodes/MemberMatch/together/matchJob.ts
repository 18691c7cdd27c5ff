import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readKickOff } from '../../shared/exportJob/kickOff';
import { kickedOff, type PolledJob } from '../../shared/exportJob/jobState';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import { isSuccess } from '../../shared/http/reply';
import { send } from '../../shared/http/send';
import { ExchangeError } from '../../shared/n8n/exchangeError';
import { throwIfForbidden, type OpenConnection } from '../../shared/payers/connection';
import type { BulkMatch } from '../../shared/payers/payer';
import { isBulkMatchResult, type AskedMember } from '../answer/bulkAnswer';
import { aboutConsent, type PreparedMatch } from '../input/prepare';
import type { BulkParameters } from '../request/bulkRequest';
import type { MatchParameters, PartName } from '../request/matchRequest';

/** One request for many members, and the job that it became at the payer. */
export interface MatchJob extends PolledJob {
	members: Asked[];
	firstPollAt: number;
	/** The resources of an answer that came at once. */
	result?: IDataObject[];
}

/** A member of a request, and the item that it came with. */
export interface Asked extends AskedMember {
	itemIndex: number;
	memberId: string;
	about: IDataObject;
}

const WORDS = {
	refused: 'The payer did not take the match request for all items',
	noJob: 'The payer took the match request, but named no job to ask for',
};

/** By what the answer names a member: the id of its MemberPatient. */
export function requestIdOf(member: { memberId: string; parameters?: MatchParameters }): string {
	return textOf(partOf(member.parameters, 'MemberPatient').id) ?? member.memberId;
}

/** The member of a request as the answer will name it. */
export function askedOf(member: PreparedMatch, itemIndex: number, today: string): Asked {
	const { identifier, subscriberId } = partOf(member.parameters, 'CoverageToMatch');
	return {
		itemIndex,
		memberId: member.memberId,
		requestId: requestIdOf(member),
		coverageId: textOf(objectsOf(identifier)[0]?.value) ?? textOf(subscriberId),
		about: aboutConsent(member.consent, today),
	};
}

function partOf(parameters: MatchParameters | undefined, name: PartName): IDataObject {
	const resource: unknown = parameters?.parameter.find((part) => part.name === name)?.resource;
	return isObject(resource) ? resource : {};
}

/** A request that an earlier run of the node sent. @throws ExchangeError where the address is not the payer's own */
export function resumedJob(
	bulk: BulkMatch,
	statusUrl: string,
	members: Asked[],
	firstPollAt: number,
): MatchJob {
	const job = bulk.jobFrom(statusUrl);
	if (!job) {
		throw new ExchangeError('The item names no match request that is under way', {
			whatToDo:
				'Lead the items of Not Matched whose outcome is still-matching back into this node as they are.',
		});
	}
	return kickedOff({ ...job, members, firstPollAt });
}

/** Sends one request for many members, once. @throws ExchangeError where the payer does not accept it */
export async function sendTogether(
	context: IExecuteFunctions,
	connection: OpenConnection,
	bulk: BulkMatch,
	members: Asked[],
	parameters: BulkParameters,
): Promise<MatchJob> {
	const reply = await send(context, connection, bulk.request(parameters), 'ifNotProcessed');
	throwIfForbidden(reply, 'to match members', connection);
	const common = { members, firstPollAt: Date.now() };
	if (isSuccess(reply) && isBulkMatchResult(reply.json)) {
		return kickedOff({ ...common, jobId: '', result: [reply.json] });
	}
	const words = { ...WORDS, hints: bulk.hints };
	return kickedOff({ ...common, ...readKickOff(reply, (text) => bulk.jobFrom(text), [parameters], words) });
}
