import { memberByKey, type Member } from '../../sandbox/members';

/** The minimal match request that the contract allows, for a member of the sandbox (1up payer implementation, step 4). */
export function matchBody(member: string | Member): object {
	const { row } = typeof member === 'string' ? memberByKey(member) : member;
	const uri = `http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html#${row.consentPolicy}`;
	const resources = {
		MemberPatient: {
			name: [{ given: [row.givenName], family: row.familyName }],
			birthDate: row.birthDate,
		},
		CoverageToMatch: { identifier: [{ value: row.coverageId }] },
		Consent: {
			resourceType: 'Consent',
			id: row.consentId,
			status: 'active',
			policy: [{ uri }],
			provision: { type: 'permit', period: { start: row.consentStart, end: row.consentEnd } },
		},
	};
	const parameter = Object.entries(resources).map(([name, resource]) => ({ name, resource }));
	return { resourceType: 'Parameters', id: row.memberId, parameter };
}
