import type { Batch, Member, ResourceType } from '../members';
import {
	makeAllergyIntolerance,
	makeCondition,
	makeEncounter,
	makeImmunization,
	makeMedicationRequest,
	makeProcedure,
} from './care';
import { makeCoverage, makeExplanationOfBenefit } from './claims';
import { contextOf, resourceSeed, type ResourceSeed } from './context';
import { makeLocation, makeOrganization, makePatient, makePractitioner } from './people';
import {
	makeDiagnosticReport,
	makeDocumentReference,
	makeObservation,
	makeProvenance,
	makeSpecimen,
} from './results';

const makers: Record<ResourceType, (at: ResourceSeed) => fhir4.FhirResource> = {
	AllergyIntolerance: makeAllergyIntolerance,
	Condition: makeCondition,
	Coverage: makeCoverage,
	DiagnosticReport: makeDiagnosticReport,
	DocumentReference: makeDocumentReference,
	Encounter: makeEncounter,
	ExplanationOfBenefit: makeExplanationOfBenefit,
	Immunization: makeImmunization,
	Location: makeLocation,
	MedicationRequest: makeMedicationRequest,
	Observation: makeObservation,
	Organization: makeOrganization,
	Patient: makePatient,
	Practitioner: makePractitioner,
	Procedure: makeProcedure,
	Provenance: makeProvenance,
	Specimen: makeSpecimen,
};

/** Every type of resource that the sandbox can make. */
export const resourceTypes = Object.keys(makers) as ResourceType[];

const chunkSize = 64 * 1024;

/** Makes the resources of one batch, one after another; `allBatches` is all that the member has. */
export function* resourcesOf(
	member: Member,
	allBatches: readonly Batch[],
	{ type, first, count }: Batch & { first: number },
): Generator<fhir4.FhirResource> {
	const context = contextOf(member, allBatches);
	for (let index = first; index < first + count; index += 1)
		yield makers[type](resourceSeed(context, type, index));
}

/**
 * A resource as the line that stands in a file. A laboratory's value has two decimals (`5.40`), as FHIR asks servers to keep them: what
 * reads it as a number and writes it again loses one, and the demo and the tests see it.
 */
export function lineOf(resource: fhir4.FhirResource): string {
	const line = JSON.stringify(resource);
	if (resource.resourceType !== 'Observation') return line;
	return line.replace(/(?<="valueQuantity":\{"value":)[\d.]+/, (value) => Number(value).toFixed(2));
}

/** The same as NDJSON, in chunks of about 64 KB: a file of any size takes the memory of one chunk. */
export function* ndjsonOf(resources: Iterable<fhir4.FhirResource>): Generator<Buffer> {
	let lines = '';
	for (const resource of resources) {
		lines += `${lineOf(resource)}\n`;
		if (lines.length < chunkSize) continue;
		yield Buffer.from(lines);
		lines = '';
	}
	if (lines !== '') yield Buffer.from(lines);
}
