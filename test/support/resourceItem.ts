import type { IDataObject } from 'n8n-workflow';

/** The parts of a match request as an item for Member Match's input mode FHIR Resources. */
export function resourceItem(
	memberId: string,
	parts: ReadonlyArray<{ name: string; resource: IDataObject }>,
): IDataObject {
	const part = (name: string) => parts.find((each) => each.name === name)?.resource;
	return {
		memberId,
		patient: part('MemberPatient'),
		coverageToMatch: part('CoverageToMatch'),
		consent: part('Consent'),
		coverageToLink: part('CoverageToLink'),
	};
}
