/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';

const EXAMPLES = join(__dirname, '..', '..', '..', 'examples');

interface Example {
	nodes: Array<{ name: string; type: string; onError?: string; parameters: { jsCode?: string } }>;
	connections: Record<string, { main: Array<Array<{ node: string }>> }>;
}

const examples = readdirSync(EXAMPLES)
	.filter((name) => name.endsWith('.json'))
	.map((name): [string, Example] => [
		name,
		JSON.parse(readFileSync(join(EXAMPLES, name), 'utf8')) as Example,
	]);

/** Those that collect what became of each member: errors have an output of their own. */
const collecting = examples.filter(([, { nodes }]) =>
	nodes.some(({ type, onError }) => type.endsWith('.startExport') && onError === 'continueErrorOutput'),
);

test.each(collecting)(
	'A11 %s: Not Started leads where the errors of Start Export lead',
	(_, { connections }) => {
		const [, notStarted, errors] = connections['Start Export'].main;
		expect(notStarted.length).toBeGreaterThan(0);
		expect(notStarted.map(({ node }) => node)).toEqual(errors.map(({ node }) => node));
	},
);

/** What the outputs of each step said, by number of the output. */
type Said = Record<string, Record<number, object[]>>;

/** Runs the code of Outcome Rows, as n8n's Code node does. */
function outcomeRows({ nodes }: Example, said: Said): Array<Record<string, unknown>> {
	const code = nodes.find(({ name }) => name === 'Outcome Rows')?.parameters.jsCode ?? '';
	const step = (name: string) => ({
		isExecuted: said[name] !== undefined,
		all: (output = 0, run = 0) => {
			if (run > 0) throw new Error('There was no such run.');
			return (said[name]?.[output] ?? []).map((json) => ({ json }));
		},
	});
	const run = compileFunction(code, ['$', '$execution', '$prevNode']) as (
		...globals: unknown[]
	) => Array<{ json: Record<string, unknown> }>;
	return run(step, { id: '1' }, { name: 'Fetch Batch', outputIndex: 1 }).map(({ json }) => json);
}

const MEMBER = { memberId: 'm1', tenant: 'bison' };
const ENDED = { ...MEMBER, outcome: 'consent-ended', reason: 'The consent ended on 2027-03-10.' };
const JOB = { ...MEMBER, jobId: 'j1' };
const FILES = [1, 2].map((batch) => ({ ...JOB, batch, batchCount: 2, type: 'Patient' }));
const BEGUN: Said = { Members: { 0: [MEMBER] }, 'Member Match': { 0: [MEMBER] } };
const REPORT = { ...JOB, batch: 1, type: 'Patient', outcome: 'complete', resources: 0, rejected: 0 };
const NOT_FETCHED = { ...REPORT, ...ENDED };

const withRows = examples.filter(([, { nodes }]) => nodes.some(({ name }) => name === 'Outcome Rows'));
const CASES: Array<[where: string, said: Said, outcome: string]> = [
	['not started', { 'Start Export': { 1: [ENDED] } }, 'consent-ended'],
	[
		'while waiting',
		{ 'Start Export': { 0: [JOB] }, 'Wait For Export': { 2: [{ ...JOB, ...ENDED }] } },
		'consent-ended',
	],
	[
		'before the first file',
		{
			'Start Export': { 0: [JOB] },
			'Wait For Export': { 0: FILES },
			'Fetch Batch': { 1: [NOT_FETCHED, NOT_FETCHED] },
		},
		'consent-ended',
	],
	[
		'between two files',
		{
			'Start Export': { 0: [JOB] },
			'Wait For Export': { 0: FILES },
			'Fetch Batch': { 1: [REPORT, { ...NOT_FETCHED, batch: 2 }] },
		},
		'partial',
	],
];

describe.each(withRows)('A11 the outcome row of %s', (_, example) => {
	test.each(CASES)('says that the consent ended: %s', (_where, said, outcome) => {
		const [row, ...others] = outcomeRows(example, { ...BEGUN, ...said });
		expect(others).toEqual([]);
		expect(row).toMatchObject({ memberId: 'm1', outcome });
		expect(row.reason).toContain('The consent ended on 2027-03-10.');
		expect(row.nextStep).not.toBe('Run the workflow again.');
	});
});

test('the examples are found', () => {
	expect([collecting.length, withRows.length]).toEqual([9, 7]);
});
