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

/** Words of columns that name a health plan, and those beside them that do not make it something else, such as a plan's phone. */
const PLAN_WORDS = new Set(['plan', 'payer', 'payor', 'carrier', 'insurer', 'insurance', 'mco', 'hmo']);
const BESIDE_PLAN = new Set(`health medical name company co organization org the of past last`.split(' '));

const PLAN_NUMBERS = new Set(['id', 'no', 'number', 'nbr', 'num', 'code']);

/** Whether a column with these words, in small letters, can only be about a health plan. */
export function isAboutPlan(words: readonly string[]): boolean {
	const isSide = (word: string) => SIDES.some((side) => side.toLowerCase() === word);
	// Previous Payer ID names a payer. Plan ID and Insurance No are facts of a coverage, and a bare Payer ID is the clearing house's.
	const takesNumber = words.some(isSide) && !words.includes('plan') && !words.includes('insurance');
	const isOfPlan = (word: string) =>
		PLAN_WORDS.has(word) ||
		BESIDE_PLAN.has(word) ||
		isSide(word) ||
		/^\d$/.test(word) ||
		(takesNumber && PLAN_NUMBERS.has(word));
	return words.some((word) => PLAN_WORDS.has(word)) && words.every(isOfPlan);
}

/** A column that can contradict a field: both are known, and what is read for the field need not be true. */
export interface Rival {
	names: readonly string[];
	/** Whether what the column says, in small letters and without spaces and signs, speaks against the field. What is equal to the field's value does not. */
	contradicts(text: string): boolean;
}

/** Columns that say that a consent no longer holds, unless they say no. */
const WITHDRAWALS = [
	...combined(['Consent'], ['Revoked', 'Withdrawn', 'Revocation', 'Withdrawal'], ['', 'Date', 'On']),
	...combined(['Revoked', 'Revocation', 'Withdrawn', 'Withdrawal'], ['Date', 'On']),
	...combined(['Opt Out', 'Opted Out'], ['', 'Date']),
];
/** Columns that say whether there is a consent. */
const CONSENT_STATES = [
	'Consent Status',
	'Consent State',
	'Consent Given',
	'Consent on File',
	'Consent Active',
	'Consented',
	'Opt In',
	'Opted In',
	'Opt In Status',
];
const NO = new Set(['n', 'no', 'false', 'f', '0']);
const NO_CONSENT = new Set(
	`revoked withdrawn expired inactive ended terminated declined denied refused rejected cancelled canceled pending draft proposed
	out optout optedout notgiven notdone enteredinerror`.split(/\s+/),
);

/** Columns of a roster that speak against its consent, whatever its last day. */
export const againstConsent: readonly Rival[] = [
	{ names: WITHDRAWALS, contradicts: (text) => !NO.has(text) && !/^0*$/.test(text) },
	{ names: CONSENT_STATES, contradicts: (text) => NO.has(text) || NO_CONSENT.has(text) },
];

/**
 * Columns that say what Coverage ID, the field's own name, does not: that they are of the plan before. A subscriber's number is not among
 * them: a family can have one besides.
 */
export const againstCoverageId: Rival = {
	names: combined(SIDES, ['Member', 'Mbr', 'Policy', 'Coverage', 'Insurance'], NUMBERS),
	contradicts: () => true,
};
