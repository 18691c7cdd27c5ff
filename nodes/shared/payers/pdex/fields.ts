import type { ICredentialTestRequest, INodeProperties } from 'n8n-workflow';
import { FHIR_JSON } from '../../http/request';
import { FILE_HOSTS_FIELD } from '../fileHosts';
import { SHOW_WORDS_FIELD } from '../showWords';
import { DAVINCI_EXPORT, FHIR_BASE_URL, PAYER_TO_PAYER, PLAIN_EXPORT } from './settings';

/** Fields shared by the credentials of standards-based payers. */

export const SCOPE_FIELD: INodeProperties = {
	displayName: 'Scope',
	name: 'scope',
	type: 'string',
	default: 'system/*.rs',
	placeholder: 'e.g. system/*.rs',
	description: 'What the client may do, in the words that the payer gave you',
};

const ADVANCED = { show: { customRequests: [true] } };

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

export const STANDARD_FIELDS: INodeProperties[] = [
	FILE_HOSTS_FIELD,
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
	{
		displayName: 'Set How This Payer Is Asked',
		name: 'customRequests',
		type: 'boolean',
		default: false,
		description:
			'Whether this payer wants something other than Da Vinci PDex says: other paths, another export operation, GET or POST',
	},
	{
		displayName: 'HRex Version',
		name: 'hrexVersion',
		type: 'options',
		displayOptions: ADVANCED,
		default: 'hrex-1.2',
		options: [
			{ name: '1.0', value: 'hrex-1.0', description: 'PDex 2.0: Gender and a Coverage ID System are needed' },
			{ name: '1.1 and 1.2', value: 'hrex-1.2', description: 'PDex 2.1 and later' },
		],
		description: 'By whose rules a match request is checked before it is sent',
	},
	{
		displayName: 'Member Match Path',
		name: 'memberMatchPath',
		type: 'string',
		displayOptions: ADVANCED,
		default: 'Patient/$member-match',
		placeholder: 'e.g. Patient/$member-match',
		description: 'Below the FHIR Base URL',
	},
	{
		displayName: 'Bulk Member Match Path',
		name: 'bulkMemberMatchPath',
		type: 'string',
		displayOptions: ADVANCED,
		default: 'Group/$bulk-member-match',
		placeholder: 'e.g. Group/$bulk-member-match',
		description: 'Below the FHIR Base URL, for matching many members by one request',
	},
	{
		displayName: 'Export Operation',
		name: 'exportOperation',
		type: 'options',
		displayOptions: ADVANCED,
		default: 'auto',
		options: [
			{ name: '$davinci-data-export', value: DAVINCI_EXPORT, description: 'Of Da Vinci PDex, for groups' },
			{ name: '$Export', value: PLAIN_EXPORT, description: 'Of FHIR Bulk Data' },
			{
				name: 'What the Payer Offers',
				value: 'auto',
				description: 'By its capability statement; $davinci-data-export where it offers both',
			},
		],
		description: 'What starts an export',
	},
	{
		displayName: 'Export Level',
		name: 'exportLevel',
		type: 'options',
		displayOptions: ADVANCED,
		default: 'auto',
		options: [
			{ name: 'All Patients That the Token Is For', value: 'patientType', description: 'Patient/$export' },
			{ name: 'By What the Match Brought', value: 'auto', description: 'The group, else the patient' },
			{ name: 'Group', value: 'group', description: 'Group/{ID}/$export' },
			{ name: 'Patient', value: 'patient', description: 'Patient/{ID}/$export' },
		],
		description: 'Whose data one export holds',
	},
	{
		displayName: 'Search Patients By',
		name: 'patientSearch',
		type: 'options',
		displayOptions: ADVANCED,
		default: 'get',
		options: [
			{ name: 'GET', value: 'get', description: 'The identifier stands in the address' },
			{ name: 'POST', value: 'post', description: 'To _search, with the identifier in the body' },
		],
		description:
			'How a patient is searched whom the match brought as an identifier alone. Take POST where the payer states that it takes it: addresses are often kept in logs.',
	},
	{
		displayName: 'Start Exports By',
		name: 'kickOff',
		type: 'options',
		displayOptions: ADVANCED,
		default: 'auto',
		options: [
			{ name: 'GET', value: 'get', description: 'Bulk Data 1 to 3' },
			{ name: 'POST', value: 'post', description: 'Da Vinci PDex, Bulk Data 2 and 3' },
			{ name: 'POST, Bulk Data 4 (Ballot)', value: 'postV4', description: 'Lists as repeated parameters' },
			{
				name: 'What the Operation Wants',
				value: 'auto',
				description: 'POST for $davinci-data-export, GET for $export',
			},
		],
		description: 'The HTTP method of the request that starts an export',
	},
	{
		displayName: 'Export Type',
		name: 'exportType',
		type: 'string',
		displayOptions: ADVANCED,
		default: PAYER_TO_PAYER,
		placeholder: `e.g. ${PAYER_TO_PAYER}`,
		description: 'Sent with $davinci-data-export. Some servers spell it in their own way.',
	},
	{
		displayName: 'Media Type',
		name: 'mediaType',
		type: 'string',
		displayOptions: ADVANCED,
		default: FHIR_JSON,
		placeholder: 'e.g. application/fhir+json',
		description: 'Of the requests that carry FHIR resources',
	},
	{
		displayName: 'Ask for an Asynchronous Answer',
		name: 'prefer',
		type: 'boolean',
		displayOptions: ADVANCED,
		default: true,
		description: 'Whether to send the header Prefer: respond-async, which most servers insist on',
	},
	{
		displayName: 'Status Path',
		name: 'statusPath',
		type: 'string',
		displayOptions: ADVANCED,
		default: '',
		placeholder: 'e.g. $export-poll-status?_jobId={jobId}',
		description:
			'Below the FHIR Base URL, for a payer that gives a job ID but no usable status address. Empty: the address that the payer gives.',
	},
];

/** The Test button succeeds if `preAuthentication` gets a token and the FHIR server responds. */
export const STANDARD_TEST: ICredentialTestRequest = {
	request: { url: '={{ $credentials.fhirBaseUrl.trim().replace(/\\/+$/, "") }}/metadata' },
};
