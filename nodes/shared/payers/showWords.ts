import type { INodeProperties } from 'n8n-workflow';
import { SHOW_WORDS_LABEL } from '../http/describeAnswer';

/** The switch of each credential that lets errors repeat the payer's words. */
export const SHOW_WORDS_FIELD: INodeProperties = {
	displayName: SHOW_WORDS_LABEL,
	name: 'showPayerWords',
	type: 'boolean',
	default: false,
	description:
		'Whether errors repeat what the payer wrote, with the values of the item, dates and IDs masked. A payer can name another member there, and n8n keeps errors in its log: leave it off with real members. What the payer wrote about a member who was not matched, or an export that failed, stands in the items in any case.',
};
