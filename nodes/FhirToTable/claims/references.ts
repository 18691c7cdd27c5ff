import type { IDataObject } from 'n8n-workflow';
import { referenceKey } from '../../shared/sqlOnFhir/keys';
import type { Origin } from '../../shared/files/rowOrigin';

/** The key of what a reference means, if that is a resource of this type of the same payer; the keys of the tables are the same. */
export function keyOf(
	reference: unknown,
	type: string,
	resource: IDataObject,
	{ keyPrefix, fhirBase = '' }: Origin,
): string | undefined {
	const base = fhirBase === '' || fhirBase.endsWith('/') ? fhirBase : `${fhirBase}/`;
	const key = referenceKey({ reference }, type, { resource, rowIndex: 0, keyPrefix, fhirBase: base });
	return typeof key === 'string' ? key : undefined;
}
