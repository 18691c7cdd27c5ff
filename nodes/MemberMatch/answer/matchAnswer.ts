import { ExchangeError } from '../../shared/n8n/exchangeError';
import { issueCodeForError, payerMessage, readIssues } from '../../shared/fhir/operationOutcome';
import { describeAnswer } from '../../shared/http/describeAnswer';
import { bodyKind, isSuccess, type PayerReply } from '../../shared/http/reply';
import type { MatchSettings } from '../../shared/payers/payer';
import { whyAnotherPerson } from './answerPatients';
import { readGroup, SUPPORTED_SHAPES } from './groupId';
import { readMatchedMember, type MatchedMember, type ReadAgainst } from './matchedMember';

/** Why a member was not matched, according to the payer. */
export type NotMatchedOutcome = 'no-match' | 'multiple-matches' | 'consent-refused' | 'refused' | 'unclear';

/** The match result of one member. `reason` can contain PHI and is for data items only. */
export type MatchVerdict =
	| ({ outcome: 'matched' } & MatchedMember)
	| { outcome: NotMatchedOutcome; reason: string };

/** How to read a payer's response. */
export interface MatchReadOptions extends ReadAgainst {
	groupIdPath?: string;
	/** What a match must return. */
	identifiesBy?: MatchSettings['identifiesBy'];
	/** Whether errors repeat the payer's words. */
	showWords?: boolean;
	/** What to check after a 404; completes "Check …". */
	notFoundHint?: string;
}

/** The outcome of a member whose match job is still running. */
export const STILL_MATCHING = 'still-matching';

/** The reason for each outcome if the payer gives none. */
export const DEFAULT_REASONS: Record<NotMatchedOutcome, string> = {
	'no-match': 'The payer found no member who fits.',
	'multiple-matches': 'The payer found more than one member who fits.',
	'consent-refused': "The payer cannot honour the member's consent.",
	refused: 'The payer refused the request and did not say why.',
	unclear: "The payer's answer does not say clearly whether it found this member.",
};

const MEMBER_WORDS = /member|patient|person|beneficiary|coverage|subscriber|match|consent/i;
/** Words of issues about the request, not about a person. */
const REQUEST_WORDS = /\b(?:tenant|parameter|operation|endpoint|route|url|path)\b/i;
/** What a 404 or a 400 may be about in place of a person. */
const ADDRESS_WORDS = /\b(?:tenant|operation|endpoint|route|url|path)\b/i;
const PERSON_WORDS = /\b(?:members?|patients?|persons?|beneficiary|subscriber|enrollee|individual)\b/i;
/** HRex `$member-match`. */
const PARAMETER_NAMES =
	/\b(?:Member(?:Patient|Identifier|Id|Match)|Coverage(?:ToMatch|ToLink)|OldCoverage|NewCoverage)\b/g;
const OPERATION = /\$?member-match/gi;
const CONSENT_WORDS = /consent/i;
const MULTIPLE_WORDS = /multiple|more than one|several|ambiguous|not unique|too many match/i;
const NO_MATCH_WORDS =
	/no (?:unique |single )?(?:match|member|patient|person|coverage|beneficiary)|not (?:be )?(?:found|matched|find|match)|could not find|cannot find|unable to (?:find|match|locate)|unknown (?:member|patient|person|coverage)|does not (?:exist|match)|unmatched|non-?matched/i;

/**
 * Interprets the response to `$member-match` (HRex: 200 with the result; 422 with an OperationOutcome for no match, multiple
 * matches or a consent that cannot be honored; 1upHealth documents neither). Outcomes are: a 2xx without a matched member; a
 * 2xx, 400, 404 or 422 whose OperationOutcome describes one of the three; any other 422. Everything else is an error,
 * including any other 400 or 404, which means a wrong tenant or path.
 * @param known values of the request, masked in errors
 * @throws ExchangeError if the response is not an outcome
 */
export function judgeMatch(
	reply: PayerReply,
	known: readonly unknown[],
	{
		groupIdPath,
		identifiesBy = 'group',
		isOwn,
		asked,
		showWords = false,
		notFoundHint:
			places = `'Tenant' (a production client has other tenants than the sandbox) and the Gateway URL of the credential`,
	}: MatchReadOptions = {},
): MatchVerdict {
	const issues = readIssues(reply.json);
	if (isSuccess(reply) && issues.length === 0)
		return judgeResult(reply, groupIdPath, identifiesBy, { isOwn, asked });

	const outcome =
		isSuccess(reply) || [400, 404, 422].includes(reply.status) ? outcomeFromIssues(reply) : undefined;
	if (outcome) return notMatched(outcome, reply);
	if (reply.status === 422) return notMatched('refused', reply);

	throw new ExchangeError(
		isSuccess(reply)
			? 'The payer answered the match request with a complaint instead of a result'
			: `The payer did not take the match request (HTTP ${reply.status})`,
		{
			httpStatus: reply.status,
			issueCode: issueCodeForError(reply.json),
			whatToDo: [
				describeAnswer(reply, { known, show: showWords }),
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
	against: ReadAgainst,
): MatchVerdict {
	const member = identifiesBy === 'member' ? readMatchedMember(reply.json, against) : {};
	const another = against.asked && whyAnotherPerson(reply.json, against.asked, member.patientId);
	if (another !== undefined) return { outcome: 'unclear', reason: another };
	const { groupId, notMatched: constrained, several } = readGroup(reply.json, groupIdPath);
	if (several) return { outcome: 'unclear', reason: 'The payer names more than one group for this member.' };
	if (member.isSeveral)
		return { outcome: 'unclear', reason: 'The payer names more than one member in its answer.' };
	if (groupId) return { outcome: 'matched', groupId, ...member };
	if (constrained) return notMatched(constrained, reply);
	if (member.memberIdentifier ?? member.patientId) return { outcome: 'matched', ...member };
	const wanted =
		identifiesBy === 'member' ? `MemberIdentifier, MemberId, and: ${SUPPORTED_SHAPES}` : SUPPORTED_SHAPES;
	if (reply.json !== undefined) {
		return {
			outcome: 'unclear',
			reason: `The payer's answer names neither member nor group. Looked for: ${wanted}.`,
		};
	}
	// No answer of the payer, but of a proxy or a sign-in page on the way.
	throw new ExchangeError(
		`The payer answered the match request, but ${identifiesBy === 'member' ? 'named no member' : 'without a group id'}`,
		{
			httpStatus: reply.status,
			whatToDo: `It sent ${bodyKind(reply)}. Looked for: ${wanted}. Check the address in the credential, and what stands between n8n and the payer.`,
		},
	);
}

/** The text without words that hold a slash, such as a URL, and without the name of the operation. */
function withoutAddresses(text: string): string {
	return text.replace(/\S+/g, (word) => (word.includes('/') ? ' ' : word)).replace(OPERATION, ' ');
}

function notMatched(outcome: NotMatchedOutcome, reply: PayerReply): MatchVerdict {
	return { outcome, reason: payerMessage(reply.json) ?? DEFAULT_REASONS[outcome] };
}

/** Issue types for a refused consent (R4 issue-type). */
const CONSENT_CODES = ['business-rule', 'suppressed', 'forbidden', 'security'];
/** Issue types for a malformed request, including a malformed Consent. */
const MALFORMED_CODES = ['invalid', 'structure', 'required', 'value', 'invariant', 'informational'];

/**
 * The outcome described by an OperationOutcome. At a 2xx and a 422, the payer has looked: a code that names the outcome counts before any
 * word. At a 400 and a 404, the code not-found may be about the address, and words alone about anything: nobody was found only where both
 * say so.
 */
function outcomeFromIssues(reply: PayerReply): NotMatchedOutcome | undefined {
	const issues = readIssues(reply.json);
	const texts = issues.map((issue) => withoutAddresses(issue.text));
	const words = texts.filter((text) => !REQUEST_WORDS.test(text)).join(' ');
	const hasCode = (codes: string[]) => issues.some((issue) => codes.includes(issue.code));
	const hasLooked = isSuccess(reply) || reply.status === 422;
	if (hasLooked && hasCode(['multiple-matches'])) return 'multiple-matches';
	if (hasLooked && hasCode(['not-found'])) return 'no-match';
	const canBeConsent = reply.status === 400 ? hasCode(CONSENT_CODES) : !hasCode(MALFORMED_CODES);
	if (CONSENT_WORDS.test(words) && canBeConsent) return 'consent-refused';
	if (MEMBER_WORDS.test(words) && MULTIPLE_WORDS.test(words)) return 'multiple-matches';
	if (hasCode(['multiple-matches'])) return 'multiple-matches';
	if (hasLooked) return MEMBER_WORDS.test(words) && NO_MATCH_WORDS.test(words) ? 'no-match' : undefined;
	return hasCode(['not-found']) && texts.some(isAboutPerson) ? 'no-match' : undefined;
}

/** Names of the request's parameters are no words about a member, and a plan that is not there is no person. */
function isAboutPerson(text: string): boolean {
	const plain = text.replace(PARAMETER_NAMES, ' ');
	return PERSON_WORDS.test(plain) && NO_MATCH_WORDS.test(plain) && !ADDRESS_WORDS.test(plain);
}
