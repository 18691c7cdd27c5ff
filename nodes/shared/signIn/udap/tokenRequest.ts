import type { ICredentialDataDecryptedObject, IHttpRequestHelper } from 'n8n-workflow';
import { textOf } from '../../fhir/json';
import { AccessTokenError } from '../../http/errors';
import type { PayerTls } from '../../http/tls';
import { ASSERTION_TYPE } from '../clientAssertion';
import { FHIR_BASE_URL } from '../fhirBaseUrl';
import type { TokenRequest } from '../tokenRequests';
import { udapJwt } from './assertion';
import { B2B_EXTENSION, discoverUdap, type UdapServer } from './discovery';
import { readB2bExtension, readUdapSettings, type B2bExtension, type UdapSettings } from './settings';

/**
 * A token request of a client without a user (HL7 UDAP Security, section 5.2.2), to the token endpoint that the payer's metadata names under its
 * signature.
 * @throws AccessTokenError that names the field to correct; where a field is the reason, nothing has been sent
 */
export async function udapTokenRequest(
	credentials: ICredentialDataDecryptedObject,
	helper: IHttpRequestHelper,
	tls: PayerTls | undefined,
): Promise<TokenRequest> {
	const { discovery, identity, scope, clientId, extension } = udapSettings(credentials);
	const server = await discoverUdap(helper, discovery, tls);
	throwIfWildcard(scope, server);
	const claims = {
		iss: clientId,
		aud: server.tokenEndpoint,
		extensions: { [B2B_EXTENSION]: extension },
	};
	return {
		url: server.tokenEndpoint,
		addressField: FHIR_BASE_URL.label,
		form: {
			grant_type: 'client_credentials',
			scope,
			client_assertion_type: ASSERTION_TYPE,
			client_assertion: udapJwt(identity, claims, server.tokenAlgorithms),
			udap: '1',
		},
	};
}

/**
 * All that a token request is made of, checked without any network.
 * @throws AccessTokenError that names every field to correct
 */
export function udapSettings(
	credentials: ICredentialDataDecryptedObject,
): UdapSettings & { clientId: string; extension: B2bExtension } {
	const clientId = textOf(credentials.clientId);
	const b2b = readB2bExtension(credentials);
	const settings = readUdapSettings(credentials, [
		...('problems' in b2b ? b2b.problems : []),
		...(clientId === undefined ? [NO_CLIENT_ID] : []),
	]);
	if (clientId === undefined || 'problems' in b2b) throw new AccessTokenError(NO_CLIENT_ID);
	return { ...settings, clientId, extension: b2b.extension };
}

const NO_CLIENT_ID =
	'Fill in the Client ID. The payer gives it when you register there: Check Payer, operation Register.';

/**
 * Section 7.3: a scope with a wildcard only where the payer lists one. A payer of the guide's first version may list no scopes at all.
 * @throws AccessTokenError
 */
export function throwIfWildcard(scope: string, { scopes }: Pick<UdapServer, 'scopes'>): void {
	if (!scope.includes('*') || scopes === undefined || scopes.some((each) => each.includes('*'))) return;
	throw new AccessTokenError(
		'The payer lists no scope with a wildcard (*), so none may be asked for. Enter as Scope the single ones that the payer names, with spaces between them, e.g. system/Patient.rs system/Coverage.rs.',
	);
}
