import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { textOf } from '../../fhir/json';
import { baseUrlOf } from '../../http/addresses';
import type { Hint } from '../../n8n/hints';
import { certificateHints } from '../../signIn/clientCertificate';
import { FHIR_BASE_URL } from '../../signIn/fhirBaseUrl';
import type { SignInScheme } from '../../signIn/signIn';
import { readIdentity } from '../../signIn/udap/identity';
import { UDAP_LABELS } from '../../signIn/udap/labels';
import { UDAP_FIELD_NAMES } from '../../signIn/udap/settings';
import { udapTokenRequest } from '../../signIn/udap/tokenRequest';

/** Sign-in of the credential UDAP Payer API: the client's certificate goes along with each token request (HL7 UDAP Security, section 5). */
export const udapSignIn: SignInScheme = {
	fields: UDAP_FIELD_NAMES,
	messages: {
		addressField: FHIR_BASE_URL.label,
		refused: `The payer refused this client. Check the Client ID: it is the one that the payer gave when this ${UDAP_LABELS.certificates} was registered there (Check Payer, operation Register). Ask the payer whether it trusts your trust community.`,
		invalidRequest: `The payer did not understand the token request. Check the ${UDAP_LABELS.organizationId}, the ${UDAP_LABELS.purposeOfUse} and the ${UDAP_LABELS.consentPolicy} with your trust community.`,
	},
	baseUrl: ({ fhirBaseUrl }) => new URL(baseUrlOf(fhirBaseUrl, FHIR_BASE_URL)).origin,
	tokenRequest: udapTokenRequest,
};

/** A warning in the last 30 days of the certificate that the client signs in with. */
export function udapHints(credentials: ICredentialDataDecryptedObject): Hint[] {
	if (textOf(credentials.certificateChain) === undefined) return [];
	const read = readIdentity(credentials);
	return 'identity' in read
		? certificateHints(read.identity, Date.now(), `first certificate of the ${UDAP_LABELS.certificates}`)
		: [];
}
