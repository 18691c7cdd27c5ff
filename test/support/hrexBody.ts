import type { Member } from '../../sandbox/members';

const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
const HREX_CONSENT = 'http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html';
const NPI = 'http://hl7.org/fhir/sid/us-npi';

/** The resources of a match request by name. */
export interface MatchParts {
	MemberPatient: fhir4.Patient;
	CoverageToMatch: fhir4.Coverage;
	Consent: fhir4.Consent;
	CoverageToLink: fhir4.Coverage;
}

function concept(system: string, code: string): fhir4.CodeableConcept {
	return { coding: [{ system: `${TERMINOLOGY}/${system}`, code }] };
}

function plan(value: string, display: string): fhir4.Reference {
	return { identifier: { system: NPI, value }, display };
}

const OLD = plan('1558444216', 'Bison Health Plan');
const NEW = plan('1234567893', 'Prairie Health Plan');

function coverage(id: string, patientId: string, value: string, payor: fhir4.Reference): fhir4.Coverage {
	return {
		resourceType: 'Coverage',
		id,
		identifier: [{ type: concept('v2-0203', 'MB'), system: 'https://payer.example/coverage-id', value }],
		status: 'active',
		beneficiary: { reference: `Patient/${patientId}` },
		relationship: concept('subscriber-relationship', 'self'),
		payor: [payor],
	};
}

/** A request that is valid for HRex 1.0 and 1.2, written from the guide and not by the nodes. */
export function hrexParts({ row }: Member): MatchParts {
	const patientId = row.memberId;
	const patient = { reference: `Patient/${patientId}` };
	return {
		MemberPatient: {
			resourceType: 'Patient',
			id: patientId,
			identifier: [
				{
					type: concept('v2-0203', 'MB'),
					system: 'https://payer.example/coverage-id',
					value: row.coverageId,
				},
			],
			name: [{ family: row.familyName, given: [row.givenName] }],
			gender: row.gender,
			birthDate: row.birthDate,
		},
		CoverageToMatch: coverage('coverage-to-match', patientId, row.coverageId, OLD),
		Consent: {
			resourceType: 'Consent',
			id: row.consentId,
			status: 'active',
			scope: concept('consentscope', 'patient-privacy'),
			category: [concept('v3-ActCode', 'IDSCL')],
			patient,
			performer: [patient],
			sourceReference: { reference: 'DocumentReference/consent-form' },
			policy: [{ uri: `${HREX_CONSENT}#${row.consentPolicy}` }],
			provision: {
				type: 'permit',
				period: { start: row.consentStart, end: row.consentEnd },
				actor: [
					{ role: concept('provenance-participant-type', 'performer'), reference: OLD },
					{ role: concept('v3-ParticipationType', 'IRCP'), reference: NEW },
				],
				action: [concept('consentaction', 'disclose')],
			},
		},
		CoverageToLink: coverage('coverage-to-link', patientId, `NEW-${row.memberId}`, NEW),
	};
}

/** The body of `$member-match`. */
export function hrexBody(parts: Partial<MatchParts>): fhir4.Parameters {
	const parameter = Object.entries(parts).map(([name, resource]) => ({ name, resource }));
	return { resourceType: 'Parameters', parameter };
}

/** The body of `$bulk-member-match`. */
export function bulkBody(members: ReadonlyArray<Partial<MatchParts>>): fhir4.Parameters {
	return {
		resourceType: 'Parameters',
		parameter: members.map((parts) => ({ name: 'MemberBundle', part: hrexBody(parts).parameter })),
	};
}
