import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, oneOrMore, textOf } from '../../shared/fhir/json';
import { TEXT_LIMITS } from '../../shared/fhir/limits';
import { ExchangeError } from '../../shared/n8n/exchangeError';

/** Identifiers as they are compared: payers write the address of the same system in several ways. */

/** An address of a code or identifier system without scheme, version, closing slash and capital letters. */
export function plainSystem(system: unknown): string {
	const text = textOf(system) ?? '';
	return text
		.slice(0, TEXT_LIMITS.id)
		.toLowerCase()
		.replace(/\|.*$/, '')
		.replace(/^https?:\/\//, '')
		.replace(/^urn:oid:/, '')
		.replace(/\/+$/, '');
}

/** Whether a CodeableConcept has this code, of the system whose address ends with that, or of none. */
export function hasCode(concept: unknown, systemEnd: string, code: string): boolean {
	return oneOrMore(isObject(concept) ? concept.coding : undefined).some((coding) => {
		const system = plainSystem(coding.system);
		return textOf(coding.code)?.toLowerCase() === code && (system === '' || system.endsWith(systemEnd));
	});
}

const NPI_SYSTEMS = new Set(['hl7.org/fhir/sid/us-npi', '2.16.840.1.113883.4.6']);
const NAIC_OID = '2.16.840.1.113883.6.300';

/**
 * An identifier of an organization as text: `npi:1234567893`, `naic:12345`, or `system|value` of any other system; undefined if it has no
 * value.
 */
export function organizationIdentifier(identifier: IDataObject): string | undefined {
	const value = shortText(identifier.value)?.replace(/\s+/g, '');
	if (value === undefined) return undefined;
	const system = plainSystem(identifier.system);
	const types = oneOrMore(isObject(identifier.type) ? identifier.type.coding : undefined).map(
		({ code }) => textOf(code)?.toLowerCase() ?? '',
	);
	if (NPI_SYSTEMS.has(system) || types.includes('npi')) return `npi:${value}`;
	if (system === NAIC_OID || system.includes('naic') || types.some((type) => /^naic(code)?$/.test(type))) {
		return `naic:${value}`;
	}
	return `${system}|${value}`;
}

/** The one by which an organization is known: its NPI, else its NAIC code, else another one; of several of a kind, always the same. */
export function bestIdentifier(identifiers: readonly string[]): string | undefined {
	const rank = (text: string) => (text.startsWith('npi:') ? 0 : text.startsWith('naic:') ? 1 : 2);
	return identifiers.reduce<string | undefined>((best, each) => {
		if (best === undefined) return each;
		const difference = rank(each) - rank(best);
		return difference < 0 || (difference === 0 && each < best) ? each : best;
	}, undefined);
}

/** All identifiers of an organization, each as text. */
export function organizationIdentifiers(identifiers: unknown): string[] {
	return oneOrMore(identifiers).flatMap((each) => organizationIdentifier(each) ?? []);
}

/** A resource within another one, by a reference such as `#payer`. */
export function containedResource(resource: IDataObject, reference: string): IDataObject | undefined {
	if (!reference.startsWith('#')) return undefined;
	return objectsOf(resource.contained).find(({ id }) => textOf(id) === reference.slice(1));
}

/** A text that can be a number or an id; undefined if it is longer than any. */
export function shortText(value: unknown): string | undefined {
	const text = textOf(value);
	return text !== undefined && text.length <= TEXT_LIMITS.id ? text : undefined;
}

/**
 * The numbers of our own plan from the form: NPIs of ten digits and NAIC codes of five, with commas or blanks between them.
 * @throws ExchangeError if it is anything else
 */
export function ownIdentifiers(entered: unknown): ReadonlySet<string> {
	const texts = String(entered ?? '')
		.split(/[\s,;]+/)
		.filter((text) => text !== '');
	return new Set(
		texts.map((text) => {
			if (/^\d{10}$/.test(text)) return `npi:${text}`;
			if (/^\d{5}$/.test(text)) return `naic:${text}`;
			throw new ExchangeError("'Our NPI or NAIC Code' holds something else than an NPI or a NAIC code", {
				whatToDo:
					'Enter NPIs (ten digits) and NAIC codes (five digits), with a comma between them, or empty the field. Nothing was read.',
				concerns: 'run',
			});
		}),
	);
}
