import { baseOf, isSameHost } from './address';
import { readCertificates } from './certificates';
import type { ListedEndpoint } from './endpoint';
import { contactOf, readOrganization, verified } from './organization';
import type { Listed } from './resources';

/**
 * A payer as a directory lists it, for a person to review. Everything in it is a claim of whoever keeps the directory. Texts are empty where
 * nothing is stated.
 */
export interface ImportedRow {
	payerKey: string;
	name: string;
	npi: string;
	fhirBaseUrl: string;
	/** The payer's software: no directory says it. */
	preset: string;
	/** What the credential may be set to: `udap`, `smartBackendServices` or `certificate`. */
	signIn: string;
	tokenUrl: string;
	wantsClientCertificate: boolean;
	/** `prod`, or what it is instead. */
	environment: string;
	trustFrameworks: string;
	community: string;
	/** Days, `yyyy-mm-dd`. */
	certificateEnds: string;
	validFrom: string;
	validUntil: string;
	contact: string;
	active: boolean;
	/** It stands in the table too: nothing known speaks against that. */
	inTable: boolean;
	reviewed: false;
	/** Sentences: what to look at. */
	notes: string;
}

/** A row before it is known what other rows say. */
export interface DraftRow {
	organization: Listed;
	facts: Omit<ImportedRow, 'payerKey' | 'notes' | 'reviewed'>;
	notes: string[];
}

/** What is looked at: an endpoint, one of the organizations that it is listed for, and all of those. */
export interface Pair {
	endpoint: Listed;
	reading: ListedEndpoint;
	url: URL;
	organization: Listed;
	/** The organization that the endpoint names as its own; undefined if it names none that is here. */
	managing: Listed | undefined;
}

/** Makes the row of an endpoint and an organization. @param today `yyyy-mm-dd` */
export function draftRow({ endpoint, reading, url, organization, managing }: Pair, today: string): DraftRow {
	const payer = readOrganization(organization.resource);
	const certificates = readCertificates(endpoint.resource);
	const fhirBaseUrl = baseOf(url);
	const tokenUrl = reading.tokenUrl?.href ?? '';
	const certificateEnds = certificates.end === undefined ? '' : dayOf(certificates.end);
	const hasEnded = reading.validUntil !== '' && reading.validUntil < today;
	const isOff = reading.status !== '' && reading.status !== 'active';
	const isTest = reading.environment !== '' && reading.environment !== 'prod';
	const isOthers = managing !== undefined && managing !== organization;
	const offers = (profile: string) => reading.trustProfiles.includes(profile);
	const active = payer.isActive && !isOff && !hasEnded;
	const said: Array<[condition: boolean, sentence: string]> = [
		[
			isOthers,
			'The endpoint names another organization as its own: do not use this row unless the payer confirms it.',
		],
		[!payer.isActive, 'The organization is marked as inactive.'],
		[isOff, 'The endpoint is not marked as active.'],
		[hasEnded, `The endpoint was in use until ${reading.validUntil}.`],
		[reading.validFrom > today, `The endpoint is in use from ${reading.validFrom} on.`],
		[isTest, 'The endpoint is not for production.'],
		[reading.environment === '', 'The directory does not say whether the endpoint is for production.'],
		[
			reading.isPayerToPayer === undefined,
			'The directory does not say that the endpoint is for payer-to-payer exchange: ask the payer.',
		],
		[reading.isFhir === undefined, 'The directory does not say that the endpoint is a FHIR server.'],
		[payer.name === '', 'The organization has no name.'],
		[payer.hasBadNpi, 'The NPI is wrong (check digit), and left out.'],
		[payer.isPayer === false, 'The organization is not listed as a payer.'],
		[
			payer.isVerified === false || verified(endpoint.resource) === false,
			'Whoever keeps the directory has not verified this.',
		],
		[signInOf(reading) === '', 'The directory does not say how to sign in: ask the payer.'],
		[offers('udap') && offers('smart'), 'The payer offers UDAP and SMART.'],
		[reading.wantsClientCertificate, 'The payer asks for a client certificate (mutual TLS).'],
		[tokenUrl !== '', 'Check that the Token URL is the address of the token endpoint itself.'],
		[
			tokenUrl !== '' && !isSameHost(tokenUrl, fhirBaseUrl),
			'The Token URL is on another host, so it is not in the table: add it if the payer confirms it.',
		],
		[reading.hasBadTokenUrl, 'The address of the sign-in server cannot be used.'],
		[
			url.hostname.includes('xn--'),
			'The name of the host has letters beyond English, which can look like others.',
		],
		[certificates.areDamaged, 'A certificate cannot be read.'],
		[
			certificates.holdPrivateKey,
			'A private key stands in the directory in place of a certificate: tell the payer.',
		],
		[certificateEnds !== '' && certificateEnds < today, `A certificate ended on ${certificateEnds}.`],
		[
			endpoint.bundle.isMtls,
			endpoint.bundle.isSigned
				? 'The Bundle is signed; the signature was not verified.'
				: 'The Bundle is not signed, as PDex wants it to be.',
		],
	];
	const facts = {
		name: payer.name,
		npi: payer.npi,
		fhirBaseUrl,
		preset: '',
		signIn: signInOf(reading),
		tokenUrl,
		wantsClientCertificate: reading.wantsClientCertificate,
		environment: reading.environment,
		trustFrameworks: reading.trustFrameworks.join(', '),
		community: reading.community,
		certificateEnds,
		validFrom: reading.validFrom,
		validUntil: reading.validUntil,
		contact: contactOf(endpoint.resource, organization.resource),
		active,
		inTable: active && !isTest && !isOthers && reading.isPayerToPayer === true,
	};
	return {
		organization,
		facts,
		notes: said.flatMap(([condition, sentence]) => (condition ? [sentence] : [])),
	};
}

/** As the table names it. A certificate may be wanted beside the other two. */
function signInOf({ trustProfiles, wantsClientCertificate }: ListedEndpoint): string {
	if (trustProfiles.includes('udap')) return 'udap';
	if (trustProfiles.includes('smart')) return 'smartBackendServices';
	return wantsClientCertificate ? 'certificate' : '';
}

/** The day of a time (ms since 1970), in UTC, as `yyyy-mm-dd`. */
export function dayOf(time: number): string {
	return new Date(time).toISOString().slice(0, 10);
}
