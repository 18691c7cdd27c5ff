import type { INodeProperties } from 'n8n-workflow';
import { PAYER_FIELDS } from '../shared/payers/form';

/** The form of Check Payer. */
export const checkPayerForm: INodeProperties[] = [
	{
		displayName:
			'The payer is asked what it offers, and for a token. Nothing about a member is sent. The check runs once, however many items come in.',
		name: 'checkNotice',
		type: 'notice',
		default: '',
	},
	...PAYER_FIELDS,
];
