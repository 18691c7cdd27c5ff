import type { KeyObject, X509Certificate } from 'crypto';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { textOf } from '../../fhir/json';
import { UDAP_LIMITS } from '../../fhir/limits';
import { dayOf, fits, readCertificates } from '../clientCertificate';
import type { JwtAlgorithm } from '../jwt';
import { readPrivateKeyPem } from '../privateKeyPem';
import { readCertificate } from './certificate';
import { isStrong } from './chain';
import { UDAP_LABELS as LABELS } from './labels';

/** Who the client is: its certificates, the key of the first of them, and the URI that it goes by. */
export interface UdapIdentity {
	/** Base64 of DER, its own first, as a header has it (`x5c`). */
	x5c: string[];
	key: KeyObject;
	/** The algorithms that the key can sign by; UDAP's own first. */
	algorithms: JwtAlgorithm[];
	/** Of the certificate's subject alternative name: `iss` of a software statement. */
	subjectUri: string;
	/** When the certificate ends (ms since 1970). */
	validUntil: number;
}

/** The identity, or sentences that each name a field to correct. They never contain any of a key. */
export type IdentityReading = { identity: UdapIdentity } | { problems: string[] };

/** Reads the client's certificates and key, and checks whatever can be known before anything is sent. */
export function readIdentity(credentials: ICredentialDataDecryptedObject, now = Date.now()): IdentityReading {
	const key = readKey(credentials);
	const chain = readChain(textOf(credentials.certificateChain));
	if ('problem' in key || 'problem' in chain) {
		return { problems: [chain, key].flatMap((each) => ('problem' in each ? each.problem : [])) };
	}
	const [own] = chain;
	const problem = pairProblem(chain, key.key) ?? orderProblem(chain) ?? datesProblem(chain, now);
	if (problem !== undefined) return { problems: [problem] };
	const details = readCertificate(own.raw);
	if (!details?.maySign || details.isAuthority) {
		return {
			problems: [
				`The ${LABELS.certificates} begins with a certificate that is not for signatures of a client. Ask your trust community for another.`,
			],
		};
	}
	const subject = subjectUri(details.uris, textOf(credentials.subjectUri));
	if ('problem' in subject) return { problems: [subject.problem] };
	return {
		identity: {
			x5c: chain.map(({ raw }) => raw.toString('base64')),
			...key,
			subjectUri: subject.uri,
			validUntil: details.validUntil,
		},
	};
}

type Problem = { problem: string };

function readChain(text: string | undefined): readonly X509Certificate[] | Problem {
	if (text === undefined) {
		return {
			problem: `Fill in the ${LABELS.certificates}: your certificate of the trust community, then those of its authorities.`,
		};
	}
	const read = readCertificates(text, LABELS.certificates);
	if ('problem' in read) return read;
	if (read.length > UDAP_LIMITS.certificates) {
		return { problem: `The ${LABELS.certificates} has more than ${UDAP_LIMITS.certificates} certificates.` };
	}
	return read.map(({ parsed }) => parsed);
}

const CURVES: Record<string, JwtAlgorithm> = { prime256v1: 'ES256', secp384r1: 'ES384' };

function readKey({
	privateKey,
	privateKeyPassphrase: passphrase,
}: ICredentialDataDecryptedObject): Pick<UdapIdentity, 'key' | 'algorithms'> | Problem {
	const text = textOf(privateKey);
	if (text === undefined) return { problem: `Fill in the ${LABELS.key}: that of your certificate, as PEM.` };
	const entered = typeof passphrase === 'string' && passphrase !== '' ? passphrase : undefined;
	const read = readPrivateKeyPem(text, entered, LABELS.passphrase);
	if ('problem' in read) return { problem: `The ${LABELS.key} ${read.problem.replace(' nor JWK', '')}` };
	const algorithms = algorithmsOf(read.key);
	return algorithms.length > 0
		? { key: read.key, algorithms }
		: {
				problem: `The ${LABELS.key} is of a kind that UDAP does not use: an RSA key of 2048 bits or more is wanted, or an EC key of the curve P-256 or P-384.`,
			};
}

/** RS256 first, which every payer must take. */
function algorithmsOf(key: KeyObject): JwtAlgorithm[] {
	const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
	if (type === 'rsa') return isStrong(key) ? ['RS256', 'RS384'] : [];
	const ofCurve = type === 'ec' ? CURVES[details?.namedCurve ?? ''] : undefined;
	return ofCurve === undefined ? [] : [ofCurve];
}

function pairProblem(chain: readonly X509Certificate[], key: KeyObject): string | undefined {
	if (fits(chain[0], key)) return undefined;
	return chain.some((each) => fits(each, key))
		? `The ${LABELS.certificates} must begin with your own certificate, that of the ${LABELS.key}; those of the authorities follow.`
		: `The ${LABELS.certificates} does not belong to the ${LABELS.key}: the two are of different pairs.`;
}

function orderProblem(chain: readonly X509Certificate[]): string | undefined {
	const at = chain.findIndex((each, index) => index > 0 && !isIssuer(each, chain[index - 1]));
	return at < 0
		? undefined
		: `The ${LABELS.certificates} is not in order: its certificate ${at + 1} has not issued the one before it. Your own comes first, then the one that issued it, and so on.`;
}

function isIssuer(issuer: X509Certificate, certificate: X509Certificate): boolean {
	try {
		return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
	} catch {
		return false;
	}
}

function datesProblem(chain: readonly X509Certificate[], now: number): string | undefined {
	const problems = chain.map(({ validFrom, validTo }, index) => {
		const [from, until] = [Date.parse(validFrom), Date.parse(validTo)];
		const which =
			index === 0 ? LABELS.certificates : `certificate ${index + 1} of the ${LABELS.certificates}`;
		if (!(now <= until)) return `The ${which} expired on ${dayOf(until)}. Ask for a new one.`;
		return now >= from
			? undefined
			: `The ${which} is not valid before ${dayOf(from)}. Check it, and the clock of n8n.`;
	});
	return problems.find((each) => each !== undefined);
}

const MAX_SHOWN = 5;

function subjectUri(uris: readonly string[], entered: string | undefined): { uri: string } | Problem {
	const [first, ...others] = uris;
	if (first === undefined) {
		return {
			problem: `The ${LABELS.certificates} names you by no URI (subject alternative name), which UDAP needs. Ask your trust community for another certificate.`,
		};
	}
	const shown = uris.slice(0, MAX_SHOWN).join(', ');
	if (entered === undefined) {
		return others.length === 0
			? { uri: first }
			: {
					problem: `The ${LABELS.certificates} names you by several URIs. Enter the one that this client goes by as ${LABELS.subjectUri}: ${shown}.`,
				};
	}
	return uris.includes(entered)
		? { uri: entered }
		: { problem: `The ${LABELS.subjectUri} is not in your certificate, which names you by ${shown}.` };
}
