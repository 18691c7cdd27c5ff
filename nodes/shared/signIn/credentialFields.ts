import type { ICredentialTestRequest, INodeProperties } from 'n8n-workflow';

/** Fields that several credentials have, word for word. */

export const SCOPE_FIELD: INodeProperties = {
	displayName: 'Scope',
	name: 'scope',
	type: 'string',
	default: 'system/*.rs',
	placeholder: 'e.g. system/*.rs',
	description: 'What the client may do, in the words that the payer gave you',
};

/** Where n8n looks for the token: what is empty or refused it asks `preAuthentication` for. Nothing is ever stored in it. */
export const ACCESS_TOKEN_FIELD: INodeProperties = {
	displayName: 'Access Token',
	name: 'accessToken',
	type: 'hidden',
	typeOptions: { expirable: true, password: true },
	default: '',
};

/** The verdict of the Test button is that of the token request in `preAuthentication`, and that the FHIR server is there. */
export const STANDARD_TEST: ICredentialTestRequest = {
	request: { url: '={{ $credentials.fhirBaseUrl.trim().replace(/\\/+$/, "") }}/metadata' },
};
