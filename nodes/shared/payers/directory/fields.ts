import * as n8nWorkflow from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';

/** The fields of the credential Payer Directory that hold its payers. */

export const TABLE_LABEL = 'Payers';
export const SECRETS_LABEL = 'Client Secrets';
export const TEST_WITH_LABEL = 'Test With';

/** The fields that no payer's own credential gets. */
export const DIRECTORY_FIELD_NAMES: ReadonlySet<string> = new Set([
	'payers',
	'clientSecrets',
	'testWith',
	'accessToken',
]);

const EXAMPLE = `{
  "bison": {
    "name": "Bison Health Plan", "preset": "1upHealth", "tenant": "bison",
    "signIn": "secret", "clientId": "…"
  },
  "heron": {
    "name": "Heron Health", "npi": "1558444216",
    "fhirBaseUrl": "https://fhir.heron.example/r4", "preset": "Smile CDR",
    "signIn": "key", "clientId": "…"
  }
}`;

export const TABLE_FIELD: INodeProperties = {
	displayName: TABLE_LABEL,
	name: 'payers',
	type: 'string',
	typeOptions: { rows: 20 },
	default: '',
	required: true,
	placeholder: EXAMPLE,
	description:
		'The payers as JSON: for each a key, and under it name, npi, fhirBaseUrl, preset, signIn, clientId, tokenUrl, scope, tenant, fileHosts, validFrom, contact. Never a secret. Rosters name a payer by its key, name or NPI.',
};

/**
 * Whether this n8n masks each secret by itself, and puts it back by its key. The versions before it show a field that is not a password as
 * it is, so there the whole is one. (n8n-workflow has `redactJsonLeaves` since 2.16, and this function since 2.20.)
 */
const MASKS_EACH = 'getCredentialAllowedDomains' in n8nWorkflow;

/** Never a list of rows with a password field each: n8n puts those back by their place, so that deleting one gives its secret to the next. */
export const SECRETS_FIELD: INodeProperties = {
	displayName: SECRETS_LABEL,
	name: 'clientSecrets',
	type: MASKS_EACH ? 'json' : 'string',
	typeOptions: MASKS_EACH ? { redactJsonLeaves: true } : { password: true },
	default: '',
	placeholder: '{ "bison": "…" }',
	description: MASKS_EACH
		? 'As JSON: the key of a payer, and its client secret. Once saved, each is shown as ***; leave that as it is, and enter new ones beside it.'
		: 'As JSON: the key of a payer, and its client secret. Once saved, all are hidden; to change one, enter all again.',
};

export const TEST_WITH_FIELD: INodeProperties = {
	displayName: TEST_WITH_LABEL,
	name: 'testWith',
	type: 'string',
	default: '',
	placeholder: 'e.g. bison',
	description:
		'The key of the payer at which the Test signs in. Empty: the first. The Test looks at all rows, and asks this one payer only; the node Check Payer asks all of them.',
};
