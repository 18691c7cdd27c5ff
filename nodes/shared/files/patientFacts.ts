import type { IDataObject } from 'n8n-workflow';
import { referencedPatients } from '../exchange/patientReferences';
import { objectsOf } from '../fhir/json';

/** What the files of an export say about its Patients. */

/** Facts of an export with more Patients than this are not kept; those beyond it count as nobody asked for. */
export const MAX_PATIENTS = 10_000;
/** Links of one Patient that are looked at. */
const MAX_LINKS = 20;

/** What one file says about the Patients of an export; counts only once the whole file was read. */
export interface PatientFacts {
	/** Patients of the file that may be a member who was asked for. */
	patients: PatientFact[];
	/** Ids of Patients whose birth date is that of no member asked for. */
	others: Set<string>;
	/** Ids that members' Coverages name as subscriber or policy holder, with the beneficiary's id. */
	payers: Array<{ beneficiary: string; payer: string }>;
	/** Resources by patient, of patients of whom nothing is known. */
	unknown: Map<string, number>;
}

interface PatientFact {
	id: string;
	/** Ids of Patients that it is linked with (`Patient.link`). */
	links: string[];
	/** Indexes of the members whose names and birth date fit. */
	fits: number[];
}

/** Ids of the Patients that fit, by member. Who fits several members, as newborn twins may, tells none of them. */
export function patientsThatFit(patients: readonly PatientFact[]): Map<number, string[]> {
	const fitting = new Map<number, string[]>();
	for (const { id, fits } of patients) {
		const [index] = fits;
		if (fits.length === 1) {
			const existing = fitting.get(index);
			if (existing) existing.push(id);
			else fitting.set(index, [id]);
		}
	}
	return fitting;
}

/** Facts of a file of which nothing was read yet. */
export function newFacts(): PatientFacts {
	return { patients: [], others: new Set(), payers: [], unknown: new Map() };
}

export function addUnknown({ unknown }: PatientFacts, id: string, count = 1): void {
	if (unknown.has(id) || unknown.size < MAX_PATIENTS) unknown.set(id, (unknown.get(id) ?? 0) + count);
}

export function readPayers(
	coverage: IDataObject,
	beneficiary: string,
	{ payers }: PatientFacts,
	sourceId: (id: string) => string,
): void {
	for (const payer of referencedPatients([coverage.subscriber, coverage.policyHolder]).map(sourceId)) {
		if (payer !== beneficiary && payers.length < MAX_PATIENTS) payers.push({ beneficiary, payer });
	}
}

/** For each Patient those that it is linked with, in either direction; one step far, since a chain of links proves little. */
export function linksOf(patients: readonly PatientFact[]): Map<string, Set<string>> {
	const linked = new Map<string, Set<string>>();
	const add = (from: string, to: string) => {
		const existing = linked.get(from);
		if (existing) existing.add(to);
		else linked.set(from, new Set([to]));
	};
	for (const { id, links } of patients) {
		for (const other of links) {
			add(id, other);
			add(other, id);
		}
	}
	return linked;
}

/** Ids of Patients that a Patient is linked with. */
export function linksIn(patient: IDataObject): string[] {
	return objectsOf(patient.link)
		.slice(0, MAX_LINKS)
		.flatMap(({ other }) => referencedPatients(other));
}
