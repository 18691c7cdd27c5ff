import { isResourceType } from '../fhir/resourceTypes';
import type { Hint } from '../n8n/hints';

/**
 * A hint about types of which nothing came though only their dates were limited: a server that cannot search by that date may answer with
 * nothing, and calls the export complete.
 */
export function emptyTypesHint(types: readonly string[]): Hint[] {
	const named = [...new Set(types)].filter(isResourceType).sort();
	if (named.length === 0) return [];
	return [
		{
			message: `Date of Service From was sent to the payer, and nothing came of ${named.join(', ')}. If there should be some, the payer may not be able to search by that date: leave it empty in Start Export, and set it in Fetch Batch.`,
			type: 'info',
		},
	];
}
