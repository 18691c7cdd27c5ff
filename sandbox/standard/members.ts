import { HREX_TEMP, TERMINOLOGY } from '../codeSystems';
import { crowdByCoverage, crowdMember } from '../crowd';
import { judge, type Judgement } from '../memberMatch';
import { members, type Member } from '../members';
import { resourcesOf } from '../resources';

/** The payer's own numbering of its members. */
export const NUMBERING = 'https://payer.example/members';

const IDENTIFIER_TYPES = {
	MB: `${TERMINOLOGY}/v2-0203`,
	UMB: HREX_TEMP,
};

/** The value of a member's identifier. */
function memberNumber({ row }: Member): string {
	return `U-${row.coverageId}`;
}

/** The identifier that a match answers with, as HRex 1.0 (`MB`) or 1.2 (`UMB`) types it. */
export function memberIdentifier(member: Member, code: keyof typeof IDENTIFIER_TYPES): fhir4.Identifier {
	const coding = [{ system: IDENTIFIER_TYPES[code], code }];
	return { type: { coding }, system: NUMBERING, value: memberNumber(member) };
}

/** The member of a patient's id on the payer's server. */
export function memberOfPatient(id: string): Member | undefined {
	const [, digits] = /^CROWD-(\d{6})$/.exec(id) ?? [];
	const found = digits === undefined ? undefined : crowdMember(Number(digits));
	return [found, ...members].find((member) => member?.outcome === 'matched' && member.row.memberId === id);
}

/** The member with this identifier of the payer. */
export function memberOfNumber(value: string): Member | undefined {
	const crowd = crowdByCoverage([value.replace(/^U-/, '')]);
	return [...members, ...crowd].find(
		(member) => member.outcome === 'matched' && memberNumber(member) === value,
	);
}

/** The Patient of a member with all identifiers that the payer knows. */
export function patientOf(member: Member): fhir4.Patient {
	const one = { type: 'Patient', count: 1 } as const;
	const [patient] = [...resourcesOf(member, [one], { ...one, first: 0 })] as fhir4.Patient[];
	return { ...patient, identifier: [...(patient.identifier ?? []), memberIdentifier(member, 'UMB')] };
}

/** What the payer finds for the resources of a match request; it takes more than HRex allows, and is not harmed by it. */
export function judgeParts(
	patient: fhir4.Patient | undefined,
	coverage: fhir4.Coverage | undefined,
	consent: fhir4.Consent | undefined,
	today: string,
): Judgement {
	const [name] = patient?.name ?? [];
	const period = consent?.provision?.period;
	const ids = [...(coverage?.identifier ?? []).map(({ value }) => value), coverage?.subscriberId];
	return judge(
		{
			given: name?.given ?? [],
			family: name?.family ?? '',
			birthDate: patient?.birthDate ?? '',
			coverageIds: ids.filter((id) => id !== undefined),
			consentStart: period?.start?.slice(0, 10) ?? '',
			consentEnd: period?.end?.slice(0, 10) ?? '9999-12-31',
		},
		today,
	);
}
