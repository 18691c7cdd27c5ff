import { PRIMITIVE_TYPES } from './dataTypes';
import type { Literal } from './expression';
import type { Fail } from './viewError';
import { VIEW_LIMITS } from '../fhir/limits';

/** Names of views, columns and constants (SQL on FHIR v2, constraint sql-name). */
const SQL_NAME = /^[A-Za-z][A-Za-z0-9_]{0,254}$/;

/** Ends the sentence "The name of a column …". */
export const NAME_WANTED =
	'is no name: it starts with a letter, and has letters, digits and "_" only; rename it';

/** Whether a value can be the name of a view, a column or a constant. */
export function isSqlName(value: unknown): value is string {
	return typeof value === 'string' && SQL_NAME.test(value);
}

/** Reads the constants of a view. Throws for one without a name of its own, or without one value of a primitive type. */
export function readConstants(
	list: ReadonlyArray<Readonly<Record<string, unknown>>>,
	fail: Fail,
): ReadonlyMap<string, Literal> {
	if (list.length > VIEW_LIMITS.constants) {
		throw fail(`it has more than ${VIEW_LIMITS.constants} constants; remove some`);
	}
	const constants = new Map<string, Literal>();
	for (const constant of list) {
		const { name } = constant;
		if (!isSqlName(name) || name === 'rowIndex') throw fail(`the name of a constant ${NAME_WANTED}`);
		if (constants.has(name)) throw fail(`the constant "${name}" is there twice; rename one`);
		const value = valueOf(constant);
		if (value === undefined) {
			throw fail(
				`the constant "${name}" has not one value of a primitive type; write e.g. "valueString": "official"`,
			);
		}
		constants.set(name, value);
	}
	return constants;
}

/** Its `value[x]`, if that is of its type. */
function valueOf(constant: Readonly<Record<string, unknown>>): Literal | undefined {
	const [key = '', ...others] = Object.keys(constant).filter((each) => /^value[A-Z]/.test(each));
	const type = key.charAt('value'.length).toLowerCase() + key.slice('value'.length + 1);
	const value = constant[key];
	return others.length === 0 && isLiteral(value) && typeof value === PRIMITIVE_TYPES.get(type)
		? value
		: undefined;
}

function isLiteral(value: unknown): value is Literal {
	return ['string', 'number', 'boolean'].includes(typeof value);
}
