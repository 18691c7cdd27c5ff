import type { INodeExecutionData } from 'n8n-workflow';
import { batchHints, exportHints, matchHints, type Hint } from '../../nodes/shared/hints';

const items = (count: number, json = {}): INodeExecutionData[] =>
	Array.from({ length: count }, () => ({ json }));
const whole = items(2, { outcome: 'complete' });

test.each<[sentence: string, hints: Hint[], expected: RegExp[]]>([
	['all matched', matchHints([items(3), []]), []],
	['some matched', matchHints([items(3), items(2)]), [/^3 of 5 members were matched/]],
	['all exports completed', exportHints([items(3), [], []]), []],
	[
		'one still running',
		exportHints([[], items(1), []]),
		[/^1 export is still running\. Lead .* Wait node of 65 seconds/],
	],
	[
		'some running, some failed',
		exportHints([[], items(2), items(1)]),
		[/^2 exports are still/, /^1 export failed/],
	],
	['all files whole', batchHints([items(10), whole]), []],
	[
		'a file in part',
		batchHints([items(10), [...whole, ...items(1, { outcome: 'partial' })]]),
		[/^1 of 3 files are not whole/],
	],
	['an error of a file', batchHints([[], items(1, { error: 'x' })]), [/^1 of 1 files/]],
	['very many items', batchHints([items(50_000), whole]), [/^50000 items are in n8n's memory.*NDJSON File/]],
])('%s', (_, hints, expected) => {
	expect(hints.map(({ message }) => message)).toEqual(
		expected.map((each) => expect.stringMatching(each) as string),
	);
});
