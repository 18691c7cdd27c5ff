import { isObject, textOf } from '../../shared/fhir/json';

/** Versions of the guides that a statement names by their canonical addresses; `any` where it gives no version. */
export interface Guides {
	bulkData?: string;
	pdex?: string;
	hrex?: string;
}

const MARKS: ReadonlyArray<[guide: keyof Guides, mark: RegExp]> = [
	['bulkData', /^https?:\/\/(?:www\.)?hl7\.org\/fhir\/uv\/bulkdata\//],
	['pdex', /^https?:\/\/(?:www\.)?hl7\.org\/fhir\/us\/davinci-pdex\//],
	['hrex', /^https?:\/\/(?:www\.)?hl7\.org\/fhir\/us\/davinci-hrex\//],
];
/** `…|2.0.0`, and a version in the path as in `…/davinci-pdex/STU2.1/…`. */
const VERSION = /\|(\d{1,2}(?:\.\d{1,2}){0,2})(?:-[\w.]{1,20})?$|\/STU(\d(?:\.\d)?)\//;
const MAX_ADDRESS = 300;

/** @param values canonical addresses, as texts, in lists, or as References */
export function readGuides(values: readonly unknown[]): Guides {
	const guides: Guides = {};
	for (const address of values.flatMap(addressesOf)) {
		const guide = MARKS.find(([, mark]) => mark.test(address))?.[0];
		if (guide === undefined) continue;
		const [, byCanonical, byPath] = VERSION.exec(address) ?? [];
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
