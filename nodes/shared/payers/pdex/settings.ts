import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { textOf } from '../../fhir/json';
import { baseUrlOf, type BaseUrlField } from '../../http/addresses';
import { FHIR_JSON } from '../../http/request';
import { fileHostsOf } from '../fileHosts';
import type { ExchangePartners, RequestProfile } from '../payer';
import { settingError } from '../settingError';

/** The FHIR Base URL of the credential. */
export const FHIR_BASE_URL: BaseUrlField = {
	label: 'FHIR Base URL',
	owner: 'payer',
	example: 'https://fhir.payer.example/r4',
};

/** PDex's `exportType` for payer-to-payer exchange (PDex, "Payer-to-Payer Bulk Exchange"). */
export const PAYER_TO_PAYER = 'hl7.fhir.us.davinci-pdex#payertopayer';

export const DAVINCI_EXPORT = '$davinci-data-export';
export const PLAIN_EXPORT = '$export';

/** The options of the form, the default first. */
const EXPORT_OPERATIONS = ['auto', DAVINCI_EXPORT, PLAIN_EXPORT] as const;
const EXPORT_LEVELS = ['auto', 'group', 'patient', 'patientType'] as const;
const KICK_OFFS = ['auto', 'get', 'post', 'postV4'] as const;
const PATIENT_SEARCHES = ['get', 'post'] as const;
const HREX_VERSIONS = ['hrex-1.2', 'hrex-1.0'] as const satisfies readonly RequestProfile[];

/** The settings of a standards-based payer, read from its credential. */
export interface StandardSettings {
	fhirBase: string;
	matchPath: string;
	bulkMatchPath: string;
	/** `auto`: according to the payer's capability statement. */
	exportOperation: (typeof EXPORT_OPERATIONS)[number];
	level: (typeof EXPORT_LEVELS)[number];
	kickOff: (typeof KICK_OFFS)[number];
	/** How a patient is searched by an identifier. */
	patientSearch: (typeof PATIENT_SEARCHES)[number];
	exportType?: string;
	mediaType: string;
	prefer: boolean;
	/** Path below the FHIR base with `{jobId}` in it; undefined if the payer's status URL is used. */
	statusPath?: string;
	profile: RequestProfile;
	partners: ExchangePartners;
	/** Hosts from which files may be fetched without a token. */
	fileHosts: string[];
	/** Whether errors repeat the payer's words. */
	showsWords: boolean;
}

/**
 * Reads the settings from a credential. Fields hidden in the form have their default.
 * @throws ExchangeError that names the field
 */
export function readStandardSettings(credentials: ICredentialDataDecryptedObject): StandardSettings {
	const advanced = credentials.customRequests === true ? credentials : {};
	const fhirBase = baseUrlOf(credentials.fhirBaseUrl, FHIR_BASE_URL);
	const text = (name: string, defaultValue: string) => textOf(advanced[name]) ?? defaultValue;
	return {
		fhirBase,
		matchPath: pathOf(advanced.memberMatchPath, 'Member Match Path', 'Patient/$member-match'),
		bulkMatchPath: pathOf(advanced.bulkMemberMatchPath, 'Bulk Member Match Path', 'Group/$bulk-member-match'),
		exportOperation: choiceOf(advanced.exportOperation, 'Export Operation', EXPORT_OPERATIONS),
		level: choiceOf(advanced.exportLevel, 'Export Level', EXPORT_LEVELS),
		kickOff: choiceOf(advanced.kickOff, 'Start Exports By', KICK_OFFS),
		patientSearch: choiceOf(advanced.patientSearch, 'Search Patients By', PATIENT_SEARCHES),
		exportType: advanced.exportType === '' ? undefined : text('exportType', PAYER_TO_PAYER),
		mediaType: text('mediaType', FHIR_JSON),
		prefer: advanced.prefer !== false,
		statusPath: statusPathOf(advanced.statusPath),
		profile: choiceOf(advanced.hrexVersion, 'HRex Version', HREX_VERSIONS),
		partners: {
			requesting: { name: textOf(credentials.requestingName), npi: textOf(credentials.requestingNpi) },
			responding: { name: textOf(credentials.respondingName), npi: textOf(credentials.respondingNpi) },
		},
		fileHosts: fileHostsOf(credentials.allowedFileHosts, fhirBase),
		showsWords: credentials.showPayerWords === true,
	};
}

/** One of the options, the first by default. @throws ExchangeError for any other value, e.g. from an expression */
function choiceOf<T extends string>(value: unknown, label: string, choices: readonly [T, ...T[]]): T {
	const text = textOf(value) ?? choices[0];
	const choice = choices.find((each) => each === text);
	if (choice !== undefined) return choice;
	throw settingError(label, `must be one of: ${choices.join(', ')}`);
}

const SAFE_PATH = /^[A-Za-z0-9$_~-][A-Za-z0-9$_.~-]*(?:\/[A-Za-z0-9$_~-][A-Za-z0-9$_.~-]*)*$/;
const SAFE_STATUS_PATH = /^[A-Za-z0-9$_~-][A-Za-z0-9$_.~/={}?&-]*$/;

function pathOf(value: unknown, label: string, defaultPath: string): string {
	const path = (textOf(value) ?? defaultPath).replace(/^\/+|\/+$/g, '');
	if (SAFE_PATH.test(path)) return path;
	throw settingError(label, `must be a path below the FHIR Base URL, e.g. ${defaultPath}`);
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
