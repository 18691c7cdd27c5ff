import type { INodeProperties } from 'n8n-workflow';
import { UDAP_FIELDS } from '../../signIn/udap/fields';

/** What a plan signs in by at the payers of its directory whose `signIn` is UDAP. */

export const USE_UDAP_FIELD: INodeProperties = {
	displayName: 'Use UDAP',
	name: 'useUdap',
	type: 'boolean',
	default: false,
	description:
		'Whether some of the payers are asked by UDAP: with a certificate of a trust community to which they belong too',
};

/** Each payer has its own Client ID. */
const OF_A_PAYER = new Set(['clientId']);
/** The key of the certificate is another than the one that SMART Backend Services signs by. */
const OTHER_NAMES = new Map([
	['privateKey', 'udapPrivateKey'],
	['privateKeyPassphrase', 'udapPrivateKeyPassphrase'],
]);

/** The fields of the credential UDAP Payer API that are the same for all payers. */
export const UDAP_IDENTITY_FIELDS: INodeProperties[] = UDAP_FIELDS.filter(
	({ name }) => !OF_A_PAYER.has(name),
).map(({ required, ...field }) => {
	void required;
	const name = OTHER_NAMES.get(field.name) ?? field.name;
	const displayName = name === field.name ? field.displayName : `UDAP: ${field.displayName}`;
	return { ...field, name, displayName, displayOptions: { show: { useUdap: [true] } } };
});
