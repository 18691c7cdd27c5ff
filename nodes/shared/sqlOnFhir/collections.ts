import type { Collection, Scope, Test } from './compiler';

/** What a JSON value is as a collection. Nulls in a list stand for primitives without a value (FHIR JSON), and count as none. */
export function collectionOf(json: unknown): Collection {
	if (json === null) return undefined;
	if (!Array.isArray(json)) return json;
	// Most lists of FHIR have one entry, and there are millions.
	if (json.length === 1) return isValue(json[0]) ? json[0] : undefined;
	for (let index = 0; index < json.length; index += 1) {
		if (!isValue(json[index])) return shortened(json.filter(isValue));
	}
	return shortened(json);
}

function isValue(entry: unknown): boolean {
	return entry !== null && entry !== undefined && !Array.isArray(entry);
}

function shortened(values: unknown[]): Collection {
	return values.length > 1 ? values : values[0];
}

/** The values of a collection as a list, which must not be changed. */
export function listOf(values: Collection): readonly unknown[] {
	if (values === undefined) return [];
	return Array.isArray(values) ? values : [values];
}

/** What the function gives for each value, as one collection. */
export function flatMap(values: Collection, each: (value: unknown) => Collection): Collection {
	if (values === undefined) return undefined;
	if (!Array.isArray(values)) return each(values);
	let found: Collection;
	let several: unknown[] | undefined;
	for (const value of values) {
		const more = each(value);
		if (more === undefined) continue;
		if (found === undefined) found = more;
		else {
			several ??= [...listOf(found)];
			for (const one of listOf(more)) several.push(one);
		}
	}
	return several ?? found;
}

/** The values that pass. @param scope for the test */
export function filter(values: Collection, test: Test, scope: Scope): Collection {
	if (values === undefined) return undefined;
	if (!Array.isArray(values)) return test(values, scope) === true ? values : undefined;
	let found: Collection;
	let several: unknown[] | undefined;
	for (const value of values) {
		if (test(value, scope) !== true) continue;
		if (several) several.push(value);
		else if (found === undefined) found = value;
		else several = [found, value];
	}
	return several ?? found;
}

/** The first value that passes. */
export function find(values: Collection, test: Test, scope: Scope): Collection {
	if (values === undefined) return undefined;
	if (!Array.isArray(values)) return test(values, scope) === true ? values : undefined;
	for (const value of values) {
		if (test(value, scope) === true) return value;
	}
	return undefined;
}
