import type { ICredentialDataDecryptedObject, IHttpRequestHelper } from 'n8n-workflow';
import type { Registration, RegistrationOptions } from '../signIn/udap/registration';
import type { DirectorySupport } from './directory/support';
import type { Payer } from './payer';

/**
 * Optional features of a payer kind. They alone decide which fields the forms show and the nodes read.
 * - `tenant`: a health plan at a gateway that serves several
 * - `jobId`, `statusUrl`: how a job is identified; if both are supported, the URL takes precedence
 * - `patientId`: export of one patient, if the match returned no group
 * - `bulkMatch`: many members in one match request
 * - `deleteJob`: deletion of a job that is no longer needed
 * - `standardQuery`: the kick-off query parameters of FHIR Bulk Data
 * - `fullHrexRequest`: a full HRex match request, if selected in the form
 */
export type PayerFeature =
	| 'tenant'
	| 'jobId'
	| 'statusUrl'
	| 'patientId'
	| 'bulkMatch'
	| 'deleteJob'
	| 'standardQuery'
	| 'fullHrexRequest';

/** A credential type that can connect to a payer. */
export interface CredentialChoice {
	type: string;
	displayName: string;
	description: string;
	/**
	 * Registers the client at the payer, where that can be done by a request. Sends nothing about a member.
	 * @throws ExchangeError that says what to do
	 */
	register?(
		helper: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		options: RegistrationOptions,
	): Promise<Registration>;
}

/** One option of the parameter Payer API. */
export interface PayerChoice {
	/** Value of the parameter. */
	name: string;
	/** What the drop-down shows. */
	displayName: string;
	description: string;
	/** Credential types that can connect to it; the first is the default. */
	credentials: readonly CredentialChoice[];
	takes: readonly PayerFeature[];
}

/** A kind of payer. Its name is also that of its folder. */
export interface PayerKind extends PayerChoice {
	/** @throws ExchangeError if a field of the credential is invalid */
	connect(credentials: ICredentialDataDecryptedObject, credentialType: string): Payer;
	/** How payers of this kind stand in a payer directory; undefined if they cannot. */
	directory?: DirectorySupport;
}
