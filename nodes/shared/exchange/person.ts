import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from '../fhir/json';
import { familyNameForms, givenNameForms, isNewbornPlaceholder } from '../fhir/names';

/**
 * Who somebody is, as far as it can be compared: sets of tokens, each with its kind (`f:` family name, `g:` given name, `i:` initial,
 * `n:` a newborn's placeholder, `y:`, `m:`, `d:` the birth date). Tokens can be replaced by hashes; the comparison is the same.
 */
export interface Person {
	familyNames: ReadonlySet<string>;
	givenNames: ReadonlySet<string>;
	initials: ReadonlySet<string>;
	/** `n:` if a given name is a newborn's placeholder, and what tells twins apart (`n:a`, `n:girl`). */
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
/** Most names and identifiers of a Patient that are read. */
const MAX_ENTRIES = 50;

/**
 * Reads a FHIR Patient, with all its names: maiden and old ones too.
 * @param shared values that a whole family can have, such as the subscriber id: they name nobody
 */
export function personOf(patient: IDataObject, shared: ReadonlySet<string> = new Set()): Person {
	const names = objectsOf(patient.name).slice(0, MAX_ENTRIES);
	const families = names.flatMap((name) => textOf(name.family) ?? wordsWithoutFamily(name));
	const givens = names.flatMap((name) => {
		const list = (Array.isArray(name.given) ? name.given : [])
			.slice(0, MAX_ENTRIES)
			.flatMap((each) => textOf(each) ?? []);
		return list.length > 0 ? list : wordsWithoutFamily(name);
	});
	const givenForms = givens.flatMap(givenNameForms);
	return {
		familyNames: tokens('f:', families.flatMap(familyNameForms)),
		givenNames: tokens('g:', givenForms),
		initials: tokens(
			'i:',
			givenForms.map((form) => Array.from(form)[0]),
		),
		newborn: new Set(
			givens.some(isNewbornPlaceholder)
				? [NEWBORN, ...tokens(NEWBORN, givenForms.filter(tellsTwinsApart))]
				: [],
		),
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
		return (
			asked.newborn.size > 1 &&
			found.newborn.size > 1 &&
			!overlaps(without(asked.newborn), without(found.newborn))
		);
	}
	if (asked.newborn.size > 0 || found.newborn.size > 0) return false;
	return (
		compareSets(asked.givenNames, found.givenNames) === 'differs' &&
		compareSets(asked.initials, found.initials) === 'differs'
	);
}

function without(newborn: ReadonlySet<string>): Set<string> {
	return new Set([...newborn].filter((token) => token !== NEWBORN));
}

function overlaps(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
	for (const each of one) if (other.has(each)) return true;
	return false;
}

function tokens(kind: string, values: readonly string[]): Set<string> {
	return new Set(values.map((value) => kind + value));
}

function tellsTwinsApart(form: string): boolean {
	return /^(?:boy|girl|[abc123]|one|two|three)$/.test(form);
}

const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:$|T)/;

/** A FHIR date (also a year or a month, or with a time) as tokens. */
function birthDateTokens(value: unknown): string[] {
	const [, ...parts] = DATE.exec(typeof value === 'string' ? value.trim() : '') ?? [];
	return parts.flatMap((part, index) => (part === undefined ? [] : [`${'ymd'[index]}:${part}`]));
}

/** The words of `HumanName.text`, where the parts are not given. */
function wordsWithoutFamily({ family, text }: IDataObject): string[] {
	return textOf(family) === undefined ? (textOf(text)?.split(/\s+/).slice(0, MAX_ENTRIES) ?? []) : [];
}

/** Subscriber number (v2-0203): a family shares it. */
function isSubscriberNumber({ type }: IDataObject): boolean {
	return isObject(type) && objectsOf(type.coding).some(({ code }) => code === 'SN');
}
