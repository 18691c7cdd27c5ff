import type { IDataObject } from 'n8n-workflow';
import { isObject, tryParseJson } from '../fhir/json';
import { MEMBER_COLUMNS, type ColumnField } from './columnFields';
import { columnKey, rememberedByName, wordsOf } from './columnKey';
import {
	ColumnProblem,
	contradicted,
	emptyBeside,
	nearMiss,
	noConsent,
	severalPersons,
	severalRows,
	twoThatDiffer,
	unlistedName,
} from './columnProblems';
import type { Rival } from './columnWords';
import { asSeen, isFiller } from './rosterValues';

/** A column of a row: its name as it stands there (`member.firstName` where an object of the row holds it), and its value. */
export interface Column {
	name: string;
	value: unknown;
	/** The name without the path of the object. */
	header: string;
	/** Another column of the same header stands before it: n8n calls it `DOB_1`, as SheetJS does. */
	isRepeated: boolean;
}

/** The columns of a row. */
export interface Columns {
	/** By {@link columnKey}, in the order of the row. */
	byKey: ReadonlyMap<string, readonly Column[]>;
	/** Why what is not found cannot be looked for further inside. */
	problem?: ColumnProblem;
}

/** The column of a field, why none can be read, or undefined if no column has one of its names. */
export type Found = Column | ColumnProblem | undefined;

/** Says whether there is a plan, and not which. */
const IS_FLAG = /^(?:y|n|yes|no|true|false|0|1)$/i;
/** Without a character that {@link asSeen} could take out: nearly all cells. */
const IS_PLAIN = /^[ -~]*$/;

/** Whether a cell holds nothing, or a word for nothing, such as N/A. */
export function isEmptyCell(value: unknown): boolean {
	if (typeof value === 'string') {
		const text = IS_PLAIN.test(value) ? value : String(asSeen(value));
		return text.trim() === '' || isFiller(text);
	}
	return value === undefined || value === null;
}

/** The columns of an item itself. @param ignored names of columns that are not to be read */
export function columnsOf(json: IDataObject, ignored: readonly string[] = []): Columns {
	const unread = new Set(ignored.map(columnKey));
	return { byKey: indexed([readableColumns({ path: [], json }, unread)]) };
}

/**
 * The columns of a row about a member. Where the row itself does not describe a person and one object in it does (`member.firstName`, or
 * `body` of a webhook), the columns of that object count too, before those around it.
 *
 * @param ignored names of columns that are not to be read
 */
export function memberColumnsOf(json: IDataObject, ignored: readonly string[] = []): Columns {
	const unread = new Set(ignored.map(columnKey));
	const own = readableColumns({ path: [], json }, unread);
	if (own.some(isOfPerson)) return { byKey: indexed([own]) };
	const persons = objectsIn(json, [])
		.map((each) => ({ ...each, columns: readableColumns(each, unread) }))
		.filter(({ columns }) => columns.some(isOfPerson));
	const [person, ...others] = persons;
	if (person === undefined) {
		const list = listOfRows(json, []);
		return { byKey: indexed([own]), ...(list && { problem: severalRows(list) }) };
	}
	if (others.length > 0) {
		return { byKey: indexed([own]), problem: severalPersons(persons.map(({ path }) => path.join('.'))) };
	}
	const around = person.around.map((each) => readableColumns(each, unread));
	return { byKey: indexed([person.columns, ...around]) };
}

/** The columns without those whose header stands there a second time. */
export function firstOfEachHeader({ byKey, problem }: Columns): Columns {
	const first = [...byKey].map(([key, columns]): [string, Column[]] => [
		key,
		columns.filter(({ isRepeated }) => !isRepeated),
	]);
	return { byKey: new Map(first), problem };
}

/**
 * Finds the column of a field: one of its own names, and only where there is none, one of its synonyms. Nothing is guessed by similarity. An
 * empty column gives way to another of the same rank; two that differ are a problem, and so is an own name that is empty where a synonym is not.
 */
export function findColumn({ byKey, problem }: Columns, field: ColumnField): Found {
	const { names, synonyms = [], nearMisses = [], rivals = [] } = field;
	const named = (rank: readonly string[]) => namedBy(byKey, keysOf(rank));
	const filled = (rank: readonly string[]) => named(rank).filter(({ value }) => !isEmptyCell(value));
	const own = named(names);
	const candidates = own.length > 0 ? own : named(synonyms);
	const found = onlyOne(candidates.filter(({ isRepeated }) => !isRepeated));
	if (found instanceof ColumnProblem) return found;
	const repeated = candidates.filter(({ isRepeated, value }) => isRepeated && !isEmptyCell(value));
	if (found !== undefined && !isEmptyCell(found.value)) {
		const another = repeated.find(({ value }) => cellText(value) !== cellText(found.value));
		if (another) return twoThatDiffer(found, another);
		return rivalOf(byKey, rivals, found) ?? found;
	}
	const [other] = [...repeated, ...(own.length > 0 ? filled(synonyms) : [])];
	if (found !== undefined) return other ? emptyBeside(found, other) : found;
	const [missed] = filled(nearMisses);
	if (missed) return nearMiss(missed);
	const { isNearMiss } = field;
	const unlisted =
		isNearMiss &&
		[...byKey.values()]
			.flat()
			.find(
				({ header, value }) =>
					!isEmptyCell(value) && !IS_FLAG.test(cellText(value)) && isNearMiss(wordsOf(header)),
			);
	return unlisted ? unlistedName(unlisted) : problem;
}

/** Why what is filled into a field, or its column, does not hold by other columns of the row. */
export function contradictionOf({ byKey }: Columns, { rivals = [] }: ColumnField): ColumnProblem | undefined {
	return rivalOf(
		byKey,
		rivals.filter(({ isAboutFilledToo }) => isAboutFilledToo === true),
	);
}

/** @param found the column of the field; undefined if it is filled in */
function rivalOf(
	byKey: Columns['byKey'],
	rivals: readonly Rival[],
	found?: Column,
): ColumnProblem | undefined {
	for (const rival of rivals) {
		const column = rivalsIn(byKey, rival).find((each) => isAgainst(rival, each, found));
		if (column === undefined) continue;
		return rival.isAboutFilledToo || found === undefined
			? noConsent(found, column)
			: contradicted(found, column);
	}
	return undefined;
}

const RIVALS = new WeakMap<Rival, (name: string) => boolean>();

/** The columns of a row that can contradict a field, those in an object of it too: `consent.status`. */
function rivalsIn(byKey: Columns['byKey'], rival: Rival): Array<Pick<Column, 'name' | 'value'>> {
	const isNamed = RIVALS.get(rival) ?? rememberedByName((name) => rival.isNamed(wordsOf(name)));
	RIVALS.set(rival, isNamed);
	const found: Array<Pick<Column, 'name' | 'value'>> = [];
	for (const column of [...byKey.values()].flat()) {
		const { name, header, value } = column;
		if (isNamed(header) && !isEmptyCell(value)) found.push(column);
		if (!isRecord(value)) continue;
		for (const [key, inside] of Object.entries(value)) {
			if (isNamed(`${header}.${key}`) && !isEmptyCell(inside))
				found.push({ name: `${name}.${key}`, value: inside });
		}
	}
	return found;
}

const KEYS_OF_RANKS = new WeakMap<readonly string[], ReadonlySet<string>>();

/** Kept, because a rank has up to hundreds of names, and a roster up to hundreds of thousands of rows. */
function keysOf(rank: readonly string[]): ReadonlySet<string> {
	const known = KEYS_OF_RANKS.get(rank) ?? new Set(rank.map(columnKey));
	KEYS_OF_RANKS.set(rank, known);
	return known;
}

/** A plain loop, because it runs some fifty times for each row. */
function namedBy(byKey: Columns['byKey'], keys: ReadonlySet<string>): Column[] {
	const found: Column[] = [];
	for (const [key, columns] of byKey) if (keys.has(key)) found.push(...columns);
	return found;
}

function onlyOne(candidates: readonly Column[]): Column | ColumnProblem | undefined {
	const [first, ...others] = candidates.filter(({ value }) => !isEmptyCell(value));
	if (first === undefined) return candidates[0];
	const rival = others.find(({ value }) => cellText(value) !== cellText(first.value));
	if (rival === undefined) return first;
	return twoThatDiffer(first, rival);
}

/** What says yes or no stands at the beginning. */
const MAX_WORDS_CHARS = 200;

function wordsIn(text: string): string[] {
	return text
		.toLowerCase()
		.split(/[^\p{L}\p{N}]+/u)
		.filter(Boolean);
}

/** An object is no word of a roster, such as `consent` of a webhook. */
function isAgainst({ contradicts }: Rival, { value }: Pick<Column, 'value'>, found?: Column): boolean {
	const text = cellText(value);
	const isWord = !isRecord(value) && (found === undefined || text !== cellText(found.value));
	return isWord && contradicts(wordsIn(text.slice(0, MAX_WORDS_CHARS)));
}

function cellText(value: unknown): string {
	return typeof value === 'string' ? value.trim() : (JSON.stringify(value) ?? '');
}

interface NestedObject {
	path: readonly string[];
	json: IDataObject;
}

/** How deep the object may lie that describes the member: `body.member` of a webhook. */
const MAX_DEPTH = 2;

/** The objects in an object, each with those around it, from the inside out. */
function objectsIn(
	json: IDataObject,
	path: readonly string[],
	around: readonly NestedObject[] = [],
): Array<NestedObject & { around: readonly NestedObject[] }> {
	if (path.length >= MAX_DEPTH) return [];
	const outside = [{ path, json }, ...around];
	return Object.entries(json).flatMap(([key, value]) =>
		isRecord(value)
			? [{ path: [...path, key], json: value, around: outside }, ...objectsIn(value, [...path, key], outside)]
			: [],
	);
}

/** The path of a list whose first entry describes a person, also where it is JSON as text; and of an object as text. */
function listOfRows(json: IDataObject, path: readonly string[]): string | undefined {
	for (const [key, value] of Object.entries(json)) {
		const at = [...path, key];
		const rows = typeof value === 'string' ? jsonIn(value) : value;
		const row: unknown = Array.isArray(rows) ? rows[0] : typeof value === 'string' ? rows : undefined;
		const isPerson = isRecord(row) && readableColumns({ path: [], json: row }, new Set()).some(isOfPerson);
		if (isPerson) return at.join('.');
		const inside = isRecord(value) && at.length < MAX_DEPTH ? listOfRows(value, at) : undefined;
		if (inside !== undefined) return inside;
	}
	return undefined;
}

function jsonIn(text: string): unknown {
	return /^\s*[[{]/.test(text) ? tryParseJson(text) : undefined;
}

/** Dates are values, whichever class they are of. */
function isRecord(value: unknown): value is IDataObject {
	return isObject(value) && !(value instanceof Date) && typeof value.toISO !== 'function';
}

interface KeyedColumn extends Column {
	key: string;
}

function readableColumns({ path, json }: NestedObject, unread: ReadonlySet<string>): KeyedColumn[] {
	return Object.entries(json)
		.map(([name, value]): KeyedColumn => {
			const header = withoutMark(name);
			const repeats = headerRepeatedBy(name, json);
			// If the first of both is not to be read, the other stands for itself.
			const isRepeated = repeats !== undefined && !unread.has(columnKey(repeats));
			const key = columnKey(repeats ?? name);
			return { key, name: [...path, header].join('.'), header, value, isRepeated };
		})
		.filter(({ header, name }) => !unread.has(columnKey(header)) && !unread.has(columnKey(name)));
}

/** The header that a column of an Excel file has for the second time, by how n8n names it: `DOB_1`, then `DOB_2`. */
function headerRepeatedBy(name: string, json: IDataObject): string | undefined {
	const [, header, count] = /^(.+)_([1-9]\d?)$/s.exec(name) ?? [];
	const isCounted =
		header !== undefined &&
		Object.hasOwn(json, header) &&
		(count === '1' || Object.hasOwn(json, `${header}_1`));
	return isCounted ? header : undefined;
}

function withoutMark(name: string): string {
	return name.replace(/\uFEFF/g, '').trim();
}

/** @param groups columns of one object after the other; what one has hides what a later one has under the same key */
function indexed(groups: ReadonlyArray<readonly KeyedColumn[]>): Map<string, Column[]> {
	const index = new Map<string, Column[]>();
	for (const group of groups) {
		const ofGroup = new Map<string, Column[]>();
		for (const { key, ...column } of group) {
			const columns = ofGroup.get(key);
			if (columns) columns.push(column);
			else ofGroup.set(key, [column]);
		}
		for (const [key, columns] of ofGroup) if (!index.has(key)) index.set(key, columns);
	}
	return index;
}

const PERSON = new Set(
	[MEMBER_COLUMNS.givenName, MEMBER_COLUMNS.familyName, MEMBER_COLUMNS.birthDate].flatMap(
		({ names, synonyms }) => [...names, ...synonyms].map(columnKey),
	),
);

function isOfPerson({ key }: KeyedColumn): boolean {
	return PERSON.has(key);
}
