import { isObject } from '../fhir/json';
import { collectionOf, flatMap, ownMember, type Collection } from './collections';
import type { Compiler, Path, Test } from './compiler';
import { choiceKeys } from './dataTypes';
import { parsePath, type Expression, type Literal, type Member } from './expression';
import { compileCall } from './functions';
import { arithmetic, equality, logic, negative, ordering, truthOf } from './operators';
import type { Fail } from './viewError';
import { WrittenNumber } from './writtenNumber';

/** A path, and what is known of it. */
export interface CompiledPath {
	path: Path;
	/** Whether it calculates, so that a number it gives may be none of the resource's. */
	calculates: boolean;
	/** Whether it is `%rowIndex` and nothing else. */
	isRowIndex: boolean;
}

/**
 * Turns a path into closures, once for a view: what depends on the path alone is decided here, and a resource only runs through them.
 *
 * @param type of the column, if it has one
 * @throws ViewError if the path is no FHIRPath of the shareable subset, or names a constant that the view lacks
 */
export function compilePath(
	text: string,
	constants: ReadonlyMap<string, Literal>,
	fail: Fail,
	type?: string,
): CompiledPath {
	const tree = parsePath(text, constants, fail);
	let calculates = false;
	const compiler: Compiler = {
		path: (expression) => {
			if (expression === undefined) return startingElement;
			calculates ||= isCalculation(expression);
			return compile(expression, compiler);
		},
		test: (expression) => compileTest(expression, compiler),
		fail,
		type,
	};
	const path = compiler.path(tree);
	return { path, calculates, isRowIndex: tree.kind === 'rowIndex' };
}

const startingElement: Path = (focus) => focus;

function isCalculation(expression: Expression): boolean {
	return (
		expression.kind === 'minus' ||
		(expression.kind === 'binary' && ['+', '-', '*', '/'].includes(expression.operator))
	);
}

function compile(expression: Expression, compiler: Compiler): Path {
	switch (expression.kind) {
		case 'literal':
			return () => expression.value;
		case 'this':
			return startingElement;
		case 'rowIndex':
			return (_, scope) => scope.rowIndex;
		case 'member':
			return compileMember(expression, compiler);
		case 'call':
			return compileCall(expression, compiler);
		case 'index':
			return indexed(compiler.path(expression.of), compiler.path(expression.index), compiler.fail);
		case 'minus':
			return negative(compiler.path(expression.of), compiler.fail);
		case 'binary':
			return compileBinary(expression, compiler);
	}
}

function compileBinary(expression: Extract<Expression, { kind: 'binary' }>, compiler: Compiler): Path {
	const { operator, left, right } = expression;
	switch (operator) {
		case 'and':
		case 'or':
			return logic(operator, compiler.test(left), compiler.test(right));
		case '=':
		case '!=':
			return equality(operator, compiler.path(left), compiler.path(right), literalOf(right));
		case '<':
		case '>':
		case '<=':
		case '>=':
			return ordering(operator, compiler.path(left), compiler.path(right), compiler.fail);
		default:
			return arithmetic(operator, compiler.path(left), compiler.path(right), compiler.fail);
	}
}

function literalOf(expression: Expression): Literal | undefined {
	return expression.kind === 'literal' ? expression.value : undefined;
}

/** What always gives true, false or nothing is taken as it is. */
function compileTest(expression: Expression, compiler: Compiler): Test {
	const path = compiler.path(expression);
	return (focus, scope) => {
		const answer = path(focus, scope);
		return typeof answer === 'boolean' || answer === undefined ? answer : truthOf(answer, compiler.fail);
	};
}

function compileMember({ of, name }: Member, compiler: Compiler): Path {
	const step = memberStep(name);
	if (of === undefined) return /^[A-Z]/.test(name) ? orResourceItself(name, step) : step;
	const path = compiler.path(of);
	return (focus, scope) => step(path(focus, scope));
}

/** A path may start with the type of its resource: `Patient.name`. */
function orResourceItself(name: string, step: (values: Collection) => Collection): Path {
	return (focus) => (ownMember(focus, 'resourceType') === name ? focus : step(focus));
}

/** From elements to those that have this name in them. */
function memberStep(name: string): (values: Collection) => Collection {
	const read = memberOf(name);
	const step = (values: Collection): Collection => {
		if (typeof values !== 'object') return undefined;
		return isObject(values) ? read(values) : flatMap(values, step);
	};
	return step;
}

/**
 * Reads an element by its name. One that can have several types stands in JSON with its type behind the name: where there is no `value`,
 * it is `valueQuantity` or the like.
 *
 * A property that any object has by its prototype is looked for among the object's own; other names are spared that, as they are read
 * for each element of a file.
 */
function memberOf(name: string): (object: Readonly<Record<string, unknown>>) => Collection {
	if (name in WrittenNumber.prototype) return (object) => ownMember(object, name);
	const keys = choiceKeys(name);
	if (!keys) return (object) => collectionOf(object[name]);
	return (object) => {
		if (object[name] !== undefined) return collectionOf(object[name]);
		for (const key of Object.keys(object)) {
			if (keys.has(key)) return collectionOf(object[key]);
		}
		return undefined;
	};
}

function indexed(of: Path, index: Path, fail: Fail): Path {
	return (focus, scope) => {
		const at = index(focus, scope);
		if (at === undefined) return undefined;
		if (typeof at !== 'number') throw fail('what stands in [ ] is no number; write one, e.g. [0]');
		const values = of(focus, scope);
		if (Array.isArray(values)) return Number.isSafeInteger(at) && at >= 0 ? values[at] : undefined;
		return at === 0 ? values : undefined;
	};
}
