/** What to do about an answer of a token endpoint that is no token and names no error of OAuth, by HTTP status. */

/** Whether the same request may bring a token later. */
export function isPassing(status: number): boolean {
	return [408, 425, 429].includes(status) || (status >= 500 && !LASTING_SERVER_ERRORS.includes(status));
}

/** Not implemented; HTTP version; network login. */
const LASTING_SERVER_ERRORS = [501, 505, 511];

/** @param addressField label of the field with the address */
export function refusalAdvice(status: number, addressField: string): string {
	if (status >= 300 && status < 400) {
		return `It points to another address, to which neither secret nor signature is sent. Ask the payer for the right address, and check the ${addressField}.`;
	}
	switch (status) {
		case 403:
			return 'It does not let this client in. Ask the payer whether the client is enabled, and whether the address that n8n sends from must be registered there.';
		case 405:
		case 501:
			return `It does not take token requests (POST) at this address. Check the ${addressField}.`;
		case 406:
		case 415:
			return `It does not take the form of a token request, so this may be another service. Check the ${addressField}.`;
		case 410:
			return `It is no longer there. Ask the payer for the new address, and check the ${addressField}.`;
		default:
			return `Check the ${addressField} and every field of the credential, and ask the payer.`;
	}
}
