import type { IDataObject } from 'n8n-workflow';
import type { Asked } from '../exchange/asked';
import { patientIdsOf, UNREADABLE } from '../exchange/patientReferences';
import { isObject } from '../fhir/json';
import { isWhollyBefore } from '../fhir/serviceDates';
import { instantOf } from '../fhir/values';

/** Counts what a file holds besides what was asked for. A payer may send more, so it is told and nothing else. */
export class AskedDifferences {
	private otherTypes = 0;
	private otherPatients = 0;
	private early = 0;
	private late = 0;
	private beforeService = 0;
	private readonly types?: ReadonlySet<string>;
	private readonly patients?: ReadonlySet<string>;
	private readonly since: number;
	private readonly until: number;

	constructor(private readonly asked: Asked) {
		if (asked.types) this.types = new Set(asked.types);
		if (asked.patients) this.patients = new Set(asked.patients);
		this.since = instantOf(asked.since) ?? -Infinity;
		this.until = instantOf(asked.until) ?? Infinity;
	}

	/** Compares one resource. @param sourceId the payer's id of a Patient, where the resource names them by others */
	look(resource: IDataObject, sourceId: (id: string) => string = (id) => id): void {
		const { types, patients, since, until } = this;
		const { resourceType, meta } = resource;
		const { serviceFrom, serviceTypes } = this.asked;
		if (types && !types.has(String(resourceType))) this.otherTypes += 1;
		if (patients) {
			const ids = patientIdsOf(resource).filter((id) => id !== UNREADABLE);
			if (ids.length > 0 && !ids.some((id) => patients.has(sourceId(id)))) this.otherPatients += 1;
		}
		if (since !== -Infinity || until !== Infinity) {
			const at = instantOf(isObject(meta) ? meta.lastUpdated : undefined);
			if (at !== undefined && at < since) this.early += 1;
			if (at !== undefined && at > until) this.late += 1;
		}
		const isFiltered = serviceFrom !== undefined && serviceTypes?.includes(String(resourceType));
		if (isFiltered && isWhollyBefore(resource, serviceFrom)) this.beforeService += 1;
	}

	/** A sentence for each difference. */
	findings(): string[] {
		const told: Array<[count: number, what: string]> = [
			[this.otherTypes, 'of types that were not asked for (Resource Types)'],
			[this.otherPatients, 'of patients who were not asked for (Patients)'],
			[this.early, 'last updated before Since'],
			[this.late, 'last updated after Until'],
			[this.beforeService, 'about care before Date of Service From, as Start Export asked for it'],
		];
		return told
			.filter(([count]) => count > 0)
			.map(([count, what]) => `${count} ${count === 1 ? 'resource is' : 'resources are'} ${what}.`);
	}
}
