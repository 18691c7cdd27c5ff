import { FHIR_JSON, FILE_HEADERS, queryString, type PayerRequest } from '../../http/request';
import { FHIR_BASE_URL } from '../../signIn/fhirBaseUrl';
import { EXPECTED_IDS, type Payer } from '../payer';
import { bundlePageUrl, fileAddress, jobDeletionUrl, jobFromText, jobUrl, manifestUrl } from './addresses';
import { kickOffRequest, RESPOND_ASYNC } from './kickOff';
import { asSpelled } from './matchSpelling';
import type { StandardSettings } from './settings';

const OTHER_LEVEL = "see 'Payer Software' and 'Export Level' of the credential.";

/** The requests of a standards-based payer, as configured in its credential. */
export function standardPayer(settings: StandardSettings, credentialType: string): Payer {
	const { fhirBase, mediaType } = settings;
	const origin = new URL(fhirBase).origin;
	const get = (url: string, accept: string): PayerRequest => ({
		method: 'GET',
		url,
		headers: { Accept: accept },
	});
	const openGet = (path: string, accept: string): PayerRequest => ({
		...get(`${fhirBase}/${path}`, accept),
		withoutToken: true,
	});
	const post = (path: string, body: object): PayerRequest => ({
		method: 'POST',
		url: `${fhirBase}/${path}`,
		headers: { 'Content-Type': mediaType, Accept: mediaType },
		body,
	});
	const isEverything = settings.level === 'patientEverything';
	const isById = settings.patientSearch === 'id';
	const page = (url: string): PayerRequest => ({
		...get(url, mediaType),
		nextPage: (next) => page(bundlePageUrl(fhirBase, next)),
	});
	const file = (url: string, requiresAccessToken: boolean): PayerRequest => {
		const address = fileAddress(settings, url);
		if (address.isEverything) return page(address.url);
		const withToken = requiresAccessToken && address.isOwn;
		return {
			method: 'GET',
			url: address.url,
			headers: FILE_HEADERS,
			withoutToken: !withToken,
			// What came from another host is not trusted with the token again.
			redirectedTo: (target) => file(target, withToken),
		};
	};

	return {
		credentialType,
		baseUrl: origin,
		address: fhirBase,
		fhirBase: () => fhirBase,
		payerName: () => settings.partners.responding.name,
		addressField: FHIR_BASE_URL.label,
		fileHosts: settings.fileHosts,
		match: {
			profile: settings.profile,
			withRequestId: false,
			identifiesBy: 'member',
			partners: settings.partners,
		},

		bulkMatch: {
			request(parameters) {
				const request = post(settings.bulkMatchPath, parameters);
				// Always asynchronous (PDex pdex-147), whatever the credential's setting for exports.
				return { ...request, headers: { ...request.headers, ...RESPOND_ASYNC } };
			},
			jobFrom: (text) => jobFromText({ fhirBase }, text),
			hints: {
				404: `It may not know $bulk-member-match: set Match Mode to 'Each Item by Its Own Request', or check the Bulk Member Match Path of the credential.`,
				413: 'The request is too large for it: set Options > Members per Request to fewer.',
			},
		},
		showsWords: settings.showsWords,
		sharesExports: true,

		identifierIsId: isById,
		matchRequest: (_, parameters) => post(settings.matchPath, asSpelled(settings, parameters)),
		patientSearchRequest({ system, value }) {
			const query = isById
				? queryString([['_id', value]])
				: queryString([['identifier', system === undefined ? value : `${system}|${value}`]]);
			if (settings.patientSearch !== 'post') return get(`${fhirBase}/Patient${query}`, mediaType);
			// The identifier in the body stands in no log of addresses (FHIR R4, "Search", POST `_search`).
			const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: mediaType };
			return { method: 'POST', url: `${fhirBase}/Patient/_search`, headers, body: query.slice(1) };
		},

		capabilitiesRequest:
			settings.exportOperation === 'auto' && !isEverything
				? get(`${fhirBase}/metadata`, FHIR_JSON)
				: undefined,
		probes: {
			capabilities: get(`${fhirBase}/metadata`, FHIR_JSON),
			statesCapabilities: true,
			discovery: {
				smartConfiguration: openGet('.well-known/smart-configuration', 'application/json'),
				udap: openGet('.well-known/udap', 'application/json'),
			},
		},
		kickOffHints: {
			404: `Check 'Group ID' and 'Patient ID': ${EXPECTED_IDS} Or this payer exports in another way: ${OTHER_LEVEL}`,
			405: "It does not take the request in this way: try another choice of 'Start Exports By' in the credential.",
			501: `It does not export in this way: ${OTHER_LEVEL}`,
		},
		kickOffIsFile: isEverything,
		kickOffRequest: (subject, query, capabilities) => kickOffRequest(settings, subject, query, capabilities),

		jobFrom: (text) => jobFromText(settings, text),
		statusRequest: ({ statusUrl }) => get(jobUrl(settings, statusUrl), 'application/json'),
		deleteRequest: ({ statusUrl }) => ({
			method: 'DELETE',
			url: jobDeletionUrl(settings, statusUrl),
			headers: { Accept: FHIR_JSON },
		}),
		manifestPageRequest: (url) => get(manifestUrl(settings, url), 'application/json'),
		fileRequest: file,
	};
}
