import type { ICredentialDataDecryptedObject, IHttpRequestHelper } from 'n8n-workflow';
import { ExchangeError } from '../../n8n/exchangeError';

/** What is asked of a registration endpoint beside what the credential says. */
export interface RegistrationOptions {
	/** Ends the registration of this client instead (an empty `grant_types`). */
	cancel?: boolean;
	/** Certifications as the community signed them: JWTs, which are passed on as they are (section 7.4). */
	certifications?: readonly string[];
}

/** What came of a registration. */
export interface Registration {
	/** `new`: 201; `changed`: 200, there was one before, which this one replaces; `cancelled`: there is none any more. */
	state: 'new' | 'changed' | 'cancelled';
	/** What to enter as Client ID; of a cancelled registration, the ID that no longer counts. */
	clientId: string;
	/** Whether the credential holds another Client ID (or none): only the new one counts. */
	isOtherClientId: boolean;
	/** The scope that was asked for, and the one that the payer registered; undefined if it does not say, which means the same. */
	requestedScope: string;
	grantedScope?: string;
	/** Sentences for a person: what differs from what was asked for, and what to do. None of the payer's words, no key, no statement. */
	hints: string[];
}

/**
 * Registers the client of a credential `udapPayerApi` at its payer (UDAP Dynamic Client Registration; HL7 UDAP Security, section 3): reads the
 * payer's UDAP metadata, checks its signature against the Trust Anchors, and posts a software statement to the registration endpoint that is
 * signed there. Sends nothing about a member. The same client again is a change of its registration, so it can be repeated.
 *
 * @param helper `this` of a node or credential: `{ helpers: { httpRequest } }`
 * @param credentials the decrypted data of the credential; its Client ID may be empty
 * @throws ExchangeError that says what to do: a field of the credential that cannot be used, with nothing sent; metadata that is missing or cannot
 * be trusted, with nothing registered; or what the registration endpoint refused, by its error code
 */
export async function registerClient(
	helper: IHttpRequestHelper,
	credentials: ICredentialDataDecryptedObject,
	options: RegistrationOptions = {},
): Promise<Registration> {
	void [helper, credentials, options];
	return await Promise.reject(new ExchangeError('Not there yet', { whatToDo: '' }));
}
