import { isColumnName } from '../n8n/columnNames';

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

interface Named {
	name: string;
}

/** Two columns of one rank hold different values. */
export function twoThatDiffer(first: Named, rival: Named): ColumnProblem {
	return new ColumnProblem(
		`stands in two columns that differ: ${quoted(first.name)} and ${quoted(rival.name)}`,
		'Drag the right one into the field, or name the other one in Options > Do Not Send.',
	);
}

/** Another column speaks against the one that is read. */
export function contradicted(found: Named, rival: Named): ColumnProblem {
	return new ColumnProblem(
		`stands in the column ${quoted(found.name)}, and the column ${quoted(rival.name)} speaks against it`,
		'Look at both, and correct or leave out the row. If only one of them counts, drag it into the field, or name the other one in Options > Do Not Send.',
	);
}

/** Another column says that there is no consent. @param found the column of its last day; undefined if the field is filled in */
export function noConsent(found: Named | undefined, rival: Named): ColumnProblem {
	const source = found ? `stands in the column ${quoted(found.name)}` : 'is filled in';
	return new ColumnProblem(
		`${source}, and the column ${quoted(rival.name)} speaks against it`,
		'Look at the row, and correct it or leave it out. If that column is not about this consent, name it in Options > Do Not Send.',
	);
}

/** The own name is empty, and one of the synonyms is not. */
export function emptyBeside(found: Named, other: Named): ColumnProblem {
	return new ColumnProblem(
		`is empty in the column ${quoted(found.name)}, and the column ${quoted(other.name)} holds a value`,
		'Drag the right one into the field, or name the other one in Options > Do Not Send.',
	);
}

/** A column does not say which side it is of. */
export function nearMiss({ name }: Named): ColumnProblem {
	return new ColumnProblem(
		`is left empty, and the column ${quoted(name)} does not say whether it is about the plan that is asked or about the member's new plan`,
		`If it is about the plan that is asked, drag it into the field or rename it to ${quoted(`Previous ${name}`)}. If not, fill in the field, or name the column in Options > Do Not Send.`,
	);
}

/** A column seems to name the plan that is asked, by none of the names that are read. */
export function unlistedName({ name }: Named): ColumnProblem {
	return new ColumnProblem(
		`is left empty, and the column ${quoted(name)} may hold it, by a name that is not read`,
		`If it is about the plan that is asked, drag it into the field or rename it to "Previous Plan". If not, fill in the field, or name the column in Options > Do Not Send.`,
	);
}

/** @param paths of the objects, each of which describes a person */
export function severalPersons(paths: readonly string[]): ColumnProblem {
	return new ColumnProblem(
		`cannot be read by name: the item holds more than one person (${paths.map(quoted).join(', ')})`,
		'Drag the values of the member into the fields.',
	);
}

/** @param path of the list, or of the JSON as text */
export function severalRows(path: string): ColumnProblem {
	return new ColumnProblem(
		`cannot be read by name: the item holds rows in a list or in JSON as text (${quoted(path)}), and is no row itself`,
		'Make an item of each row before this node: a Split Out node divides a list; JSON as text is read by {{ JSON.parse(…) }} in an Edit Fields node.',
	);
}

/** A column's name in quotes, or a word for it if it could be a value of a member. */
function quoted(name: string): string {
	return isColumnName(name) ? `"${name}"` : '(a name of its own)';
}
