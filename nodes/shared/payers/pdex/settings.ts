import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { textOf } from '../../fhir/json';
import { baseUrlOf } from '../../http/addresses';
import { FHIR_BASE_URL } from '../../signIn/fhirBaseUrl';
import { fileHostsOf } from '../fileHosts';
import type { ExchangePartners } from '../payer';
import { settingError } from '../settingError';
import {
	AS_SOFTWARE,
	COVERAGE_NAMES,
	EXPORT_LEVELS,
	EXPORT_OPERATIONS,
	HREX_VERSIONS,
	KICK_OFFS,
	PATIENT_SEARCHES,
	presetOf,
	scopeOfSoftware,
	type WaysOfAsking,
} from './presets';

/** The scope of the form. */
export const DEFAULT_SCOPE = 'system/*.rs';

/** The settings of a standards-based payer, read from its credential. */
export interface StandardSettings extends WaysOfAsking {
	fhirBase: string;
	prefer: boolean;
	partners: ExchangePartners;
	/** Hosts from which files may be fetched without a token. */
	fileHosts: string[];
	/** Whether errors repeat the payer's words. */
	showsWords: boolean;
}

/**
 * Reads the settings from a credential: what stands under "Set How This Payer Is Asked", else what Payer Software says. A field that is
 * hidden in the form, or left as it is, does not count.
 * @throws ExchangeError that names the field
 */
export function readStandardSettings(credentials: ICredentialDataDecryptedObject): StandardSettings {
	const advanced = credentials.customRequests === true ? credentials : {};
	const fhirBase = baseUrlOf(credentials.fhirBaseUrl, FHIR_BASE_URL);
	const preset = presetOf(credentials.payerSoftware);
	return {
		fhirBase,
		matchPath: pathOf(advanced.memberMatchPath, 'Member Match Path', preset.matchPath),
		bulkMatchPath: pathOf(advanced.bulkMemberMatchPath, 'Bulk Member Match Path', preset.bulkMatchPath),
		coverageNames: choiceOf(advanced.coverageNames, 'Coverage Names', COVERAGE_NAMES, preset.coverageNames),
		requestId: requestIdOf(advanced.requestId) ?? preset.requestId,
		exportOperation: choiceOf(
			advanced.exportOperation,
			'Export Operation',
			EXPORT_OPERATIONS,
			preset.exportOperation,
		),
		level: choiceOf(advanced.exportLevel, 'Export Level', EXPORT_LEVELS, preset.level),
		kickOff: choiceOf(advanced.kickOff, 'Start Exports By', KICK_OFFS, preset.kickOff),
		patientSearch: choiceOf(
			advanced.patientSearch,
			'Search Patients By',
			PATIENT_SEARCHES,
			preset.patientSearch,
		),
		exportType: exportTypeOf(advanced.exportType, preset.exportType),
		mediaType: textOf(advanced.mediaType) ?? preset.mediaType,
		prefer: advanced.prefer !== false,
		statusPath: statusPathOf(advanced.statusPath) ?? preset.statusPath,
		profile: choiceOf(advanced.hrexVersion, 'HRex Version', HREX_VERSIONS, preset.profile),
		partners: {
			requesting: { name: textOf(credentials.requestingName), npi: textOf(credentials.requestingNpi) },
			responding: { name: textOf(credentials.respondingName), npi: textOf(credentials.respondingNpi) },
		},
		fileHosts: fileHostsOf(credentials.allowedFileHosts, fhirBase),
		showsWords: credentials.showPayerWords === true,
	};
}

/** The scope to ask for: as entered; where that is the form's own, as Payer Software says. @throws ExchangeError that names the field */
export function scopeOf(credentials: ICredentialDataDecryptedObject): string | undefined {
	const entered = textOf(credentials.scope);
	const known = scopeOfSoftware(credentials.payerSoftware);
	const isEntered = entered !== undefined && entered !== DEFAULT_SCOPE;
	return known === undefined || isEntered
		? entered
		: known.replace('{base}', baseUrlOf(credentials.fhirBaseUrl, FHIR_BASE_URL));
}

/** An empty field is no Export Type at all. */
function exportTypeOf(value: unknown, preset: string | undefined): string | undefined {
	if (value === '') return undefined;
	const text = textOf(value);
	return text === undefined || text === AS_SOFTWARE ? preset : text;
}

const REQUEST_ID = /^[A-Za-z0-9.-]{1,64}$/;

function requestIdOf(value: unknown): string | undefined {
	const id = textOf(value);
	if (id === undefined || REQUEST_ID.test(id)) return id;
	throw settingError('Match Request ID', 'must be a FHIR id: up to 64 letters, digits, "-" and "."');
}

/** One of the options, or as Payer Software says. @throws ExchangeError for any other value, e.g. from an expression */
function choiceOf<T extends string>(value: unknown, label: string, choices: readonly T[], preset: T): T {
	const text = textOf(value) ?? AS_SOFTWARE;
	if (text === AS_SOFTWARE) return preset;
	const choice = choices.find((each) => each === text);
	if (choice !== undefined) return choice;
	throw settingError(label, `must be one of: ${[AS_SOFTWARE, ...choices].join(', ')}`);
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
