/** What an id may look like to become a part of an address: nothing that could lead elsewhere. */
export const TENANT_FORM = /^(?!\.+$)[A-Za-z0-9._-]{1,100}$/;
export const GROUP_ID_FORM = /^(?!\.+$)[A-Za-z0-9._~-]{1,200}$/;
export const JOB_ID_FORM = /^(?!\.+$)[A-Za-z0-9._~-]{1,1000}$/;

/** A FHIR id (R4 datatypes, `id`). */
export const FHIR_ID_FORM = /^[A-Za-z0-9\-.]{1,64}$/;

const PATIENT_REFERENCE = /(?:^|\/)Patient\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/;

/** The id in a reference to a Patient, relative or absolute. */
export function patientIdIn(reference: string | undefined): string | undefined {
	return PATIENT_REFERENCE.exec(reference ?? '')?.[1];
}
