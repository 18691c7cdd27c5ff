import { isColumnName, shownColumns } from './columnNames';
import { ExchangeError, type ExchangeErrorDetails } from './exchangeError';
import { pluralize } from './hints';

/** The item column that a field reads, and the columns that the item has. Names only, never values. */
export interface ColumnSource {
	/** Undefined if the field does not read a column of the item. */
	column?: string;
	columns: readonly string[];
	/** The column was found, wherever in the item it stands. */
	isFound?: boolean;
}

/** One problem in the analyst's input. */
export interface Finding {
	/** Name of the node parameter (`birthDate`), if the problem is in one field. */
	parameter?: string;
	/** A sentence that names the field by its label and says what is expected. Never contains the value. */
	says: string;
	/** The label of the field and the rest of the sentence, which can be true of several fields. */
	about?: { field: string; says: string };
	/** The label of the field, if it is empty. */
	emptyField?: string;
	/** The item has no column for the field. */
	isColumnMissing?: boolean;
	/** An earlier node fills the field. A roster may have a column of the same name, which is another thing. */
	isFromNode?: boolean;
	columnSource?: ColumnSource;
	/** Advice beyond correcting the field. */
	whatToDo?: string;
}

/** The result of reading input: the value, or all problems found. */
export type Reading<T> = { value: T } | { findings: Finding[] };

/**
 * The finding for an empty field.
 * @param field its label in the form
 * @param isFromNode an earlier node fills it, no column of a roster
 */
export function emptyField(
	field: string,
	parameter: string,
	columnSource?: ColumnSource,
	whatToDo?: string,
	isFromNode = false,
): Finding {
	const isColumnMissing = columnSource !== undefined && isMissing(columnSource);
	const says = emptySentence([field], isColumnMissing && !isFromNode);
	return { parameter, says, emptyField: field, isColumnMissing, isFromNode, columnSource, whatToDo };
}

function isMissing({ column, columns, isFound }: ColumnSource): boolean {
	return column !== undefined && isFound !== true && !columns.includes(column);
}

function emptySentence(fields: readonly string[], isColumnMissing: boolean): string {
	const labels = fields.map((field) => `'${field}'`).join(', ');
	if (isColumnMissing) return `the item has no column for ${labels}`;
	return `${labels} ${fields.length === 1 ? 'is' : 'are'} empty`;
}

/** What is wrong with the analyst's input of one item; an error that lists many items tells each finding once. */
export class FindingsError extends ExchangeError {
	constructor(
		message: string,
		details: ExchangeErrorDetails,
		readonly findings: readonly Finding[],
	) {
		super(message, details);
		this.name = 'FindingsError';
	}
}

/**
 * An error that lists findings.
 * @param what subject of the sentence, e.g. `The match request`
 */
export function findingsError(what: string, findings: readonly Finding[]): FindingsError {
	const isOne = findings.length === 1;
	const summary = isOne ? findings[0].says : `${findings.length} fields need attention`;
	const { problems, short, columns, advice } = partsOf(findings);
	const fields = isOne ? 'the field' : 'the fields';
	const whatToDo = advice || `Correct ${fields} in the input item or in the node and run again.`;
	const details = {
		whatToDo: joinSentences('Nothing was sent to the payer.', isOne ? '' : problems, columns, whatToDo),
		problem: short,
	};
	return new FindingsError(`${what} cannot be sent: ${summary}`, details, findings);
}

/**
 * What is said of findings: what is wrong, the same in the form's words alone (an agent fills in fields, and knows no columns), which columns
 * were read, and what to do about it beyond correcting the fields.
 */
export function partsOf(
	findings: readonly Finding[],
): Record<'problems' | 'short' | 'columns' | 'advice', string> {
	const ofFields = findings.map((finding) => ({ ...finding, isColumnMissing: false }));
	return {
		short: `${sentences(ofFields).join(' · ')}.`,
		problems: `${capitalized(sentences(findings).join(' · '))}.`,
		columns: columnsSentence(findings),
		advice: adviceFor(findings),
	};
}

export function joinSentences(...parts: string[]): string {
	return parts.filter(Boolean).join(' ');
}

/** What is said of several fields, once. */
function shared(findings: readonly Finding[]): string[] {
	const fieldsBySaying = new Map<string, string[]>();
	for (const { says, about } of findings) {
		const [rest, field] = about ? [about.says, about.field] : [says, undefined];
		const fields = fieldsBySaying.get(rest) ?? [];
		fieldsBySaying.set(rest, field === undefined ? fields : [...fields, field]);
	}
	return [...fieldsBySaying].map(([rest, fields]) =>
		fields.length === 0 ? rest : `${fields.map((field) => `'${field}'`).join(', ')} ${rest}`,
	);
}

/** The problems as sentences; all empty fields share one, and so do all whose column is missing. */
function sentences(findings: readonly Finding[]): string[] {
	const empty = (ofColumns: boolean) => {
		const some = findings.filter(
			({ isColumnMissing, isFromNode }) => (isColumnMissing === true && isFromNode !== true) === ofColumns,
		);
		const fields = some.flatMap((finding) => finding.emptyField ?? []);
		return fields.length > 0 ? [emptySentence(fields, ofColumns)] : [];
	};
	const others = shared(findings.filter(({ emptyField: field }) => field === undefined));
	return [...empty(true), ...empty(false), ...others];
}

/** Maximum number of column names that an error lists. */
const MAX_COLUMNS_LISTED = 40;

/** Which columns were read. The columns of the item are listed only if one was missing. */
function columnsSentence(findings: readonly Finding[]): string {
	const inColumns = (some: readonly Finding[]) => {
		const all = new Set(some.flatMap(({ columnSource }) => columnSource?.column ?? []));
		// A column dragged in from a file without a header row is named after a member.
		const names = [...all].filter(isColumnName);
		return names.length === 0
			? ''
			: `the ${names.length === 1 ? 'column' : 'columns'} ${names.map((name) => `"${name}"`).join(', ')}`;
	};
	// Of an empty field whose column cannot be named, too: the right one may be among the others.
	const isWithout = ({ emptyField: field, columnSource, isColumnMissing }: Finding) =>
		field !== undefined &&
		columnSource !== undefined &&
		(isColumnMissing === true || !isColumnName(columnSource.column ?? ''));
	const missing = findings.filter(isWithout);
	const readColumns = inColumns(findings.filter((finding) => !isWithout(finding)));
	const readSentence = readColumns === '' ? [] : [`Read from ${readColumns}.`];
	if (missing.length === 0) return readSentence.join(' ');
	const has = describeColumns(missing[0].columnSource?.columns ?? []);
	const missingColumns = inColumns(missing);
	return [
		...readSentence,
		missingColumns === '' ? `${capitalized(has)}.` : `Looked for ${missingColumns}; ${has}.`,
	].join(' ');
}

/** The columns of an item, as far as an error may name them. */
function describeColumns(columns: readonly string[]): string {
	if (columns.length === 0) return 'the item has no columns';
	const { names, others, misreadAs } = shownColumns(columns);
	if (misreadAs !== undefined)
		return `the item has ${pluralize(columns.length, 'column', 'columns')}, ${misreadAs}`;
	const unlisted = others + Math.max(names.length - MAX_COLUMNS_LISTED, 0);
	const listed = names.slice(0, MAX_COLUMNS_LISTED).join(', ');
	if (listed === '') return `the item has ${pluralize(unlisted, 'column', 'columns')} of other names`;
	return `the item has: ${listed}${unlisted > 0 ? `, and ${unlisted} more` : ''}`;
}

function capitalized(text: string): string {
	return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Advice beyond correcting the fields; empty if there is none. */
function adviceFor(findings: readonly Finding[]): string {
	const advice = [...new Set(findings.flatMap(({ whatToDo }) => whatToDo ?? []))];
	if (findings.filter(({ isColumnMissing }) => isColumnMissing).length > 1) {
		advice.push('Drag each column of the input into its field, or rename the columns before this node.');
	}
	return advice.join(' ');
}
