/**
 * The payer's free text as it may stand in a data item: without markup, links and control characters, and of limited length. In errors,
 * hints and log lines it does not stand at all; there a fixed sentence says what its issue code means.
 */

/** Most characters of a payer's text in a data item, with the `…` of a cut. */
const MAX_WORDS_CHARS = 1_000;
/** Most characters that are processed. */
const MAX_READ_CHARS = 4_000;
/** How often a text can be escaped for HTML. */
const MAX_DECODINGS = 3;

const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|amp|quot|apos|nbsp|colon|sol));?/gi;
const NAMED: Record<string, string> = {
	lt: '<',
	gt: '>',
	amp: '&',
	quot: '"',
	apos: "'",
	nbsp: ' ',
	colon: ':',
	sol: '/',
};
/** A tag, also one that does not end. Each stops at the next `<`, so that the search is linear. */
const TAG = /<[/!?a-z][^<>]*>?/gi;
/** `[text](address)` and `![text](address)`. */
const MARKDOWN_LINK = /!?\[([^[\]]*)\]\s?\([^()]*\)/g;
/** Control characters, line ends, and characters that change the direction of the text or cannot be seen. */
const INVISIBLE =
	/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]+/gu;
/** The beginning of an address that a program may turn into a link. Tried on one word at a time. */
const LINK_START =
	/^(?:www\.|(?:javascript|vbscript|data|mailto|tel|file|blob):|\/\/|[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,24}(?::\d+)?\/)/iu;
const BEFORE_LINK = /^[^\p{L}\p{N}/]+/u;
/** What a link may stand behind without a space. */
const BETWEEN_WORDS = /[,;:=|"'()[\]]+/;

/**
 * A text of the payer without markup and links.
 * @param maxChars where a longer text is cut; `…` is appended
 */
export function plainWords(text: string, maxChars = MAX_WORDS_CHARS - 1): string {
	const decoded = decodeEntities(text.slice(0, MAX_READ_CHARS).replace(INVISIBLE, ' '));
	const plain = decoded
		.replace(INVISIBLE, ' ')
		.replace(TAG, ' ')
		.replace(MARKDOWN_LINK, '$1')
		// What is left of links inside of each other.
		.replaceAll('](', '] (')
		.replaceAll('<', '‹')
		.replaceAll('>', '›')
		.split(/\s+/)
		.map((word) => (isLink(word) ? '[link]' : word))
		.join(' ')
		.trim();
	return plain.length > maxChars ? `${plain.slice(0, maxChars)}…` : plain;
}

function isLink(word: string): boolean {
	if (word.includes('://') || /(?:javascript|vbscript|data):/i.test(word)) return true;
	const parts = [word, ...word.split(BETWEEN_WORDS)];
	return parts.some((part) => LINK_START.test(part.replace(BEFORE_LINK, '')));
}

function decodeEntities(text: string): string {
	let decoded = text;
	for (let times = 0; times < MAX_DECODINGS && decoded.includes('&'); times += 1) {
		decoded = decoded.replace(ENTITY, (whole, decimal?: string, hex?: string, name = '') =>
			decimal === undefined && hex === undefined
				? (NAMED[String(name).toLowerCase()] ?? whole)
				: characterOf(decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal)),
		);
	}
	return decoded;
}

function characterOf(code: number): string {
	return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
}

/** What each issue type of R4 means (required binding of OperationOutcome.issue.code); completes "… the code not-found: ". */
const ISSUE_TYPES: Readonly<Record<string, string>> = {
	invalid: 'it finds the request invalid',
	structure: 'it finds the request badly formed',
	required: 'it misses something in the request',
	value: 'it does not accept a value of the request',
	invariant: 'the request breaks one of its rules',
	security: 'it does not allow this',
	login: 'it wants the client to sign in',
	unknown: 'it does not know who the client is',
	expired: 'the sign-in has expired',
	forbidden: 'it does not allow this',
	suppressed: 'it keeps some of the information back',
	processing: 'it could not process the request',
	'not-supported': 'it does not support this',
	duplicate: 'it has this already',
	'multiple-matches': 'several fit',
	'not-found': 'it does not have what was asked for',
	deleted: 'it has deleted what was asked for',
	'too-long': 'something in the request is too long',
	'code-invalid': 'it does not know a code of the request',
	extension: 'it does not accept an extension of the request',
	'too-costly': 'the request is too large for it',
	'business-rule': 'one of its business rules forbids this',
	conflict: 'the request conflicts with its state',
	transient: 'it has a passing problem',
	'lock-error': 'what was asked for is in use',
	'no-store': 'its store is not to be had at the moment',
	exception: 'it had an internal error',
	timeout: 'it took too long',
	incomplete: 'it could only do a part',
	throttled: 'it is asked too often',
	informational: 'it only informs',
};

/** Whether a code is an R4 issue type. Any other text in its place may be PHI. */
export function isIssueType(code: string): boolean {
	return Object.hasOwn(ISSUE_TYPES, code);
}

/** A sentence about an issue type. */
export function issueSentence(code: string): string {
	return `It gives the code ${code}: ${ISSUE_TYPES[code] ?? 'it refuses'}.`;
}
