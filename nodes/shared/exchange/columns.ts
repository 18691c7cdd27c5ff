import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../fhir/json';
import { isColumnName } from '../n8n/columnNames';
import { columnKey, MEMBER_COLUMNS, type ColumnField } from './columnFields';
import { isFiller } from './rosterValues';

/** A column of a row: its name as it stands there (`member.firstName` where an object of the row holds it), and its value. */
export interface Column {
	name: string;
	value: unknown;
}

/** Why a field that is left empty cannot be read from a row. Names columns, never values. */
export class ColumnProblem {
	/**
	 * @param says goes on after the label of the field: "'Gender' …"
	 * @param whatToDo how to get on
	 */
	constructor(
		readonly says: string,
		readonly whatToDo: string,
	) {}
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
	if (person === undefined) return { byKey: indexed([own]) };
	if (others.length > 0) {
		return { byKey: indexed([own]), problem: severalPersons(persons.map(({ path }) => path.join('.'))) };
	}
	const around = person.around.map((each) => readableColumns(each, unread));
	return { byKey: indexed([person.columns, ...around]) };
}

/**
 * Finds the column of a field: one of its own names, and only where there is none, one of its synonyms. Nothing is guessed by similarity. An
 * empty column gives way to another of the same rank; two that differ are a problem.
 */
export function findColumn({ byKey, problem }: Columns, field: ColumnField): Found {
	const { names, synonyms = [], nearMisses = [] } = field;
	const named = (rank: readonly string[]) =>
		[...new Set(rank.map(columnKey))].flatMap((key) => byKey.get(key) ?? []);
	const [candidates = []] = [named(names), named(synonyms)].filter((rank) => rank.length > 0);
	if (candidates.length > 0) return onlyOne(candidates);
	const missed = named(nearMisses).find(({ value }) => !isEmptyCell(value));
	return missed ? nearMiss(missed) : problem;
}

function onlyOne(candidates: readonly Column[]): Column | ColumnProblem {
	const [first, ...others] = candidates.filter(({ value }) => !isEmptyCell(value));
	if (first === undefined) return candidates[0];
	const rival = others.find(({ value }) => cellText(value) !== cellText(first.value));
	if (rival === undefined) return first;
	return new ColumnProblem(
		`stands in two columns that differ: ${quoted(first.name)} and ${quoted(rival.name)}`,
		'Drag the right one into the field, or name the other one in Options > Do Not Send.',
	);
}

function nearMiss({ name }: Column): ColumnProblem {
	return new ColumnProblem(
		`is left empty, and the column ${quoted(name)} does not say whether it is about the plan that is asked or about the member's new plan`,
		`If it is about the plan that is asked, drag it into the field or rename it to ${quoted(`Previous ${name}`)}. If not, fill in the field, or name the column in Options > Do Not Send.`,
	);
}

function severalPersons(paths: readonly string[]): ColumnProblem {
	return new ColumnProblem(
		`cannot be read by name: the item holds more than one person (${paths.map(quoted).join(', ')})`,
		'Drag the values of the member into the fields.',
	);
}

/** A column's name in quotes, or a word for it if it could be a value of a member. */
function quoted(name: string): string {
	return isColumnName(name) ? `"${name}"` : '(a name of its own)';
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
