import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isContradiction } from '../shared/exchange/person';
import { hashesJson } from '../shared/exchange/personHashes';
import { textOf, omitEmpty } from '../shared/fhir/json';
import { tryParseUrl } from '../shared/http/addresses';
import { isSuccess } from '../shared/http/reply';
import { REPEAT } from '../shared/http/repeat';
import { send } from '../shared/http/send';
import { tryAsValue, type Routed } from '../shared/n8n/items';
import { keepsAnswer } from '../shared/n8n/keepAnswer';
import { NEXT_STEPS } from '../shared/n8n/nextSteps';
import { keepTryingMs, optionsOf } from '../shared/n8n/parameters';
import { throwIfForbidden, type OpenConnection } from '../shared/payers/connection';
import { contradictionSentence } from './answer/answerPatients';
import { askedMember, type AskedMember, type MemberIdentifier } from './answer/askedMember';
import { judgeMatch, type NotMatchedOutcome } from './answer/matchAnswer';
import { readFoundPatient, type FoundPatient, type MatchedMember } from './answer/matchedMember';
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
	const { tenant, ownId, parameters, consent } = member;
	const options = optionsOf(context, itemIndex);
	const place = { ...member.payer, ...(tenant !== undefined && { tenant }) };
	const notInForce = consentNotInForce(member, options, today);
	if (notInForce) return { output: NOT_MATCHED, json: notInForce };
	const about = { ...consentJson(consent, options, today), askedAt: new Date().toISOString() };
	const reply = await send(context, connection, connection.matchRequest(tenant, parameters), {
		answer: 'match',
		repeat: { ...REPEAT.match, forMs: keepTryingMs(options) },
	});
	throwIfForbidden(reply, 'to match a member', connection);
	const asked = askedMember(parameters);
	const verdict = judgeMatch(reply, [parameters], {
		groupIdPath: textOf(options.groupIdPath),
		identifiesBy: connection.match.identifiesBy,
		showWords: connection.showsWords,
		// Where TLS ends at a proxy, the payer may know itself by the other scheme.
		isOwn: (url) => tryParseUrl(url)?.host === tryParseUrl(connection.baseUrl)?.host,
		asked,
		...(!connection.takes('tenant') && { notFoundHint: `the ${connection.addressField} of the credential` }),
	});
	const found =
		verdict.outcome === 'matched'
			? await findPatient(context, connection, verdict, asked, keepTryingMs(options))
			: verdict;
	if ('outcome' in found) {
		const { outcome, reason } = found;
		return {
			output: NOT_MATCHED,
			json: {
				memberId: ownId,
				outcome,
				reason,
				nextStep: NEXT_STEPS[outcome],
				...place,
				httpStatus: reply.status,
				...about,
				...(outcome === 'unclear' || keepsAnswer(options) ? connection.answers.json(reply) : {}),
			},
		};
	}
	const ids = { memberId: ownId, ...place, ...asJson(found.member) };
	return {
		output: MATCHED,
		json: {
			...ids,
			...(found.notFound !== undefined && { patientNotFound: found.notFound }),
			...hashesJson(asked.person, ids),
			outcome: 'matched',
			matchedAt: new Date().toISOString(),
			...about,
			...(keepsAnswer(options) ? connection.answers.json(reply) : {}),
		},
	};
}

/** A matched member; `notFound` says why there is no patient id. Or that it is not clear who was matched. */
type FoundMember =
	| { member: MatchedMember; notFound?: string }
	| { outcome: NotMatchedOutcome; reason: string };

/**
 * Searches the Patient if the match returned only an identifier (HRex: later requests use the identifier). A match is not
 * repeated, so if the search fails, the member stays matched and the item says why it has no `patientId`. A Patient who may be
 * another person makes the match unclear; so does an identifier that only repeats the request, unless its Patient is the member.
 */
async function findPatient(
	context: IExecuteFunctions,
	connection: OpenConnection,
	member: MatchedMember,
	asked: AskedMember,
	forMs: number,
): Promise<FoundMember> {
	const { groupId, patientId, memberIdentifier, isEcho } = member;
	if (groupId !== undefined || patientId !== undefined || !memberIdentifier) return { member };
	const found = await searchPatient(context, connection, memberIdentifier, forMs);
	const judgement = 'patient' in found ? asked.judge(found.patient) : undefined;
	if (judgement && isContradiction(judgement)) {
		return { outcome: 'unclear', reason: contradictionSentence(judgement) };
	}
	if (isEcho && judgement?.verdict !== 'same') return { outcome: 'unclear', reason: ECHO };
	return 'patient' in found
		? { member: { ...member, patientId: found.patientId } }
		: { member, notFound: found.notFound };
}

const ECHO =
	"The payer's answer only repeats an identifier of the request, and nothing shows that it found the member.";

async function searchPatient(
	context: IExecuteFunctions,
	connection: OpenConnection,
	identifier: MemberIdentifier,
	forMs: number,
): Promise<FoundPatient> {
	const search = connection.patientSearchRequest?.(identifier);
	if (!search) return { notFound: 'This payer has no search for the member.' };
	const reply = await tryAsValue(() =>
		send(context, connection, search, { answer: 'match', repeat: { ...REPEAT.read, forMs } }),
	);
	if (reply instanceof Error) return { notFound: `${reply.message}.` };
	if (!isSuccess(reply)) return { notFound: `The payer answered the search with HTTP ${reply.status}.` };
	return readFoundPatient(reply.json, identifier, connection.identifierIsId);
}

function asJson({ groupId, memberIdentifier, patientId }: MatchedMember): IDataObject {
	return omitEmpty<IDataObject>({
		groupId,
		memberIdentifier: memberIdentifier && { ...memberIdentifier },
		patientId,
	});
}
