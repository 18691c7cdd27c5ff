import { textOf } from '../../shared/fhir/json';
import { TEXT_LIMITS } from '../../shared/fhir/limits';

/** `Type/id`, with a version or without. */
const RELATIVE = /^([A-Za-z]{1,64})\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** What a reference names. */
export interface Target {
	type: string;
	id: string;
}

/** The same at the end of an absolute address. */
const AT_END =
	/^https?:\/\/[^?#]*\/([A-Z][A-Za-z]{1,63})\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/**
 * The resource of the same payer that a reference names: a relative one, or one below the payer's FHIR base, where http and https are one.
 * Undefined for any other: contained (`#id`), `urn:`, another server, none at all.
 */
export function targetOf(reference: unknown, fhirBase: string | undefined): Target | undefined {
	const text = textOf(reference) ?? '';
	return target(RELATIVE.exec(belowBase(text, fhirBase) ?? text));
}

/** What an absolute reference names, on whatever server. */
export function targetAnywhere(reference: unknown): Target | undefined {
	const text = textOf(reference) ?? '';
	return text.length > TEXT_LIMITS.address ? undefined : target(AT_END.exec(text));
}

function target(found: RegExpExecArray | null): Target | undefined {
	const [, type, id] = found ?? [];
	return type === undefined ? undefined : { type, id };
}

/** What follows the FHIR base in an address; undefined if it is not below it. */
function belowBase(text: string, fhirBase: string | undefined): string | undefined {
	if (fhirBase === undefined) return undefined;
	const base = `${withoutScheme(fhirBase).replace(/\/+$/, '')}/`;
	const address = withoutScheme(text);
	const isBelow = address !== text && address.slice(0, base.length).toLowerCase() === base.toLowerCase();
	return isBelow ? address.slice(base.length) : undefined;
}

function withoutScheme(address: string): string {
	return address.replace(/^https?:\/\//i, '');
}
