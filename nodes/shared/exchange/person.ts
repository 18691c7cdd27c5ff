import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from '../fhir/json';
import { familyNameForms, givenNameForms, newbornPlaceholder } from '../fhir/names';

/**
 * Who somebody is, as far as it can be compared: sets of tokens, each with its kind (`f:` family name, `g:` given name, `i:` initial,
 * `n:` a newborn's placeholder (`n:s:` sex, `n:t:` number), `y:`, `m:`, `d:` the birth date). Tokens can be replaced by hashes; the comparison is the same.
 */
export interface Person {
	familyNames: ReadonlySet<string>;
	givenNames: ReadonlySet<string>;
	initials: ReadonlySet<string>;
	/** `n:` if a given name is a newborn's placeholder, and what tells twins apart. */
	newborn: ReadonlySet<string>;
	/** Year, month and day, as far as they are known. */
	birthDate: readonly string[];
	/** Identifiers that name one person: `system|value`, or `value` where there is no system. */
	identifiers: ReadonlySet<string>;
	/** Their values alone. */
	identifierValues: ReadonlySet<string>;
}

/** Whether two descriptions are of one person. */
export type Verdict = 'same' | 'other' | 'unclear';

/** A verdict and its reason in fixed words. */
export interface Judgement {
	verdict: Verdict;
	reason: keyof typeof REASONS;
}

/** Each reason as a clause. */
export const REASONS = {
	'birth-date-differs': 'the birth date differs',
	'family-name-differs': 'the family name differs',
	'given-name-differs': 'the given name differs, as twins have it',
	'too-little-known': 'names and birth date are not known on both sides',
	fits: 'names and birth date fit',
	'identifier-fits': 'the birth date and an identifier of the member fit',
} as const;

const NEWBORN = 'n:';
/** Most identifiers of a Patient that are read. */
const MAX_ENTRIES = 50;
/** Most names of a Patient that are read, and most family and given names of them all. */
const MAX_NAMES = 12;

/**
 * Reads a FHIR Patient, with all its names: maiden and old ones too.
 * @param shared values that a whole family can have, such as the subscriber id: they name nobody
 */
export function personOf(patient: IDataObject, shared: ReadonlySet<string> = new Set()): Person {
	const names = objectsOf(patient.name).slice(0, MAX_NAMES).map(partsOf);
	const families = names.flatMap((name) => name.families).slice(0, MAX_NAMES);
	const givens = names.flatMap((name) => name.givens).slice(0, MAX_NAMES);
	const givenForms = givens.flatMap(givenNameForms);
	return {
		familyNames: tokens('f:', families.flatMap(familyNameForms)),
		givenNames: tokens('g:', givenForms),
		initials: tokens(
			'i:',
			givenForms.map((form) => Array.from(form)[0]),
		),
		newborn: newbornTokens(givens),
		birthDate: birthDateTokens(patient.birthDate),
		...identifiersOf(patient.identifier, shared),
	};
}

/**
 * Judges whether a Patient that came is the person who was asked for.
 *
 * - Birth dates that differ, as far as both are known, are two persons, whatever else fits: a family shares names and numbers.
 * - A family name that does not fit may be a marriage: unclear, unless an identifier that names one person fits.
 * - Given names without one name or initial in common may be twins: unclear, except a newborn who had no name yet.
 * - Gender never decides. Too little known on either side is unclear, never same.
 */
export function judgePerson(asked: Person, found: Person): Judgement {
	const birth = compareBirthDates(asked.birthDate, found.birthDate);
	if (birth === 'differs') return { verdict: 'other', reason: 'birth-date-differs' };
	// Where we sent no system, the value alone is compared.
	const hasIdentifier =
		overlaps(asked.identifiers, found.identifiers) || overlaps(asked.identifiers, found.identifierValues);
	const family = compareSets(asked.familyNames, found.familyNames);
	if (family === 'differs' && !hasIdentifier) return { verdict: 'unclear', reason: 'family-name-differs' };
	if (haveDifferentGivenNames(asked, found)) return { verdict: 'unclear', reason: 'given-name-differs' };
	if (hasIdentifier) return { verdict: 'same', reason: 'identifier-fits' };
	return birth === 'fits' && family === 'fits'
		? { verdict: 'same', reason: 'fits' }
		: { verdict: 'unclear', reason: 'too-little-known' };
}

/** Whether a judgement speaks against one person, and is not only a lack of knowledge. */
export function isContradiction({ verdict, reason }: Judgement): boolean {
	return verdict !== 'same' && reason !== 'too-little-known';
}

/** The identifiers of a Patient that name one person. */
function identifiersOf(
	list: unknown,
	shared: ReadonlySet<string>,
): Pick<Person, 'identifiers' | 'identifierValues'> {
	const personal = objectsOf(list)
		.slice(0, MAX_ENTRIES)
		.filter((identifier) => !isSubscriberNumber(identifier))
		.map(({ system, value }) => ({ system: textOf(system), value: textOf(value) ?? '' }))
		.filter(({ value }) => value !== '' && !shared.has(value));
	return {
		identifiers: new Set(
			personal.map(({ system, value }) => (system === undefined ? value : `${system}|${value}`)),
		),
		identifierValues: new Set(personal.map(({ value }) => value)),
	};
}

type Comparison = 'fits' | 'differs' | 'unknown';

/** Compares as far as both sides are known: a year and a month with a full date by year and month. */
function compareBirthDates(asked: readonly string[], found: readonly string[]): Comparison {
	if (asked.length === 0 || found.length === 0) return 'unknown';
	const isEqual = asked.every((token, index) => index >= found.length || token === found[index]);
	return isEqual ? 'fits' : 'differs';
}

function compareSets(asked: ReadonlySet<string>, found: ReadonlySet<string>): Comparison {
	if (asked.size === 0 || found.size === 0) return 'unknown';
	return overlaps(asked, found) ? 'fits' : 'differs';
}

function haveDifferentGivenNames(asked: Person, found: Person): boolean {
	if (asked.newborn.size > 0 && found.newborn.size > 0) {
		// Twin A and Twin B, Baby Boy and Baby Girl.
		return ['s', 't'].some((kind) => differs(asked.newborn, found.newborn, kind));
	}
	if (asked.newborn.size > 0 || found.newborn.size > 0) return false;
	return (
		compareSets(asked.givenNames, found.givenNames) === 'differs' &&
		compareSets(asked.initials, found.initials) === 'differs'
	);
}

function differs(asked: ReadonlySet<string>, found: ReadonlySet<string>, kind: string): boolean {
	const ofKind = (tokens: ReadonlySet<string>) =>
		new Set([...tokens].filter((token) => token.startsWith(`${NEWBORN}${kind}:`)));
	return compareSets(ofKind(asked), ofKind(found)) === 'differs';
}

function overlaps(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
	for (const each of one) if (other.has(each)) return true;
	return false;
}

function tokens(kind: string, values: readonly string[]): Set<string> {
	return new Set(values.map((value) => kind + value));
}

/** `n:` for a newborn without a name, with what tells twins apart: `n:s:girl`, `n:t:1`. */
function newbornTokens(givens: readonly string[]): Set<string> {
	// Together, since `Twin` and `A` may be two names of a list.
	const read = newbornPlaceholder(givens.join(' '));
	if (!read) return new Set();
	const { sex, mark } = read;
	return new Set([NEWBORN, ...(sex ? [`${NEWBORN}s:${sex}`] : []), ...(mark ? [`${NEWBORN}t:${mark}`] : [])]);
}

const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:$|T)/;

/** A FHIR date (also a year or a month, or with a time) as tokens. */
function birthDateTokens(value: unknown): string[] {
	const [, ...parts] = DATE.exec(typeof value === 'string' ? value.trim() : '') ?? [];
	return parts.flatMap((part, index) => (part === undefined ? [] : [`${'ymd'[index]}:${part}`]));
}

/**
 * The family and given names of one HumanName. Where it has text only, the family name is what stands before a comma, else the last word;
 * all words but the first can be a family name of two parts.
 */
function partsOf({ family, given, text }: IDataObject): { families: string[]; givens: string[] } {
	const stated = textOf(family);
	const list = (Array.isArray(given) ? given : [given])
		.slice(0, MAX_NAMES)
		.flatMap((each) => textOf(each) ?? []);
	const whole = (textOf(text) ?? '').slice(0, MAX_TEXT_CHARS);
	const [before, after] = whole.split(',');
	const words = (after === undefined ? whole : after).split(/\s+/).filter(Boolean).slice(0, MAX_NAMES);
	const families = after === undefined ? [words.at(-1) ?? '', words.slice(1).join(' ')] : [before];
	const firstWords = after === undefined ? words.slice(0, Math.max(words.length - 1, 0)) : words;
	if (stated === undefined)
		return { families: families.filter(Boolean), givens: list.length > 0 ? list : firstWords };
	return { families: [stated], givens: list.length > 0 ? list : withoutWordsOf(stated, firstWords) };
}

const MAX_TEXT_CHARS = 200;

function withoutWordsOf(family: string, words: readonly string[]): string[] {
	const known = new Set(familyNameForms(family));
	return words.filter((word) => !familyNameForms(word).some((form) => known.has(form)));
}

/** Subscriber number (v2-0203): a family shares it. */
function isSubscriberNumber({ type }: IDataObject): boolean {
	return isObject(type) && objectsOf(type.coding).some(({ code }) => code === 'SN');
}
