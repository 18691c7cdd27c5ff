import fc from 'fast-check';
import { TABLES } from '../../../nodes/FhirToTable/tables';
import { members } from '../../../sandbox/members';
import { resourcesOf } from '../../../sandbox/resources';
import { describeExamples, example, exampleNames } from '../../support/examples';
import { finishedRows, viewRows } from '../../support/finishedRows';
import { oracleRows } from '../../support/oracleRows';
import { claims } from './claimFixtures';
import { records } from './recordFixtures';

/** The rows of the shipped views are the same by another engine; what it does otherwise, and the clause of the standard, says oracleRows. */

const views = TABLES.flatMap((table) => table.views);
const fixtures: object[] = [...Object.values(claims), ...Object.values(records)];
/** Resources of all members of the sandbox: of a big one, as many of a type as show every kind. */
const MANY = 20;
const sandbox = members.flatMap((member) =>
	member.batches.flatMap((batch) => [
		...resourcesOf(member, member.batches, { ...batch, first: 0, count: Math.min(batch.count, MANY) }),
	]),
);

function expectSameRows(resources: readonly object[]): number {
	let count = 0;
	for (const view of views) {
		for (const resource of resources.filter(
			(each) => 'resourceType' in each && each.resourceType === view.resource,
		)) {
			const rows = viewRows(view, resource);
			count += rows.length;
			expect([view.name, rows]).toEqual([view.name, oracleRows(view, resource)]);
		}
	}
	return count;
}

test('the resources of the sandbox give the same rows by both engines', () => {
	expect(expectSameRows(sandbox)).toBeGreaterThan(1_000);
});

test('claims and records with everything in them give the same rows by both engines', () => {
	expect(expectSameRows(fixtures)).toBeGreaterThan(20);
});

describeExamples('shipped views', () => {
	test('the official examples give the same rows by both engines', () => {
		const resources = exampleNames('pdex-2.2.0', 'hrex-1.0.0').flatMap((name) => within(example(name)));
		expect(expectSameRows(resources)).toBeGreaterThan(8);
	});
});

interface Parameter {
	resource?: object;
	part?: Parameter[];
}

/** A resource, and those within its parameters. */
function within(resource: { parameter?: Parameter[] }): object[] {
	const inside = (parameters: Parameter[] = []): object[] =>
		parameters.flatMap(({ resource: own, part }) => [...(own ? [own] : []), ...inside(part)]);
	return [resource, ...inside(resource.parameter)];
}

/** Tables of which no member of the sandbox has a row; the fixtures have some of each. */
const NOT_IN_SANDBOX = ['pharmacy_claim', 'claim_procedure', 'prior_authorization', 'observation'];

test('every table has rows of the sandbox, or of the fixtures', () => {
	const rowsOf = (resources: readonly object[]) =>
		TABLES.filter((table) => !resources.some((resource) => finishedRows(table, resource).length > 0)).map(
			({ value }) => value,
		);
	expect(rowsOf(sandbox)).toEqual(NOT_IN_SANDBOX);
	expect(rowsOf([...sandbox, ...fixtures])).toEqual([]);
	for (const view of views) {
		const rows = [...sandbox, ...fixtures].flatMap((resource) => viewRows(view, resource));
		expect([view.name, rows.length > 0]).toEqual([view.name, true]);
	}
});

/** A copy without some of its elements, and of some lists with the same entries once more: what a payer may leave out or repeat. */
function changed(value: unknown, choice: () => number): unknown {
	if (Array.isArray(value)) {
		const kept = value.filter(() => choice() > 0).map((entry) => changed(entry, choice));
		return choice() === 9 ? [...kept, ...kept] : kept;
	}
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([key]) => key === 'resourceType' || choice() > 0)
			.map(([key, entry]) => [key, changed(entry, choice)]),
	);
}

test('no resource with elements left out or repeated makes a table fail', () => {
	const resources = [...fixtures, ...sandbox.filter((_, index) => index % 40 === 0)];
	fc.assert(
		fc.property(
			fc.constantFrom(...resources),
			fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
			(resource, choices) => {
				const next = () => choices.next().value;
				const other = changed(resource, next) as object;
				for (const table of TABLES) {
					for (const row of finishedRows(table, other)) {
						expect(
							Object.values(row).filter((value) => value === undefined || typeof value === 'object'),
						).toEqual(Object.values(row).filter((value) => value === null));
					}
				}
			},
		),
		{ numRuns: 300 },
	);
});
