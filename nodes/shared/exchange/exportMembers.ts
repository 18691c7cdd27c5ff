import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf, omitEmpty } from '../fhir/json';
import { patientIdIn } from '../fhir/ids';

/** A member of an export that holds several: the analyst's own ID, and what the payer calls the member's Patient. */
export interface ExportMember {
	memberId?: IDataObject[string];
	patientId?: string;
}

/** What an item says of the members of its export: columns where it is one member, a list where there are several. */
export function membersJson(members: readonly ExportMember[]): IDataObject {
	const all = members.map(({ memberId, patientId }) => omitEmpty<IDataObject>({ memberId, patientId }));
	const different = [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
	return different.length === 1 ? different[0] : { members: different };
}

/** The member ids of an export that holds several members, by Patient id; undefined where it is of one. */
export function memberIdsByPatient({ members }: IDataObject): Map<string, IDataObject[string]> | undefined {
	if (!Array.isArray(members)) return undefined;
	return new Map(
		objectsOf(members).flatMap(({ memberId, patientId }): Array<[string, IDataObject[string]]> => {
			const id = textOf(patientId);
			return id === undefined ? [] : [[id, memberId]];
		}),
	);
}

/** Elements by which R4 resources of a patient compartment say whose they are. */
const PATIENT_ELEMENTS = ['subject', 'patient', 'beneficiary', 'for', 'individual', 'entity'];

/**
 * The id of the Patient that a resource is about: its own, or that of the reference in `subject`, `patient`, `beneficiary` and the like.
 * Undefined for what is nobody's own, such as an Organization.
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
