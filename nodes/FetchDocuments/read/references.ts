import { textOf } from '../../shared/fhir/json';

/** `Type/id`, with a version or without. */
const RELATIVE = /^([A-Za-z]{1,64})\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** What a reference names. */
export interface Target {
	type: string;
	id: string;
}

/**
 * The resource of the same payer that a reference names: a relative one, or one below the payer's FHIR base. Undefined for any other:
 * contained (`#id`), `urn:`, another server, none at all.
 */
export function targetOf(reference: unknown, fhirBase: string | undefined): Target | undefined {
	const text = textOf(reference) ?? '';
	const isBelow = fhirBase !== undefined && text.startsWith(`${fhirBase}/`);
	const [, type, id] = RELATIVE.exec(isBelow ? text.slice(fhirBase.length + 1) : text) ?? [];
	return type === undefined ? undefined : { type, id };
}
