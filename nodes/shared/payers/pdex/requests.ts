import { createHash } from 'crypto';
import { ExchangeError } from '../../n8n/exchangeError';
import { GROUP_ID_FORM, JOB_ID_FORM } from '../../fhir/ids';
import { offeredOperations } from './capabilities';
import { FHIR_JSON, FILE_HEADERS, isBelow, parsedUrl, searchOf } from '../../http/addresses';
import {
	WHICH_IDS,
	type ExportSubject,
	type JobReference,
	type Payer,
	type PayerApi,
	type PayerRequest,
	type Query,
} from '../payer';
import {
	DAVINCI_EXPORT,
	FHIR_BASE_FIELD,
	PLAIN_EXPORT,
	readStandardSettings,
	type StandardSettings,
} from './settings';

/**
 * Any payer that follows Da Vinci HRex (`$member-match`), PDex (`$davinci-data-export`) and FHIR Bulk Data Access 1 to 4. How one of
 * them is spoken to, its credential says.
 */
export const pdex: PayerApi = {
	name: 'pdex',
	displayName: 'Da Vinci PDex / FHIR Bulk Data',
	description: 'Any payer whose FHIR server follows the Da Vinci guides',
	credentials: [
		{
			type: 'smartBackendServicesApi',
			displayName: 'SMART Backend Services',
			description: 'A key of your own signs each request for a token; what PDex asks for',
		},
		{
			type: 'fhirPayerOAuth2Api',
			displayName: 'Client ID and Secret',
			description: 'For payers that give you a client secret',
		},
	],
	connect: (credentials, credentialType) => standardPayer(readStandardSettings(credentials), credentialType),
};

function standardPayer(settings: StandardSettings, credentialType: string): Payer {
	const { fhirBase, mediaType } = settings;
	const origin = new URL(fhirBase).origin;
	const respondAsync: Record<string, string> = settings.prefer ? RESPOND_ASYNC : {};
	const get = (url: string, accept: string): PayerRequest => ({
		method: 'GET',
		url,
		headers: { Accept: accept },
	});
	const post = (path: string, body: object): PayerRequest => ({
		method: 'POST',
		url: `${fhirBase}/${path}`,
		headers: { 'Content-Type': mediaType, Accept: mediaType },
		body,
	});

	return {
		credentialType,
		gateway: origin,
		addressField: FHIR_BASE_FIELD.displayName,
		fileHosts: settings.fileHosts,
		jobsBy: 'statusUrl',
		match: { profile: settings.profile, withRequestId: false, brings: 'member', partners: settings.partners },

		bulkMatch: {
			request(parameters) {
				const request = post(settings.bulkMatchPath, parameters);
				// There is no other way to ask (PDex pdex-147), whatever the credential says of exports.
				return { ...request, headers: { ...request.headers, ...RESPOND_ASYNC } };
			},
			jobFrom: (text) => jobAt(fhirBase, undefined, text),
			hints: {
				404: `It may not know $bulk-member-match: set Match Mode to 'Each Item by Its Own Request', or check the Bulk Member Match Path of the credential.`,
				413: 'The request is too large for it: set Options > Members per Request to fewer.',
			},
		},
		sharesExports: true,

		matchRequest: (_, parameters) => post(settings.matchPath, parameters),
		patientSearchRequest({ system, value }) {
			const token = system === undefined ? value : `${system}|${value}`;
			return get(`${fhirBase}/Patient${searchOf([['identifier', token]])}`, mediaType);
		},

		capabilitiesRequest:
			settings.exportOperation === 'auto' ? get(`${fhirBase}/metadata`, FHIR_JSON) : undefined,
		kickOffHints: {
			404: `Check 'Group ID' and 'Patient ID': ${WHICH_IDS}`,
			405: "It does not take the request in this way: try another choice of 'Start Exports By' in the credential.",
		},
		kickOffRequest: (subject, query, capabilities) =>
			kickOffRequest(settings, subject, query, capabilities, respondAsync),

		jobFrom: (text) => jobAt(fhirBase, settings.statusPath, text),
		statusRequest: ({ statusUrl }) => get(ownUrl(origin, statusUrl, 'export job'), 'application/json'),
		deleteRequest: ({ statusUrl }) => ({
			method: 'DELETE',
			url: ownUrl(origin, statusUrl, 'export job'),
			headers: { Accept: FHIR_JSON },
		}),
		manifestPageRequest: (url) => get(ownUrl(origin, url, 'manifest'), 'application/json'),
		fileRequest: (url, requiresAccessToken) => ({
			method: 'GET',
			url: fileUrl(settings, origin, url, requiresAccessToken),
			headers: FILE_HEADERS,
			withoutToken: !requiresAccessToken,
		}),
	};
}

const RESPOND_ASYNC = { Prefer: 'respond-async' };

function kickOffRequest(
	settings: StandardSettings,
	subject: ExportSubject,
	query: Query,
	capabilities: unknown,
	respondAsync: Record<string, string>,
): PayerRequest {
	const { fhirBase, mediaType, kickOff } = settings;
	const ofGroup = isOfGroup(settings, subject);
	const operation = operationFor(settings, ofGroup, capabilities);
	const url = `${fhirBase}/${placeOf(settings, subject, ofGroup)}${operation}`;
	const isDaVinci = operation === DAVINCI_EXPORT;
	const all: Query =
		isDaVinci && settings.exportType ? [['exportType', settings.exportType], ...query] : [...query];
	// `patient` may be sent in a body only (Bulk Data 2, "Query Parameters").
	const asBody =
		kickOff === 'post' || kickOff === 'postV4' || (kickOff === 'auto' && (isDaVinci || all.some(isPatient)));
	if (!asBody && all.some(isPatient)) {
		throw new ExchangeError(`The export request cannot be sent: 'patient' can only be sent by POST`, {
			whatToDo: `Set 'Start Exports By' of the credential to POST, or leave the patients out. Nothing was sent to the payer.`,
		});
	}
	const headers = { Accept: mediaType, ...respondAsync };
	if (!asBody) return { method: 'GET', url: url + searchOf(all), headers };
	const body = { resourceType: 'Parameters', parameter: asParameters(all, kickOff === 'postV4') };
	return { method: 'POST', url, headers: { 'Content-Type': mediaType, ...headers }, body };
}

function isPatient([name]: [string, string]): boolean {
	return name === 'patient';
}

/** Parameters whose value is more than a text (Bulk Data 2 and 3, "Query Parameters"; ATR 2.1, `$davinci-data-export`). */
const VALUE_TYPES: Record<string, 'valueInstant' | 'valueBoolean' | 'valueCanonical' | 'valueReference'> = {
	_since: 'valueInstant',
	_until: 'valueInstant',
	allowPartialManifests: 'valueBoolean',
	exportType: 'valueCanonical',
	patient: 'valueReference',
};
/** Lists that Bulk Data 1 to 3 write with commas and 4 as parameters that occur several times. */
const LISTS = ['_type', '_elements', 'includeAssociatedData'];

function asParameters(query: Query, isV4: boolean): fhir4.ParametersParameter[] {
	return query.flatMap(([name, value]): fhir4.ParametersParameter[] => {
		const type = VALUE_TYPES[name];
		if (type === 'valueReference') return [{ name, valueReference: { reference: value } }];
		if (type === 'valueBoolean') return [{ name, valueBoolean: value === 'true' }];
		if (type !== undefined) return [{ name, [type]: value }];
		const values = isV4 && LISTS.includes(name) ? value.split(',') : [value];
		return values.map((valueString) => ({ name, valueString }));
	});
}

function isOfGroup({ level }: StandardSettings, { groupId, patientId }: ExportSubject): boolean {
	if (level === 'auto') return groupId !== undefined || patientId === undefined;
	return level === 'group';
}

function placeOf(
	{ level }: StandardSettings,
	{ groupId, patientId }: ExportSubject,
	ofGroup: boolean,
): string {
	if (level === 'patientType') return 'Patient/';
	const [type, id, label] = ofGroup ? ['Group', groupId, 'Group ID'] : ['Patient', patientId, 'Patient ID'];
	if (id !== undefined && GROUP_ID_FORM.test(id)) return `${type}/${encodeURIComponent(id)}/`;
	throw new ExchangeError(
		`The export request cannot be sent: '${label}' is ${id === undefined ? 'empty' : 'no id'}`,
		{
			whatToDo: `Connect the Matched output of Member Match, or enter the '${label}'. Which one this payer exports by is set in the credential ('Export Level'). Nothing was sent to the payer.`,
		},
	);
}

function operationFor(settings: StandardSettings, ofGroup: boolean, capabilities: unknown): string {
	if (settings.exportOperation !== 'auto') return settings.exportOperation;
	// PDex knows $davinci-data-export for groups only.
	if (!ofGroup) return PLAIN_EXPORT;
	const offered = offeredOperations(capabilities);
	if (offered === undefined || offered.includes(DAVINCI_EXPORT.slice(1))) return DAVINCI_EXPORT;
	if (offered.some((name) => ['export', 'group-export'].includes(name))) return PLAIN_EXPORT;
	throw new ExchangeError('The payer does not state that it exports groups', {
		whatToDo: `Its capability statement (metadata) names neither ${DAVINCI_EXPORT} nor ${PLAIN_EXPORT}. If the payer says that it has one of them, set 'Export Operation' in the credential. Nothing was started.`,
		concerns: 'run',
	});
}

/** Where many servers put the id of a job in its address. */
const JOB_ID_QUERY = /^_?job_?(?:id)?$|^id$/i;
/** A text that is an address as a whole, which may leave out its host; or an address in a sentence. */
const ADDRESS = /^\/\S+$|https?:\/\/[^\s"'<>]+/;

/** @param statusPath where a job is asked for, if not at the address that the payer gives */
function jobAt(fhirBase: string, statusPath: string | undefined, text: string): JobReference | undefined {
	const found = ADDRESS.exec(text)?.[0].replace(/[.,;:!)\]}]+$/, '');
	// A relative Content-Location is read against the FHIR base (RFC 9110 section 8.7; robustness, no rule of Bulk Data).
	const url = found === undefined ? undefined : parsedUrl(found, `${fhirBase}/`);
	if (!url) return undefined;
	const jobId = jobIdIn(url);
	const statusUrl = statusPath
		? `${fhirBase}/${statusPath.replaceAll('{jobId}', encodeURIComponent(jobId))}`
		: url.href;
	return { jobId, statusUrl: ownUrl(new URL(fhirBase).origin, statusUrl, 'export job') };
}

/** The id of a job by its address: a query parameter that is called so, else the last part of the path, else a hash of all. */
function jobIdIn(url: URL): string {
	const named = [...url.searchParams].find(([name]) => JOB_ID_QUERY.test(name))?.[1];
	const last = url.pathname.split('/').filter(Boolean).at(-1) ?? '';
	const id = [named, last].find(
		(each) => each !== undefined && !each.startsWith('$') && JOB_ID_FORM.test(each),
	);
	return id ?? createHash('sha256').update(url.href).digest('hex').slice(0, 16);
}

/** An address on the payer's own host. @throws ExchangeError for any other */
function ownUrl(origin: string, url: string | undefined, what: string): string {
	const target = parsedUrl(url ?? '');
	if (target && isBelow(origin, target.href)) return target.href.split('#')[0];
	throw new ExchangeError(
		target
			? `The ${what} is on another host (${target.host})`
			: `The address of the ${what} is no web address`,
		{
			whatToDo: `Nothing was asked there, since the token goes to the host of the FHIR Base URL only. Check the address in the input item, or with the payer.`,
		},
	);
}

function fileUrl(
	settings: StandardSettings,
	origin: string,
	url: string,
	requiresAccessToken: boolean,
): string {
	const target = parsedUrl(url);
	if (!target || target.username + target.password !== '' || isBelow(origin, target.href)) {
		return ownUrl(origin, url, 'file');
	}
	const refuse = (whatToDo: string) =>
		new ExchangeError(`The file is on another host (${target.host})`, {
			whatToDo: `${whatToDo} Nothing was asked there.`,
		});
	if (requiresAccessToken) {
		throw refuse(
			'The payer wants the token there, but the token goes to the host of the FHIR Base URL only. Ask the payer for files on its own host, or for files that need no token.',
		);
	}
	if (target.protocol !== 'https:') throw refuse('Files on other hosts are fetched over https only.');
	if (!settings.fileHosts.includes(target.host)) {
		throw refuse(
			`If this is where the payer keeps its files, add ${target.host} to 'Allowed File Hosts' of the credential.`,
		);
	}
	return target.href.split('#')[0];
}
