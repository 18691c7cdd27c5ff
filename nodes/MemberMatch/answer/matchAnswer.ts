import { ExchangeError } from '../../shared/n8n/exchangeError';
import {
	issueCodeForError,
	payerMessageSentence,
	payerMessage,
	payerMessageForError,
	readIssues,
} from '../../shared/fhir/operationOutcome';
import { bodyKind, isSuccess, type PayerReply } from '../../shared/http/reply';
import type { MatchSettings } from '../../shared/payers/payer';
import { readGroup, SHAPES_LOOKED_FOR } from './groupId';
import { readMatchedMember, type MatchedMember } from './matchedMember';

/** Why a member was not matched, by the payer's answer. */
export type NotMatchedOutcome = 'no-match' | 'multiple-matches' | 'consent-refused' | 'refused';

/** The payer's verdict on one member. `reason` can hold PHI: it belongs into the data item only. */
export type MatchVerdict =
	| ({ outcome: 'matched' } & MatchedMember)
	| { outcome: NotMatchedOutcome; reason: string };

/** How the answer of one payer is read. */
export interface MatchReading {
	groupIdPath?: string;
	/** What a match must bring to be one. */
	identifiesBy?: MatchSettings['identifiesBy'];
	/** Where to look when there is nothing at the address (404). */
	places?: string;
}

/** The outcome of a member whose request is under way at the payer. */
export const STILL_MATCHING = 'still-matching';

/** What an outcome means, where the payer has no words of its own. */
export const PLAIN_REASON: Record<NotMatchedOutcome, string> = {
	'no-match': 'The payer found no member who fits.',
	'multiple-matches': 'The payer found more than one member who fits.',
	'consent-refused': "The payer cannot honour the member's consent.",
	refused: 'The payer refused the request and did not say why.',
};

const ABOUT_A_MEMBER = /member|patient|person|beneficiary|coverage|subscriber|match|consent/i;
/** A complaint about the address or the form of the request, not about a person. */
const ABOUT_THE_REQUEST = /\b(?:tenant|parameter|operation|endpoint|route|url|path)\b/i;
const ADDRESS = /\S*\/\S*|\$?member-match/gi;
const CONSENT_WORDS = /consent/i;
const SEVERAL_WORDS = /multiple|more than one|several|ambiguous|not unique|too many match/i;
const NONE_WORDS =
	/no (?:unique |single )?(?:match|member|patient|person|coverage|beneficiary)|not (?:be )?(?:found|matched|find|match)|could not find|cannot find|unable to (?:find|match|locate)|unknown (?:member|patient|person|coverage)|does not (?:exist|match)|unmatched|non-?matched/i;

/**
 * Judges the answer to `$member-match` (HRex: 200 with the result; 422 with an OperationOutcome for no match, several
 * matches and a consent that cannot be honoured; 1upHealth documents neither).
 *
 * An outcome is: a 2xx without a matched member; a 2xx, 400, 404 or 422 whose OperationOutcome names one of the three; any
 * other 422. Everything else is an error, among it a 400 or 404 without such words: that is a wrong tenant or path.
 *
 * @param known values of the request, taken out of what an error repeats of the payer's words
 * @throws ExchangeError where the answer is no outcome
 */
export function judgeMatch(
	reply: PayerReply,
	known: readonly unknown[],
	{
		groupIdPath,
		identifiesBy = 'group',
		places = `'Tenant' (a production client has other tenants than the sandbox) and the Gateway URL of the credential`,
	}: MatchReading = {},
): MatchVerdict {
	const issues = readIssues(reply.json);
	if (isSuccess(reply) && issues.length === 0) return judgeResult(reply, groupIdPath, identifiesBy);

	const outcome =
		isSuccess(reply) || [400, 404, 422].includes(reply.status) ? namedOutcome(reply) : undefined;
	if (outcome) return notMatched(outcome, reply);
	if (reply.status === 422) return notMatched('refused', reply);

	const words = payerMessageForError(reply.json, known);
	throw new ExchangeError(
		isSuccess(reply)
			? 'The payer answered the match request with a complaint instead of a result'
			: `The payer did not take the match request (HTTP ${reply.status})`,
		{
			httpStatus: reply.status,
			issueCode: issueCodeForError(reply.json),
			whatToDo: [
				words ? payerMessageSentence(words) : `It sent ${bodyKind(reply)}.`,
				reply.status === 404 ? `Check ${places}.` : '',
			]
				.filter(Boolean)
				.join(' '),
		},
	);
}

function judgeResult(
	reply: PayerReply,
	groupIdPath: string | undefined,
	identifiesBy: MatchSettings['identifiesBy'],
): MatchVerdict {
	const { groupId, notMatched: constrained } = readGroup(reply.json, groupIdPath);
	const member = identifiesBy === 'member' ? readMatchedMember(reply.json) : {};
	if (groupId) return { outcome: 'matched', groupId, ...member };
	if (constrained) return notMatched(constrained, reply);
	if (identifiesBy === 'member') {
		if (member.memberIdentifier ?? member.patientId) return { outcome: 'matched', ...member };
		throw new ExchangeError('The payer answered the match request, but named no member', {
			httpStatus: reply.status,
			whatToDo: `It sent ${bodyKind(reply)}. Looked for MemberIdentifier, MemberId, and: ${SHAPES_LOOKED_FOR}. Ask the payer which version of HRex it follows.`,
		});
	}
	throw new ExchangeError('The payer answered the match request, but without a group id', {
		httpStatus: reply.status,
		whatToDo: `It sent ${bodyKind(reply)}. Looked for: ${SHAPES_LOOKED_FOR}. If the id is elsewhere, name the place in Options > Group ID Path.`,
	});
}

function notMatched(outcome: NotMatchedOutcome, reply: PayerReply): MatchVerdict {
	return { outcome, reason: payerMessage(reply.json) ?? PLAIN_REASON[outcome] };
}

/** Issue types with which a server says that a consent stands in the way (R4 issue-type). */
const CONSENT_CODES = ['business-rule', 'suppressed', 'forbidden', 'security'];
/** Issue types with which a server says that something in the request is malformed, be it the Consent. */
const MALFORMED_CODES = ['invalid', 'structure', 'required', 'value', 'invariant', 'informational'];

/** The outcome that an OperationOutcome names, by its words first and its codes second. */
function namedOutcome(reply: PayerReply): NotMatchedOutcome | undefined {
	const issues = readIssues(reply.json);
	const words = issues
		.map((issue) => issue.text.replace(ADDRESS, ' '))
		.filter((text) => !ABOUT_THE_REQUEST.test(text))
		.join(' ');
	const has = (codes: string[]) => issues.some((issue) => codes.includes(issue.code));
	const refusable = reply.status === 400 ? has(CONSENT_CODES) : !has(MALFORMED_CODES);
	if (CONSENT_WORDS.test(words) && refusable) return 'consent-refused';
	if (ABOUT_A_MEMBER.test(words) && SEVERAL_WORDS.test(words)) return 'multiple-matches';
	if (ABOUT_A_MEMBER.test(words) && NONE_WORDS.test(words)) return 'no-match';
	if (has(['multiple-matches'])) return 'multiple-matches';
	// A bare not-found on 400 or 404 speaks of the address, not of a person.
	const speaksOfAPerson = isSuccess(reply) || reply.status === 422;
	return speaksOfAPerson && has(['not-found']) ? 'no-match' : undefined;
}
