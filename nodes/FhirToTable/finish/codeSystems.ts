import { type FinishingColumn, made, textIn } from './finishingColumn';

/** The short names of code systems in the Tuva input layer (terminology `code_type`), where it has one. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
	['http://hl7.org/fhir/sid/icd-10-cm', 'icd-10-cm'],
	['http://hl7.org/fhir/sid/icd-9-cm', 'icd-9-cm'],
	['http://www.cms.gov/Medicare/Coding/ICD10', 'icd-10-pcs'],
	['http://hl7.org/fhir/sid/icd-10-pcs', 'icd-10-pcs'],
	['http://snomed.info/sct', 'snomed-ct'],
	['http://www.ama-assn.org/go/cpt', 'hcpcs'],
	['https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets', 'hcpcs'],
	['http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets', 'hcpcs'],
	['http://loinc.org', 'loinc'],
	['http://www.nlm.nih.gov/research/umls/rxnorm', 'rxnorm'],
	['http://hl7.org/fhir/sid/ndc', 'ndc'],
	['http://hl7.org/fhir/sid/cvx', 'cvx'],
	[
		'https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/AcuteInpatientPPS/MS-DRG-Classifications-and-Software',
		'ms-drg',
	],
	['http://uri.hddaccess.com/cs/apdrg', 'ap-drg'],
	['http://uri.hddaccess.com/cs/aprdrg', 'apr-drg'],
]);

/**
 * The column with the short name of a code system.
 *
 * @param name of the column
 * @param system name of the view's column with its address
 */
export function codeType(name: string, system: string): FinishingColumn {
	return made(
		name,
		'string',
		`Short name of the code system in ${system}, e.g. icd-10-cm, snomed-ct or loinc; its address where it has none.`,
		(row) => {
			const address = textIn(row, system);
			return address === null ? null : (SHORT_NAMES.get(address) ?? address);
		},
	);
}

/** The groups of digits that a National Drug Code is written in: labeler, product, package. */
const NDC_GROUPS = /^(\d{4,5})-(\d{3,4})-(\d{1,2})$/;

/**
 * A National Drug Code in the 11 digits of claims (5-4-2): a group that lacks a digit gets a leading 0. As sent where it is not written in
 * groups, because then nobody can tell where the 0 belongs.
 */
export function elevenDigits(code: string | null): string | null {
	const [, labeler, product, packaging] = NDC_GROUPS.exec(code ?? '') ?? [];
	if (labeler === undefined || labeler.length + product.length + packaging.length < 10) return code;
	return labeler.padStart(5, '0') + product.padStart(4, '0') + packaging.padStart(2, '0');
}
