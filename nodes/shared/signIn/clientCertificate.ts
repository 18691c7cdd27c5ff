import { X509Certificate, type KeyObject } from 'crypto';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { textOf } from '../fhir/json';
import { CERTIFICATE_LABELS as LABELS } from '../http/failureWords';
import type { PayerTls } from '../http/tls';
import { pluralize, type Hint } from '../n8n/hints';
import { DAY } from '../n8n/time';
import { pemBlocks } from './pem';
import { hasPrivateKey, readPrivateKeyPem } from './privateKeyPem';

/** Certificates of a credential; nothing if there are none. */
export interface CredentialTls {
	tls?: PayerTls;
	/** When the client certificate ends (ms since 1970). */
	validUntil?: number;
}

/** TLS settings that can be used, or a sentence that names the field to correct. It never contains any of a key. */
export type TlsReading = CredentialTls | { problem: string };

/** Reads the certificates of a credential, and checks whatever can be known before a connection is made. */
export function readTls(credentials: ICredentialDataDecryptedObject, now = Date.now()): TlsReading {
	if (credentials.useCertificates !== true) return {};
	const entered = {
		certificate: textOf(credentials.clientCertificate),
		key: textOf(credentials.clientCertificateKey),
		passphrase: enteredText(credentials.clientCertificatePassphrase),
		roots: textOf(credentials.rootCertificates),
	};
	if (!entered.certificate && !entered.key && !entered.roots) {
		return {
			problem: `'${LABELS.use}' is on, but there is none. Paste the ${LABELS.certificate}, or turn it off.`,
		};
	}
	const client = entered.certificate || entered.key ? readClient(entered, now) : {};
	if ('problem' in client) return client;
	const roots = entered.roots === undefined ? [] : readCertificates(entered.roots, LABELS.roots);
	if ('problem' in roots) return roots;
	const expired = roots.map(({ parsed }) => Date.parse(parsed.validTo)).filter((end) => end < now);
	if (expired.length > 0 && expired.length === roots.length) {
		return problem(LABELS.roots, `expired on ${dayOf(Math.max(...expired))}. Ask the payer for new ones.`);
	}
	const ca = roots.length > 0 ? { ca: roots.map(({ pem }) => pem).join('') } : {};
	return { tls: { ...client.tls, ...ca }, validUntil: client.validUntil };
}

const WARN_AHEAD_MS = 30 * DAY;

/** A warning in the last 30 days of a certificate of the credential. @param field its label */
export function certificateHints(
	{ validUntil }: Pick<CredentialTls, 'validUntil'>,
	now = Date.now(),
	field: string = LABELS.certificate,
): Hint[] {
	if (validUntil === undefined || validUntil - now > WARN_AHEAD_MS) return [];
	const days = Math.max(0, Math.floor((validUntil - now) / DAY));
	return [
		{
			message: `The ${field} of the credential ends on ${dayOf(validUntil)}, in ${pluralize(days, 'day', 'days')}. Enter a new one before that.`,
			type: 'warning',
		},
	];
}

/** A certificate of a PEM text. */
export interface PemCertificate {
	pem: string;
	parsed: X509Certificate;
}

function readClient(
	{ key, passphrase, ...entered }: { certificate?: string; key?: string; passphrase?: string },
	now: number,
): TlsReading {
	const certificate = entered.certificate ?? (hasCertificate(key) ? key : undefined);
	if (certificate === undefined)
		return problem(LABELS.certificate, 'is empty. Paste the certificate of this key.');
	const chain = readCertificates(certificate, LABELS.certificate);
	if ('problem' in chain) return chain;
	const keyText = key ?? (hasPrivateKey(certificate) ? certificate : undefined);
	if (keyText === undefined) return problem(LABELS.key, 'is empty. Paste the key of the certificate.');
	const read = readPrivateKeyPem(keyText, passphrase, LABELS.passphrase);
	if ('problem' in read) return problem(LABELS.key, read.problem.replace(' nor JWK', ''));
	const ofKey = chain.filter(({ parsed }) => fits(parsed, read.key));
	// A renewed certificate may stand beside the old one of the same key.
	const own = ofKey.find(({ parsed }) => problemOf(parsed, now) === undefined) ?? ofKey.at(0);
	if (!own) {
		return problem(
			LABELS.certificate,
			`does not belong to the ${LABELS.key}: the two are of different pairs.`,
		);
	}
	const unusable = problemOf(own.parsed, now);
	if (unusable !== undefined) return problem(LABELS.certificate, unusable);
	return {
		tls: {
			// TLS sends the client's own certificate first.
			cert: [own, ...chain.filter((each) => !ofKey.includes(each))].map(({ pem }) => pem).join(''),
			key: read.pem,
			...(read.isEncrypted && { passphrase }),
		},
		validUntil: Date.parse(own.parsed.validTo),
	};
}

const OTHER_FORMS: ReadonlyArray<[label: RegExp, problem: string]> = [
	[/REQUEST$/, 'is a certificate request. Paste the certificate that was made from it.'],
	[/^PKCS7$/, 'is a PKCS#7 file. Convert it: openssl pkcs7 -print_certs -in file.p7b'],
	[/PRIVATE KEY$/, 'is a private key. Paste the certificate.'],
];

const CERTIFICATE = /^(?:X509 |TRUSTED )?CERTIFICATE$/;

function hasCertificate(text = ''): boolean {
	return pemBlocks(text).some(({ label }) => CERTIFICATE.test(label));
}

/** The certificates of a PEM text, or a sentence that names the field. */
export function readCertificates(text: string, field: string): PemCertificate[] | { problem: string } {
	const blocks = pemBlocks(text);
	const own = blocks.filter(({ label }) => CERTIFICATE.test(label));
	if (own.length === 0) {
		const other = OTHER_FORMS.find(([form]) => blocks.some(({ label }) => form.test(label)));
		const cut = text.includes('BEGIN CERTIFICATE') ? DAMAGED : undefined;
		return problem(field, other?.[1] ?? cut ?? 'is not PEM: it must begin with -----BEGIN CERTIFICATE-----.');
	}
	try {
		return own.map(({ pem }) => ({ pem, parsed: new X509Certificate(pem) }));
	} catch {
		return problem(field, DAMAGED);
	}
}

const DAMAGED = 'is damaged. Paste the whole text, with its BEGIN and END lines.';

/** Whether a key is that of the certificate. */
export function fits(certificate: X509Certificate, key: KeyObject): boolean {
	try {
		return certificate.checkPrivateKey(key);
	} catch {
		return false;
	}
}

/** Extended key usages: TLS client authentication, and any (RFC 5280 section 4.2.1.12). */
const FOR_CLIENTS = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'];

/** Why a certificate cannot be used; completes "The Client Certificate …". */
function problemOf({ validFrom, validTo, keyUsage }: X509Certificate, now: number): string | undefined {
	const [from, until] = [Date.parse(validFrom), Date.parse(validTo)];
	if (now > until) return `expired on ${dayOf(until)}. Ask for a new one.`;
	if (now < from) return `is not valid before ${dayOf(from)}. Check it, and the clock of n8n.`;
	// Node's types say that it is always there; without the extension it is undefined.
	const usages: readonly string[] | undefined = keyUsage;
	return usages !== undefined && !usages.some((usage) => FOR_CLIENTS.includes(usage))
		? 'is not for clients: its extended key usage lacks TLS client authentication. Ask for one that has it.'
		: undefined;
}

/** The day of a time (ms since 1970), in UTC. */
export function dayOf(time: number): string {
	return new Date(time).toISOString().slice(0, 10);
}

function problem(field: string, what: string): { problem: string } {
	return { problem: `The ${field} ${what}` };
}

/** A passphrase may begin or end with a space. */
function enteredText(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}
