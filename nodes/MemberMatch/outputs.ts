import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { withoutErrors } from '../shared/n8n/errorItems';
import { pluralize, type Hint } from '../shared/n8n/hints';
import { STILL_MATCHING } from './answer/matchAnswer';

/** The outputs of Member Match. */
export const MATCHED = 0;
export const NOT_MATCHED = 1;

/** A hint about members that were matched, but cannot be exported by an id. */
export function exportHints([matched]: INodeExecutionData[][]): Hint[] {
	const count = matched.filter(
		({ json }) => json.outcome === 'matched' && json.groupId === undefined && json.patientId === undefined,
	).length;
	if (count === 0) return [];
	return [
		{
			message: `The payer named ${pluralize(count, 'member', 'members')} by an identifier alone, and the search for the patient gave no ID: Start Export has nothing to export by. The column patientNotFound says why. Some payers write the patient's ID into the identifier: see 'Payer Software' and 'Search Patients By' of the credential.`,
			type: 'warning',
		},
	];
}

/** Hints about members that were not matched, and where they are. */
export function matchHints(
	context: Pick<IExecuteFunctions, 'getNode'>,
	[matched, others]: INodeExecutionData[][],
): Hint[] {
	if (others.length === 0) return [];
	const total = matched.length + others.length;
	const { items: notMatched, errors, errorOutput } = withoutErrors(context, others, 'Not Matched');
	const where = [
		`${matched.length} of ${total} members were matched.`,
		...(notMatched.length > 0
			? [`${notMatched.length} left by the output Not Matched, each with its reason and what to do next.`]
			: []),
		...(errors > 0 ? [`${errors} could not be asked for: the output ${errorOutput} says why.`] : []),
	];
	const waiting = notMatched.filter(({ json }) => json.outcome === STILL_MATCHING).length;
	return [
		{
			message: where.join(' '),
			type: 'info',
		},
		...(waiting > 0
			? [
					{
						message: `The payer is still matching ${pluralize(waiting, 'member', 'members')}. Send the items of Not Matched whose outcome is ${STILL_MATCHING} through a Wait node back to this node.`,
						type: 'info' as const,
					},
				]
			: []),
	];
}
