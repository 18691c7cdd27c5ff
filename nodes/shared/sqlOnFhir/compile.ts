import type { Compiler, Path, Test } from './compiler';
import { choiceKeys } from './dataTypes';
import { parsePath, type Condition, type Expression, type Literal, type Member } from './expression';
import { compileCall } from './functions';
import { isInherited, member, ownMember, stepTo, type Step } from './members';
import { arithmetic, equality, logic, negative, ordering, truthOf } from './operators';
import type { Fail } from './viewError';

/** A path, and what is known of it. */
export interface CompiledPath {
	path: Path;
	/** Whether it calculates, so that a number it gives may be none of the resource's. */
	calculates: boolean;
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
	let calculates = false;
	const compiler: Compiler = {
		path: (expression) => {
			if (expression === undefined) return startingElement;
			calculates ||= expression.kind === 'calculation' || expression.kind === 'minus';
			return compile(expression, compiler);
		},
		test: (expression) => compileTest(expression, compiler),
		fail,
		type,
	};
	const path = compiler.path(parsePath(text, constants, fail));
	return { path, calculates };
}

const startingElement: Path = (focus) => focus;

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
		case 'calculation':
			return arithmetic(
				expression.operator,
				compiler.path(expression.left),
				compiler.path(expression.right),
				compiler.fail,
			);
		case 'condition':
			return compileCondition(expression, compiler);
	}
}

function compileCondition({ operator, left, right }: Condition, compiler: Compiler): Test {
	switch (operator) {
		case 'and':
		case 'or':
			return logic(operator, compiler.test(left), compiler.test(right));
		case '=':
		case '!=':
			return equality(operator, compiler.path(left), compiler.path(right), literalOf(right));
		default:
			return ordering(operator, compiler.path(left), compiler.path(right), compiler.fail);
	}
}

function literalOf(expression: Expression): Literal | undefined {
	return expression.kind === 'literal' ? expression.value : undefined;
}

function compileTest(expression: Expression, compiler: Compiler): Test {
	if (expression.kind === 'condition') return compileCondition(expression, compiler);
	const path = compiler.path(expression);
	return (focus, scope) => truthOf(path(focus, scope), compiler.fail);
}

function compileMember({ of, name }: Member, compiler: Compiler): Path {
	const step = stepTo(name);
	if (of === undefined) return /^[A-Z]/.test(name) ? orResourceItself(name, step) : step;
	const path = compiler.path(of);
	if (isInherited(name)) return (focus, scope) => step(path(focus, scope));
	const keys = choiceKeys(name);
	return (focus, scope) => member(path(focus, scope), name, keys);
}

/** A path may start with the type of its resource: `Patient.name`. */
function orResourceItself(name: string, step: Step): Path {
	return (focus) => (ownMember(focus, 'resourceType') === name ? focus : step(focus));
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
