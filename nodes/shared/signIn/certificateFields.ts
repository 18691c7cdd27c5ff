import type { INodeProperties } from 'n8n-workflow';
import { CERTIFICATE_LABELS } from '../http/failureWords';

const SHOWN = { show: { useCertificates: [true] } };

/** The names of the fields, on all of which a token depends. */
export const CERTIFICATE_FIELD_NAMES = [
	'useCertificates',
	'clientCertificate',
	'clientCertificateKey',
	'clientCertificatePassphrase',
	'rootCertificates',
] as const;

/** Fields of every credential, for a payer that wants a client certificate (mutual TLS) or has private roots. */
export const CERTIFICATE_FIELDS: INodeProperties[] = [
	{
		displayName: CERTIFICATE_LABELS.use,
		name: 'useCertificates',
		type: 'boolean',
		default: false,
		description:
			'Whether this payer wants a client certificate (mutual TLS), or its own certificate comes from a private authority. Needs n8n 2.20 or newer.',
	},
	{
		displayName: CERTIFICATE_LABELS.certificate,
		name: 'clientCertificate',
		type: 'string',
		typeOptions: { password: true, rows: 4 },
		displayOptions: SHOWN,
		default: '',
		placeholder: '-----BEGIN CERTIFICATE-----',
		description:
			'As PEM, with its intermediate certificates where the payer wants them. It is shown to the FHIR host and the token endpoint only. Empty: none.',
	},
	{
		displayName: CERTIFICATE_LABELS.key,
		name: 'clientCertificateKey',
		type: 'string',
		typeOptions: { password: true, rows: 4 },
		displayOptions: SHOWN,
		default: '',
		placeholder: '-----BEGIN PRIVATE KEY-----',
		description: 'As PEM. It never leaves n8n.',
	},
	{
		displayName: CERTIFICATE_LABELS.passphrase,
		name: 'clientCertificatePassphrase',
		type: 'string',
		typeOptions: { password: true },
		displayOptions: SHOWN,
		default: '',
		description: 'Of the private key, if it is encrypted',
	},
	{
		displayName: CERTIFICATE_LABELS.roots,
		name: 'rootCertificates',
		type: 'string',
		typeOptions: { password: true, rows: 4 },
		displayOptions: SHOWN,
		default: '',
		placeholder: '-----BEGIN CERTIFICATE-----',
		description:
			"As PEM, one after the other. They REPLACE the public authorities that n8n trusts, and those of NODE_EXTRA_CA_CERTS, for this payer: enter all that its hosts need. Empty: n8n's own list.",
	},
];
