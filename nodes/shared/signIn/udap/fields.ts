import type { INodeProperties } from 'n8n-workflow';
import { UDAP_LABELS as LABELS } from './labels';
import { OPERATIONS_PURPOSE } from './settings';

const PEM = { placeholder: '-----BEGIN CERTIFICATE-----' };

/** Fields of a credential that signs in by UDAP. */
export const UDAP_FIELDS: INodeProperties[] = [
	{
		displayName: 'Client ID',
		name: 'clientId',
		type: 'string',
		default: '',
		description:
			'From the payer, when you registered there (Check Payer, operation Register). Empty only until then.',
	},
	{
		displayName: LABELS.certificates,
		name: 'certificateChain',
		type: 'string',
		typeOptions: { password: true, rows: 6 },
		default: '',
		required: true,
		...PEM,
		description:
			'From your trust community, as PEM: your own certificate, then the one that issued it, and so on. It is sent with each token request.',
	},
	{
		displayName: LABELS.key,
		name: 'privateKey',
		type: 'string',
		typeOptions: { password: true, rows: 6 },
		default: '',
		required: true,
		placeholder: '-----BEGIN PRIVATE KEY-----',
		description: 'Of your own certificate, as PEM. It never leaves n8n.',
	},
	{
		displayName: LABELS.passphrase,
		name: 'privateKeyPassphrase',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description: 'Only if the private key is encrypted',
	},
	{
		displayName: LABELS.anchors,
		name: 'trustAnchors',
		type: 'string',
		typeOptions: { rows: 6 },
		default: '',
		required: true,
		...PEM,
		description:
			"Root certificates of your trust communities, as PEM, one after the other. The payer's metadata must be signed with a certificate that comes from one of them.",
	},
	{
		displayName: LABELS.community,
		name: 'community',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://community.example/udap',
		description:
			'URI of the trust community, for a payer that is a member of several. Empty: the payer chooses.',
	},
	{
		displayName: LABELS.organizationId,
		name: 'organizationId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://prairie.example/org',
		description: 'URI of your plan, of the kind that your trust community uses',
	},
	{
		displayName: LABELS.organizationName,
		name: 'organizationName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Prairie Health Plan',
		description: 'Empty: as Your Plan Name says',
	},
	{
		displayName: LABELS.purposeOfUse,
		name: 'purposeOfUse',
		type: 'string',
		default: OPERATIONS_PURPOSE,
		placeholder: `e.g. ${OPERATIONS_PURPOSE}`,
		description:
			'Why data is asked for, as your trust community has it for payer-to-payer exchange; several with commas between them. Empty: health care operations (HOPERAT).',
	},
	{
		displayName: LABELS.consentPolicy,
		name: 'consentPolicy',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		description: 'URIs of the consent policies that apply, one in each line. Empty: none is named.',
	},
	{
		displayName: LABELS.subjectUri,
		name: 'subjectUri',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://prairie.example/p2p',
		description: 'Only if your certificate names you by several URIs: the one that this client goes by',
	},
	{
		displayName: LABELS.clientName,
		name: 'clientName',
		type: 'string',
		default: '',
		placeholder: 'e.g. Prairie Health Plan payer-to-payer',
		description: 'For registration: what people at the payer call this client. Empty: your organization.',
	},
	{
		displayName: LABELS.contacts,
		name: 'contacts',
		type: 'string',
		default: '',
		placeholder: 'e.g. p2p@prairie.example',
		description: 'For registration: an e-mail address for the people at the payer',
	},
];
