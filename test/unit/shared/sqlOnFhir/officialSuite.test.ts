import { rowObjects } from '../../../../nodes/shared/sqlOnFhir/rowObjects';
import { compileView } from '../../../../nodes/shared/sqlOnFhir/view';
import { ViewError } from '../../../../nodes/shared/sqlOnFhir/viewError';
import { parseWritten } from '../../../../nodes/shared/sqlOnFhir/writtenDecimals';
import { describeExamples, exampleNames, exampleText } from '../../../support/examples';

/** The official test suite of SQL on FHIR v2 (FHIR/sql-on-fhir-v2, folder `tests`). */

interface OfficialFile {
	resources: object[];
	tests: Array<{
		title: string;
		tags: string[];
		view: object;
		expect?: object[];
		expectColumns?: string[];
		expectCount?: number;
		expectError?: boolean;
	}>;
}

const FOLDER = 'sql-on-fhir-v2/tests';

/** Experimental cases that are not supported; a shareable one is never among them. */
const UNSUPPORTED: string[] = [];

// The decimals as they are written: a boundary depends on the last zeros (`1.0`).
const cases = exampleNames(FOLDER).flatMap((name) => {
	const { resources, tests } = parseWritten(exampleText(name)) as OfficialFile;
	return tests.map((each) => ({
		...each,
		resources,
		name: `${name.slice(FOLDER.length + 1)}: ${each.title}`,
	}));
});

describeExamples('SQL on FHIR v2', () => {
	test('all shareable cases of the suite are supported', () => {
		const counts = ['shareable', 'experimental'].map((tag) => {
			const tagged = cases.filter(({ tags }) => tags.includes(tag));
			return [tagged.length, tagged.filter(({ name }) => !UNSUPPORTED.includes(name)).length];
		});
		expect(counts).toEqual([
			[123, 123],
			[11, 11],
		]);
	});

	for (const each of cases.filter(({ name }) => !UNSUPPORTED.includes(name))) {
		test(each.name, () => {
			if (each.expectError) {
				expect(() => rowsOf(each)).toThrow(ViewError);
				return;
			}
			const { columns, rows } = rowsOf(each);
			if (each.expectColumns) expect(columns).toEqual(each.expectColumns);
			if (each.expectCount !== undefined) expect(rows).toHaveLength(each.expectCount);
			if (each.expect) expect(asSet(rows)).toEqual(asSet(each.expect));
			expect(each.expect ?? each.expectCount ?? each.expectColumns).toBeDefined();
		});
	}
});

function rowsOf({ view, resources }: { view: object; resources: object[] }) {
	const compiled = compileView(view);
	const toObject = rowObjects(compiled.columns);
	const rows = resources.flatMap((resource) => compiled.rows(resource, { keyPrefix: '' }).map(toObject));
	return { columns: compiled.columns.map(({ name }) => name), rows };
}

/** Rows have no order. */
function asSet(rows: object[]): string[] {
	return rows
		.map((row) => JSON.stringify(Object.entries(row).sort(([one], [other]) => (one < other ? -1 : 1))))
		.sort();
}
