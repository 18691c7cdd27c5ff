import { isObject, textOf } from '../../shared/fhir/json';

/** Versions of the guides that a statement names by their canonical addresses; `any` where it gives no version. */
export interface Guides {
	bulkData?: string;
	payerDataExchange?: string;
	hrex?: string;
}

const BEGINNINGS: ReadonlyArray<[guide: keyof Guides, beginning: string]> = [
	['bulkData', 'http://hl7.org/fhir/uv/bulkdata/'],
	['payerDataExchange', 'http://hl7.org/fhir/us/davinci-pdex/'],
	['hrex', 'http://hl7.org/fhir/us/davinci-hrex/'],
];
/** `…|2.0.0`, and a version in the path, as in `…/STU2.1/…`. */
const VERSION = /\|(\d{1,2}(?:\.\d{1,2}){0,2})(?:-[\w.]{1,20})?$|\/STU(\d(?:\.\d)?)\//;
const MAX_ADDRESS = 300;

/** @param values canonical addresses, as texts, in lists, or as References */
export function readGuides(values: readonly unknown[]): Guides {
	const guides: Guides = {};
	for (const address of values.flatMap(addressesOf)) {
		const canonical = address.replace(/^https:/, 'http:');
		const guide = BEGINNINGS.find(([, beginning]) => canonical.startsWith(beginning))?.[0];
		if (guide === undefined) continue;
		const [, byCanonical, byPath] = VERSION.exec(canonical) ?? [];
		const version = byCanonical ?? byPath ?? 'any';
		if (guides[guide] === undefined || guides[guide] === 'any') guides[guide] = version;
	}
	return guides;
}

const MAX_ENTRIES = 2000;

function addressesOf(value: unknown): string[] {
	const values: unknown[] = Array.isArray(value) ? value.slice(0, MAX_ENTRIES) : [value];
	return values.flatMap((each) => {
		const address = textOf(isObject(each) ? each.reference : each);
		return address !== undefined && address.length <= MAX_ADDRESS ? [address] : [];
	});
}
