import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ExchangeError } from '../../shared/n8n/exchangeError';
import { readKickOff } from '../../shared/exportJob/kickOff';
import type { PolledJob } from '../../shared/exportJob/statusPoll';
import { isObject } from '../../shared/fhir/json';
import { isBulkMatchResult, type AskedMember } from '../answer/bulkAnswer';
import type { BulkMatchWays } from '../../shared/payers/payer';
import { throwIfForbidden } from '../../shared/http/errors';
import { isSuccess } from '../../shared/http/reply';
import { ask, type OpenConnection } from '../../shared/http/send';
import { aboutConsent, type PreparedMatch } from '../input/prepare';

/** One request for many members, and the job that it became at the payer. */
export interface MatchJob extends PolledJob {
	members: Asked[];
	firstLookAt: number;
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
export function requestIdOf(member: { memberId: string; parameters?: fhir4.Parameters }): string {
	const patient = member.parameters?.parameter?.find(({ name }) => name === 'MemberPatient')?.resource;
	return patient?.id ?? member.memberId;
}

/** The member of a request as the answer will name it. */
export function askedOf(member: PreparedMatch, itemIndex: number, today: string): Asked {
	const entry = member.parameters.parameter?.find(({ name }) => name === 'CoverageToMatch');
	const coverage = entry?.resource as fhir4.Coverage | undefined;
	return {
		itemIndex,
		memberId: member.memberId,
		requestId: requestIdOf(member),
		coverageId: coverage?.identifier?.[0]?.value ?? coverage?.subscriberId,
		about: aboutConsent(member.consent, today),
	};
}

/** A request that an earlier run of the node sent. @throws ExchangeError where the address is not the payer's own */
export function resumedJob(
	bulk: BulkMatchWays,
	statusUrl: string,
	members: Asked[],
	firstLookAt: number,
): MatchJob {
	const job = bulk.jobFrom(statusUrl);
	if (!job) {
		throw new ExchangeError('The item names no match request that is under way', {
			whatToDo:
				'Lead the items of Not Matched whose outcome is still-matching back into this node as they are.',
		});
	}
	return { ...job, members, firstLookAt, polls: 0, troubles: 0, status: 'Not asked yet' };
}

/** Sends one request for many members, once. @throws ExchangeError where the payer does not take it */
export async function send(
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
	const job = readKickOff(reply, (text) => bulk.jobFrom(text), [parameters], { ...WORDS, hints: bulk.hints });
	if (!('finished' in job)) return { ...common, ...job };
	return { ...common, jobId: job.jobId, manifest: isObject(reply.json) ? reply.json : undefined };
}
