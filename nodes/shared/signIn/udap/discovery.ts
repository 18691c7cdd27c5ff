import type { IDataObject, IHttpRequestHelper } from 'n8n-workflow';
import { isObject } from '../../fhir/json';
import { retryAfterMs } from '../../http/backoff';
import { AccessTokenError } from '../../http/errors';
import type { PayerReply } from '../../http/reply';
import type { PayerTls } from '../../http/tls';
import { FHIR_BASE_URL } from '../fhirBaseUrl';
import { isPassing } from '../tokenRefusals';
import { getJson } from '../tokenRequests';
import type { UdapCertificate } from './certificate';
import { UDAP_LABELS } from './labels';
import { readSignedMetadata, type SignedEndpoints } from './signedMetadata';

/** What a payer's UDAP metadata says, as far as a client without a user needs it (HL7 UDAP Security, section 2.2). */
export interface UdapServer extends SignedEndpoints {
	/** Algorithms of signatures, in the payer's order. */
	tokenAlgorithms: string[];
	registrationAlgorithms: string[];
	/** URIs of the certifications that a registration must bring. */
	certificationsRequired: string[];
	/** Undefined if it lists none. */
	scopes?: string[];
}

/** Whose metadata to read, and whom to trust with it. */
export interface UdapDiscovery {
	/** Without a slash at the end. */
	fhirBase: string;
	/** The same exactly as it was entered, with which `iss` is compared. */
	enteredBase: string;
	/** URI of the trust community. */
	community?: string;
	anchors: readonly UdapCertificate[];
}

/** What was read, or sentences that say why not and what to do. */
export type UdapReading = { server: UdapServer } | { problems: string[]; isUntrusted?: boolean };

/** URL of a payer's UDAP metadata. */
export function udapMetadataUrl({ fhirBase, community }: UdapDiscovery): string {
	const query = community === undefined ? '' : `?community=${encodeURIComponent(community)}`;
	return `${fhirBase}/.well-known/udap${query}`;
}

/**
 * Reads a payer's UDAP metadata, and checks it.
 * @throws AccessTokenError if there is none, or it cannot be trusted; a passing one if the payer is in trouble
 */
export async function discoverUdap(
	helper: IHttpRequestHelper,
	discovery: UdapDiscovery,
	tls?: PayerTls,
): Promise<UdapServer> {
	const reply = await getJson(helper, udapMetadataUrl(discovery), FHIR_BASE_URL.label, tls);
	const read = readUdapMetadata(reply, discovery);
	if ('server' in read) return read.server;
	const message = read.problems.join(' ');
	if (read.isUntrusted) throw new UntrustedMetadataError(message);
	throw new AccessTokenError(
		message,
		isPassing(reply.status),
		retryAfterMs(reply.headers['retry-after'], Date.now()),
	);
}

/** For metadata that cannot be trusted: no reason that passes, even if the payer has given a token before. */
class UntrustedMetadataError extends AccessTokenError {
	override passing(): AccessTokenError {
		return this;
	}
}

/** Reads the answer to a request for UDAP metadata. What the payer signs goes before what it only writes. */
export function readUdapMetadata(reply: PayerReply, discovery: UdapDiscovery, now = Date.now()): UdapReading {
	const absent = absence(reply, discovery);
	if (absent !== undefined) return { problems: [absent] };
	if (!isObject(reply.json)) {
		return {
			problems: [
				`The payer's UDAP metadata is no JSON object. Check the ${FHIR_BASE_URL.label}, and ask the payer.`,
			],
		};
	}
	const trust = { fhirBase: discovery.enteredBase, anchors: discovery.anchors };
	const signed = readSignedMetadata(reply.json.signed_metadata, trust, now);
	if ('problem' in signed) {
		return {
			problems: [
				`The payer's signed UDAP metadata ${signed.problem}. Nothing was signed or sent to its endpoints.`,
			],
			isUntrusted: true,
		};
	}
	const metadata = { ...reply.json, ...signed.claims };
	const problems = capabilityProblems(metadata);
	if (problems.length > 0) {
		const what = problems.join('; ');
		return {
			problems: [`The payer's UDAP metadata does not offer what is needed: ${what}. Ask the payer.`],
		};
	}
	const { scopes_supported: scopes } = metadata;
	return {
		server: {
			...signed.endpoints,
			tokenAlgorithms: textsIn(metadata, 'token_endpoint_auth_signing_alg_values_supported'),
			registrationAlgorithms: textsIn(metadata, 'registration_endpoint_jwt_signing_alg_values_supported'),
			certificationsRequired: textsIn(metadata, 'udap_certifications_required'),
			...(Array.isArray(scopes) && { scopes: textsIn(metadata, 'scopes_supported') }),
		},
	};
}

function absence({ status }: PayerReply, { community }: UdapDiscovery): string | undefined {
	const check = `Check the ${FHIR_BASE_URL.label}`;
	switch (status) {
		case 200:
			return undefined;
		case 204:
			return community === undefined
				? `The payer says that it offers no UDAP (HTTP 204). Ask the payer for its trust community, and enter that as ${UDAP_LABELS.community}.`
				: `The payer offers no UDAP for the trust community of the field ${UDAP_LABELS.community} (HTTP 204). Check it with the payer, letter by letter.`;
		case 404:
			return `The payer has no UDAP metadata at the ${FHIR_BASE_URL.label} (HTTP 404), so clients cannot sign in by UDAP there. ${check}; if it is right, ask the payer how clients sign in.`;
		default:
			return isPassing(status)
				? `The payer answered HTTP ${status} instead of its UDAP metadata. Try again later.`
				: `The payer answered HTTP ${status} instead of its UDAP metadata. ${check}, and ask the payer.`;
	}
}

/** What a client without a user needs of each list; an empty list means that the capability is missing. */
function capabilityProblems(metadata: IDataObject): string[] {
	const has = (name: string, value: string) => textsIn(metadata, name).includes(value);
	const versions = textsIn(metadata, 'udap_versions_supported');
	const foreign = textsIn(metadata, 'udap_authorization_extensions_required').some(
		(each) => each !== B2B_EXTENSION,
	);
	const checks: Array<[isMissing: boolean, says: string]> = [
		[versions.length !== 1 || versions[0] !== '1', 'UDAP version 1 (udap_versions_supported)'],
		...['udap_dcr', 'udap_authn', 'udap_authz'].map((profile): [boolean, string] => [
			!has('udap_profiles_supported', profile),
			`the profile ${profile} (udap_profiles_supported)`,
		]),
		[
			!has('grant_types_supported', 'client_credentials'),
			'the grant client_credentials (grant_types_supported)',
		],
		[
			!has('token_endpoint_auth_methods_supported', 'private_key_jwt'),
			'private_key_jwt (token_endpoint_auth_methods_supported)',
		],
		[foreign, `token requests with no other extension than ${B2B_EXTENSION} (…_extensions_required)`],
	];
	return checks.filter(([isMissing]) => isMissing).map(([, says]) => says);
}

/** Key of the B2B Authorization Extension Object (section 5.2.1.1). */
export const B2B_EXTENSION = 'hl7-b2b';

const MAX_ENTRIES = 500;
const MAX_ENTRY_CHARS = 2000;

function textsIn(metadata: IDataObject, name: string): string[] {
	const value = metadata[name];
	return Array.isArray(value)
		? value
				.slice(0, MAX_ENTRIES)
				.filter((each): each is string => typeof each === 'string' && each.length <= MAX_ENTRY_CHARS)
		: [];
}
