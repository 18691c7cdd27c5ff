import { CERTIFICATE_FIELD_NAMES } from '../../signIn/certificateFields';
import type { DirectorySupport } from '../directory/support';
import { DEFAULT_SCOPE, GATEWAY_URL, oneUpSignIn, oneUpTestRequest, oneUpTokenRequest } from './signIn';

const SHARED_FIELDS: ReadonlySet<string> = new Set([...CERTIFICATE_FIELD_NAMES, 'showPayerWords']);

/** A health plan behind 1upHealth's gateway, as a row of a payer directory. */
export const oneUpDirectory: DirectorySupport = {
	presets: new Map([
		['1upHealth', ''],
		['1up', ''],
		['oneUpHealth', ''],
	]),
	signIns: [
		{
			names: ['secret', 'client secret', 'client ID and secret'],
			credentialType: 'oneUpHealthOAuth2Api',
			scheme: oneUpSignIn,
			needsSecret: true,
			check: (credentials) => void oneUpTokenRequest(credentials),
		},
	],
	testRequest: oneUpTestRequest,
	needs: ['tenant', 'clientId'],
	ignores: ['tokenUrl', 'community'],
	credentialOf: ({ fhirBaseUrl, clientId, scope, tenant, fileHosts }, identity) => ({
		...Object.fromEntries(Object.entries(identity).filter(([name]) => SHARED_FIELDS.has(name))),
		gatewayUrl: fhirBaseUrl ?? GATEWAY_URL.example,
		clientId: clientId ?? '',
		scope: scope ?? DEFAULT_SCOPE,
		defaultTenant: tenant ?? '',
		allowedFileHosts: fileHosts ?? '',
	}),
};
