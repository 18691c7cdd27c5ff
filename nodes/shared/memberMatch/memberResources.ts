import type { Finding } from '../findings';
import { isObject, objectsOf, textOf } from '../json';
import { Misread, readDate, readFhirId } from '../values';
import { policyOfUri, type ConsentPolicy } from './consentPolicy';
import type { MatchResources } from './request';

/** What the form holds in the input mode FHIR Resources: each a JSON object or its text. */
export interface ResourceInput {
	memberId: unknown;
	patient: unknown;
	coverageToMatch: unknown;
	consent: unknown;
	coverageToLink: unknown;
}

/** The resources as they will be sent, and what is wrong with them. All but `findings` hold only where that is empty. */
export interface ResourceReading {
	memberId: string;
	resources: MatchResources;
	consent: { id: string; start: string; end: string; policy: ConsentPolicy };
	findings: Finding[];
}

/**
 * Reads the resources that earlier nodes made. They are sent as they are (a missing `resourceType` is added); what the payer
 * requires is checked: names, birth date, a coverage identifier, and a consent with its period and policy.
 *
 * @param today `YYYY-MM-DD`
 */
export function readResources(input: ResourceInput, today: string): ResourceReading {
	const findings: Finding[] = [];
	const say = (parameter: string, says: string) => findings.push({ parameter, says });

	const patient = readResource('Patient', 'patient', 'Patient', input.patient, say);
	const coverageToMatch = readResource(
		'Coverage',
		'coverageToMatch',
		'Coverage to Match',
		input.coverageToMatch,
		say,
	);
	const consent = readResource('Consent', 'consent', 'Consent', input.consent, say);
	const hasLink =
		input.coverageToLink !== undefined && input.coverageToLink !== null && input.coverageToLink !== '';
	const coverageToLink = hasLink
		? readResource('Coverage', 'coverageToLink', 'Coverage to Link', input.coverageToLink, say)
		: undefined;

	const entered = typeof input.memberId === 'string' ? textOf(input.memberId) : input.memberId;
	const memberId = readFhirId(entered ?? patient?.id);
	if (typeof memberId !== 'string') {
		say('memberId', `'Member ID' must be ${memberId?.wanted ?? 'given, here or as the id of the Patient'}`);
	}
	if (patient) checkPatient(patient, today, say);
	if (coverageToMatch && !hasIdentifier(coverageToMatch)) {
		say('coverageToMatch', `'Coverage to Match' needs an identifier with a value`);
	}
	const consentFacts = consent && checkConsent(consent, say);
	return {
		memberId: memberId as string,
		resources: { patient, coverageToMatch, consent, coverageToLink } as unknown as MatchResources,
		consent: consentFacts as ResourceReading['consent'],
		findings,
	};
}

type Say = (parameter: string, says: string) => void;
type Resource = Record<string, unknown>;

function readResource(
	type: string,
	parameter: string,
	label: string,
	value: unknown,
	say: Say,
): Resource | undefined {
	const resource = typeof value === 'string' ? parsed(value) : value;
	if (!isObject(resource)) {
		say(parameter, `'${label}' must be a FHIR ${type} as JSON`);
		return undefined;
	}
	if (resource.resourceType !== undefined && resource.resourceType !== type) {
		say(parameter, `'${label}' must be a FHIR ${type}; its resourceType is another`);
		return undefined;
	}
	return Object.assign({ resourceType: type }, resource, { resourceType: type });
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function checkPatient(patient: Resource, today: string, say: Say): void {
	const complete = objectsOf(patient.name).some(
		(name) => textOf(name.family) && Array.isArray(name.given) && name.given.some(textOf),
	);
	if (!complete) say('patient', `'Patient' needs a name with family and given`);
	const birthDate = readDate(patient.birthDate);
	if (typeof birthDate === 'string' && birthDate !== patient.birthDate) {
		say('patient', `'Patient': birthDate must be a date without a time (FHIR date)`);
	} else if (typeof birthDate !== 'string') {
		say(
			'patient',
			`'Patient': birthDate must be ${birthDate instanceof Misread ? birthDate.wanted : 'given'}`,
		);
	} else if (birthDate > today) {
		say('patient', `'Patient': birthDate lies in the future`);
	}
}

function hasIdentifier(coverage: Resource): boolean {
	return objectsOf(coverage.identifier).some((identifier) => textOf(identifier.value));
}

function checkConsent(consent: Resource, say: Say): Partial<ResourceReading['consent']> {
	const id = readFhirId(consent.id);
	if (typeof id !== 'string') say('consent', `'Consent': id must be ${id?.wanted ?? 'given'}`);
	if (consent.status !== 'active') say('consent', `'Consent': status must be active`);
	const policies = objectsOf(consent.policy).map((policy) => policyOfUri(policy.uri));
	const policy = policies.length === 1 ? policies[0] : undefined;
	if (!policy) say('consent', `'Consent' needs exactly one policy, with the address of regular or sensitive`);
	const provision = isObject(consent.provision) ? consent.provision : {};
	if (provision.type !== 'permit') say('consent', `'Consent': provision.type must be permit`);
	const period = isObject(provision.period) ? provision.period : {};
	const [start, end] = [readDate(period.start), readDate(period.end)];
	if (typeof start !== 'string' || typeof end !== 'string') {
		say('consent', `'Consent': provision.period needs a start and an end, each a date`);
	} else if (start > end) {
		say('consent', `'Consent': provision.period ends before it starts`);
	}
	return { id: id as string, start: start as string, end: end as string, policy };
}
