import type { INodeProperties } from 'n8n-workflow';

/** The form of Member Outcomes. */
export const memberOutcomesForm: INodeProperties[] = [
	{
		displayName:
			"Connect to the lower input, 'Everything': the roster, and each output at which a member's way ends (Not Matched, Not Started, Failed, Still Running where it is not fed back, Batch Report). Leave the upper input free: so this node waits until all others have run.",
		name: 'inputNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		description: 'Whether to return a simplified version of the response instead of the raw data',
	},
];
