import type { BaseUrlField } from '../http/addresses';

/** The FHIR Base URL of a credential for a payer that follows the standards. */
export const FHIR_BASE_URL: BaseUrlField = {
	label: 'FHIR Base URL',
	owner: 'payer',
	example: 'https://fhir.payer.example/r4',
};
