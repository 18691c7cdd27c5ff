import type { Finding } from '../../shared/n8n/findings';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import { readDate, readFhirId } from '../../shared/fhir/values';
import { policyOfUri, type ConsentPolicy } from './consentPolicy';
import { matchParameters, type MatchResources } from '../request/matchRequest';
import { reasonsNotToSend } from '../rules/requestCheck';
import type { MatchWays } from '../../shared/payers/payer';

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
 * requires is checked (`requestCheck.ts`), and that the member is born.
 *
 * @param today `YYYY-MM-DD`
 * @param ways the rules of the payer that is asked
 */
export function readResources(
	input: ResourceInput,
	today: string,
	{ profile, withRequestId }: Pick<MatchWays, 'profile' | 'withRequestId'>,
): ResourceReading {
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
	const birthDate = patient && readDate(patient.birthDate);
	if (typeof birthDate === 'string' && birthDate > today) {
		say('patient', `'Patient': birthDate lies in the future`);
	}
	const read = { patient, coverageToMatch, consent, coverageToLink };
	const resources = read as unknown as MatchResources;
	// What could not be read at all has its finding already; what is said of the whole then says it once more.
	const isWhole = patient && coverageToMatch && consent && typeof memberId === 'string';
	const further = reasonsNotToSend(
		matchParameters(withRequestId ? (memberId as string) : undefined, resources),
		profile,
	).filter(({ parameter }) => (parameter === undefined ? isWhole : read[parameter as keyof typeof read]));
	return {
		memberId: memberId as string,
		resources,
		consent: factsOf(consent ?? {}),
		findings: [...findings, ...further],
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

/** What the node itself needs of a consent; each is there where the checks found nothing. */
function factsOf({ id, policy, provision }: Resource): ResourceReading['consent'] {
	const { period } = isObject(provision) ? provision : {};
	const { start, end } = isObject(period) ? period : {};
	return {
		id: readFhirId(id),
		start: readDate(start),
		end: readDate(end),
		policy: policyOfUri(objectsOf(policy)[0]?.uri),
	} as ResourceReading['consent'];
}
