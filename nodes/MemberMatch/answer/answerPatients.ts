import type { IDataObject } from 'n8n-workflow';
import { isContradiction, REASONS, type Judgement } from '../../shared/exchange/person';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import type { AskedMember, MemberIdentifier } from './askedMember';

/** Most Patients of an answer about one member that are looked at. */
const MAX_PATIENTS = 100;

/**
 * The Patients that an answer contains: as resources of its parameters (HAPI, Smile) or of a Bundle, contained in a Group, or beside a
 * group id.
 */
export function patientsIn(answer: unknown): IDataObject[] {
	if (!isObject(answer)) return [];
	const parameters = objectsOf(answer.parameter);
	const resources = [
		answer,
		...parameters.map(({ resource }) => resource),
		...parameters.flatMap(({ part }) => objectsOf(part).map(({ resource }) => resource)),
		...objectsOf(answer.entry).map(({ resource }) => resource),
		...Object.values(answer),
	].filter(isObject);
	return resources
		.flatMap((resource) => [resource, ...objectsOf(resource.contained)])
		.filter(({ resourceType }) => resourceType === 'Patient')
		.slice(0, MAX_PATIENTS);
}

/** Why an answer is about somebody else: it contains Patients, and each of them differs from the member. Undefined if it may be hers. */
export function whyAnotherPerson(answer: unknown, asked: AskedMember): string | undefined {
	const judgements = patientsIn(answer).map((patient) => asked.judge(patient));
	const [first] = judgements;
	return first !== undefined && judgements.every(isContradiction) ? contradictionSentence(first) : undefined;
}

/** A sentence for a data item about a Patient who is not the member, or may not be. */
export function contradictionSentence({ reason }: Judgement): string {
	return `The payer names a person who may be another one: ${REASONS[reason]}.`;
}

/** Codes of identifier types (HRex, v2-0203), the better one first. */
const MEMBER_TYPES = ['UMB', 'MB'];

/**
 * The payer's own identifier of the member: one that the request did not hold, in a Patient of the answer. Servers that answer with the
 * Patient of the request add it there (HAPI, Smile). Undefined unless there is exactly one of the best type.
 */
export function payersIdentifier(answer: unknown, asked: AskedMember): MemberIdentifier | undefined {
	const candidates = patientsIn(answer)
		.filter((patient) => !isContradiction(asked.judge(patient)))
		.flatMap((patient) => objectsOf(patient.identifier))
		.map(({ type, system, value }) => ({ type, system: textOf(system), value: textOf(value) ?? '' }))
		.filter(({ system, value }) => value !== '' && !asked.hasSent(system, value));
	for (const code of MEMBER_TYPES) {
		const ofType = candidates.filter(({ type }) => hasCode(type, code));
		const [first] = ofType;
		if (!first) continue;
		const areOne = ofType.every(({ system, value }) => system === first.system && value === first.value);
		return areOne
			? { ...(first.system !== undefined && { system: first.system }), value: first.value }
			: undefined;
	}
	return undefined;
}

function hasCode(type: unknown, code: string): boolean {
	return isObject(type) && objectsOf(type.coding).some((coding) => coding.code === code);
}
