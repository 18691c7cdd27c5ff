import type { IDataObject } from 'n8n-workflow';
import { isContradiction, REASONS, type Judgement } from '../../shared/exchange/person';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import type { AskedMember, MemberIdentifier } from './askedMember';

/** Most Patients of an answer about one member that are looked at. */
const MAX_PATIENTS = 20;
/** How deep parameters and Bundles are searched for them. */
const MAX_DEPTH = 4;

/**
 * The Patients that an answer contains: as resources of its parameters (HAPI, Smile) or of a Bundle, contained in a Group, or beside a
 * group id.
 */
export function patientsIn(answer: unknown): IDataObject[] {
	return isObject(answer) ? resourcesIn(answer, 0).filter(isPatient).slice(0, MAX_PATIENTS) : [];
}

function resourcesIn(holder: IDataObject, depth: number): IDataObject[] {
	if (depth > MAX_DEPTH) return [];
	const inside = [
		...objectsOf(holder.parameter),
		...objectsOf(holder.part),
		...objectsOf(holder.entry),
		...objectsOf(holder.contained),
		...[holder.resource].filter(isObject),
		// Beside a group id, under whatever name.
		...(depth === 0 ? Object.values(holder).filter(isObject).filter(isPatient) : []),
	];
	return [holder, ...inside.flatMap((each) => resourcesIn(each, depth + 1))];
}

function isPatient({ resourceType }: IDataObject): boolean {
	return resourceType === 'Patient';
}

/**
 * Why an answer is about somebody else: it contains Patients, and each of them differs from the member, or the one whom it names does. The
 * Patient that we sent, where it comes back beside others, says nothing. Undefined if the answer may be about the member.
 * @param patientId of the Patient whom the answer names
 */
export function whyAnotherPerson(
	answer: unknown,
	asked: AskedMember,
	patientId?: string,
): string | undefined {
	const all = patientsIn(answer).map((patient) => ({
		id: textOf(patient.id),
		judgement: asked.judge(patient),
	}));
	const others = all.filter(({ id }) => id !== asked.patientId);
	const shown = others.length > 0 ? others : all;
	const named = all.find(
		({ id, judgement }) => id !== undefined && id === patientId && isContradiction(judgement),
	);
	const differs =
		named ?? (shown.every(({ judgement }) => isContradiction(judgement)) ? shown[0] : undefined);
	return differs && contradictionSentence(differs.judgement);
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
