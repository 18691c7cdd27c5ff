import type { IDataObject } from 'n8n-workflow';
import { patientIdIn } from '../fhir/ids';
import { isObject, textOf } from '../fhir/json';

/**
 * Where a resource names the patient it is about. Most R4 types of the patient compartment do so in one of four elements; the others are
 * listed; a path leads through lists. Who pays, signs or subscribes is not whom a resource is about: a Coverage belongs to its
 * beneficiary, never to its subscriber.
 */
const USUAL_PATHS: ReadonlyArray<readonly string[]> = [
	['subject'],
	['patient'],
	['beneficiary'],
	['individual'],
];
const BENEFICIARY = ['beneficiary'];
/** Paths of single types, beyond the usual ones. */
const PATHS: Readonly<Record<string, ReadonlyArray<readonly string[]>>> = {
	Appointment: [['participant', 'actor']],
	AppointmentResponse: [['actor']],
	AuditEvent: [
		['entity', 'what'],
		['agent', 'who'],
	],
	BiologicallyDerivedProduct: [['collection', 'source']],
	EnrollmentRequest: [['candidate']],
	Group: [['member', 'entity']],
	Linkage: [['item', 'resource']],
	Person: [['link', 'target']],
	Provenance: [['target']],
	Schedule: [['actor']],
	Task: [['for']],
	VerificationResult: [['target']],
};

/**
 * The element by which a resource of an ordinary type names a patient; undefined for types with places of their own. Whoever knows it need
 * not search the next resource of that type.
 */
export function namingElement(resource: IDataObject, patientId: string): string | undefined {
	const { resourceType } = resource;
	if (resourceType === 'Patient' || resourceType === 'Coverage') return undefined;
	if (typeof resourceType !== 'string' || Object.hasOwn(PATHS, resourceType)) return undefined;
	return USUAL_PATHS.map(([element]) => element).find((element) => {
		const value = resource[element];
		return isObject(value) && patientIdIn(textOf(value.reference)) === patientId;
	});
}

/** Most entries of a list, and most patients of one resource, that are looked at. */
const MAX_ENTRIES = 1000;

/**
 * The ids of the Patients that a resource is about: its own id if it is a Patient, else the ids in the elements that name the patient.
 * Empty for what belongs to no patient, such as an Organization.
 */
export function patientIdsOf(resource: IDataObject): string[] {
	const { resourceType } = resource;
	if (resourceType === 'Patient') {
		const id = textOf(resource.id);
		return id === undefined ? [] : [id];
	}
	const ids: string[] = [];
	if (resourceType === 'Coverage') addIds(resource, BENEFICIARY, 0, ids);
	else for (const path of USUAL_PATHS) addIds(resource, path, 0, ids);
	const more =
		typeof resourceType === 'string' && Object.hasOwn(PATHS, resourceType) ? PATHS[resourceType] : [];
	for (const path of more) addIds(resource, path, 0, ids);
	return ids;
}

/** The ids of the Patients that a reference, or a list of references, names. */
export function referencedPatients(value: IDataObject[string]): string[] {
	const ids: string[] = [];
	addIds({ value }, ['value'], 0, ids);
	return ids;
}

function addIds(value: IDataObject, path: readonly string[], at: number, ids: string[]): void {
	const next: unknown = value[path[at]];
	if (next === undefined) return;
	for (const each of Array.isArray(next) ? next.slice(0, MAX_ENTRIES) : [next]) {
		if (!isObject(each)) continue;
		if (at + 1 < path.length) addIds(each, path, at + 1, ids);
		else {
			const id = patientIdIn(textOf(each.reference));
			if (id !== undefined && ids.length < MAX_ENTRIES) ids.push(id);
		}
	}
}
