import type { IDataObject } from 'n8n-workflow';
import { runSteps } from '../../support/engine';
import { describeExamples, exampleNames, exampleText } from '../../support/examples';

/** The official test suite of SQL on FHIR v2 (FHIR/sql-on-fhir-v2, folder `tests`) through the node: resources as items, rows as items. */

interface Case {
	title: string;
	view: IDataObject;
	expect?: IDataObject[];
	expectCount?: number;
	expectError?: boolean;
}

const FOLDER = 'sql-on-fhir-v2/tests';
/** Depends on the last zeros of a number, which an item has lost (`1.0`). */
const NEEDS_DIGITS = 'fn_boundary.json';

const cases = exampleNames(FOLDER)
	.filter((name) => !name.endsWith(NEEDS_DIGITS))
	.flatMap((name) => {
		const { resources, tests } = JSON.parse(exampleText(name)) as { resources: IDataObject[]; tests: Case[] };
		return tests.map((each) => ({
			...each,
			resources,
			name: `${name.slice(FOLDER.length + 1)}: ${each.title}`,
		}));
	});

const asSet = (rows: IDataObject[]) =>
	rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();

describeExamples('SQL on FHIR v2 through FHIR to Table', () => {
	for (const each of cases) {
		test(each.name, async () => {
			const run = await runSteps({
				items: each.resources,
				steps: [{ node: 'fhirToTable', parameters: { table: 'ownView', view: each.view, payerKey: '' } }],
				credential: {},
			});
			const [rows, notInTable] = [0, 1].map((output) => run.json('fhirToTable', output));
			if (each.expectError) {
				expect(run.error !== undefined || notInTable.length > 0).toBe(true);
				return;
			}
			expect([run.error?.message, notInTable]).toEqual([undefined, []]);
			if (each.expect) expect(asSet(rows)).toEqual(asSet(each.expect));
			if (each.expectCount !== undefined) expect(rows).toHaveLength(each.expectCount);
		});
	}
});
