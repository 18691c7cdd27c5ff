import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { textOf } from '../../fhir/json';
import { baseUrlOf, tryParseUrl } from '../../http/addresses';
import { AccessTokenError } from '../../http/errors';
import { readCertificates } from '../clientCertificate';
import { FHIR_BASE_URL } from '../fhirBaseUrl';
import { readCertificate, type UdapCertificate } from './certificate';
import { dateProblem } from './chain';
import type { UdapDiscovery } from './discovery';
import { readIdentity, type UdapIdentity } from './identity';
import { UDAP_LABELS as LABELS } from './labels';

/** The credential fields that a token depends on, beside those for certificates of the connection. */
export const UDAP_FIELD_NAMES = [
	'fhirBaseUrl',
	'clientId',
	'certificateChain',
	'privateKey',
	'privateKeyPassphrase',
	'scope',
	'community',
	'trustAnchors',
	'organizationId',
	'organizationName',
	'requestingName',
	'purposeOfUse',
	'consentPolicy',
	'subjectUri',
] as const;

/** The B2B Authorization Extension Object of a client without a user (HL7 UDAP Security, section 5.2.1.1). */
export interface B2bExtension {
	version: '1';
	organization_id: string;
	organization_name?: string;
	purpose_of_use: string[];
	consent_policy?: string[];
}

/** What a credential says, checked. */
export interface UdapSettings {
	discovery: UdapDiscovery;
	identity: UdapIdentity;
	scope: string;
}

/** "Health care operations" of v3-ActReason, under which payer-to-payer exchange falls where a community has no code of its own. */
export const OPERATIONS_PURPOSE = 'urn:oid:2.16.840.1.113883.5.8#HOPERAT';

/**
 * Reads the settings of a credential, and checks all that can be known before anything is sent.
 * @param more further problems of the credential's fields, which are told along with these
 * @throws AccessTokenError that names every field to correct
 */
export function readUdapSettings(
	credentials: ICredentialDataDecryptedObject,
	more: readonly string[] = [],
	now = Date.now(),
): UdapSettings {
	const fhirBase = baseUrlOf(credentials.fhirBaseUrl, FHIR_BASE_URL);
	const identity = readIdentity(credentials, now);
	const anchors = readAnchors(textOf(credentials.trustAnchors), now);
	const scope = textOf(credentials.scope);
	const community = textOf(credentials.community);
	const problems = [
		...('problems' in identity ? identity.problems : []),
		...('problem' in anchors ? [anchors.problem] : []),
		...(scope === undefined ? ['Fill in the Scope.'] : []),
		...(community === undefined || isUri(community) ? [] : [`The ${LABELS.community} ${NO_URI}`]),
		...more,
	];
	if ('problems' in identity || 'problem' in anchors || scope === undefined || problems.length > 0) {
		throw new AccessTokenError(problems.join(' '));
	}
	const enteredBase = textOf(credentials.fhirBaseUrl) ?? fhirBase;
	return {
		discovery: { fhirBase, enteredBase, community, anchors },
		identity: identity.identity,
		scope: scope.split(/\s+/).join(' '),
	};
}

/** The extension of a token request, or sentences that name the fields to correct. */
export function readB2bExtension(
	credentials: ICredentialDataDecryptedObject,
): { extension: B2bExtension } | { problems: string[] } {
	const id = textOf(credentials.organizationId);
	const name = textOf(credentials.organizationName) ?? textOf(credentials.requestingName);
	const purposes = wordsOf(credentials.purposeOfUse);
	const policies = wordsOf(credentials.consentPolicy);
	const problems = [
		...(id === undefined
			? [
					`Fill in the ${LABELS.organizationId}: the URI of your organisation, as your trust community wants it.`,
				]
			: isUri(id)
				? []
				: [`The ${LABELS.organizationId} ${NO_URI}`]),
		...(purposes.every((each) => PURPOSE.test(each)) ? [] : [`The ${LABELS.purposeOfUse} ${NO_PURPOSE}`]),
		...(policies.every(isUri) ? [] : [`The ${LABELS.consentPolicy} ${NO_URIS}`]),
	];
	if (id === undefined || problems.length > 0) return { problems };
	return {
		extension: {
			version: '1',
			organization_id: id,
			...(name !== undefined && { organization_name: name }),
			purpose_of_use: purposes.length > 0 ? purposes : [OPERATIONS_PURPOSE],
			...(policies.length > 0 && { consent_policy: policies }),
		},
	};
}

const URI = /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]{1,2000}$/i;
const NO_URI = 'must be a URI, e.g. https://prairie.example/org or urn:oid:2.16.840.1.113883.3.1.';
const NO_URIS = 'must be URIs, one in each line.';

/** A community may have codes of its own, of whatever form; JSON and words in quotes are none. */
const PURPOSE = /^[^"'`<>{}[\]\\]{1,2000}$/;
const NO_PURPOSE = `must be one code or several with commas between them, without quotes or brackets, e.g. ${OPERATIONS_PURPOSE}.`;

/** Whether a text is a URI (RFC 3986 section 3), relative ones not among them. A web address must have a host. */
export function isUri(text: string): boolean {
	return URI.test(text) && (!/^https?:/i.test(text) || tryParseUrl(text) !== undefined);
}

/** The words of a field that takes one value in each line, or several with commas between them. */
export function wordsOf(value: unknown): string[] {
	return (textOf(value) ?? '').split(/[\s,]+/).filter(Boolean);
}

function readAnchors(text: string | undefined, now: number): UdapCertificate[] | { problem: string } {
	if (text === undefined) {
		return {
			problem: `Fill in the ${LABELS.anchors}: the root certificate of the trust community, by which the payer's metadata is checked.`,
		};
	}
	const pems = readCertificates(text, LABELS.anchors);
	if ('problem' in pems) return pems;
	const read = pems.map(({ parsed }) => readCertificate(parsed.raw));
	const anchors = read.filter((each) => each !== undefined).filter(({ isAuthority }) => isAuthority);
	if (anchors.length < read.length) {
		return {
			problem: `The ${LABELS.anchors} must be certificates of authorities, and one is none, or is of a kind that cannot be checked.`,
		};
	}
	const problems = anchors.map((anchor) => dateProblem(anchor, now));
	return problems.every((each) => each !== undefined)
		? { problem: `The ${LABELS.anchors} ${problems[0]}. Ask your trust community for the new one.` }
		: anchors;
}
