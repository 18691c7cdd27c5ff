const PDEX = 'http://hl7.org/fhir/us/davinci-pdex/StructureDefinition';

/** A reference to a contained resource: the patient that was sent (`parameters`), or the matched coverage. */
export function matchExtension(name: 'parameters' | 'coverage', reference: string) {
	return { url: `${PDEX}/base-ext-match-${name}`, valueReference: { reference } };
}

/** A member of a result group: the id that was sent, the payer's id, and the contained coverage. */
export function groupMember(sent: string, reference = 'Patient/p1', coverage?: string) {
	const extension = [
		matchExtension('parameters', sent),
		...(coverage ? [matchExtension('coverage', coverage)] : []),
	];
	return { entity: { extension, reference } };
}

/** A result group of `$bulk-member-match` (PDex 2.2), with the id `g-{code}`. */
export function resultGroup(code: string, members: object[] = [], more: object = {}) {
	return {
		resourceType: 'Group',
		id: `g-${code}`,
		code: { coding: [{ code }] },
		...(members.length > 0 && { member: members }),
		...more,
	};
}

/** The result groups in one Parameters, as in PDex 2.1. */
export function resultParameters(...groups: Array<[name: string, resource: object]>) {
	return { resourceType: 'Parameters', parameter: groups.map(([name, resource]) => ({ name, resource })) };
}

/** A matched group with one member per patient, each with a contained coverage that has one of these identifiers. */
export function matchedByCoverage(sent: string, ...found: Array<[patientId: string, coverageId: string]>) {
	const members = found.map(([patientId], index) =>
		groupMember(`#${sent}`, `Patient/${patientId}`, `#c${index + 1}`),
	);
	const contained = found.map(([, value], index) => ({
		resourceType: 'Coverage',
		id: `c${index + 1}`,
		identifier: [{ value }],
	}));
	return resultGroup('match', members, { contained });
}

/** A manifest whose files need the token. */
export function bulkManifest(output: Array<{ type: string; url: string }>) {
	return { transactionTime: '2026-11-01T00:00:00.000Z', requiresAccessToken: true, output, error: [] };
}
