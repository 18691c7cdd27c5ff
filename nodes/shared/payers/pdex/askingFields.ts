import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { AS_SOFTWARE, DAVINCI_EXPORT, PAYER_TO_PAYER, PLAIN_EXPORT } from './presets';

const ADVANCED = { show: { customRequests: [true] } };

/** The default of a drop-down. @param otherwise what holds where Payer Software says nothing */
function asSoftwareSays(otherwise: string): INodePropertyOptions {
	return {
		name: 'As Payer Software Says',
		value: AS_SOFTWARE,
		description: `Other or Not Known: ${otherwise}`,
	};
}

/**
 * How a payer is asked, field by field. Each is left to Payer Software by default, and n8n stores no defaults: what a credential holds was
 * entered.
 */
export const ASKING_FIELDS: INodeProperties[] = [
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
		default: AS_SOFTWARE,
		options: [
			{ name: '1.0', value: 'hrex-1.0', description: 'PDex 2.0: Gender and a Coverage ID System are needed' },
			{ name: '1.1 and 1.2', value: 'hrex-1.2', description: 'PDex 2.1 and later' },
			asSoftwareSays('1.1 and 1.2'),
		],
		description: 'By whose rules a match request is checked before it is sent',
	},
	{
		displayName: 'Member Match Path',
		name: 'memberMatchPath',
		type: 'string',
		displayOptions: ADVANCED,
		default: '',
		placeholder: 'e.g. Patient/$member-match',
		description: 'Below the FHIR Base URL. Empty: as Payer Software says.',
	},
	{
		displayName: 'Bulk Member Match Path',
		name: 'bulkMemberMatchPath',
		type: 'string',
		displayOptions: ADVANCED,
		default: '',
		placeholder: 'e.g. Group/$bulk-member-match',
		description:
			'Below the FHIR Base URL, for matching many members by one request. Empty: as Payer Software says.',
	},
	{
		displayName: 'Coverage Names',
		name: 'coverageNames',
		type: 'options',
		displayOptions: ADVANCED,
		default: AS_SOFTWARE,
		options: [
			asSoftwareSays('CoverageToMatch'),
			{ name: 'CoverageToMatch, CoverageToLink', value: 'hrex', description: 'HRex 1.0 and later' },
			{ name: 'OldCoverage, NewCoverage', value: 'old', description: 'The drafts of HRex before 1.0' },
		],
		description: 'What the coverages of a match request are called',
	},
	{
		displayName: 'Match Request ID',
		name: 'requestId',
		type: 'string',
		displayOptions: ADVANCED,
		default: '',
		placeholder: 'e.g. member-match-in',
		description:
			'Of the Parameters that hold a match request, where a payer insists on one. Empty: as Payer Software says, mostly none.',
	},
	{
		displayName: 'Export Operation',
		name: 'exportOperation',
		type: 'options',
		displayOptions: ADVANCED,
		default: AS_SOFTWARE,
		options: [
			{ name: '$davinci-data-export', value: DAVINCI_EXPORT, description: 'Of Da Vinci PDex, for groups' },
			{
				name: '$Davinci-Data-Export for Groups, Else $Export',
				value: 'davinciForGroups',
				description: 'Whatever the capability statement says',
			},
			{ name: '$Export', value: PLAIN_EXPORT, description: 'Of FHIR Bulk Data' },
			asSoftwareSays('what the payer offers'),
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
		default: AS_SOFTWARE,
		options: [
			{ name: 'All Patients That the Token Is For', value: 'patientType', description: 'Patient/$export' },
			asSoftwareSays('by what the match brought'),
			{ name: 'By What the Match Brought', value: 'auto', description: 'The group, else the patient' },
			{ name: 'Group', value: 'group', description: 'Group/{ID}/$export' },
			{ name: 'Patient', value: 'patient', description: 'Patient/{ID}/$export' },
			{
				name: 'Patient, Without an Export',
				value: 'patientEverything',
				description: 'Patient/{ID}/$everything, page by page: the last resort for one member',
			},
		],
		description: 'Whose data one export holds',
	},
	{
		displayName: 'Search Patients By',
		name: 'patientSearch',
		type: 'options',
		displayOptions: ADVANCED,
		default: AS_SOFTWARE,
		options: [
			asSoftwareSays('GET'),
			{ name: 'GET', value: 'get', description: 'The identifier stands in the address' },
			{
				name: 'ID',
				value: 'id',
				description: "By GET; the value of the identifier is the patient's ID (WSO2)",
			},
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
		default: AS_SOFTWARE,
		options: [
			asSoftwareSays('what the operation wants'),
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
		default: AS_SOFTWARE,
		placeholder: `e.g. ${PAYER_TO_PAYER}`,
		description: `Sent with $davinci-data-export. Some servers spell it in their own way. ${AS_SOFTWARE}: as Payer Software says. Empty: none.`,
	},
	{
		displayName: 'Media Type',
		name: 'mediaType',
		type: 'string',
		displayOptions: ADVANCED,
		default: '',
		placeholder: 'e.g. application/fhir+json',
		description: 'Of the requests that carry FHIR resources. Empty: as Payer Software says.',
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
