/** Ids that may become a URL path segment. `.` and `..` are excluded, so an id cannot lead to another path. */
export const TENANT_PATTERN = /^(?!\.+$)[A-Za-z0-9._-]{1,100}$/;
export const GROUP_ID_PATTERN = /^(?!\.+$)[A-Za-z0-9._~-]{1,200}$/;
export const JOB_ID_PATTERN = /^(?!\.+$)[A-Za-z0-9._~-]{1,1000}$/;

/** The payer in items (`exchange/payerKey.ts`): `kind:host/path/tenant`. A name such as `Aetna: PPO` is none, nor is a URL. */
export const PAYER_KEY_PATTERN =
	/^[A-Za-z][\w-]{0,29}:(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?(?:\/[a-z0-9._~!$&'()*+,;=:@%-]{1,200}){0,20}$/;

/** The key of a payer in a Payer Directory: it names the payer in rosters, in outcomes and among the secrets. */
export const DIRECTORY_KEY_PATTERN = /^(?!__proto__$)[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;

/** A FHIR id (R4 datatypes, `id`). */
export const FHIR_ID_PATTERN = /^[A-Za-z0-9\-.]{1,64}$/;

/** System of the National Provider Identifier. */
export const NPI_SYSTEM = 'http://hl7.org/fhir/sid/us-npi';

const PATIENT_REFERENCE = /(?:^|\/)Patient\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/;

/** The id in a relative or absolute reference to a Patient; undefined for any other reference. */
export function patientIdIn(reference: string | undefined): string | undefined {
	return PATIENT_REFERENCE.exec(reference ?? '')?.[1];
}
