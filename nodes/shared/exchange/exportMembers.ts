import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf, omitEmpty } from '../fhir/json';
import { patientIdIn } from '../fhir/ids';
import { earliestDay } from './consentEnd';

/** A member of an export: the analyst's member ID, and the id of the member's Patient at the payer. */
export interface ExportMember {
	memberId?: IDataObject[string];
	patientId?: string;
	/** Last day of the consent (`YYYY-MM-DD`); undefined if it is not watched. */
	consentEnd?: string;
}

/**
 * The members of an export as an item carries them: columns for one member, a list `members` for several. The `consentEnd` of the export is
 * the earliest, because a file may hold data of all.
 */
export function membersJson(members: readonly ExportMember[]): IDataObject {
	const distinct = new Map<string, IDataObject>();
	for (const { memberId, patientId, consentEnd } of members) {
		const key = JSON.stringify([memberId, patientId]);
		const known = earliestDay([textOf(distinct.get(key)?.consentEnd), consentEnd]);
		distinct.set(key, omitEmpty<IDataObject>({ memberId, patientId, consentEnd: known }));
	}
	const all = [...distinct.values()];
	if (all.length === 1) return all[0];
	const consentEnd = earliestDay(all.map((each) => textOf(each.consentEnd)));
	return { members: all, ...(consentEnd !== undefined && { consentEnd }) };
}

/** Member IDs by Patient id, for an export of several members; undefined for an export of one. */
export function memberIdsByPatient({ members }: IDataObject): Map<string, IDataObject[string]> | undefined {
	if (!Array.isArray(members)) return undefined;
	return new Map(
		objectsOf(members).flatMap(({ memberId, patientId }): Array<[string, IDataObject[string]]> => {
			const id = textOf(patientId);
			return id === undefined ? [] : [[id, memberId]];
		}),
	);
}

/** Elements of R4 patient compartment resources that refer to the patient. */
const PATIENT_ELEMENTS = ['subject', 'patient', 'beneficiary', 'for', 'individual', 'entity'];

/**
 * The id of the Patient that a resource is about: its own id, or the id in `subject`, `patient`, `beneficiary` or a similar
 * element. Undefined for resources that belong to no patient, such as an Organization.
 */
export function patientIdOf(resource: IDataObject): string | undefined {
	if (resource.resourceType === 'Patient') return textOf(resource.id);
	for (const element of PATIENT_ELEMENTS) {
		const value = resource[element];
		const reference = isObject(value) ? textOf(value.reference) : undefined;
		const id = patientIdIn(reference);
		if (id !== undefined) return id;
	}
	return undefined;
}
