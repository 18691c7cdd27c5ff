import type { INode, INodeExecutionData, OnError } from 'n8n-workflow';
import { batchHints } from '../../../nodes/FetchBatch/outputs';
import { matchHints } from '../../../nodes/MemberMatch/outputs';
import { startHints } from '../../../nodes/StartExport/outputs';
import type { Hint } from '../../../nodes/shared/n8n/hints';
import { exportHints } from '../../../nodes/WaitForExport/hints';

const items = (count: number, json = {}): INodeExecutionData[] =>
	Array.from({ length: count }, () => ({ json }));
const nodeWith = (onError?: OnError) => ({ getNode: () => ({ onError }) as INode });
const NODE = nodeWith();
const NOW = Date.parse('2027-01-04T14:00:00Z');
const until = (expiresAt: string) => items(1, { expiresAt });
const whole = items(2, { outcome: 'complete' });
/** All asked for claims by date, and one lists none. */
const SAME_ID = ['north', 'south', undefined].flatMap((directoryKey) =>
	items(1, {
		payer: `pdex:${directoryKey === undefined ? 'b' : 'a'}.example/r4`,
		...{ directoryKey, jobId: '1', transactionTimeAfterRequest: true },
		asked: { types: ['Claim'], serviceFrom: '2021-01-01', serviceTypes: ['Claim'] },
		type: directoryKey === 'south' ? 'Patient' : 'Claim',
	}),
);

test.each<[sentence: string, hints: Hint[], expected: RegExp[]]>([
	['all matched', matchHints(NODE, [items(3), []]), []],
	['some matched', matchHints(NODE, [items(3), items(2)]), [/^3 of 5 members were matched/]],
	[
		'some still being matched',
		matchHints(NODE, [[], items(2, { outcome: 'still-matching' })]),
		[/^0 of 2 members/, /^The payer is still matching 2 members\. Send .* Wait node/],
	],
	['all exports completed', exportHints(NODE, [items(3), [], []]), []],
	[
		'files that go within a quarter of an hour',
		exportHints(NODE, [[...until('2027-01-04T14:14:59Z'), ...until('2027-01-04T14:05:00Z')], [], []], NOW),
		[/^2 files have to be fetched soon: .* until 2027-01-04 14:05 UTC\./],
	],
	['a file that is gone', exportHints(NODE, [until('2027-01-04T13:00:00Z'), [], []], NOW), [/^1 file has/]],
	['a file that stays', exportHints(NODE, [until('2027-01-04T14:15:00Z'), [], []], NOW), []],
	['a file of no known end', exportHints(NODE, [until('soon'), [], []], NOW), []],
	[
		'two exports whose payers, or whose clients of one payer, gave them the same id',
		exportHints(NODE, [SAME_ID, [], []]),
		[/^Of 3 exports the payer states a transactionTime after/, /nothing came of Claim/],
	],
	[
		'one still running',
		exportHints(NODE, [[], items(1), []]),
		[/^1 export is still running\. Connect .* Wait node of 65 seconds/],
	],
	[
		'some running, some failed',
		exportHints(NODE, [[], items(2), items(1)]),
		[/^2 exports are still/, /^1 export failed/],
	],
	['all files whole', batchHints(NODE, [items(10), whole]), []],
	[
		'a file in part',
		batchHints(NODE, [items(10), [...whole, ...items(1, { outcome: 'partial' })]]),
		[/^1 of 3 files are not whole/],
	],
	[
		'care before the day',
		batchHints(NODE, [[], [...whole, ...items(2, { outcome: 'complete', beforeDateOfService: 2 })]]),
		[/^4 resources tell of care before the Date of Service From: left out/],
	],
	[
		'deletions in the report alone',
		batchHints(NODE, [[], items(2, { outcome: 'complete', deletions: 2 })]),
		[/^The payer has deleted 4 resources .* Deletions as Items/],
	],
	[
		'deletions as items',
		batchHints(NODE, [[], items(1, { outcome: 'complete', deletions: 2 }), items(2)], true),
		[],
	],
	[
		'no care before the day',
		batchHints(NODE, [[], items(1, { outcome: 'complete', beforeDateOfService: 0 })]),
		[],
	],
	['an error of a file', batchHints(NODE, [[], items(1, { error: 'x' })]), [/^1 of 1 files/]],
	[
		'very many items',
		batchHints(NODE, [items(50_000), whole]),
		[/^50000 items are in n8n's memory.*NDJSON File/],
	],
])('%s', (_, hints, expected) => {
	expect(hints.map(({ message }) => message)).toEqual(
		expected.map((each) => expect.stringMatching(each) as string),
	);
});

const errors = items(2, { error: 'No', message: 'Do this' });
const declined = items(1, { outcome: 'no-match' });
const toOwnOutput = nodeWith('continueErrorOutput');
const toOutput = nodeWith('continueRegularOutput');

test.each<[string, Hint[], RegExp[]]>([
	[
		'members, errors apart',
		matchHints(toOwnOutput, [items(3), [...declined, ...errors]]),
		[/^3 of 6 members were matched\. 1 left by the output Not Matched,.* 2 could .* output Error says why/],
	],
	[
		'members, errors with the others',
		matchHints(toOutput, [items(3), [...declined, ...errors]]),
		[/^3 of 6 .* 1 left by .* 2 could not be asked for: the output Not Matched says why/],
	],
	[
		'members, errors only',
		matchHints(toOwnOutput, [items(3), errors]),
		[/^3 of 5 members were matched\. 2 could not be asked for: the output Error/],
	],
	[
		'exports to start',
		startHints(toOwnOutput, [[], errors]),
		[/^2 exports were not started\. The output Error/],
	],
	['exports to start', startHints(toOutput, [[], errors]), [/The output Not Started says why/]],
	[
		'jobs',
		exportHints(toOwnOutput, [[], [], [...items(1, { outcome: 'failed' }), ...errors]]),
		[/^1 export failed or came in part\. The output Failed/, /^2 exports could .* The output Error says/],
	],
	['jobs', exportHints(toOutput, [[], [], errors]), [/^2 exports could .* The output Failed says why/]],
	[
		'files',
		batchHints(toOwnOutput, [[], [...whole, ...errors]]),
		[/^2 of 4 files could .* output Error says/],
	],
	['files', batchHints(toOutput, [[], [...whole, ...errors]]), [/^2 of 4 files .* output Batch Report says/]],
])('F7 a hint names the output by which errors leave: %s', (_, hints, expected) => {
	expect(hints).toHaveLength(expected.length);
	hints.forEach(({ message }, index) => expect(message).toMatch(expected[index]));
});
