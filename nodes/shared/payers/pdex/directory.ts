import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { tokenUrlOf } from '../../signIn/tokenEndpoint';
import type { DirectorySignIn, DirectorySupport } from '../payer';
import { OTHER_SOFTWARE, PRESETS } from './presets';
import { clientAuthentication, secretSignIn } from './secretSignIn';
import { DEFAULT_SCOPE, readStandardSettings } from './settings';
import { assertionAuthentication, smartSignIn } from './smartSignIn';

/** A payer that follows the standards, as a row of a payer directory. */

const PRIVATE_KEY: DirectorySignIn = {
	names: ['key', 'smart', 'SMART Backend Services', 'backend services', 'private key JWT'],
	credentialType: 'smartBackendServicesApi',
	scheme: smartSignIn,
	needsSecret: false,
	check: (credentials) => void assertionAuthentication(credentials, { url: tokenUrlIn(credentials) }),
};

const SECRET: DirectorySignIn = {
	names: ['secret', 'client secret', 'client ID and secret'],
	credentialType: 'fhirPayerOAuth2Api',
	scheme: secretSignIn,
	needsSecret: true,
	check: (credentials) => {
		tokenUrlIn(credentials);
		clientAuthentication(credentials);
	},
};

const SECRET_IN_BODY: DirectorySignIn = {
	...SECRET,
	names: ['secret in body', 'client secret post'],
	fields: { clientAuthentication: 'body' },
};

const CERTIFICATE: DirectorySignIn = {
	...SECRET,
	names: ['certificate', 'client certificate', 'mtls', 'mutual TLS', 'TLS client auth'],
	needsSecret: false,
	fields: { clientAuthentication: 'certificate' },
};

/** Where the token request goes, as far as that is known without asking. @throws Error if the row names no valid address */
function tokenUrlIn(credentials: ICredentialDataDecryptedObject): string {
	const { fhirBase } = readStandardSettings(credentials);
	return typeof credentials.tokenUrl === 'string' && credentials.tokenUrl !== ''
		? tokenUrlOf(credentials.tokenUrl, fhirBase)
		: fhirBase;
}

export const standardDirectory: DirectorySupport = {
	presets: new Map([
		[OTHER_SOFTWARE, OTHER_SOFTWARE],
		...Object.entries(PRESETS).flatMap(
			([value, { displayName }]): Array<[string, string]> => [
				[displayName, value],
				[value, value],
			],
		),
	]),
	isDefault: true,
	signIns: [PRIVATE_KEY, SECRET, SECRET_IN_BODY, CERTIFICATE],
	testRequest: (credentials) => ({
		method: 'GET',
		url: `${readStandardSettings(credentials).fhirBase}/metadata`,
	}),
	needs: ['fhirBaseUrl', 'clientId'],
	ignores: ['tenant'],
	credentialOf: (row, identity, preset) => ({
		...identity,
		fhirBaseUrl: row.fhirBaseUrl ?? '',
		payerSoftware: preset ?? OTHER_SOFTWARE,
		clientId: row.clientId ?? '',
		clientAuthentication: 'basic',
		tokenUrl: row.tokenUrl ?? '',
		scope: row.scope ?? DEFAULT_SCOPE,
		allowedFileHosts: row.fileHosts ?? '',
		respondingName: row.name,
		respondingNpi: row.npi ?? '',
	}),
};
