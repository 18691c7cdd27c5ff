import type { KeyObject } from 'crypto';
import { UDAP_LIMITS } from '../../fhir/limits';
import { readCertificate, type UdapCertificate } from './certificate';

/** The certificate that signed, or why it cannot be trusted: completes "The payer's signed UDAP metadata …". */
export type LeafReading = { leaf: UdapCertificate } | { problem: string };

/** Base64 as RFC 4648 section 4 has it, as `x5c` wants it (RFC 7515 section 4.1.6): not base64url, without line ends. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MAX_CHARS = (UDAP_LIMITS.certificateBytes / 3) * 4 + 4;

/**
 * The first certificate of an `x5c` header, if a path leads from it to an anchor: each certificate was issued by the one behind it, the last that is
 * needed by an anchor, and all are in force (RFC 5280 section 6, without revocation and policies). Each signature is verified once.
 */
export function trustedLeaf(x5c: unknown, anchors: readonly UdapCertificate[], now: number): LeafReading {
	const chain = certificatesOf(x5c);
	if ('problem' in chain) return chain;
	const [leaf] = chain;
	if (leaf.isAuthority) {
		return { problem: 'is signed with the certificate of an authority, where that of a server is wanted' };
	}
	if (!leaf.maySign) return { problem: 'is signed with a certificate that is not for signatures' };
	for (const [index, certificate] of chain.entries()) {
		const outOfDate = dateProblem(certificate, now);
		if (outOfDate !== undefined) return { problem: `comes with a certificate that ${outOfDate}` };
		if (index > 0 && !hasIssued(certificate, chain[index - 1], index - 1)) return { problem: BROKEN };
		const isTrusted = anchors.some(
			(anchor) => dateProblem(anchor, now) === undefined && hasIssued(anchor, certificate, index),
		);
		if (isTrusted) return { leaf };
	}
	return {
		problem:
			'is signed with a certificate that comes from none of the Trust Anchors. Ask the payer which trust community it belongs to, and paste the root certificate of that; where the payer leaves out an intermediate certificate, paste that too',
	};
}

const BROKEN = 'comes with certificates of which one was not issued by the next';

function certificatesOf(x5c: unknown): UdapCertificate[] | { problem: string } {
	if (!Array.isArray(x5c) || x5c.length === 0) return { problem: 'comes without a certificate (x5c)' };
	if (x5c.length > UDAP_LIMITS.certificates) {
		return { problem: `comes with more than ${UDAP_LIMITS.certificates} certificates` };
	}
	const read = x5c.map((each: unknown) =>
		typeof each === 'string' && each.length <= MAX_CHARS && BASE64.test(each)
			? readCertificate(Buffer.from(each, 'base64'))
			: undefined,
	);
	const certificates = read.filter((each) => each !== undefined);
	return certificates.length === read.length
		? certificates
		: { problem: 'comes with a certificate that cannot be read, or has a part that is not understood' };
}

/** Why a certificate is not in force; completes "… that". */
export function dateProblem({ validFrom, validUntil }: UdapCertificate, now: number): string | undefined {
	if (now > validUntil) return `expired on ${new Date(validUntil).toISOString().slice(0, 10)}`;
	return now >= validFrom ? undefined : 'is not valid yet';
}

/** @param below how many authorities stand between the two and the leaf */
function hasIssued(issuer: UdapCertificate, certificate: UdapCertificate, below: number): boolean {
	const { isAuthority, maxAuthoritiesBelow = Infinity, parsed } = issuer;
	if (!isAuthority || below > maxAuthoritiesBelow) return false;
	try {
		const { publicKey } = parsed;
		return (
			isStrong(publicKey) && certificate.parsed.checkIssued(parsed) && certificate.parsed.verify(publicKey)
		);
	} catch {
		// A key of a kind that Node does not know.
		return false;
	}
}

const MIN_RSA_BITS = 2048;

/** Whether a key is long enough that its signatures count. */
export function isStrong({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean {
	if (type === 'rsa') return (details?.modulusLength ?? 0) >= MIN_RSA_BITS;
	return type === 'ec' || type === 'ed25519';
}
