import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { RequestProfile } from '../memberMatch/requestRule';

/** Where and as whom a node speaks to a payer: what the credential says, without its secrets. */
export interface Connection {
	/** n8n credential type that signs the requests. */
	credentialType: string;
	/** Address of the gateway without a trailing slash, e.g. `https://gateway.1up.health`. The token goes nowhere else. */
	gateway: string;
	/** Used where neither the item nor the node names a tenant. */
	defaultTenant?: string;
}

/** A request to a payer, before the token is added. */
export interface PayerRequest {
	method: 'GET' | 'POST';
	/** Absolute, below the connection's gateway. */
	url: string;
	headers: Record<string, string>;
	body?: object;
	/** Set where the payer says that the token must not be sent (Bulk Data manifest, `requiresAccessToken: false`). */
	withoutToken?: boolean;
}

/** Name and value of a query parameter; a name may occur several times. */
export type Query = Array<[name: string, value: string]>;

/** How one kind of payer is spoken to. What differs between payers is here and nowhere else. */
export interface PayerApi {
	credentialType: string;
	/** The rules that its match requests must keep. */
	matchProfile: RequestProfile;
	/** @throws ExchangeError where the credential's fields cannot work */
	connect(credentials: ICredentialDataDecryptedObject): Connection;
	matchRequest(connection: Connection, tenant: string, parameters: fhir4.Parameters): PayerRequest;
	kickOffRequest(connection: Connection, tenant: string, groupId: string, query: Query): PayerRequest;
	statusRequest(connection: Connection, tenant: string, jobId: string): PayerRequest;
	/**
	 * The request for a further part of a manifest (Bulk Data 3, `link.next`).
	 * @throws ExchangeError where the address is not the payer's own
	 */
	manifestPageRequest(connection: Connection, url: string): PayerRequest;
	/**
	 * The request for an output file, wherever the manifest says it is.
	 * @throws ExchangeError where the address is not the payer's own
	 */
	fileRequest(connection: Connection, url: string, requiresAccessToken: boolean): PayerRequest;
	/** The job id in an address or a sentence of the payer. */
	jobIdFrom(text: string): string | undefined;
}
