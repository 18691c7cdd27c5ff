import { verify } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { tryParseUrl } from '../../http/addresses';
import { readJwt, type UnverifiedJwt } from '../jwt';
import { endpointProblem } from '../tokenEndpoint';
import type { UdapCertificate } from './certificate';
import { isStrong, trustedLeaf } from './chain';

/** The endpoints that a payer signs, exactly as it writes them: they are the audience of what is sent there. */
export interface SignedEndpoints {
	tokenEndpoint: string;
	registrationEndpoint: string;
}

/** The endpoints and all claims, or why they cannot be trusted: completes "The payer's signed UDAP metadata …". */
export type SignedReading = { endpoints: SignedEndpoints; claims: IDataObject } | { problem: string };

/** For whom the metadata must be signed, and whom to trust. */
export interface MetadataTrust {
	/** The FHIR base exactly as it was entered. */
	fhirBase: string;
	anchors: readonly UdapCertificate[];
}

/**
 * Reads `signed_metadata` (HL7 UDAP Security, section 2.3): the signature by the first certificate of `x5c`, its path to an anchor, and the claims.
 * Whether a certificate was revoked is not asked.
 */
export function readSignedMetadata(value: unknown, trust: MetadataTrust, now: number): SignedReading {
	const jwt = readJwt(value);
	if (!jwt) return { problem: 'is missing, or is no JWT' };
	const { alg, crit, x5c } = jwt.header;
	if (alg !== 'RS256') return { problem: 'is not signed by RS256, the one algorithm for it' };
	if (crit !== undefined) return { problem: 'wants something that is not understood (crit)' };
	const signer = trustedLeaf(x5c, trust.anchors, now);
	if ('problem' in signer) return signer;
	if (!isSigned(jwt, signer.leaf)) {
		return {
			problem: 'has a signature that is wrong: it was changed on its way, or signed with another key',
		};
	}
	const problem = claimsProblem(jwt.claims, signer.leaf.uris, trust.fhirBase, now);
	return problem === undefined ? endpointsOf(jwt.claims, trust.fhirBase) : { problem };
}

function isSigned({ signingInput, signature }: UnverifiedJwt, { parsed }: UdapCertificate): boolean {
	try {
		const { publicKey } = parsed;
		const isRsa = publicKey.asymmetricKeyType === 'rsa' && isStrong(publicKey);
		return isRsa && verify('sha256', signingInput, publicKey, signature);
	} catch {
		return false;
	}
}

/** The clocks of two computers differ. */
const TOLERANCE_SECONDS = 60;
const YEAR_SECONDS = 366 * 24 * 60 * 60;

function claimsProblem(
	{ iss, sub, iat, exp, nbf, jti }: IDataObject,
	uris: readonly string[],
	fhirBase: string,
	now: number,
): string | undefined {
	if (typeof iss !== 'string' || iss !== sub) return 'does not say for which server it is (iss, sub)';
	if (iss !== fhirBase) return issuerProblem(iss, fhirBase);
	if (!uris.includes(iss)) {
		return 'is signed with the certificate of another server: its subject alternative name lacks the FHIR Base URL';
	}
	const seconds = now / 1000;
	if (!isTime(iat) || !isTime(exp) || (nbf !== undefined && !isTime(nbf))) {
		return 'does not say from when until when it is good (iat, exp)';
	}
	if (exp <= seconds) return 'has expired. The payer must sign it anew';
	if (Math.max(iat, nbf ?? iat) > seconds + TOLERANCE_SECONDS) {
		return 'is not good yet. Check the clock of n8n, and ask the payer';
	}
	if (exp <= iat || exp - iat > YEAR_SECONDS) return 'is good for more than the one year that is allowed';
	return typeof jti === 'string' && jti !== '' ? undefined : 'has no id of its own (jti)';
}

function issuerProblem(iss: string, fhirBase: string): string {
	if (iss === `${fhirBase}/`) {
		return `is for the FHIR Base URL with a slash at the end. The two must be the same, letter by letter: enter the FHIR Base URL as ${iss}`;
	}
	if (`${iss}/` === fhirBase) {
		return `is for the FHIR Base URL without the slash at its end. The two must be the same, letter by letter: enter the FHIR Base URL as ${iss}`;
	}
	return 'is for another server than that of the FHIR Base URL. Check the FHIR Base URL with the payer, letter by letter';
}

function isTime(value: unknown): value is number {
	return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function endpointsOf(claims: IDataObject, fhirBase: string): SignedReading {
	const [tokenEndpoint, registrationEndpoint] = ['token_endpoint', 'registration_endpoint'].map(
		(name) => claims[name],
	);
	const problems = [
		addressProblem(tokenEndpoint, 'token', fhirBase),
		addressProblem(registrationEndpoint, 'registration', fhirBase),
	].filter((each) => each !== undefined);
	if (typeof tokenEndpoint !== 'string' || typeof registrationEndpoint !== 'string' || problems.length > 0) {
		return { problem: problems.join(', and ') };
	}
	return { endpoints: { tokenEndpoint, registrationEndpoint }, claims };
}

const ADDRESS = /^https?:\/\/[\x21-\x7e]{1,2000}$/;

function addressProblem(value: unknown, what: string, fhirBase: string): string | undefined {
	if (typeof value !== 'string' || value === '') return `names no ${what} endpoint`;
	const url = ADDRESS.test(value) && !value.includes('#') ? tryParseUrl(value) : undefined;
	const problem = endpointProblem(url, tryParseUrl(fhirBase)?.hostname);
	return problem && `names a ${what} endpoint that ${problem}`;
}
