import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { textOf, omitEmpty } from '../shared/fhir/json';
import { isBelow } from '../shared/http/addresses';
import { isSuccess, rawAnswer } from '../shared/http/reply';
import { send } from '../shared/http/send';
import { tryAsValue, type Routed } from '../shared/n8n/items';
import { optionsOf } from '../shared/n8n/parameters';
import { throwIfForbidden, type OpenConnection } from '../shared/payers/connection';
import { judgeMatch } from './answer/matchAnswer';
import { readFoundPatient, type MatchedMember } from './answer/matchedMember';
import { consentJson, consentNotInForce, type PreparedMatch } from './input/prepare';
import { MATCHED, NOT_MATCHED } from './outputs';

/** Matches one member (`$member-match`). */
export async function matchOne(
	context: IExecuteFunctions,
	connection: OpenConnection,
	member: PreparedMatch,
	itemIndex: number,
	today: string,
): Promise<Routed> {
	const { tenant, memberId, parameters, consent } = member;
	const options = optionsOf(context, itemIndex);
	const base = { memberId, ...(tenant !== undefined && { tenant }) };
	const notInForce = consentNotInForce(member, options, today);
	if (notInForce) return { output: NOT_MATCHED, json: notInForce };
	const about = consentJson(consent, today);
	const reply = await send(context, connection, connection.matchRequest(tenant, parameters), {
		answer: 'match',
		retry: 'ifNotProcessed',
	});
	throwIfForbidden(reply, 'to match a member', connection);
	const verdict = judgeMatch(reply, [parameters], {
		groupIdPath: textOf(options.groupIdPath),
		identifiesBy: connection.match.identifiesBy,
		isOwn: (url) => isBelow(connection.baseUrl, url),
		...(!connection.takes('tenant') && { notFoundHint: `the ${connection.addressField} of the credential` }),
	});
	const response = rawAnswer(reply);
	if (verdict.outcome === 'matched') {
		const { outcome, ...member } = verdict;
		const matchedAt = new Date().toISOString();
		const found = await findPatient(context, connection, member);
		return {
			output: MATCHED,
			json: {
				...base,
				...asJson(member),
				...found,
				outcome,
				matchedAt,
				...about,
				response,
			},
		};
	}
	const { outcome, reason } = verdict;
	return {
		output: NOT_MATCHED,
		json: { ...base, outcome, reason, httpStatus: reply.status, ...about, response },
	};
}

/**
 * Searches the Patient if the match returned only an identifier (HRex: later requests use the identifier). A match is not
 * repeated, so if the search fails, the member stays matched and the item says why it has no `patientId`.
 */
async function findPatient(
	context: IExecuteFunctions,
	connection: OpenConnection,
	{ groupId, patientId, memberIdentifier }: MatchedMember,
): Promise<IDataObject> {
	const isIdentified = groupId !== undefined || patientId !== undefined;
	const search =
		isIdentified || !memberIdentifier ? undefined : connection.patientSearchRequest?.(memberIdentifier);
	if (!search || !memberIdentifier) return {};
	const reply = await tryAsValue(() => send(context, connection, search, { answer: 'match', retry: 'safe' }));
	if (reply instanceof Error) return { patientNotFound: `${reply.message}.` };
	if (!isSuccess(reply))
		return { patientNotFound: `The payer answered the search with HTTP ${reply.status}.` };
	const found = readFoundPatient(reply.json, memberIdentifier);
	return 'patientId' in found ? found : { patientNotFound: found.notFound };
}

function asJson({ groupId, memberIdentifier, patientId }: MatchedMember): IDataObject {
	return omitEmpty<IDataObject>({
		groupId,
		memberIdentifier: memberIdentifier && { ...memberIdentifier },
		patientId,
	});
}
