import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf } from '../../shared/fhir/json';
import { plainWords } from '../../shared/fhir/payerWords';
import { shortText } from '../../shared/fhir/values';
import { IMPORT_LIMITS } from './limits';

/**
 * Extensions of the National Directory (NDH) and of PDex, which has its own copies: by the last part of their URL, since guides of different
 * years give them different beginnings.
 */

/** The objects of a list in a resource, as many as are read. */
export function someOf(list: unknown): IDataObject[] {
	return Array.isArray(list) ? objectsOf(list.slice(0, IMPORT_LIMITS.list)) : [];
}

/** Extension of PDex for an object, such as a certificate, that identifies an endpoint of mutual TLS. */
export const SIGNED_OBJECT =
	'http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/pdex-mtls-signedobject-extension';

/** The extensions of these names or URLs, on a resource or inside an extension. */
export function extensionsOf({ extension }: IDataObject, ...names: string[]): IDataObject[] {
	const wanted = names.map(lastPart);
	return someOf(extension).filter(({ url }) => wanted.includes(lastPart(url)));
}

function lastPart(url: unknown): string {
	const text = shortText(url, IMPORT_LIMITS.addressLetters) ?? '';
	return text.slice(text.lastIndexOf('/') + 1).split('|')[0];
}

/** A code with its system; both short, the system empty if there is none. */
export interface Code {
	system: string;
	code: string;
}

/** The codes of an extension, of whatever type its value is. A text alone counts as a code without a system. */
export function codesIn({ valueCodeableConcept, valueCoding, valueCode, valueString }: IDataObject): Code[] {
	const concept = codesOfConcept(valueCodeableConcept);
	const coding = isObject(valueCoding) ? codesOfConcept({ coding: [valueCoding] }) : [];
	return [...concept, ...coding, ...[valueCode, valueString].flatMap(wordOf)];
}

/** The codes of a CodeableConcept; its text, if it has none. */
export function codesOfConcept(concept: unknown): Code[] {
	if (!isObject(concept)) return [];
	const codes = someOf(concept.coding).flatMap(({ system, code }) =>
		wordOf(code).map((word) => ({ ...word, system: shortText(system, IMPORT_LIMITS.addressLetters) ?? '' })),
	);
	return codes.length > 0 ? codes : wordOf(concept.text);
}

function wordOf(value: unknown): Code[] {
	const text = shortText(value, IMPORT_LIMITS.codeLetters);
	const word = text === undefined ? '' : plainWords(text);
	return word === '' ? [] : [{ system: '', code: word }];
}

/** Whether a code is of a code system of that name, in NDH or in PDex' copy of it. */
export function isOfSystem({ system }: Code, name: string): boolean {
	return lastPart(system) === name && system.startsWith('http://hl7.org/fhir/us/');
}
