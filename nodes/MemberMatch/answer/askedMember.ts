import type { IDataObject } from 'n8n-workflow';
import { judgePerson, personOf, type Judgement, type Person } from '../../shared/exchange/person';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import type { MatchParameters, PartName } from '../request/matchRequest';

/** An identifier of the member. */
export interface MemberIdentifier {
	system?: string;
	value: string;
}

/** The member as the request describes her; what the payer answers is compared with it. */
export interface AskedMember {
	/** Id of the MemberPatient, if it has one. It is ours: the payer's Patient has another. */
	patientId?: string;
	person: Person;
	/** Whether a Patient in the answer is the member. */
	judge(patient: IDataObject): Judgement;
	/** Whether an identifier is one that the request holds. Systems are compared where both have one. */
	hasSent(system: string | undefined, value: string): boolean;
}

/** Reads the member out of a request. */
export function askedMember(parameters: MatchParameters): AskedMember {
	const patient = partResource(parameters, 'MemberPatient');
	const coverage = partResource(parameters, 'CoverageToMatch');
	const ofCoverage = [...objectsOf(coverage.identifier), { value: coverage.subscriberId }];
	// A family shares them, so they name no one person.
	const shared = new Set(ofCoverage.flatMap(({ value }) => textOf(value) ?? []));
	const person = personOf(patient, shared);
	const sent = [...objectsOf(patient.identifier), ...ofCoverage].map(({ system, value }) => ({
		system: textOf(system),
		value: textOf(value),
	}));
	const patientId = textOf(patient.id);
	return {
		...(patientId !== undefined && { patientId }),
		person,
		judge: (found) => judgePerson(person, personOf(found, shared)),
		hasSent: (system, value) =>
			sent.some(
				(own) =>
					own.value === value && (own.system === undefined || system === undefined || own.system === system),
			),
	};
}

/** A resource of a request; empty if it has none. */
export function partResource(parameters: MatchParameters | undefined, name: PartName): IDataObject {
	const resource: unknown = parameters?.parameter.find((part) => part.name === name)?.resource;
	return isObject(resource) ? resource : {};
}
