import { textOf } from '../../fhir/json';
import { settingError } from '../settingError';
import { FHIR_JSON } from '../../http/request';
import type { RequestProfile } from '../payer';

/** What is known of the software that payers run, as data. Sources, and what was run: docs/payers.md. */

export const DAVINCI_EXPORT = '$davinci-data-export';
export const PLAIN_EXPORT = '$export';
/** PDex's `exportType` for payer-to-payer exchange (PDex, "Payer-to-Payer Bulk Exchange"). */
export const PAYER_TO_PAYER = 'hl7.fhir.us.davinci-pdex#payertopayer';

/** The value of a field that leaves it to Payer Software. */
export const AS_SOFTWARE = 'software';

/** The values of the drop-downs under "Set How This Payer Is Asked". */
export const EXPORT_OPERATIONS = ['auto', DAVINCI_EXPORT, PLAIN_EXPORT, 'davinciForGroups'] as const;
export const EXPORT_LEVELS = ['auto', 'group', 'patient', 'patientType', 'patientEverything'] as const;
export const KICK_OFFS = ['auto', 'get', 'post', 'postV4'] as const;
export const PATIENT_SEARCHES = ['get', 'post', 'id'] as const;
export const HREX_VERSIONS = ['hrex-1.2', 'hrex-1.0'] as const satisfies readonly RequestProfile[];
export const COVERAGE_NAMES = ['hrex', 'old'] as const;

/** How a payer is asked. */
export interface WaysOfAsking {
	/** The version of HRex that match requests are checked against. */
	profile: (typeof HREX_VERSIONS)[number];
	/** Paths below the FHIR base. */
	matchPath: string;
	bulkMatchPath: string;
	/** Names of the coverages in a match request: those of HRex 1.0 and later, or OldCoverage and NewCoverage of its drafts. */
	coverageNames: (typeof COVERAGE_NAMES)[number];
	/** `id` of the Parameters of a match request. */
	requestId?: string;
	/** `auto`: according to the payer's capability statement. */
	exportOperation: (typeof EXPORT_OPERATIONS)[number];
	/** `patientEverything`: no export at all, but Patient/{id}/$everything in pages. */
	level: (typeof EXPORT_LEVELS)[number];
	/** How a patient is searched by an identifier; `id`: the identifier's value is the patient's logical id. */
	patientSearch: (typeof PATIENT_SEARCHES)[number];
	kickOff: (typeof KICK_OFFS)[number];
	exportType?: string;
	mediaType: string;
	/** Path below the FHIR base with `{jobId}` in it; undefined if the payer's status URL is used. */
	statusPath?: string;
}

/** As PDex 2.1 and 2.2 say. */
export const STANDARD: WaysOfAsking = {
	profile: 'hrex-1.2',
	matchPath: 'Patient/$member-match',
	bulkMatchPath: 'Group/$bulk-member-match',
	coverageNames: 'hrex',
	exportOperation: 'auto',
	level: 'auto',
	patientSearch: 'get',
	kickOff: 'auto',
	exportType: PAYER_TO_PAYER,
	mediaType: FHIR_JSON,
};

/** One choice of Payer Software: what differs from the standard. */
interface Preset {
	displayName: string;
	description: string;
	/** In place of the form's own; `{base}` is the FHIR base URL. */
	scope?: string;
	asks: Partial<WaysOfAsking>;
}

/** The choices by their value. What is not known of a software is as the standard says. */
export const PRESETS = {
	healthLake: {
		displayName: 'AWS HealthLake',
		description: '$davinci-data-export with an Export Type of its own',
		asks: { exportOperation: 'davinciForGroups', exportType: 'hl7.fhir.us.davinci-pdex.p2p' },
	},
	pdex20: {
		displayName: 'Da Vinci PDex 2.0',
		description: 'One member after another, by HRex 1.0, and exports by $export',
		asks: { profile: 'hrex-1.0', exportOperation: PLAIN_EXPORT },
	},
	pdex21: { displayName: 'Da Vinci PDex 2.1', description: 'HRex 1.1', asks: {} },
	pdex22: { displayName: 'Da Vinci PDex 2.2', description: 'HRex 1.2', asks: {} },
	payerbox: {
		displayName: 'Health Samurai Payerbox',
		description: 'PDex 2.2, with $bulk-member-match and $davinci-data-export',
		asks: { exportOperation: 'davinciForGroups' },
	},
	inferno: {
		displayName: 'Inferno Test Kit',
		description: 'Its PDex suite for clients: HRex 1.0, and Patient/$export by GET',
		asks: { profile: 'hrex-1.0', exportOperation: PLAIN_EXPORT, level: 'patientType', kickOff: 'get' },
	},
	interSystems: {
		displayName: 'InterSystems Payer Services',
		description: 'Media type application/json+fhir; $davinci-data-export for groups',
		// "Required Header Settings" of its documentation.
		asks: { mediaType: 'application/json+fhir', exportOperation: 'davinciForGroups' },
	},
	microsoft: {
		displayName: 'Microsoft Azure FHIR Service',
		description: 'A match by the draft of HRex, with OldCoverage and NewCoverage, and exports by $export',
		// Microsoft Entra ID grants the scopes of a client for one resource (learn.microsoft.com, "client credentials flow").
		scope: '{base}/.default',
		asks: { coverageNames: 'old', exportOperation: PLAIN_EXPORT },
	},
	onyx: {
		displayName: 'Onyx',
		description: 'Match requests have the ID member-match-in',
		asks: { requestId: 'member-match-in' },
	},
	oracle: {
		displayName: 'Oracle Health (Millennium)',
		description: 'Bulk Data 1: exports by GET; files come by redirect. It has no $member-match.',
		asks: { exportOperation: PLAIN_EXPORT, kickOff: 'get' },
	},
	smartBulk: {
		displayName: 'SMART Bulk Data',
		description: 'FHIR Bulk Data without PDex: exports by $export',
		asks: { exportOperation: PLAIN_EXPORT },
	},
	smile: {
		displayName: 'Smile CDR',
		description: 'PDex 2.1, with $bulk-member-match; $davinci-data-export for groups',
		asks: { exportOperation: 'davinciForGroups' },
	},
	wso2: {
		displayName: 'WSO2',
		description: "Its reference implementation of CMS-0057-F: the MemberIdentifier is the patient's ID",
		asks: { patientSearch: 'id', exportOperation: 'davinciForGroups' },
	},
} satisfies Record<string, Preset>;

export const SOFTWARE_LABEL = 'Payer Software';
/** No software is chosen: as the standard says. */
export const OTHER_SOFTWARE = 'other';

/** How the chosen software is asked. @throws ExchangeError for an unknown choice */
export function presetOf(payerSoftware: unknown): WaysOfAsking {
	return { ...STANDARD, ...chosenPreset(payerSoftware)?.asks };
}

/** The scope that the chosen software takes, if it takes none but its own; `{base}` is the FHIR base URL. @throws as `presetOf` */
export function scopeOfSoftware(payerSoftware: unknown): string | undefined {
	return chosenPreset(payerSoftware)?.scope;
}

/** @throws ExchangeError for an unknown choice, e.g. from an expression */
function chosenPreset(payerSoftware: unknown): Preset | undefined {
	const chosen = textOf(payerSoftware) ?? OTHER_SOFTWARE;
	if (chosen === OTHER_SOFTWARE) return undefined;
	const presets: Record<string, Preset> = PRESETS;
	if (Object.hasOwn(presets, chosen)) return presets[chosen];
	throw settingError(
		SOFTWARE_LABEL,
		`must be one of: ${[OTHER_SOFTWARE, ...Object.keys(presets)].join(', ')}`,
	);
}
