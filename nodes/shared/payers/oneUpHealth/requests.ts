import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { JOB_ID_PATTERN } from '../../fhir/ids';
import { textOf } from '../../fhir/json';
import { findInText, hasUserInfo, hostForError, isBelow, isHttpUrl, tryParseUrl } from '../../http/addresses';
import { FHIR_JSON, FILE_HEADERS, queryString, type PayerRequest } from '../../http/request';
import { ExchangeError } from '../../n8n/exchangeError';
import { otherHostAdvice } from '../../http/errors';
import { fileHostsOf, listedFileUrl } from '../fileHosts';
import { EXPECTED_IDS, type Payer } from '../payer';
import { readPlans } from './plans';
import { GATEWAY_URL, oneUpSignIn } from './signIn';

/** Path of an export file. */
const FILE_PATH = /^\/v1\/[^/;]+\/bulk-data\/r4\/(?:\$|%24)export\/file\/[^/;]+$/;
/** Path of a job, or of a page of its manifest. */
const PAGE_PATH = /^\/v1\/[^/;]+\/bulk-data\/r4\/(?:\$|%24)export\/job\/[^/;]+(?:\/[^/;]+)?$/;
/** An encoded slash, backslash, dot or control character, also double-encoded, or an invalid `%`. Could lead to another path. */
const ENCODED_ESCAPE = /%(?:2f|5c|2e|[01][0-9a-f]|25)|%(?![0-9a-f]{2})/i;
const JOB_PATH = /(?:\$|%24)export\/job\/([^\s"'<>?#/]+)/;

/** The host that the payer names, as far as an error may repeat it. */
function hostText(url: URL): string {
	const host = hostForError(url);
	return host === undefined ? 'another host' : `the host ${host}`;
}

/** Rebuilds a URL from the payer on the gateway's origin. @throws ExchangeError if its path does not match `allowed` */
function ownUrl(gateway: string, url: string, allowed: RegExp, what: string): string {
	const target = tryParseUrl(url, `${gateway}/`);
	const isSafeWeb = target && isHttpUrl(target) && !hasUserInfo(target);
	const basePath = tryParseUrl(gateway)?.pathname.replace(/\/+$/, '') ?? '';
	const isOwn = target !== undefined && isBelow(gateway, target.href);
	const path = target && (isOwn ? target.pathname.slice(basePath.length) : target.pathname);
	if (
		target &&
		isSafeWeb &&
		path &&
		allowed.test(path) &&
		!ENCODED_ESCAPE.test(path) &&
		!target.search.includes('\\')
	) {
		return gateway + path + target.search;
	}
	throw new ExchangeError(
		target && isSafeWeb && !isOwn
			? `The ${what} is not kept by the gateway but on ${hostText(target)}`
			: `The address of the ${what} is not one of an export ${what}`,
		{
			whatToDo: `Nothing was asked there, since the token goes to the gateway only. Connect the Completed output of Wait For Export, or check the address with the payer.${
				target && what === 'file' && isSafeWeb && !isOwn ? ` ${otherHostAdvice(target)}` : ''
			}`,
		},
	);
}

/**
 * The requests of 1upHealth's gateway. URLs that it returns can name another host (`gateway.1upcoredev.com`); they are
 * rebuilt on the credential's gateway URL.
 *
 * @throws ExchangeError if a field of the credential is invalid
 */
export function oneUpPayer(credentials: ICredentialDataDecryptedObject, credentialType: string): Payer {
	const gateway = oneUpSignIn.baseUrl(credentials);
	const planUrl = (tenant = '') => `${gateway}/v1/${encodeURIComponent(tenant)}`;
	const statusUrl = (tenant: string | undefined, jobId: string) =>
		`${planUrl(tenant)}/bulk-data/r4/$export/job/${encodeURIComponent(jobId)}`;
	const statusGet = (url: string): PayerRequest => ({
		method: 'GET',
		url,
		headers: { Accept: 'application/json' },
	});
	const fileHosts = fileHostsOf(credentials.allowedFileHosts, gateway);
	const plans = readPlans(credentials.plans);
	const anyTenant = textOf(credentials.defaultTenant) ?? plans.listed.at(0)?.tenant;
	const file = (url: string, requiresAccessToken: boolean): PayerRequest => {
		const listed = isBelow(new URL(gateway).origin, url) ? undefined : listedFileUrl(fileHosts, url);
		const withToken = requiresAccessToken && listed === undefined;
		return {
			method: 'GET',
			url: listed ?? ownUrl(gateway, url, FILE_PATH, 'file'),
			headers: FILE_HEADERS,
			withoutToken: !withToken,
			redirectedTo: (target) => file(target, withToken),
		};
	};

	return {
		credentialType,
		baseUrl: gateway,
		addressField: GATEWAY_URL.label,
		fileHosts,
		keepsRelativeUrls: true,
		defaultTenant: textOf(credentials.defaultTenant),
		tenantOf: plans.tenantOf,
		...(!plans.isEmpty && { listedTenant: plans.listedTenant }),
		payerName: plans.nameOf,
		fhirBase: planUrl,
		plans: plans.listed,
		match: { profile: '1up', withRequestId: true, identifiesBy: 'group', fullRequestProfile: 'hrex-1.2' },
		showsWords: credentials.showPayerWords === true,
		sharesExports: false,

		matchRequest(tenant, parameters) {
			return {
				method: 'POST',
				url: `${planUrl(tenant)}/member-match/$member-match`,
				headers: { 'Content-Type': 'application/json', Accept: `${FHIR_JSON}, application/json` },
				body: parameters,
			};
		},

		// Its page names none. That the gateway answers at all tells that it gives a token, and takes it.
		probes: {
			capabilities: {
				method: 'GET',
				url: `${planUrl(anyTenant)}${anyTenant === undefined ? '' : '/bulk-data/r4'}/metadata`,
				headers: { Accept: FHIR_JSON },
			},
			statesCapabilities: false,
		},

		kickOffHints: { 404: `Check 'Group ID' and 'Tenant': ${EXPECTED_IDS}` },
		kickOffRequest({ tenant, groupId = '' }, query) {
			const path = `${planUrl(tenant)}/bulk-data/r4/Group/${encodeURIComponent(groupId)}/$export`;
			return {
				method: 'GET',
				url: path + queryString(query),
				headers: { Accept: FHIR_JSON, Prefer: 'respond-async' },
			};
		},

		jobFrom(text, { tenant }) {
			const jobId = findInText(JOB_PATH, text);
			return jobId !== undefined && JOB_ID_PATTERN.test(jobId)
				? { tenant, jobId, statusUrl: statusUrl(tenant, jobId) }
				: undefined;
		},

		statusRequest({ tenant, jobId }) {
			return statusGet(statusUrl(tenant, jobId));
		},

		manifestPageRequest(url) {
			return statusGet(ownUrl(gateway, url, PAGE_PATH, 'manifest'));
		},

		fileRequest: file,
	};
}
