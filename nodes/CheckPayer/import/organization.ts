import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../../shared/fhir/json';
import { NPI_SYSTEM } from '../../shared/fhir/ids';
import { plainWords } from '../../shared/fhir/payerWords';
import { freeText, shortText } from '../../shared/fhir/values';
import { isNpi } from '../../shared/fhir/npi';
import { codesOfConcept, extensionsOf, codesIn, someOf } from './extensions';
import { IMPORT_LIMITS } from './limits';

/** What an Organization says of itself. */
export interface ListedOrganization {
	/** Empty if it has none. */
	name: string;
	npi: string;
	/** It names an NPI whose check digit is wrong. */
	hasBadNpi: boolean;
	/** Whether it is listed as a payer; undefined if it has no type. */
	isPayer?: boolean;
	isActive: boolean;
	/** Whoever runs the directory has verified it; undefined if that is not said. */
	isVerified?: boolean;
}

/** Types of organizations: of HL7 (`pay`, `ins`) and of NDH (`payer`). */
const PAYER_TYPES = new Set(['payer', 'pay', 'ins']);

/** Reads an Organization of NDH, or of PDex' mutual TLS. */
export function readOrganization(organization: IDataObject): ListedOrganization {
	const npis = someOf(organization.identifier)
		.filter(({ system }) => system === NPI_SYSTEM)
		.flatMap(({ value }) => shortText(value, IMPORT_LIMITS.codeLetters) ?? []);
	const types = someOf(organization.type).flatMap(codesOfConcept);
	const npi = npis.find(isNpi) ?? '';
	return {
		name: plainWords(freeText(organization.name) ?? '', IMPORT_LIMITS.nameLetters),
		npi,
		hasBadNpi: npi === '' && npis.length > 0,
		...(types.length > 0 && { isPayer: types.some(({ code }) => PAYER_TYPES.has(code.toLowerCase())) }),
		isActive: organization.active !== false,
		isVerified: verified(organization),
	};
}

/** Whether a resource of NDH is marked as verified; undefined if nothing is said. */
export function verified(resource: IDataObject): boolean | undefined {
	const codes = extensionsOf(resource, 'base-ext-verification-status').flatMap(codesIn);
	return codes.length === 0 ? undefined : codes.every(({ code }) => code === 'complete');
}

const EMAIL = /^[\w.+-]{1,64}@[A-Za-z0-9.-]{1,190}$/;
const PHONE = /^\+?[\d ().x-]{5,40}$/;

/** E-mail address, else telephone number, of whoever answers for an endpoint; empty if there is none. */
export function contactOf(endpoint: IDataObject, organization: IDataObject): string {
	const points = [
		...someOf(endpoint.contact),
		...someOf(organization.contact).flatMap(({ telecom }) => someOf(telecom)),
		...someOf(organization.telecom),
	].filter(isObject);
	const texts = points.flatMap(
		({ value }) => shortText(value, IMPORT_LIMITS.addressLetters)?.replace(/^(?:mailto|tel):/i, '') ?? [],
	);
	return texts.find((text) => EMAIL.test(text)) ?? texts.find((text) => PHONE.test(text)) ?? '';
}
