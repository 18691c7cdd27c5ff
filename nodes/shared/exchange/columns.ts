import type { IDataObject } from 'n8n-workflow';
import { isObject, tryParseJson } from '../fhir/json';
import { MEMBER_COLUMNS, type ColumnField } from './columnFields';
import { columnKey, wordsOf } from './columnKey';
import {
	ColumnProblem,
	contradicted,
	emptyBeside,
	nearMiss,
	severalPersons,
	severalRows,
	twoThatDiffer,
	unlistedName,
} from './columnProblems';
import type { Rival } from './columnWords';
import { isFiller } from './rosterValues';

/** A column of a row: its name as it stands there (`member.firstName` where an object of the row holds it), and its value. */
export interface Column {
	name: string;
	value: unknown;
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

/** Whether a cell holds nothing, or a word for nothing, such as N/A. */
export function isEmptyCell(value: unknown): boolean {
	if (typeof value === 'string') return value.trim() === '' || isFiller(value);
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

/**
 * Finds the column of a field: one of its own names, and only where there is none, one of its synonyms. Nothing is guessed by similarity. An
 * empty column gives way to another of the same rank; two that differ are a problem, and so is an own name that is empty where a synonym is not.
 */
export function findColumn({ byKey, problem }: Columns, field: ColumnField): Found {
	const { names, synonyms = [], nearMisses = [], rivals = [] } = field;
	const named = (rank: readonly string[]) => {
		const keys = keysOf(rank);
		return [...byKey].flatMap(([key, columns]) => (keys.has(key) ? columns : []));
	};
	const filled = (rank: readonly string[]) => named(rank).filter(({ value }) => !isEmptyCell(value));
	const own = named(names);
	const candidates = own.length > 0 ? own : named(synonyms);
	const found = onlyOne(candidates);
	if (found instanceof ColumnProblem) return found;
	if (found !== undefined && !isEmptyCell(found.value)) {
		const rival = rivals.flatMap((each) =>
			filled(each.names).filter((column) => isAgainst(each, column, found)),
		)[0];
		return rival ? contradicted(found, rival) : found;
	}
	const [other] = own.length > 0 ? filled(synonyms) : [];
	if (found !== undefined) return other ? emptyBeside(found, other) : found;
	const [missed] = filled(nearMisses);
	if (missed) return nearMiss(missed);
	const { isNearMiss } = field;
	const unlisted =
		isNearMiss &&
		[...byKey.values()]
			.flat()
			.find(
				({ name, value }) =>
					!isEmptyCell(value) && isNearMiss(wordsOf(name.slice(name.lastIndexOf('.') + 1))),
			);
	return unlisted ? unlistedName(unlisted) : problem;
}

const KEYS_OF_RANKS = new WeakMap<readonly string[], ReadonlySet<string>>();

/** Kept, because a rank has up to hundreds of names, and a roster up to hundreds of thousands of rows. */
function keysOf(rank: readonly string[]): ReadonlySet<string> {
	const known = KEYS_OF_RANKS.get(rank) ?? new Set(rank.map(columnKey));
	KEYS_OF_RANKS.set(rank, known);
	return known;
}

function onlyOne(candidates: readonly Column[]): Column | ColumnProblem | undefined {
	const [first, ...others] = candidates.filter(({ value }) => !isEmptyCell(value));
	if (first === undefined) return candidates[0];
	const rival = others.find(({ value }) => cellText(value) !== cellText(first.value));
	if (rival === undefined) return first;
	return twoThatDiffer(first, rival);
}

/** An object is no word of a roster, such as `consent` of a webhook. */
function isAgainst({ contradicts }: Rival, { value }: Column, found: Column): boolean {
	const text = cellText(value);
	const isWord = !isRecord(value) && text !== cellText(found.value);
	return isWord && contradicts(text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ''));
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
		.map(([name, value]) => ({ key: columnKey(name), name: [...path, withoutMark(name)].join('.'), value }))
		.filter(({ key, name }) => !unread.has(key) && !unread.has(columnKey(name)));
}

function withoutMark(name: string): string {
	return name.replace(/\uFEFF/g, '').trim();
}

/** @param groups columns of one object after the other; what one has hides what a later one has under the same key */
function indexed(groups: ReadonlyArray<readonly KeyedColumn[]>): Map<string, Column[]> {
	const index = new Map<string, Column[]>();
	for (const group of groups) {
		const ofGroup = new Map<string, Column[]>();
		for (const { key, name, value } of group) {
			const columns = ofGroup.get(key);
			if (columns) columns.push({ name, value });
			else ofGroup.set(key, [{ name, value }]);
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
