import type { INodeExecutionData } from 'n8n-workflow';
import { pluralize, type Hint } from '../shared/n8n/hints';
import { STILL_MATCHING } from './answer/matchAnswer';

/** The outputs of Member Match. */
export const MATCHED = 0;
export const NOT_MATCHED = 1;

/** Hints about members that were not matched. */
export function matchHints([matched, notMatched]: INodeExecutionData[][]): Hint[] {
	if (notMatched.length === 0) return [];
	const total = matched.length + notMatched.length;
	const waiting = notMatched.filter(({ json }) => json.outcome === STILL_MATCHING).length;
	return [
		{
			message: `${matched.length} of ${total} members were matched. The others are on the output Not Matched, each with its reason.`,
			type: 'info',
		},
		...(waiting > 0
			? [
					{
						message: `The payer is still matching ${pluralize(waiting, 'member', 'members')}. Lead the items of Not Matched whose outcome is ${STILL_MATCHING} through a Wait node back into this node.`,
						type: 'info' as const,
					},
				]
			: []),
	];
}
