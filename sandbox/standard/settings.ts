import { choice, readWith, text, whole, type Setting } from '../settings';

/** Where the standards leave a payer a choice, or where a client must be ready for payers that take a liberty. */
export const standardSettingsTable = {
	tokenSeconds: whole(300, 1, 86_400, 'life of an access token'),
	grantedScope: text('', 'the scope that is granted (empty: the one asked for)'),
	udapRegistration: choice(
		[
			'same-id',
			'new-id',
			'invalid_software_statement',
			'unapproved_software_statement',
			'invalid_client_metadata',
			'invalid_redirect_uri',
		],
		'with --udap: whether a client that registers again keeps its ID, or the error that it gets',
	),
	noMatchAnswer: choice(
		['422', '422-empty', '422-html'],
		'body of the answer to no match, several matches and a refused consent',
	),
	identifierSystem: choice(
		['optional', 'required'],
		'whether hrex-1.0 asks for the system of the identifier of MemberPatient, as US Core 3.1.1 does',
	),
	memberId: choice(
		['dialect', 'none', 'relative', 'absolute'],
		'how the answer to a match names the patient (dialect: as the payer does)',
	),
	bulkMatchFiles: choice(
		['dialect', 'groups', 'parameters', 'both'],
		'the resources of the answer to $bulk-member-match',
	),
	matchCoverage: choice(
		['dialect', 'always', 'never'],
		'whether the matched coverage is named (dialect: in pdex-2.2)',
	),
	mostMembers: whole(10_000, 1, 100_000, 'members in one $bulk-member-match'),
	runningPolls: whole(1, 0, 100_000, 'status calls that find a job running'),
	retryAfter: text('1', 'Retry-After of a running job, sent as it is (empty: none)'),
	contentLocation: choice(
		['dialect', 'absolute', 'relative', 'other-scheme', 'other-host'],
		'how the address of a job is sent (dialect: as the payer does; other-host: as a server behind a proxy knows itself)',
	),
	jobHeader: choice(['content-location', 'location'], 'the header that names a job'),
	bulkMatchResult: choice(
		['files', 'parameters', 'bundle'],
		'where the result of $bulk-member-match is: in files; or at the status address, alone or in a batch-response Bundle',
	),
	coverageNames: choice(
		['hrex', 'old'],
		'names of the coverages in $member-match (old: OldCoverage, NewCoverage, as before HRex 1.0)',
	),
	matchRequestId: text('', 'id that the Parameters of $member-match must have (empty: any or none)'),
	identifierValue: choice(['number', 'patient-id'], 'what the MemberIdentifier of a match is'),
	exports: choice(
		['dialect', 'patient-type'],
		'which exports there are (patient-type: Patient/$export only)',
	),
	mediaType: choice(['application/fhir+json', 'application/json+fhir'], 'media type of FHIR JSON'),
	exportType: text('hl7.fhir.us.davinci-pdex#payertopayer', 'the exportType of payer-to-payer exchange'),
	fileAccess: choice(
		['token', 'open', 'open-elsewhere'],
		'files with the token; or without, at the same address; or without, on another port',
	),
	fileRedirects: choice(['no', 'yes'], 'whether a file is behind a redirect (307) on the same host'),
	documents: choice(
		['inline', 'address', 'signed', 'binary', 'binary-absolute', 'relative', 'other-host'],
		'how a DocumentReference gives its document (signed: an address without the token, for fileAccess open; relative, other-host: as a payer must not)',
	),
	documentFault: choice(
		['none', 'not-found', 'expired', 'html', 'hash', 'size', 'redirect', 'redirect-own'],
		'what is wrong with documents by address (redirect: to another host)',
	),
	binaryAnswer: choice(['accept', 'bytes', 'resource'], 'what a read of a Binary gives (accept: as asked)'),
	fileUrls: choice(['absolute', 'relative'], 'how a manifest names its files'),
	gzipFiles: choice(['no', 'yes'], 'whether files are compressed for a client that takes it'),
	expiresSeconds: whole(3600, 0, 864_000, 'how long the files of a finished job are there'),
	fileResources: whole(20_000, 1, 1_000_000, 'most resources in one file of an export of several members'),
	manifestFiles: whole(2, 1, 10_000, 'files in one part of a manifest, where parts were allowed'),
	blockResources: whole(500, 1, 1_000_000, 'most resources of one patient in one file of organizeOutputBy'),
	typeFilter: choice(['ignored', 'honoured'], 'whether dates in _typeFilter filter'),
} as const;

type SettingName = keyof typeof standardSettingsTable;

export type StandardSettings = {
	[Name in SettingName]: (typeof standardSettingsTable)[Name] extends Setting<infer Value> ? Value : never;
};

/** The settings that the payers start with. */
export function defaultStandardSettings(): StandardSettings {
	const pairs = Object.entries(standardSettingsTable).map(([name, { initial }]) => [name, initial]);
	return Object.fromEntries(pairs) as StandardSettings;
}

/** Checks a partial change of the settings: the change as read, or what is wrong with its first bad key or value. */
export function readStandardSettings(
	change: unknown,
): { settings: Partial<StandardSettings> } | { complaint: string } {
	return readWith(standardSettingsTable, change);
}
