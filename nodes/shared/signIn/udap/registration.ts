import type { ICredentialDataDecryptedObject, IHttpRequestHelper } from 'n8n-workflow';
import { textOf } from '../../fhir/json';
import { AccessTokenError } from '../../http/errors';
import { ExchangeError, rethrown } from '../../n8n/exchangeError';
import { FHIR_BASE_URL } from '../fhirBaseUrl';
import { secretsOf, usableTls } from '../signIn';
import { postJson } from '../tokenRequests';
import { udapJwt } from './assertion';
import { discoverUdap } from './discovery';
import { UDAP_LABELS as LABELS } from './labels';
import { readRegistration, type Registration } from './registrationAnswer';
import { readUdapSettings, wordsOf } from './settings';
import { throwIfWildcard } from './tokenRequest';

export type { Registration } from './registrationAnswer';

/** What is asked of a registration endpoint beside what the credential says. */
export interface RegistrationOptions {
	/** Ends the registration of this client instead (an empty `grant_types`). */
	cancel?: boolean;
	/** Certifications as the community signed them: JWTs, which are passed on as they are (section 7.4). */
	certifications?: readonly string[];
	/** Whether an address is that of another payer that the credential knows: nothing of this client is sent there. */
	isOfAnotherPayer?(url: string): boolean;
}

/**
 * Registers the client of a credential `udapPayerApi` at its payer (UDAP Dynamic Client Registration; HL7 UDAP Security, section 3): reads the
 * payer's UDAP metadata, checks its signature against the Trust Anchors, and posts a software statement to the registration endpoint that is
 * signed there. Sends nothing about a member. The same client again is a change of its registration, so it can be repeated.
 *
 * @param helper `this` of a node or credential: `{ helpers: { httpRequest } }`
 * @param credentials the decrypted data of the credential; its Client ID may be empty
 * @returns `clientId` is what to enter in the credential; `hints` say what differs from what was asked for
 * @throws ExchangeError that says what to do: a field of the credential that cannot be used, with nothing sent; metadata that is missing or cannot
 * be trusted, with nothing registered; or what the registration endpoint refused, by its error code
 */
export async function registerClient(
	helper: IHttpRequestHelper,
	credentials: ICredentialDataDecryptedObject,
	options: RegistrationOptions = {},
): Promise<Registration> {
	const action = options.cancel === true ? 'cancel the registration' : 'register';
	try {
		return await register(helper, credentials, options);
	} catch (error) {
		const message = `This client could not ${action} at the payer`;
		throw rethrown(
			error instanceof AccessTokenError
				? new ExchangeError(message, { whatToDo: error.message, concerns: 'run' })
				: error,
		);
	}
}

async function register(
	helper: IHttpRequestHelper,
	credentials: ICredentialDataDecryptedObject,
	{ cancel = false, certifications = [], isOfAnotherPayer }: RegistrationOptions,
): Promise<Registration> {
	const client = readClient(credentials);
	const settings = readUdapSettings(credentials, client.problems);
	const { identity, scope } = settings;
	const tls = usableTls(credentials);
	const server = await discoverUdap(helper, settings.discovery, tls);
	if (isOfAnotherPayer?.(server.registrationEndpoint) === true) {
		throw new AccessTokenError(
			'The payer names a registration endpoint at the address of another payer of the directory. Ask the payer where clients register. Nothing was registered.',
		);
	}
	throwIfWildcard(scope, server);
	if (server.certificationsRequired.length > 0 && certifications.length === 0) {
		throw new AccessTokenError(
			`The payer registers no client without a certification (${server.certificationsRequired.length} in udap_certifications_required). Ask your trust community for it. Nothing was registered.`,
		);
	}
	const statement = udapJwt(
		identity,
		{
			iss: identity.subjectUri,
			aud: server.registrationEndpoint,
			client_name: client.name,
			contacts: client.contacts,
			grant_types: cancel ? [] : ['client_credentials'],
			token_endpoint_auth_method: 'private_key_jwt',
			scope,
		},
		server.registrationAlgorithms,
	);
	const body = {
		software_statement: statement,
		...(certifications.length > 0 && { certifications }),
		udap: '1',
	};
	const request = { url: server.registrationEndpoint, body, tls };
	const reply = await postJson(helper, request, FHIR_BASE_URL.label, 'registration endpoint');
	return readRegistration(reply, { scope, clientId: textOf(credentials.clientId), isCancelled: cancel }, [
		...secretsOf(credentials),
		statement,
	]);
}

const MAIL = /^(?:mailto:)?([^\s@:/?#]+@[^\s@:/?#]+\.[^\s@:/?#]+)$/i;

/** Name and contacts of the client, and the problems of their fields. */
function readClient(credentials: ICredentialDataDecryptedObject): {
	name?: string;
	contacts: string[];
	problems: string[];
} {
	const name =
		textOf(credentials.clientName) ??
		textOf(credentials.organizationName) ??
		textOf(credentials.requestingName);
	const entered = wordsOf(credentials.contacts);
	const contacts = entered.map((each) => each.replace(MAIL, 'mailto:$1'));
	const hasMail = contacts.some((each) => each.startsWith('mailto:'));
	return {
		name,
		contacts,
		problems: [
			...(name === undefined
				? [`Fill in the ${LABELS.clientName}, by which people at the payer know this client.`]
				: []),
			...(hasMail
				? []
				: [`Fill in the ${LABELS.contacts} with an e-mail address for the people at the payer.`]),
		],
	};
}
