import type { INodeExecutionData } from 'n8n-workflow';
import { batchHints } from '../../../nodes/FetchBatch/outputs';
import { matchHints } from '../../../nodes/MemberMatch/outputs';
import type { Hint } from '../../../nodes/shared/n8n/hints';
import { exportHints } from '../../../nodes/WaitForExport/hints';

const items = (count: number, json = {}): INodeExecutionData[] =>
	Array.from({ length: count }, () => ({ json }));
const NOW = Date.parse('2027-01-04T14:00:00Z');
const until = (expiresAt: string) => items(1, { expiresAt });
const whole = items(2, { outcome: 'complete' });

test.each<[sentence: string, hints: Hint[], expected: RegExp[]]>([
	['all matched', matchHints([items(3), []]), []],
	['some matched', matchHints([items(3), items(2)]), [/^3 of 5 members were matched/]],
	[
		'some still being matched',
		matchHints([[], items(2, { outcome: 'still-matching' })]),
		[/^0 of 2 members/, /^The payer is still matching 2 members\. Send .* Wait node/],
	],
	['all exports completed', exportHints([items(3), [], []]), []],
	[
		'files that go within a quarter of an hour',
		exportHints([[...until('2027-01-04T14:14:59Z'), ...until('2027-01-04T14:05:00Z')], [], []], NOW),
		[/^2 files have to be fetched soon: .* until 2027-01-04 14:05 UTC\./],
	],
	['a file that is gone', exportHints([until('2027-01-04T13:00:00Z'), [], []], NOW), [/^1 file has/]],
	['a file that stays', exportHints([until('2027-01-04T14:15:00Z'), [], []], NOW), []],
	['a file of no known end', exportHints([until('soon'), [], []], NOW), []],
	[
		'one still running',
		exportHints([[], items(1), []]),
		[/^1 export is still running\. Connect .* Wait node of 65 seconds/],
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
	[
		'care before the day',
		batchHints([[], [...whole, ...items(2, { outcome: 'complete', beforeDateOfService: 2 })]]),
		[/^4 resources tell of care before the Date of Service From: left out/],
	],
	[
		'deletions in the report alone',
		batchHints([[], items(2, { outcome: 'complete', deletions: 2 })]),
		[/^The payer has deleted 4 resources .* Deletions as Items/],
	],
	['deletions as items', batchHints([[], items(1, { outcome: 'complete', deletions: 2 }), items(2)]), []],
	['no care before the day', batchHints([[], items(1, { outcome: 'complete', beforeDateOfService: 0 })]), []],
	['an error of a file', batchHints([[], items(1, { error: 'x' })]), [/^1 of 1 files/]],
	['very many items', batchHints([items(50_000), whole]), [/^50000 items are in n8n's memory.*NDJSON File/]],
])('%s', (_, hints, expected) => {
	expect(hints.map(({ message }) => message)).toEqual(
		expected.map((each) => expect.stringMatching(each) as string),
	);
});
