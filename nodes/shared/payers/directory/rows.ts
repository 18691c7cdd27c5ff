import { DIRECTORY_KEY_PATTERN } from '../../fhir/ids';
import { isObject, tryParseJson } from '../../fhir/json';
import { membersOf } from '../../fhir/jsonSpans';
import { isNpi } from '../../fhir/npi';
import { Misread, readDate, readText } from '../../fhir/values';
import { isColumnName } from '../../n8n/columnNames';
import type { DirectoryRow } from './support';
import { columnNamed, isSecret, isSecretName, type DirectoryColumn } from './columns';
import type { Member } from './jsonText';

/** A row of the table, and everything that is wrong with it, as sentences that begin with a small letter and hold no value. */
export interface ReadRow {
	row: DirectoryRow;
	problems: string[];
}

const MAX_VALUE_CHARS = 2000;

/** What is wrong with a payer key; undefined if nothing is. */
export function keyProblem(key: string): string | undefined {
	return DIRECTORY_KEY_PATTERN.test(key)
		? undefined
		: 'its key must begin with a letter or digit, and have only letters, digits, spaces, "-", "_" and "." (at most 64)';
}

/** Reads a row of the table. It is never empty: a value that cannot be read is a problem. */
export function readRow({ key, value, written }: Member): ReadRow {
	const row: DirectoryRow = { key, name: key };
	const problems = [keyProblem(key)].flatMap((problem) => problem ?? []);
	if (!isObject(value)) return { row, problems: [...problems, 'must be an object, { "name": …, … }'] };
	const seen = new Set<DirectoryColumn>();
	for (const [name, { start, end }] of membersOf(written, { start: 0, end: written.length })) {
		const text = written.slice(start, end);
		const column = columnNamed(name);
		if (isSecret(name, text))
			problems.push(`${nameOf(name)} holds a secret: secrets stand in 'Client Secrets' only`);
		else if (column === undefined) problems.push(`${nameOf(name)} is no column of a payer directory`);
		else if (column !== 'note') {
			if (seen.has(column)) problems.push(`'${column}' stands in it twice`);
			seen.add(column);
			const read = readCell(column, tryParseJson(text));
			if (read instanceof Misread) problems.push(`'${column}' must be ${read.wanted}`);
			else if (read !== undefined) row[column] = read;
		}
	}
	return { row, problems };
}

/** The name of a column as far as it may be shown: it can be anything that was pasted. */
function nameOf(name: string): string {
	return isColumnName(name) || isSecretName(name) ? `'${name}'` : 'a column';
}

function readCell(column: DirectoryColumn, value: unknown): string | undefined | Misread {
	if (column === 'validFrom') return readDate(value);
	const isList = Array.isArray(value) && (column === 'fileHosts' || column === 'scope');
	const text = readText(isList ? value.join(column === 'scope' ? ' ' : ', ') : value);
	if (typeof text !== 'string') return text;
	if (text.length > MAX_VALUE_CHARS) return new Misread(`a text of at most ${MAX_VALUE_CHARS} characters`);
	if (column === 'npi' && !isNpi(text)) {
		return new Misread('ten digits that begin with 1 or 2, the last of which fits the others (check digit)');
	}
	return text;
}
