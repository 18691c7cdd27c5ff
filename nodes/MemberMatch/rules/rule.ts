import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import { FHIR_ID_WANTED, Misread, readDate, readFhirId } from '../../shared/fhir/values';
import type { RequestProfile } from '../../shared/payers/payer';
import type { PartName } from '../request/matchRequest';

/** The conformance level of a rule; a SHOULD violation never blocks a request. */
export type RuleLevel = 'SHALL' | 'SHOULD';
export interface RequestPart {
	type: 'Patient' | 'Coverage' | 'Consent';
	/** Label in the form. */
	label: string;
}

export const PARTS: Record<PartName, RequestPart> = {
	MemberPatient: { type: 'Patient', label: 'Patient' },
	CoverageToMatch: { type: 'Coverage', label: 'Coverage to Match' },
	Consent: { type: 'Consent', label: 'Consent' },
	CoverageToLink: { type: 'Coverage', label: 'Coverage to Link' },
};

/** A parsed match request. */
export interface RequestView {
	body: IDataObject;
	/** The parameters, whatever their names. */
	entries: IDataObject[];
	/** The first resource of each name. */
	resources: Partial<Record<PartName, IDataObject>>;
}

/** A conformance rule. `key` is the line of checklist B (HRex, PDex), or names a rule of R4 or of the contract. */
export interface Rule {
	key: string;
	asks: Partial<Record<RequestProfile, RuleLevel>>;
	/** Appended to the resource's label: `'Consent'` + `: status must be active`. Never contains a value. */
	says: string;
	/** The form field that can violate the rule; ends the sentence `Fill in …`. */
	fill?: string;
	/** Whether the resource (for rules of the whole request: the body) satisfies the rule. */
	holds(resource: IDataObject, request: RequestView): boolean;
}

export const EVERYONE: Rule['asks'] = { '1up': 'SHALL', 'hrex-1.0': 'SHALL', 'hrex-1.2': 'SHALL' };
export const ONE_UP: Rule['asks'] = { '1up': 'SHALL' };
export const HREX: Rule['asks'] = { 'hrex-1.0': 'SHALL', 'hrex-1.2': 'SHALL' };
export const HREX_1_0: Rule['asks'] = { 'hrex-1.0': 'SHALL' };
export const HREX_1_2: Rule['asks'] = { 'hrex-1.2': 'SHALL' };
export const HREX_SHOULD: Rule['asks'] = { 'hrex-1.0': 'SHOULD', 'hrex-1.2': 'SHOULD' };
/** Required by HRex, mostly because of R4; absent from the sample in 1up's contract. */
export const HREX_1UP_SHOULD: Rule['asks'] = { '1up': 'SHOULD', ...HREX };

export const CODES = 'http://terminology.hl7.org/CodeSystem/';

/** Rules for every resource in the request. */
export const RESOURCE_RULES: Rule[] = [
	{ key: 'id', asks: EVERYONE, says: `: id must be ${FHIR_ID_WANTED}`, holds: hasValidIdOrNone },
];

/** The id as it will be sent. Strict: blanks and numbers are normalized elsewhere. */
export function hasValidIdOrNone({ id }: IDataObject): boolean {
	return id === undefined || (typeof id === 'string' && readFhirId(id) === id);
}

/** The codes of a CodeableConcept in a code system. */
export function codesOf(concept: unknown, system: string): unknown[] {
	const codings = isObject(concept) ? objectsOf(concept.coding) : [];
	return codings.filter((coding) => coding.system === system).map(({ code }) => code);
}

export function hasCode(concept: unknown, system: string, code: string): boolean {
	return codesOf(concept, system).includes(code);
}

const PATIENT_REFERENCE = /(?:^|\/)Patient\/([^/]+)(?:\/_history\/[^/]+)?$/;

/** Whether a reference can refer to the member: it names no Patient, or the MemberPatient's id if that has one. */
export function isAboutTheMember(reference: unknown, { resources }: RequestView): boolean {
	const named = isObject(reference) ? PATIENT_REFERENCE.exec(textOf(reference.reference) ?? '') : null;
	const id = resources.MemberPatient?.id;
	return !named || id === undefined || named[1] === id;
}

export function isLocalToMember(reference: unknown, { resources }: RequestView): boolean {
	return isObject(reference) && reference.reference === `Patient/${String(resources.MemberPatient?.id)}`;
}

/** R4 dateTime: a year, month, day, or time with seconds and time zone. */
const DATE_TIME =
	/^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d{2}(?:T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d))?)?)?$/;
export const DAY_LENGTH = 'YYYY-MM-DD'.length;

export function isDateTime(value: unknown): value is string {
	if (typeof value !== 'string' || !DATE_TIME.test(value)) return false;
	return value.length < DAY_LENGTH || !(readDate(value.slice(0, DAY_LENGTH)) instanceof Misread);
}

export function isDay(value: unknown): boolean {
	return isDateTime(value) && value.length === DAY_LENGTH;
}
