import { isObject } from '../fhir/json';
import { boundaryOf, type Boundary } from './boundaries';
import { filter, find, flatMap, listOf } from './collections';
import type { Compiler, Path } from './compiler';
import { choiceKey, isFhirType, plainType, PRIMITIVE_TYPES } from './dataTypes';
import type { Call, Expression } from './expression';
import { referenceKey, resourceKey } from './keys';
import { ownMember, stepTo } from './members';
import { checkTextLength, truthOf } from './operators';
import { numberOf } from './writtenNumber';

/** A function of the shareable subset: how many arguments it takes, and how a call of it is compiled. */
interface PathFunction {
	least: number;
	most: number;
	compile(call: Call, compiler: Compiler): Path;
}

const FUNCTIONS: ReadonlyMap<string, PathFunction> = new Map([
	['where', { least: 1, most: 1, compile: where }],
	['exists', { least: 0, most: 1, compile: exists }],
	['empty', { least: 0, most: 0, compile: empty }],
	['not', { least: 0, most: 0, compile: not }],
	['first', { least: 0, most: 0, compile: first }],
	['extension', { least: 1, most: 1, compile: extension }],
	['ofType', { least: 1, most: 1, compile: ofType }],
	['join', { least: 0, most: 1, compile: join }],
	['lowBoundary', { least: 0, most: 0, compile: (call, compiler) => boundary('low', call, compiler) }],
	['highBoundary', { least: 0, most: 0, compile: (call, compiler) => boundary('high', call, compiler) }],
	['getResourceKey', { least: 0, most: 0, compile: getResourceKey }],
	['getReferenceKey', { least: 0, most: 1, compile: getReferenceKey }],
]);

/** Compiles the call of a function. Throws a ViewError for an unknown one, and for arguments that do not fit. */
export function compileCall(call: Call, compiler: Compiler): Path {
	const called = FUNCTIONS.get(call.name);
	if (!called) {
		throw compiler.fail(
			`the function ${call.name}() is not in the shareable subset of FHIRPath; use ${[...FUNCTIONS.keys()].join(', ')}`,
		);
	}
	const { least, most } = called;
	if (call.args.length < least || call.args.length > most) {
		const wanted = most === 0 ? 'no argument' : least === most ? 'one argument' : 'one argument or none';
		throw compiler.fail(`${call.name}() takes ${wanted}; correct the call`);
	}
	return called.compile(call, compiler);
}

function where({ of, args: [condition] }: Call, compiler: Compiler): Path {
	const [values, test] = [compiler.path(of), compiler.test(condition)];
	return (focus, scope) => filter(values(focus, scope), test, scope);
}

/** The first that `where` would give, without looking at the others. */
function firstWhere(of: Expression | undefined, condition: Expression, compiler: Compiler): Path {
	const [values, test] = [compiler.path(of), compiler.test(condition)];
	return (focus, scope) => find(values(focus, scope), test, scope);
}

/** A path of which only the first value counts, or whether there is one. */
function someOf(of: Expression | undefined, compiler: Compiler): Path {
	const isWhere = of?.kind === 'call' && of.name === 'where' && of.args.length === 1;
	return isWhere ? firstWhere(of.of, of.args[0], compiler) : compiler.path(of);
}

function first({ of }: Call, compiler: Compiler): Path {
	const values = someOf(of, compiler);
	return (focus, scope) => {
		const found = values(focus, scope);
		return Array.isArray(found) ? found[0] : found;
	};
}

function exists({ of, args: [condition] }: Call, compiler: Compiler): Path {
	const found = condition ? firstWhere(of, condition, compiler) : someOf(of, compiler);
	return (focus, scope) => found(focus, scope) !== undefined;
}

function empty({ of }: Call, compiler: Compiler): Path {
	const values = someOf(of, compiler);
	return (focus, scope) => values(focus, scope) === undefined;
}

function not({ of }: Call, compiler: Compiler): Path {
	const value = compiler.path(of);
	return (focus, scope) => {
		const truth = truthOf(value(focus, scope), compiler.fail);
		return truth === undefined ? undefined : !truth;
	};
}

/** The extensions of an element with this address. Those of a primitive stand under its name with "_" before it (FHIR JSON). */
function extension({ of, args: [address] }: Call, compiler: Compiler): Path {
	const url = compiler.path(address);
	const elements = of?.kind === 'member' ? withPrimitives(of.of, of.name, compiler) : compiler.path(of);
	return (focus, scope) => {
		const wanted = url(focus, scope);
		if (typeof wanted !== 'string') return undefined;
		return filter(
			flatMap(elements(focus, scope), (element) => ownMember(element, 'extension')),
			(each) => ownMember(each, 'url') === wanted,
			scope,
		);
	};
}

function withPrimitives(of: Expression | undefined, name: string, compiler: Compiler): Path {
	const [parents, elements] = [compiler.path(of), compiler.path({ kind: 'member', name })];
	return (focus, scope) =>
		flatMap(parents(focus, scope), (parent) =>
			flatMap([elements(parent, scope), ownMember(parent, `_${name}`)], (found) => found),
		);
}

/**
 * Without a model of FHIR: of an element that can have several types, the one whose type stands behind its name in JSON. Any other element
 * has one type, which JSON tells only as boolean, number, text or object; a resource says its type.
 */
function ofType({ of, args: [argument] }: Call, compiler: Compiler): Path {
	const type = typeName(argument, 'ofType', compiler);
	const isOfType = typeTest(type);
	if (of?.kind !== 'member') {
		const values = compiler.path(of);
		return (focus, scope) => filter(values(focus, scope), isOfType, scope);
	}
	const parents = compiler.path(of.of);
	const { name } = of;
	const typed = stepTo(choiceKey(name, type));
	return (focus, scope) => {
		const values = parents(focus, scope);
		// Nearly always it is one element, of the type that is asked for.
		const found = Array.isArray(values) ? undefined : typed(values);
		if (found !== undefined) return found;
		return flatMap(values, (parent) => typed(parent) ?? filter(ownMember(parent, name), isOfType, scope));
	};
}

function typeTest(type: string): (value: unknown) => boolean {
	const json = PRIMITIVE_TYPES.get(type);
	if (json === 'number') return (value) => numberOf(value) !== undefined;
	if (json !== undefined) return (value) => typeof value === json;
	return (value) => {
		if (!isObject(value) || numberOf(value) !== undefined) return false;
		const resourceType = ownMember(value, 'resourceType');
		return resourceType === undefined || resourceType === type;
	};
}

/** The type that an argument names: `Patient`, `FHIR.Patient`. */
function typeName(argument: Expression, caller: string, { fail }: Compiler): string {
	const isName = argument.kind === 'member' && (argument.of === undefined || argument.of.kind === 'member');
	const type = isName ? plainType(argument.name) : '';
	if (isFhirType(type)) return type;
	throw fail(`${caller}() takes the name of a FHIR type, e.g. ${caller}(Patient); correct the argument`);
}

/** Without anything to join it gives an empty text (as the official tests of SQL on FHIR have it). */
function join({ of, args: [argument] }: Call, compiler: Compiler): Path {
	const values = compiler.path(of);
	const separator = argument && compiler.path(argument);
	return (focus, scope) => {
		const between = separator?.(focus, scope) ?? '';
		if (typeof between !== 'string') throw compiler.fail('join() takes a text; write it in quotes');
		const texts = listOf(values(focus, scope)).map((value) => joinable(value, compiler));
		checkTextLength(
			texts.reduce((sum, text) => sum + text.length + between.length, 0),
			compiler.fail,
		);
		return texts.join(between);
	};
}

function joinable(value: unknown, { fail }: Compiler): string {
	if (isObject(value) && numberOf(value) === undefined) {
		throw fail('join() found an element that is no text; name the text in it before .join()');
	}
	return String(value);
}

/** A date without a time becomes a dateTime where it is one by `ofType` or by the type of the column. */
function boundary(end: Boundary, { of }: Call, compiler: Compiler): Path {
	const values = compiler.path(of);
	const isTyped = of?.kind === 'call' && of.name === 'ofType' && of.args.length === 1;
	const type = isTyped ? typeName(of.args[0], 'ofType', compiler) : plainType(compiler.type ?? '');
	const withTime = type === 'dateTime' || type === 'instant';
	return (focus, scope) => flatMap(values(focus, scope), (value) => boundaryOf(value, end, withTime));
}

function getResourceKey({ of }: Call, compiler: Compiler): Path {
	const values = compiler.path(of);
	return (focus, scope) => resourceKey(values(focus, scope), scope);
}

function getReferenceKey({ of, args: [argument] }: Call, compiler: Compiler): Path {
	const values = compiler.path(of);
	const type = argument && typeName(argument, 'getReferenceKey', compiler);
	return (focus, scope) => referenceKey(values(focus, scope), type, scope);
}
