import type { ICredentialTestRequest, INodeProperties } from 'n8n-workflow';
import { FHIR_BASE_URL } from '../../signIn/fhirBaseUrl';
import { FILE_HOSTS_FIELD } from '../fileHosts';
import { SHOW_WORDS_FIELD } from '../showWords';
import { ASKING_FIELDS } from './askingFields';
import { OTHER_SOFTWARE, PRESETS, SOFTWARE_LABEL } from './presets';
import { DEFAULT_SCOPE } from './settings';

/** Fields shared by the credentials of standards-based payers. */

export const SCOPE_FIELD: INodeProperties = {
	displayName: 'Scope',
	name: 'scope',
	type: 'string',
	default: DEFAULT_SCOPE,
	placeholder: `e.g. ${DEFAULT_SCOPE}`,
	description: 'What the client may do, in the words that the payer gave you',
};

/** The base URL field. */
export const FHIR_BASE_FIELD: INodeProperties = {
	displayName: FHIR_BASE_URL.label,
	name: 'fhirBaseUrl',
	type: 'string',
	default: '',
	required: true,
	placeholder: `e.g. ${FHIR_BASE_URL.example}`,
	description: 'From the payer. The token is sent to this host and to no other.',
};

/** What the payer runs, from which the ways of asking follow. */
export const SOFTWARE_FIELD: INodeProperties = {
	displayName: SOFTWARE_LABEL,
	name: 'payerSoftware',
	type: 'options',
	default: OTHER_SOFTWARE,
	options: [
		...Object.entries(PRESETS).map(([value, { displayName, description }]) => ({
			name: displayName,
			value,
			description,
		})),
		{
			name: 'Other or Not Known',
			value: OTHER_SOFTWARE,
			description: 'As Da Vinci PDex 2.1 and 2.2 say, with what the capability statement offers',
		},
	],
	description:
		"What the payer's server is. It decides paths, export operation and spelling of requests; single fields under 'Set How This Payer Is Asked' go before it.",
};

/** The plan that asks. */
export const OWN_PLAN_FIELDS: INodeProperties[] = [
	{
		displayName: 'Your Plan Name',
		name: 'requestingName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Prairie Health Plan',
		description: 'The plan that asks. It stands in every consent and match request.',
	},
	{
		displayName: 'Your Plan NPI',
		name: 'requestingNpi',
		type: 'string',
		default: '',
		placeholder: 'e.g. 1234567893',
		description: 'National Provider Identifier of the plan that asks',
	},
];

export const STANDARD_FIELDS: INodeProperties[] = [
	FILE_HOSTS_FIELD,
	...OWN_PLAN_FIELDS,
	{
		displayName: 'Payer Name',
		name: 'respondingName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Bison Health Plan',
		description: 'The plan that is asked, i.e. the one at the FHIR Base URL.',
	},
	{
		displayName: 'Payer NPI',
		name: 'respondingNpi',
		type: 'string',
		default: '',
		placeholder: 'e.g. 1558444216',
		description: 'National Provider Identifier of the plan that is asked',
	},
	SHOW_WORDS_FIELD,
	...ASKING_FIELDS,
];

/** The Test button succeeds if `preAuthentication` gets a token and the FHIR server responds. */
export const STANDARD_TEST: ICredentialTestRequest = {
	request: { url: '={{ $credentials.fhirBaseUrl.trim().replace(/\\/+$/, "") }}/metadata' },
};
