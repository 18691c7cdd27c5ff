import { evalSqlOnFhir } from '@medplum/core';
import { viewColumns, type ShippedView } from '../../nodes/FhirToTable/shipped/shippedView';
import type { Row } from '../../nodes/FhirToTable/finish/finishingColumn';

const REFERENCE_KEY = /(^|\.)getReferenceKey\((\w*)\)$/;

/**
 * The rows of a shipped view by another engine, `evalSqlOnFhir` of @medplum/core 4.5, which keeps to the standard but in three points:
 *
 * - `getReferenceKey()` on nothing: it throws a TypeError, where FHIRPath gives nothing ("if the input collection is empty ({ }), the result
 *   is empty"). So it is asked for the text of each reference instead.
 * - Without the definitions of FHIR it takes any name that begins with another one for an element of several types: `preAuthRef` of an
 *   ExplanationOfBenefit without one is its `preAuthRefPeriod`. R4 has no `preAuthRef[x]`, so there is nothing.
 * - `getResourceKey()` is the bare id, `getReferenceKey()` the id in the reference. Both are allowed ("opaque value", section getResourceKey),
 *   and both are compared with the keys of this package by type and id.
 *
 * Keys of references come out as `Type/id` for a relative reference of the type that is asked for, else null, which the standard leaves to
 * the engine ("MUST support the relative literal form … MAY support other types").
 */
export function oracleRows(view: ShippedView, resource: object): Row[] {
	const types = new Map(
		viewColumns(view).flatMap(({ name, path }): Array<[string, string]> => {
			const [found, , type] = REFERENCE_KEY.exec(path) ?? [];
			return found === undefined ? [] : [[name, type]];
		}),
	);
	const asked = JSON.parse(JSON.stringify(view), (key, value: unknown) =>
		key === 'path' && typeof value === 'string' ? value.replace(REFERENCE_KEY, '$1reference') : value,
	) as Parameters<typeof evalSqlOnFhir>[0];
	const rows = evalSqlOnFhir(asked, [resource as Parameters<typeof evalSqlOnFhir>[1][number]]) as Row[];
	return rows.map((row) =>
		Object.fromEntries(
			viewColumns(view).map(({ name, path }) => {
				const value =
					path === 'preAuthRef.first()' && typeof row[name] === 'object' ? null : (row[name] ?? null);
				if (path === 'getResourceKey()')
					return [name, value === null ? null : `${view.resource}/${String(value)}`];
				const type = types.get(name);
				return [name, type === undefined || value === null ? value : relativeKey(String(value), type)];
			}),
		),
	);
}

function relativeKey(reference: string, type: string): string | null {
	const isRelative = /^[A-Za-z]+\/[A-Za-z0-9\-.]+$/.test(reference);
	return isRelative && (type === '' || reference.startsWith(`${type}/`)) ? reference : null;
}
