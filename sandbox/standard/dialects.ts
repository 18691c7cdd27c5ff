/** The payers of the sandbox that are asked for one member after another, and exported member by member. */
export const DIALECTS = ['hrex-1.0', 'hrex-1.2', 'group'] as const;

/** All payers of the sandbox that follow the standards. */
export const ALL_DIALECTS = [
	...DIALECTS,
	'pdex-2.1',
	'pdex-2.2',
	'bulk-v1',
	'bulk-v2',
	'bulk-v3',
	'bulk-v4',
] as const;
export type Dialect = (typeof ALL_DIALECTS)[number];

type Method = 'GET' | 'POST';

/** What a payer does in its own way. */
export interface DialectRules {
	about: string;
	/** Type of the MemberIdentifier: MB of v2-0203 (HRex 1.0), or UMB of hrex-temp. */
	identifier: 'MB' | 'UMB';
	/** How the answer to a match names the patient. */
	memberId: 'none' | 'relative' | 'absolute';
	/** Whether the answer to a match names a group, which no standard knows. */
	groupInAnswer: boolean;
	/** The resources of the answer to `$bulk-member-match`; undefined: there is no such operation. */
	bulkMatch?: 'groups' | 'parameters';
	groupExport?: { operation: '$davinci-data-export' | '$export'; methods: readonly Method[] };
	/** Methods of `Patient/$export` and `Patient/{id}/$export`. */
	patientExport: readonly Method[];
	/** Version of Bulk Data that parameters and manifests follow. */
	bulkData: 1 | 2 | 3 | 4;
	/** Where jobs are asked for, below the origin; `{id}` stands for the job. */
	exportStatus: string;
	matchStatus: string;
	/** Content-Location as an absolute address, as the standards want it, or without its host. */
	contentLocation: 'absolute' | 'relative';
	/** Addresses in `.well-known/smart-configuration`. */
	discovery: 'absolute' | 'relative';
}

const hrex = {
	groupInAnswer: false,
	patientExport: ['GET'],
	bulkData: 2,
	contentLocation: 'absolute',
	discovery: 'absolute',
} as const;

function jobsOf(dialect: Dialect): Pick<DialectRules, 'exportStatus' | 'matchStatus'> {
	return { exportStatus: `/${dialect}/jobs/{id}`, matchStatus: `/${dialect}/jobs/{id}` };
}

function pdex(dialect: Dialect, exportStatus: string): Omit<DialectRules, 'about' | 'bulkMatch'> {
	return {
		...hrex,
		identifier: 'UMB',
		memberId: 'relative',
		groupExport: { operation: '$davinci-data-export', methods: ['POST'] },
		exportStatus: `/${dialect}/fhir/${exportStatus}`,
		matchStatus: `/${dialect}/fhir/$bulk-member-match-status/{id}`,
	};
}

function bulk(
	dialect: Dialect,
	bulkData: DialectRules['bulkData'],
	methods: readonly Method[],
): Omit<DialectRules, 'about'> {
	const below = `/${dialect}/fhir/bulkstatus/{id}`;
	return {
		...hrex,
		identifier: 'UMB',
		memberId: 'absolute',
		groupExport: { operation: '$export', methods },
		patientExport: methods,
		bulkData,
		exportStatus: below,
		matchStatus: below,
	};
}

/** How each payer of the sandbox follows the standards. */
export const dialectRules: Record<Dialect, DialectRules> = {
	'hrex-1.0': {
		...hrex,
		about: 'HRex 1.0: an MB identifier alone; relative addresses of job and token endpoint',
		identifier: 'MB',
		memberId: 'none',
		...jobsOf('hrex-1.0'),
		contentLocation: 'relative',
		discovery: 'relative',
	},
	'hrex-1.2': {
		...hrex,
		about: 'HRex 1.2: a UMB identifier and the patient, by absolute reference',
		identifier: 'UMB',
		memberId: 'absolute',
		...jobsOf('hrex-1.2'),
	},
	group: {
		...hrex,
		about: 'a UMB identifier and a group id, which is exported by `$davinci-data-export`',
		identifier: 'UMB',
		memberId: 'none',
		groupInAnswer: true,
		groupExport: { operation: '$davinci-data-export', methods: ['POST'] },
		patientExport: [],
		...jobsOf('group'),
	},
	'pdex-2.1': {
		...pdex('pdex-2.1', '$export-poll-status?_jobId={id}'),
		about: '`$bulk-member-match` answered by one Parameters in NDJSON; the job in the query of its address',
		bulkMatch: 'parameters',
	},
	'pdex-2.2': {
		...pdex('pdex-2.2', '$davinci-export-poll-status/{id}'),
		about: '`$bulk-member-match` answered by Groups in NDJSON',
		bulkMatch: 'groups',
	},
	'bulk-v1': {
		...bulk('bulk-v1', 1, ['GET']),
		about: 'Bulk Data 1: GET; files without count, no `deleted`; an OperationOutcome in the kick-off answer',
	},
	'bulk-v2': {
		...bulk('bulk-v2', 2, ['GET', 'POST']),
		about: 'Bulk Data 2: GET and POST; `deleted` after a `_since`; jobs beside the FHIR base',
		...jobsOf('bulk-v2'),
	},
	'bulk-v3': {
		...bulk('bulk-v3', 3, ['GET', 'POST']),
		about: 'Bulk Data 3: manifests in parts, organizeOutputBy, separate-export-status',
	},
	'bulk-v4': {
		...bulk('bulk-v4', 4, ['POST']),
		about: 'Bulk Data 4 (ballot): POST only; `outcome`, no `request`, a list of extensions',
	},
};

/** The README's table of payers. */
export function payerTable(): string {
	const rows = Object.entries(dialectRules).map(([dialect, { about, groupExport, patientExport }]) => {
		const ofGroup =
			groupExport && `${groupExport.methods.join(', ')} \`Group/{id}/${groupExport.operation}\``;
		const ofPatient = patientExport.length > 0 && `${patientExport.join(', ')} \`Patient[/{id}]/$export\``;
		return `| \`${dialect}\` | ${about} | ${[ofGroup, ofPatient].filter(Boolean).join('; ')} |`;
	});
	return ['| payer | follows | exports |', '|---|---|---|', ...rows].join('\n');
}
