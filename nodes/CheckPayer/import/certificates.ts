import { X509Certificate } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { shortText } from '../../shared/fhir/values';
import { pemBlocks } from '../../shared/signIn/pem';
import { extensionsOf, SIGNED_OBJECT } from './extensions';
import { IMPORT_LIMITS } from './limits';

/** What an endpoint's certificates say. */
export interface ListedCertificates {
	/** When the first of them ends (ms since 1970). */
	end?: number;
	/** Some could not be read. */
	areDamaged: boolean;
	/** A private key stands where a certificate should. */
	holdPrivateKey: boolean;
}

/** Reads the certificates of an Endpoint: of secure exchange, of mutual TLS (PDex), and of a trust framework. */
export function readCertificates(endpoint: IDataObject): ListedCertificates {
	const written = [
		...valuesOf(endpoint, 'base-ext-secureExchangeArtifacts', 'certificate'),
		...valuesOf(endpoint, SIGNED_OBJECT, 'Object'),
		...valuesOf(endpoint, 'base-ext-trustFramework', 'publicCertificate'),
	].slice(0, IMPORT_LIMITS.certificates);
	const read = written.map(readOne);
	const ends = read.flatMap((one) => (typeof one === 'number' ? [one] : []));
	return {
		...(ends.length > 0 && { end: Math.min(...ends) }),
		areDamaged: read.includes('damaged'),
		holdPrivateKey: read.includes('privateKey'),
	};
}

function valuesOf(endpoint: IDataObject, extension: string, part: string): unknown[] {
	return extensionsOf(endpoint, extension)
		.flatMap((each) => extensionsOf(each, part))
		.map(({ valueBase64Binary, valueString }) => valueBase64Binary ?? valueString);
}

/** A PEM text in base64 is base64 twice; some wrap that once more. */
const MAX_WRAPPINGS = 3;
const BASE64 = /^[A-Za-z0-9+/=\s]+$/;

/** When the certificates in a value end, or why that cannot be told. */
function readOne(value: unknown): number | 'damaged' | 'privateKey' {
	let text = shortText(value, IMPORT_LIMITS.certificateLetters) ?? '';
	for (let times = 0; times <= MAX_WRAPPINGS; times += 1) {
		const blocks = pemBlocks(text).slice(0, IMPORT_LIMITS.certificates);
		if (blocks.some(({ label }) => label.endsWith('PRIVATE KEY'))) return 'privateKey';
		if (blocks.length > 0) return firstEnd(blocks.map(({ pem }) => pem));
		if (!BASE64.test(text)) return 'damaged';
		const bytes = Buffer.from(text, 'base64');
		// DER begins with a SEQUENCE whose length takes two bytes.
		if (bytes[0] === 0x30 && bytes[1] >= 0x80) return firstEnd([bytes]);
		text = bytes.toString('latin1').trim();
	}
	return 'damaged';
}

function firstEnd(certificates: Array<string | Buffer>): number | 'damaged' {
	try {
		const end = Math.min(...certificates.map((each) => Date.parse(new X509Certificate(each).validTo)));
		return Number.isNaN(end) ? 'damaged' : end;
	} catch {
		return 'damaged';
	}
}
