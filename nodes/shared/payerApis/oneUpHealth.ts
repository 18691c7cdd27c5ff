import { ExchangeError } from '../exchangeError';
import { textOf } from '../json';
import { gatewayBase, isBelow, parsedUrl } from './gatewayUrl';
import type { Connection, PayerApi } from './payerApi';

/** Path of the token endpoint below the gateway (1up payer implementation, step 2). */
export const SIGN_IN_PATH = '/auth/realms/dev-portal/protocol/openid-connect/token';

/** The scope of the contract (step 2). */
export const USUAL_SCOPE = 'member-match|read';

const FHIR_JSON = 'application/fhir+json';
/** An export file, and nothing that an encoded slash, backslash or dot could lead elsewhere. */
const FILE_PATH = /^\/v1\/[^/]+\/bulk-data\/r4\/(?:\$|%24)export\/file\/[^/]+$/;
/** A job, or a part of its manifest. */
const PAGE_PATH = /^\/v1\/[^/]+\/bulk-data\/r4\/(?:\$|%24)export\/job\/[^/]+(?:\/[^/]+)?$/;
/** An encoded slash, backslash, dot or control character, also encoded twice, or a `%` that encodes nothing. */
const ENCODED_ESCAPE = /%(?:2f|5c|2e|[01][0-9a-f]|25)|%(?![0-9a-f]{2})/i;
const JOB_PATH = /(?:\$|%24)export\/job\/([^\s"'<>?#/]+)/;

function bulkData(connection: Connection, tenant: string): string {
	return `${connection.gateway}/v1/${encodeURIComponent(tenant)}/bulk-data/r4`;
}

/** An address of the payer, rebuilt on the gateway. @throws ExchangeError where its path is another than `allowed` */
function ownUrl(connection: Connection, url: string, allowed: RegExp, what: string): string {
	const target = parsedUrl(url, `${connection.gateway}/`);
	const web =
		target && ['http:', 'https:'].includes(target.protocol) && target.username + target.password === '';
	const basePath = parsedUrl(connection.gateway)?.pathname.replace(/\/+$/, '') ?? '';
	const isOwn = target !== undefined && isBelow(connection.gateway, target.href);
	const path = target && (isOwn ? target.pathname.slice(basePath.length) : target.pathname);
	if (
		target &&
		web &&
		path &&
		allowed.test(path) &&
		!ENCODED_ESCAPE.test(path) &&
		!target.search.includes('\\')
	) {
		return connection.gateway + path + target.search;
	}
	throw new ExchangeError(
		target && web && !isOwn
			? `The ${what} is not kept by the gateway but on the host ${target.host}`
			: `The address of the ${what} is not one of an export ${what}`,
		{
			whatToDo:
				'Nothing was asked there, since the token goes to the gateway only. Connect the Completed output of Wait For Export, or check the address with the payer.',
		},
	);
}

/**
 * 1upHealth's payer-to-payer gateway, by its page "Payer implementation". The addresses it returns can name another host
 * (`gateway.1upcoredev.com`); they are rebuilt on the gateway of the credential.
 */
export const oneUpHealth: PayerApi = {
	credentialType: 'oneUpHealthOAuth2Api',
	matchProfile: '1up',

	connect(credentials) {
		return {
			credentialType: this.credentialType,
			gateway: gatewayBase(credentials.gatewayUrl),
			defaultTenant: textOf(credentials.defaultTenant),
		};
	},

	matchRequest(connection, tenant, parameters) {
		return {
			method: 'POST',
			url: `${connection.gateway}/v1/${encodeURIComponent(tenant)}/member-match/$member-match`,
			headers: { 'Content-Type': 'application/json', Accept: `${FHIR_JSON}, application/json` },
			body: parameters,
		};
	},

	kickOffRequest(connection, tenant, groupId, query) {
		const search = query
			.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
			.join('&');
		return {
			method: 'GET',
			url: `${bulkData(connection, tenant)}/Group/${encodeURIComponent(groupId)}/$export${search && `?${search}`}`,
			headers: { Accept: FHIR_JSON, Prefer: 'respond-async' },
		};
	},

	statusRequest(connection, tenant, jobId) {
		return {
			method: 'GET',
			url: `${bulkData(connection, tenant)}/$export/job/${encodeURIComponent(jobId)}`,
			headers: { Accept: 'application/json' },
		};
	},

	manifestPageRequest(connection, url) {
		return {
			method: 'GET',
			url: ownUrl(connection, url, PAGE_PATH, 'manifest'),
			headers: { Accept: 'application/json' },
		};
	},

	fileRequest(connection, url, requiresAccessToken) {
		return {
			method: 'GET',
			url: ownUrl(connection, url, FILE_PATH, 'file'),
			headers: { Accept: 'application/fhir+ndjson', 'Accept-Encoding': 'gzip, identity' },
			withoutToken: !requiresAccessToken,
		};
	},

	jobIdFrom(text) {
		return JOB_PATH.exec(text)?.[1].replace(/[.,;:!)\]}]+$/, '') || undefined;
	},
};
