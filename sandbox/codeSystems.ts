/** Where FHIR's code systems of HL7 Terminology are. */
export const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
/** Has `UMB`, the type of a member's unique identifier (HRex). */
export const HREX_TEMP = 'http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp';
/** System of the National Provider Identifier. */
export const NPI = 'http://hl7.org/fhir/sid/us-npi';
