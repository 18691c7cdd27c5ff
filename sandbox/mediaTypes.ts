/** Media types as they stand in Content-Type and Accept. */
export const JSON_TYPE = 'application/json';
export const FHIR_JSON = 'application/fhir+json';
export const FHIR_NDJSON = 'application/fhir+ndjson';
