import { mayBeDayBefore, type NodeBefore } from '../../../../nodes/shared/exchange/dateAndTime';

const NEW_YORK = -300;
const GUAM = 600;

function node(changes: Partial<NodeBefore> = {}, parameters: object = {}): NodeBefore {
	return {
		type: 'n8n-nodes-base.dateTime',
		disabled: false,
		parameters: { operation: 'formatDate', outputFieldName: 'DOB', options: {}, ...parameters },
		...changes,
	};
}
const mayBe = (before: NodeBefore, zone: string, offset: number) =>
	mayBeDayBefore('DOB', [before], zone, () => offset);

const round = node({}, { operation: 'roundDate' });
const inWorkflowsZone = node({}, { options: { timezone: true } });

test.each<[before: NodeBefore, zone: string, offset: number, expected: boolean]>([
	[node(), 'America/New_York', NEW_YORK, false],
	[node(), 'UTC', 0, false],
	[node(), 'America/New_York', GUAM, true],
	[node(), 'Pacific/Guam', NEW_YORK, true],
	[node(), 'Europe/London', 0, true],
	[round, 'America/New_York', 0, true],
	[inWorkflowsZone, 'America/New_York', 0, true],
	[round, 'UTC', 0, false],
	[round, 'Pacific/Guam', GUAM, false],
	[inWorkflowsZone, 'Asia/Kolkata', GUAM, true],
])(
	'F3 %j in a workflow of %s, n8n at %i minutes, may have made a day the day before: %s',
	(before, ...rest) => {
		const [zone, offset, expected] = rest;
		expect(mayBe(before, zone, offset)).toBe(expected);
	},
);

test.each<[string, NodeBefore]>([
	['another type', node({ type: 'n8n-nodes-base.set' })],
	['disabled', node({ disabled: true })],
	['another column', node({}, { outputFieldName: 'formattedDate' })],
	['no name', node({}, { outputFieldName: 7 })],
	['no parameters', node({ parameters: undefined })],
])('F3 a node before with %s changes no day', (_, before) => {
	expect(mayBe(before, 'Pacific/Guam', GUAM)).toBe(false);
});

test('F3 the name of the column is compared as columns are', () => {
	expect(mayBe(node({}, { outputFieldName: 'd_o_b' }), 'UTC', GUAM)).toBe(true);
});
