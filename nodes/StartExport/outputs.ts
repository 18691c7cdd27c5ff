import type { INodeExecutionData } from 'n8n-workflow';
import { CONSENT_ENDED } from '../shared/exchange/consentEnd';
import { pluralize, type Hint } from '../shared/n8n/hints';

/** The outputs of Start Export. */
export const STARTED = 0;
export const NOT_STARTED = 1;

/** A hint about members whose consent has ended. */
export function startHints([, notStarted]: INodeExecutionData[][]): Hint[] {
	const ended = notStarted.filter(({ json }) => json.outcome === CONSENT_ENDED).length;
	if (ended === 0) return [];
	return [
		{
			message: `No export was started for ${pluralize(ended, 'item', 'items')}: the consent has ended. The output Not Started says since when.`,
			type: 'warning',
		},
	];
}
