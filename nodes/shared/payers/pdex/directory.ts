import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { rethrown } from '../../n8n/exchangeError';
import { CERTIFICATE_FIELD_NAMES } from '../../signIn/certificateFields';
import { tokenUrlOf } from '../../signIn/tokenEndpoint';
import { UDAP_FIELD_NAMES } from '../../signIn/udap/settings';
import { udapSettings } from '../../signIn/udap/tokenRequest';
import type { DirectorySignIn, DirectorySupport } from '../directory/support';
import { OTHER_SOFTWARE, PRESETS } from './presets';
import { clientAuthentication, secretSignIn } from './secretSignIn';
import { DEFAULT_SCOPE, readStandardSettings } from './settings';
import { assertionParts, smartSignIn } from './smartSignIn';
import { udapSignIn } from './udapSignIn';

/** A payer that follows the standards, as a row of a payer directory. */

/** Each payer gets what it is signed in at by, and nothing that is for others. */
function some(
	identity: ICredentialDataDecryptedObject,
	names: readonly string[],
): ICredentialDataDecryptedObject {
	return Object.fromEntries(Object.entries(identity).filter(([name]) => names.includes(name)));
}

const NO_PROBLEM = 'none';
/** What is wrong with the key, which is the same for all rows: to read an encrypted one takes long. */
const KEY_PROBLEMS = new WeakMap<ICredentialDataDecryptedObject, unknown>();

function problemOf(work: () => void): unknown {
	try {
		work();
		return NO_PROBLEM;
	} catch (error) {
		return error;
	}
}

const PRIVATE_KEY: DirectorySignIn = {
	names: ['key', 'smart', 'SMART Backend Services', 'backend services', 'private key JWT'],
	credentialType: 'smartBackendServicesApi',
	scheme: smartSignIn,
	needsSecret: false,
	fieldsOf: (_, identity) => some(identity, ['privateKey', 'privateKeyPassphrase', 'keyId', 'jwksUrl']),
	check: (credentials, identity) => {
		tokenUrlIn(credentials);
		const problem = KEY_PROBLEMS.get(identity) ?? problemOf(() => void assertionParts(credentials));
		KEY_PROBLEMS.set(identity, problem);
		if (problem !== NO_PROBLEM) throw rethrown(problem);
	},
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
	fieldsOf: () => ({ clientAuthentication: 'body' }),
};

const CERTIFICATE: DirectorySignIn = {
	...SECRET,
	names: ['certificate', 'client certificate', 'mtls', 'mutual TLS', 'TLS client auth'],
	needsSecret: false,
	fieldsOf: () => ({ clientAuthentication: 'certificate' }),
};

/** Among the fields that a UDAP token depends on, those of the payer. */
const OF_THE_ROW: ReadonlySet<string> = new Set(['fhirBaseUrl', 'clientId', 'scope', 'community']);

/** What a token depends on, and what a registration states besides. */
const UDAP_IDENTITY = [
	...UDAP_FIELD_NAMES.filter((name) => !OF_THE_ROW.has(name)),
	...['clientName', 'contacts'],
];

const UDAP: DirectorySignIn = {
	names: ['UDAP', 'UDAP certificate'],
	credentialType: 'udapPayerApi',
	scheme: udapSignIn,
	needsSecret: false,
	registers: true,
	fieldsOf: ({ community }, identity) => ({
		...some(identity, UDAP_IDENTITY),
		privateKey: identity.udapPrivateKey ?? '',
		privateKeyPassphrase: identity.udapPrivateKeyPassphrase ?? '',
		community: community ?? identity.community ?? '',
	}),
	check: (credentials) => void udapSettings(credentials),
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
	signIns: [PRIVATE_KEY, SECRET, SECRET_IN_BODY, CERTIFICATE, UDAP],
	testRequest: (credentials) => ({
		method: 'GET',
		url: `${readStandardSettings(credentials).fhirBase}/metadata`,
	}),
	needs: ['fhirBaseUrl', 'clientId'],
	ignores: ['tenant'],
	credentialOf: (row, identity, preset) => ({
		...some(identity, [...CERTIFICATE_FIELD_NAMES, 'requestingName', 'requestingNpi', 'showPayerWords']),
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
