import { X509Certificate } from 'crypto';
import { UDAP_LIMITS } from '../../fhir/limits';
import {
	BIT_STRING,
	BOOLEAN,
	derElement,
	derElements,
	INTEGER,
	OBJECT_ID,
	OCTET_STRING,
	SEQUENCE,
	type DerElement,
} from './der';

/** A certificate (RFC 5280) with what Node does not tell of it. */
export interface UdapCertificate {
	parsed: X509Certificate;
	/** ms since 1970 */
	validFrom: number;
	validUntil: number;
	/** Whether it may issue others (`basicConstraints`, and `keyUsage` where it has one). */
	isAuthority: boolean;
	/** How many authorities may stand between it and a leaf; undefined if any. */
	maxAuthoritiesBelow?: number;
	/** Whether it may sign what is no certificate (`keyUsage`; true where it has none). */
	maySign: boolean;
	/** URIs of the subject alternative name. */
	uris: string[];
}

/** Reads a certificate in DER form; undefined if it is none, or if anything of it is not understood that must be. */
export function readCertificate(der: Buffer): UdapCertificate | undefined {
	if (der.length > UDAP_LIMITS.certificateBytes) return undefined;
	try {
		const parsed = new X509Certificate(der);
		// Node looks for a PEM first, which may stand within the bytes: the certificate that it found must be the one that is read here.
		if (!parsed.raw.equals(der)) return undefined;
		const details = detailsOf(der);
		const [validFrom, validUntil] = [Date.parse(parsed.validFrom), Date.parse(parsed.validTo)];
		if (details === undefined || !(validFrom < validUntil)) return undefined;
		const { isAuthority } = details;
		return { ...details, parsed, validFrom, validUntil, isAuthority: isAuthority && parsed.ca };
	} catch {
		return undefined;
	}
}

type Details = Pick<UdapCertificate, 'isAuthority' | 'maxAuthoritiesBelow' | 'maySign' | 'uris'>;

/** Signatures with SHA-2 of RSA (PKCS#1) and ECDSA, and Ed25519, as the bytes of their object ids in hex. */
const SIGNATURES = [
	...['2a864886f70d01010b', '2a864886f70d01010c', '2a864886f70d01010d'],
	...['2a8648ce3d040302', '2a8648ce3d040303', '2a8648ce3d040304', '2b6570'],
];

const BASIC_CONSTRAINTS = '551d13';
const KEY_USAGE = '551d0f';
const ALTERNATIVE_NAME = '551d11';
/** Extended key usage, certificate policies. They limit nothing that is asked for here. */
const OF_NO_MATTER = ['551d25', '551d20'];
const UNDERSTOOD = [BASIC_CONSTRAINTS, KEY_USAGE, ALTERNATIVE_NAME, ...OF_NO_MATTER];

function detailsOf(der: Buffer): Details | undefined {
	const [toBeSigned, algorithm, signature, ...more] = sequence(derElement(der)) ?? [];
	const [objectId] = sequence(algorithm) ?? [];
	if (signature?.tag !== BIT_STRING || more.length > 0) return undefined;
	if (objectId?.tag !== OBJECT_ID || !SIGNATURES.includes(hex(objectId))) return undefined;
	const extensions = extensionsOf(sequence(toBeSigned) ?? []);
	if (extensions === undefined) return undefined;
	const constraints = basicConstraints(extensions.get(BASIC_CONSTRAINTS));
	const usage = keyUsage(extensions.get(KEY_USAGE));
	const uris = alternativeUris(extensions.get(ALTERNATIVE_NAME));
	if (constraints === undefined || usage === undefined || uris === undefined) return undefined;
	const { isAuthority, maxAuthoritiesBelow } = constraints;
	return {
		isAuthority: isAuthority && usage.mayIssue,
		maxAuthoritiesBelow,
		maySign: usage.maySign,
		uris,
	};
}

const EXTENSIONS = 0xa3;

/** The values of the extensions by their ids; undefined if one stands there twice, or is critical and not understood (RFC 5280 section 4.2). */
function extensionsOf(toBeSigned: readonly DerElement[]): Map<string, Uint8Array> | undefined {
	const found = toBeSigned.filter(({ tag }) => tag === EXTENSIONS);
	if (found.length !== 1) return undefined;
	const values = new Map<string, Uint8Array>();
	for (const extension of sequence(derElement(found[0].content)) ?? [undefined]) {
		const [objectId, ...rest] = sequence(extension) ?? [];
		const value = rest.pop();
		const [critical, ...more] = rest;
		if (objectId?.tag !== OBJECT_ID || value?.tag !== OCTET_STRING || more.length > 0) return undefined;
		const isCritical = critical === undefined ? false : booleanOf(critical);
		const id = hex(objectId);
		if (isCritical === undefined || values.has(id)) return undefined;
		if (isCritical && !UNDERSTOOD.includes(id)) return undefined;
		values.set(id, value.content);
	}
	return values;
}

function basicConstraints(
	value: Uint8Array | undefined,
): Pick<UdapCertificate, 'isAuthority' | 'maxAuthoritiesBelow'> | undefined {
	if (value === undefined) return { isAuthority: false };
	const elements = sequence(derElement(value));
	if (elements === undefined) return undefined;
	const [first, second, ...more] = elements;
	if (first === undefined) return { isAuthority: false };
	const isAuthority = booleanOf(first);
	if (isAuthority === undefined || more.length > 0) return undefined;
	if (second === undefined) return { isAuthority };
	const [length, ...others] = second.content;
	if (second.tag !== INTEGER || length === undefined || length >= 0x80 || others.length > 0) return undefined;
	return { isAuthority, maxAuthoritiesBelow: length };
}

const DIGITAL_SIGNATURE = 0x80;
const CERTIFICATE_SIGN = 0x04;

function keyUsage(value: Uint8Array | undefined): { maySign: boolean; mayIssue: boolean } | undefined {
	if (value === undefined) return { maySign: true, mayIssue: true };
	const element = derElement(value);
	if (element?.tag !== BIT_STRING || element.content.length < 2) return undefined;
	const bits = element.content[1];
	return { maySign: (bits & DIGITAL_SIGNATURE) !== 0, mayIssue: (bits & CERTIFICATE_SIGN) !== 0 };
}

const URI_NAME = 0x86;
const PRINTABLE = /^[\x21-\x7e]+$/;

function alternativeUris(value: Uint8Array | undefined): string[] | undefined {
	if (value === undefined) return [];
	const uris = sequence(derElement(value))
		?.filter(({ tag }) => tag === URI_NAME)
		.map(({ content }) => Buffer.from(content).toString('latin1'));
	return uris?.every((uri) => PRINTABLE.test(uri)) === true ? uris : undefined;
}

function sequence(element: DerElement | undefined): DerElement[] | undefined {
	return element?.tag === SEQUENCE ? derElements(element.content) : undefined;
}

function booleanOf({ tag, content }: DerElement): boolean | undefined {
	if (tag !== BOOLEAN || content.length !== 1) return undefined;
	return content[0] === 0xff ? true : content[0] === 0 ? false : undefined;
}

function hex({ content }: DerElement): string {
	return Buffer.from(content).toString('hex');
}
