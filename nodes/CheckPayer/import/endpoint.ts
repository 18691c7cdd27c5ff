import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../../shared/fhir/json';
import { firstDayOf, lastDayOf, shortText } from '../../shared/fhir/values';
import { readListedAddress } from './address';
import {
	codesIn,
	codesOfConcept,
	extensionsOf,
	isOfSystem,
	SIGNED_OBJECT,
	someOf,
	type Code,
} from './extensions';
import { IMPORT_LIMITS } from './limits';

/** What an Endpoint says of itself, as far as it is needed to exchange data with a payer. */
export interface ListedEndpoint {
	/** Whether it says that it is for payer-to-payer exchange; undefined if it says nothing about its use. */
	isPayerToPayer?: boolean;
	/** Whether it is a FHIR server; undefined if it does not say. */
	isFhir?: boolean;
	/** `active`, or what it is instead; empty if it does not say. */
	status: string;
	/** `prod`, `staging`, `dev`, `test`, `train`; empty if it does not say. */
	environment: string;
	trustProfiles: string[];
	wantsClientCertificate: boolean;
	tokenUrl?: URL;
	/** It names a sign-in server, but not by an address that can be used. */
	hasBadTokenUrl: boolean;
	trustFrameworks: string[];
	/** The address that stands for its trust community. */
	community: string;
	/** Days, `yyyy-mm-dd`; empty if it does not say. */
	validFrom: string;
	validUntil: string;
}

/** Reads an Endpoint of NDH, or of PDex' mutual TLS. */
export function readEndpoint(endpoint: IDataObject): ListedEndpoint {
	const { period } = endpoint;
	const tokenServers = tokenServersOf(endpoint);
	const tokenUrls = tokenServers.map(readListedAddress);
	const tokenUrl = tokenUrls.flatMap((read) => ('url' in read ? [read.url] : [])).at(0);
	return {
		isPayerToPayer: payerToPayer(endpoint),
		isFhir: fhirServer(endpoint.connectionType),
		status: shortText(endpoint.status, IMPORT_LIMITS.codeLetters) ?? '',
		environment: environmentOf(endpoint),
		trustProfiles: partCodes(endpoint, 'base-ext-dynamicRegistration', 'trustProfile'),
		wantsClientCertificate: clientCertificate(endpoint),
		tokenUrl,
		hasBadTokenUrl: tokenUrl === undefined && tokenServers.length > 0,
		trustFrameworks: [...new Set(partCodes(endpoint, TRUST_FRAMEWORK, 'trustFrameworkType'))],
		community: communityOf(endpoint),
		validFrom: (isObject(period) && firstDayOf(period.start)) || '',
		validUntil: (isObject(period) && lastDayOf(period.end)) || '',
	};
}

const TRUST_FRAMEWORK = 'base-ext-trustFramework';

/** In NDH 1 and PDex the use case stands alone, in NDH 2 with the implementation guide. */
function payerToPayer(endpoint: IDataObject): boolean | undefined {
	const codes = [
		...parts(endpoint, 'base-ext-endpoint-usecase', 'endpointUsecasetype'),
		...parts(endpoint, 'base-ext-implementation-guide', 'ig-usecase'),
	].flatMap(codesIn);
	if (codes.some(isPayerToPayerCode)) return true;
	if (codes.length > 0) return false;
	// The profile of PDex has no other use.
	return extensionsOf(endpoint, SIGNED_OBJECT).length > 0 ? true : undefined;
}

function isPayerToPayerCode(code: Code): boolean {
	return code.code === 'payerToPayer' && isOfSystem(code, 'NdhFhirEndpointUseCaseCS');
}

/** @param connectionType a Coding; in R5 a list of CodeableConcepts */
function fhirServer(connectionType: unknown): boolean | undefined {
	const codes = Array.isArray(connectionType)
		? someOf(connectionType).flatMap(codesOfConcept)
		: codesIn({ valueCoding: isObject(connectionType) ? connectionType : undefined });
	return codes.length === 0 ? undefined : codes.some(({ code }) => /^hl7-fhir-(?:rest|opn)$/.test(code));
}

function environmentOf(endpoint: IDataObject): string {
	const stated = [
		...extensionsOf(
			endpoint,
			'base-ext-endpoint-environment-type',
			'extension-Endpoint.environmentType',
			'ext-R5-Endpoint.environmentType',
		).flatMap(codesIn),
		...someOf(endpoint.environmentType).flatMap(codesOfConcept),
	];
	const codes = stated.map(({ code }) => code.toLowerCase());
	// Whichever of several is not production decides.
	const found = codes.find((code) => !isProduction(code)) ?? codes.at(0) ?? '';
	return isProduction(found) ? 'prod' : found;
}

function isProduction(code: string): boolean {
	return code === 'prod' || code === 'production';
}

function clientCertificate(endpoint: IDataObject): boolean {
	const mechanisms = extensionsOf(endpoint, 'base-ext-endpointAccessControlMechanism').flatMap(codesIn);
	const artifacts = partCodes(endpoint, 'base-ext-secureExchangeArtifacts', 'secureExchangeArtifactsType');
	return (
		extensionsOf(endpoint, SIGNED_OBJECT).length > 0 ||
		mechanisms.some(({ code }) => code === 'mutual-tls' || code === 'Certificates') ||
		artifacts.some((code) => /mtls/i.test(code))
	);
}

function tokenServersOf(endpoint: IDataObject): unknown[] {
	return extensionsOf(endpoint, 'base-ext-associatedServers')
		.filter((server) =>
			extensionsOf(server, 'associatedServersType')
				.flatMap(codesIn)
				.some(({ code }) => code === 'authorization-authentication-server'),
		)
		.flatMap((server) => extensionsOf(server, 'serverURL'))
		.map(({ valueString, valueUrl, valueUri }) => valueString ?? valueUrl ?? valueUri);
}

/** The qualifier of a trust framework is any text; an address is that of the community. */
function communityOf(endpoint: IDataObject): string {
	const qualifiers = parts(endpoint, TRUST_FRAMEWORK, 'qualifier').map(({ valueString, valueUri }) =>
		readListedAddress(valueString ?? valueUri),
	);
	return qualifiers.flatMap((read) => ('url' in read ? [read.url.href] : [])).at(0) ?? '';
}

function parts(endpoint: IDataObject, extension: string, part: string): IDataObject[] {
	return extensionsOf(endpoint, extension).flatMap((each) => extensionsOf(each, part));
}

function partCodes(endpoint: IDataObject, extension: string, part: string): string[] {
	return parts(endpoint, extension, part)
		.flatMap(codesIn)
		.map(({ code }) => code);
}
