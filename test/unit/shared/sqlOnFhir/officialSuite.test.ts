import { compileView } from '../../../../nodes/shared/sqlOnFhir/view';
import { rowObjects } from '../../../../nodes/shared/sqlOnFhir/rowObjects';
import { describeExamples, example, exampleNames } from '../../../support/examples';

/** The official test suite of SQL on FHIR v2 (FHIR/sql-on-fhir-v2, `tests`): its format is described there in `tests/README.md`. */

interface OfficialFile {
	resources: object[];
	tests: OfficialCase[];
}

interface OfficialCase {
	title: string;
	tags: Array<'shareable' | 'experimental'>;
	view: object;
	expect?: object[];
	expectColumns?: string[];
	expectCount?: number;
	expectError?: boolean;
}

const FOLDER = 'sql-on-fhir-v2/tests';

/** Experimental cases that are not supported. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([]);

describeExamples('SQL on FHIR v2', () => {
	const cases = exampleNames(FOLDER).flatMap((name) => {
		const { resources, tests } = example<OfficialFile>(name);
		return tests.map((each) => ({ ...each, resources, name: `${name.slice(FOLDER.length + 1)}: ${each.title}` }));
	});

	test('the suite is whole', () => {
		const tagged = (tag: string) => cases.filter(({ tags }) => tags.some((each) => each === tag)).length;
		expect([tagged('shareable'), tagged('experimental'), cases.length]).toEqual([123, 11, 134]);
	});

	test.each(cases.filter(({ name }) => !UNSUPPORTED.has(name)))('$name', (each) => {
		const rows = () => {
			const view = compileView(each.view);
			const toObject = rowObjects(view.columns);
			return each.resources.flatMap((resource) => view.rows(resource, { keyPrefix: '' }).map(toObject));
		};
		if (each.expectError) return expect(rows).toThrow(expect.objectContaining({ name: 'ViewError' }));
		if (each.expectColumns) {
			expect(compileView(each.view).columns.map(({ name }) => name)).toEqual(each.expectColumns);
		}
		if (each.expectCount !== undefined) expect(rows()).toHaveLength(each.expectCount);
		if (each.expect) expect(asSet(rows())).toEqual(asSet(each.expect));
		return undefined;
	});
});

/** Rows have no order. */
function asSet(rows: object[]): string[] {
	return rows
		.map((row) => JSON.stringify(Object.entries(row).sort(([one], [other]) => (one < other ? -1 : 1))))
		.sort();
}
