import { outcomeRow } from '../../../nodes/MemberOutcomes/row/outcomeRow';
import { exampleFiles, nodeOf, type ExampleFile } from '../../support/exampleFiles';

const STEPS = ['memberMatch', 'startExport', 'waitForExport', 'fetchBatch'];
const examples = exampleFiles();
const withOutcomes = examples.filter(({ nodes }) => nodes.some(({ type }) => type === 'memberOutcomes'));
/** Those without: what they are about is no exchange of their own, or (the queue) a database keeps the outcomes. */
const WITHOUT = [
	...['ai-agent.json', 'error-workflow.json', 'payers-every-monday.json'],
	...['roster-queue-part.json', 'roster-queue.json'],
];
/** How a roster comes in. The demo has its members with it. */
const STARTS = ['formTrigger', 'webhook', 'dataTable'];
const DEMO = 'roster-to-fhir.json';

/** Names of the nodes that lead to a node, however far. */
function before({ links }: ExampleFile, name: string, known = new Set<string>()): Set<string> {
	for (const { from, to } of links) {
		if (to !== name || known.has(from)) continue;
		before({ links } as ExampleFile, from, known.add(from));
	}
	return known;
}

const outcomesOf = (example: ExampleFile) =>
	example.nodes.find(({ type }) => type === 'memberOutcomes')?.name ?? '';

test('every example of an exchange ends in Member Outcomes', () => {
	const others = examples.filter((each) => !withOutcomes.includes(each));
	expect(others.map(({ file }) => file)).toEqual(WITHOUT);
	expect(withOutcomes).toHaveLength(14);
});

describe.each(withOutcomes)('$file', (example) => {
	const name = outcomesOf(example);
	const into = example.links.filter(({ to }) => to === name);
	const isStep = (node: string) => STEPS.includes(nodeOf(example, node).type);

	test('leaves the first input of Member Outcomes free', () => {
		expect(into.filter(({ input }) => input !== 1)).toEqual([]);
	});

	test('A11 leads the roster and every end there: what is not matched, not started, failed, reported, and all errors', () => {
		const match = example.nodes.find(({ type }) => type === 'memberMatch')!;
		const rosters = example.links.filter(({ to }) => to === match.name).map(({ from }) => from);
		expect(into.map(({ from }) => from)).toEqual(expect.arrayContaining(rosters));
		const ends = into
			.filter(({ from }) => isStep(from))
			.map(({ from, output }) => `${nodeOf(example, from).type} ${output}`);
		const isFedBack = before(example, 'Wait For Export').has('Wait For Export');
		expect(ends.sort()).toEqual([
			...['fetchBatch 1', 'fetchBatch 2', 'memberMatch 1', 'memberMatch 2', 'startExport 1', 'startExport 2'],
			...(isFedBack ? [] : ['waitForExport 1']),
			...['waitForExport 2', 'waitForExport 3'],
		]);
	});

	test('connects what became of documents there, where it fetches any', () => {
		const ends = into.filter(({ from }) => nodeOf(example, from).type === 'fetchDocuments');
		const isThere = example.nodes.some(({ type }) => type === 'fetchDocuments');
		expect(ends.map(({ output }) => output).sort()).toEqual(isThere ? [1, 2] : []);
	});

	test('starts with a roster as people have it', () => {
		if (example.file === DEMO) return;
		const types = [...before(example, 'Member Match')].map((each) => nodeOf(example, each).type);
		expect(types.some((type) => STARTS.includes(type))).toBe(true);
		const roster = example.nodes.find((node) => node.name === 'Roster');
		if (roster) expect(JSON.stringify(roster.parameters)).toContain('".csv, .xlsx"');
	});
});

test('tables of outcomes have the columns of Member Outcomes', () => {
	const nothing = { outcome: 'unknown', reason: '', nextStep: '' };
	const columns = Object.keys(outcomeRow(nothing, undefined, { json: {}, row: 1, memberId: '1' })).sort();
	const made = examples.flatMap(({ nodes }) => nodes.filter(({ name }) => name === 'Make Outcome Table'));
	expect(made).toHaveLength(5);
	for (const { parameters } of made) {
		const { column } = parameters.columns as { column: Array<{ name: string }> };
		expect(column.map((each) => each.name).sort()).toEqual(columns);
	}
	const inSql = examples.flatMap(({ nodes }) => nodes.filter(({ name }) => name === 'Make Tables'));
	const queries = inSql.map(({ parameters }) => String(parameters.query));
	const tables = queries.flatMap(
		(query) => /CREATE TABLE IF NOT EXISTS p2p_outcome \(([^)]+)\)/.exec(query) ?? [],
	);
	expect(tables).toHaveLength(4);
	for (const text of [tables[1], tables[3]]) {
		expect([...text.matchAll(/"(\w+)"/g)].map(([, column]) => column).sort()).toEqual(columns);
	}
	const [evidence] = queries.flatMap(
		(query) => /CREATE TABLE IF NOT EXISTS p2p_evidence \(([^)]+)\)/.exec(query)?.[1] ?? [],
	);
	const ofChain = ['n', 'previousFileSha256', 'recordedAt'];
	expect([...evidence.matchAll(/"(\w+)"/g)].map(([, column]) => column).sort()).toEqual(
		[...columns, ...ofChain].sort(),
	);
});
