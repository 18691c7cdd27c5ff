/** The words of which columns of rosters are named, and columns that speak against a field. */

/** Words for the plan that is asked: the one before, or the other one that the member has. */
export const SIDES = ['Previous', 'Prev', 'Prior', 'Old', 'Former', 'Other'];
export const PLANS = ['Plan', 'Health Plan', 'Payer', 'Carrier', 'Insurer', 'Insurance'];
/** Whose name, birth date or sex it is, in front of that. A subscriber may be somebody else. */
export const PEOPLE = ['Member', 'Mbr', 'Mem', 'Patient', 'Pt', 'Enrollee'];
export const NUMBERS = ['ID', 'No', 'Number', 'Nbr', 'Num'];

/** Every combination of the words, e.g. Previous Plan, Previous Payer, Prior Plan, … */
export function combined(...lists: ReadonlyArray<readonly string[]>): string[] {
	return lists.reduce<string[]>(
		(begun, words) => begun.flatMap((start) => words.map((word) => `${start} ${word}`.trim())),
		[''],
	);
}

const setOf = (words: string) => new Set(words.split(/\s+/));

/** Words of columns that name a health plan, or its tenant at the gateway. */
const PLAN_WORDS = setOf('plan plans pln payer payor carrier insurer insurance ins insur mco hmo ppo tenant');
const SIDE_WORDS = new Set(SIDES.map((side) => side.toLowerCase()));
/** Words for the plan before that are not read. */
const OTHER_SIDES = setOf(
	'last past earlier preceding losing relinquishing sending transferring transferred source disenrolled disenrolling primary secondary concurrent cob',
);
/** Words beside them that do not make it something else, such as a plan's phone. */
const BESIDE_PLAN = setOf(
	'health medical medicare medicaid commercial ma name nm company co organization org provider the of any if s',
);
/** Words that can only be about a plan beside one that says which side it is of: Prior Coverage, Member's Previous Plan. */
const BESIDE_SIDE = setOf('coverage cov member members mbr patient patients enrollee');

const PLAN_NUMBERS = setOf('id no number nbr num code');

/** Whether a column with these words, in small letters, can only be about a health plan. */
export function isAboutPlan(words: readonly string[]): boolean {
	const isRead = (word: string) => SIDE_WORDS.has(word);
	const isSide = (word: string) => OTHER_SIDES.has(word) || isRead(word);
	const hasSide = words.some(isSide);
	// Previous Payer ID names a payer. Plan ID and Insurance No are facts of a coverage, and a bare Payer ID is the clearing house's.
	const takesNumber =
		words.includes('tenant') ||
		(hasSide && !['plan', 'insurance', 'coverage', 'member'].some((word) => words.includes(word)));
	const isOfPlan = (word: string) =>
		PLAN_WORDS.has(word) ||
		BESIDE_PLAN.has(word) ||
		isSide(word) ||
		/^\d$/.test(word) ||
		(hasSide && (BESIDE_SIDE.has(word) || word === 'code')) ||
		(takesNumber && PLAN_NUMBERS.has(word));
	const namesPlan = (word: string) => PLAN_WORDS.has(word) || (word === 'coverage' && words.some(isRead));
	return words.some(namesPlan) && words.every(isOfPlan);
}

/** A column that can contradict a field: both are known, and what is read for the field need not be true. */
export interface Rival {
	/** Whether a column is one, by the words of its name in small letters. */
	isNamed(words: readonly string[]): boolean;
	/** Whether what the column says, in words of small letters, speaks against the field. What is equal to the field's value does not. */
	contradicts(words: readonly string[]): boolean;
	/** It does so too where the field is filled in. Where it does not, filling the field in decides which of both counts. */
	isAboutFilledToo?: boolean;
}

/** What a column about a consent is called besides: whose it is, how it came, that it is a flag. Not Email, Text, Marketing: those are other consents. */
const BESIDE_CONSENT = setOf(
	`consent consents consented consenting opt opted optin optedin member members mbr mem patient patients enrollee has have is was the a of by on in to for
	given obtained received signed collected captured recorded granted provided file record active valid current effective status state flag ind
	indicator response decision choice election answer yes no y n yn true false t f code cd p2p payer exchange data health information info release
	share sharing disclosure s`,
);
/** Words of a column that says that a consent no longer holds, or was never given. */
const WITHDRAWAL = setOf(
	`revoked revoke revokes revocation withdrawn withdraw withdrew withdrawal cancelled canceled cancellation cancel rescinded rescission
	declined decline denied refused refusal optout optedout`,
);
const BESIDE_WITHDRAWAL = setOf('out date dt day time at reason when effective');
/** Of these words alone, a column need not be about a consent: Cancelled can be the coverage. */
const WITHDRAWN_ALONE = setOf('revoked revocation withdrawn withdrawal optout optedout');

const has = (words: readonly string[], word: string) => words.includes(word);
const optsOut = (words: readonly string[]) =>
	(has(words, 'opt') || has(words, 'opted')) && has(words, 'out') && !has(words, 'in');
const isAboutConsent = (words: readonly string[]) =>
	words.some((word) => ['consent', 'consents', 'consented', 'optin', 'optedin'].includes(word)) ||
	((has(words, 'opt') || has(words, 'opted')) &&
		words.some((word) => ['in', 'status', 'out'].includes(word)));

/** Columns that say that a consent no longer holds, unless they say no. */
function isWithdrawal(words: readonly string[]): boolean {
	const isOne = optsOut(words) || words.some((word) => WITHDRAWAL.has(word));
	const isOfConsent = isAboutConsent(words) || words.some((word) => WITHDRAWN_ALONE.has(word));
	const isKnown = (word: string) =>
		BESIDE_CONSENT.has(word) || WITHDRAWAL.has(word) || BESIDE_WITHDRAWAL.has(word);
	return isOne && isOfConsent && words.every(isKnown);
}

/** Columns that say whether there is a consent. */
function isConsentState(words: readonly string[]): boolean {
	return (
		isAboutConsent(words) &&
		!isWithdrawal(words) &&
		words.every((word) => BESIDE_CONSENT.has(word) || word === 'out')
	);
}

const NO = setOf('no not never false');
/** As the whole value, or before words that say the same: N - Declined. */
const NO_CODES = setOf('n f 0');
const NO_CONSENT = setOf(
	`revoked revoke withdrawn withdrew withdraw expired inactive ended terminated declined decline denied deny refused refuse rejected reject
	cancelled canceled rescinded pending requested draft proposed out optout optedout unsigned lapsed void voided invalid suspended superseded
	missing incomplete error blocked`,
);
const NOTHING = /^0+$/;

/** Whether the words say that there is no consent: No, Not signed, Opted out; but not Not revoked. */
function saysNo(words: readonly string[]): boolean {
	const [first = '', ...rest] = words;
	if (NO_CODES.has(first)) return rest.every((word) => NO.has(word) || NO_CONSENT.has(word));
	const isNegated = NO.has(first);
	const isDenied = (isNegated ? rest : words).some((word) => NO_CONSENT.has(word));
	return isNegated !== isDenied;
}

/** Whether a column of withdrawals says that there was none. */
function saysNotWithdrawn(words: readonly string[]): boolean {
	const isIn = ['in', 'optin', 'optedin', 'active'].some((word) => has(words, word));
	const [first = ''] = words;
	return NO.has(first) || NO_CODES.has(first) || isIn || words.every((word) => NOTHING.test(word));
}

/** Columns of a roster that speak against its consent, whatever its last day, and wherever that comes from. */
export const againstConsent: readonly Rival[] = [
	{
		isNamed: isWithdrawal,
		contradicts: (words) => !saysNotWithdrawn(words),
		isAboutFilledToo: true,
	},
	{ isNamed: isConsentState, contradicts: saysNo, isAboutFilledToo: true },
];

const COVERED = setOf('member mbr mem policy coverage insurance ins');
const NUMBER_WORDS = setOf('id no number nbr num');
const BESIDE_NUMBER = setOf('plan payer carrier insurer health at of with the for from');

/**
 * Columns that say what Coverage ID, the field's own name, does not: that they are of the plan before. A subscriber's number is not among
 * them: a family can have one besides.
 */
export const againstCoverageId: Rival = {
	isNamed: (words) =>
		[SIDE_WORDS, COVERED, NUMBER_WORDS].every((some) => words.some((word) => some.has(word))) &&
		words.every((word) => [SIDE_WORDS, COVERED, NUMBER_WORDS, BESIDE_NUMBER].some((some) => some.has(word))),
	contradicts: () => true,
};
