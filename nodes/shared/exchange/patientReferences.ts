import type { IDataObject } from 'n8n-workflow';
import { idText, isObject, objectsOf, textOf } from '../fhir/json';

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
	Binary: [['securityContext']],
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
	SupplyRequest: [['deliverTo']],
	Task: [['for']],
	VerificationResult: [['target']],
};

/** In place of an id: somebody is named, and cannot be told. */
export const UNREADABLE = '?';

/**
 * The element by which a resource of an ordinary type names a patient; undefined for types with places of their own. Whoever knows it need
 * not search the next resource of that type.
 */
export function namingElement(resource: IDataObject, isPatient: (id: string) => boolean): string | undefined {
	const { resourceType } = resource;
	if (resourceType === 'Patient' || resourceType === 'Coverage') return undefined;
	if (typeof resourceType !== 'string' || Object.hasOwn(PATHS, resourceType)) return undefined;
	return USUAL_PATHS.map(([element]) => element).find((element) => {
		const value = resource[element];
		const id = isObject(value) ? patientNamed(value) : undefined;
		return id !== undefined && isPatient(id);
	});
}

/** Resources that hold others, and where. */
const HOLDERS: Readonly<Record<string, string>> = { Bundle: 'entry', Parameters: 'parameter' };
const MAX_DEPTH = 2;

/** Most entries of a list, and most patients of one resource, that are looked at. */
const MAX_ENTRIES = 1000;

/**
 * The ids of the Patients that a resource is about: its own id if it is a Patient, else the ids in the elements that name the patient.
 * Empty for what belongs to no patient, such as an Organization.
 */
export function patientIdsOf(resource: IDataObject, depth = 0): string[] {
	const { resourceType } = resource;
	// A Patient without an id is somebody all the same.
	if (resourceType === 'Patient') return [idText(resource.id) ?? ''];
	if (depth < MAX_DEPTH && typeof resourceType === 'string' && Object.hasOwn(HOLDERS, resourceType)) {
		return objectsOf(resource[HOLDERS[resourceType]])
			.slice(0, MAX_ENTRIES)
			.flatMap((entry) => (isObject(entry.resource) ? patientIdsOf(entry.resource, depth + 1) : []))
			.slice(0, MAX_ENTRIES);
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
			const id = patientNamed(each);
			if (id !== undefined && ids.length < MAX_ENTRIES) ids.push(id);
		}
	}
}

/** Ids of servers that allow more letters than FHIR are read too: nothing is asked with them. */
const PATIENT = /(?:^|\/)Patient\/([^/?#|\s]{1,200})(?:\/_history\/[^/]*)?\/?(?:[#|].*)?$/i;
/** A reference to a resource of a certain type. */
const TYPED = /(?:^|\/)([A-Z][A-Za-z]{1,63})\/[^/?#|\s]+(?:\/_history\/[^/]*)?\/?(?:[#|].*)?$/;
/** Most letters of a reference that are looked at. */
const MAX_REFERENCE_CHARS = 2000;

/**
 * The id of the Patient that a reference names; UNREADABLE if it names somebody in another way, by an identifier, a search or a contained
 * resource; undefined if it names something else, or nothing.
 */
function patientNamed({ reference, type, identifier }: IDataObject): string | undefined {
	const text = textOf(reference);
	if (text === undefined) {
		return type === 'Patient' && isObject(identifier) ? UNREADABLE : undefined;
	}
	const short = text.slice(0, MAX_REFERENCE_CHARS);
	const id = PATIENT.exec(short)?.[1];
	if (id !== undefined) return id;
	if (TYPED.test(short)) return undefined;
	const mayBePatient = type === undefined || type === 'Patient';
	return mayBePatient && /^#.|^urn:|(?:^|\/)Patient(?:[/?]|$)/i.test(short) ? UNREADABLE : undefined;
}
