import type { ICredentialDataDecryptedObject, INodeProperties } from 'n8n-workflow';
import { ExchangeError } from '../../n8n/exchangeError';
import { textOf } from '../../fhir/json';
import type { RequestProfile } from '../../../MemberMatch/rules/rule';
import { FHIR_JSON, gatewayBase, isPrivateHost, parsedUrl } from '../../http/addresses';
import type { ExchangePartners } from '../payer';

/** What PDex calls the export that one payer makes for another (PDex, "Payer-to-Payer Bulk Exchange", `exportType`). */
export const PAYER_TO_PAYER = 'hl7.fhir.us.davinci-pdex#payertopayer';

export const DAVINCI_EXPORT = '$davinci-data-export';
export const PLAIN_EXPORT = '$export';

/** How a payer that follows the standards is spoken to, as its credential says. */
export interface StandardSettings {
	fhirBase: string;
	matchPath: string;
	bulkMatchPath: string;
	/** `auto`: what the payer's capability statement names. */
	exportOperation: 'auto' | typeof DAVINCI_EXPORT | typeof PLAIN_EXPORT;
	level: 'auto' | 'group' | 'patient' | 'patientType';
	kickOff: 'auto' | 'get' | 'post' | 'postV4';
	exportType?: string;
	mediaType: string;
	prefer: boolean;
	/** Below the FHIR base, with `{jobId}` in it; undefined where the payer's own status address counts. */
	statusPath?: string;
	profile: RequestProfile;
	partners: ExchangePartners;
	/** Hosts from which files may be fetched without a token. */
	fileHosts: string[];
}

const ADVANCED = { show: { customRequests: [true] } };

/** The part of a credential's form that says where and how a payer is spoken to, shared by all standard credentials. */
export const FHIR_BASE_FIELD: INodeProperties = {
	displayName: 'FHIR Base URL',
	name: 'fhirBaseUrl',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. https://fhir.payer.example/r4',
	description: 'From the payer. The token is sent to this host and to no other.',
};

export const STANDARD_FIELDS: INodeProperties[] = [
	{
		displayName: 'Allowed File Hosts',
		name: 'allowedFileHosts',
		type: 'string',
		default: '',
		placeholder: 'e.g. files.payer.example, bucket.s3.us-east-1.amazonaws.com',
		description:
			'Other hosts that the payer keeps export files on, divided by commas. They are asked over https and without the token, and only where the payer says that no token is needed. Empty: none.',
	},
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

/**
 * Reads the standard part of a credential. A field that the form hides keeps its usual value.
 * @throws ExchangeError that names the field
 */
export function readStandardSettings(credentials: ICredentialDataDecryptedObject): StandardSettings {
	const advanced = credentials.customRequests === true ? credentials : {};
	const fhirBase = gatewayBase(credentials.fhirBaseUrl, 'FHIR Base URL', 'https://fhir.payer.example/r4');
	const choice = <T extends string>(name: string, standard: T) => (textOf(advanced[name]) ?? standard) as T;
	return {
		fhirBase,
		matchPath: pathOf(advanced.memberMatchPath, 'Member Match Path', 'Patient/$member-match'),
		bulkMatchPath: pathOf(advanced.bulkMemberMatchPath, 'Bulk Member Match Path', 'Group/$bulk-member-match'),
		exportOperation: choice<StandardSettings['exportOperation']>('exportOperation', 'auto'),
		level: choice<StandardSettings['level']>('exportLevel', 'auto'),
		kickOff: choice<StandardSettings['kickOff']>('kickOff', 'auto'),
		exportType: advanced.exportType === '' ? undefined : choice('exportType', PAYER_TO_PAYER),
		mediaType: choice('mediaType', FHIR_JSON),
		prefer: advanced.prefer !== false,
		statusPath: statusPathOf(advanced.statusPath),
		profile: choice<RequestProfile>('hrexVersion', 'hrex-1.2'),
		partners: {
			requesting: { name: textOf(credentials.requestingName), npi: textOf(credentials.requestingNpi) },
			responding: { name: textOf(credentials.respondingName), npi: textOf(credentials.respondingNpi) },
		},
		fileHosts: fileHostsOf(credentials.allowedFileHosts, fhirBase),
	};
}

const SAFE_PATH = /^[A-Za-z0-9$_~-][A-Za-z0-9$_.~-]*(?:\/[A-Za-z0-9$_~-][A-Za-z0-9$_.~-]*)*$/;
const SAFE_STATUS_PATH = /^[A-Za-z0-9$_~-][A-Za-z0-9$_.~/={}?&-]*$/;

function pathOf(value: unknown, label: string, standard: string): string {
	const path = (textOf(value) ?? standard).replace(/^\/+|\/+$/g, '');
	if (SAFE_PATH.test(path)) return path;
	throw settingError(label, `must be a path below the FHIR Base URL, e.g. ${standard}`);
}

function statusPathOf(value: unknown): string | undefined {
	const path = textOf(value)?.replace(/^\/+/, '');
	if (path === undefined) return undefined;
	if (SAFE_STATUS_PATH.test(path) && path.includes('{jobId}') && !path.includes('..')) return path;
	throw settingError(
		'Status Path',
		'must be a path below the FHIR Base URL with {jobId} in it, e.g. $export-poll-status?_jobId={jobId}',
	);
}

/** Hosts that n8n may be asked to reach by its payer: names of the open internet, or the host of the FHIR base itself. */
function fileHostsOf(value: unknown, fhirBase: string): string[] {
	const hosts = (textOf(value) ?? '')
		.toLowerCase()
		.split(/[\s,]+/)
		.filter(Boolean);
	for (const host of hosts) {
		const url = parsedUrl(`https://${host}`);
		if (!url || url.host !== host.replace(/:443$/, '') || url.pathname !== '/') {
			throw settingError(
				'Allowed File Hosts',
				'must be names of hosts divided by commas, without https:// and path',
			);
		}
		if (isPrivateHost(url) && url.hostname !== parsedUrl(fhirBase)?.hostname) {
			throw settingError(
				'Allowed File Hosts',
				`must be hosts of the open internet; ${host} is inside a private network`,
			);
		}
	}
	return hosts.map((host) => host.replace(/:443$/, ''));
}

function settingError(label: string, says: string): ExchangeError {
	return new ExchangeError(`The credential's '${label}' ${says}`, {
		whatToDo: 'Open the credential and correct it. Nothing was sent to the payer.',
		concerns: 'run',
	});
}
