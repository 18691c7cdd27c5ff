import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, tryParseJson, textOf } from '../../shared/fhir/json';
import { lastDayOf, readDate, readFhirId, firstDayOf } from '../../shared/fhir/values';
import type { Finding, Reading } from '../../shared/n8n/findings';
import type { MatchSettings } from '../../shared/payers/payer';
import { policyOfUri, type ConsentPolicy } from '../request/consent';
import { matchParameters, type MatchResources } from '../request/matchRequest';
import { reasonsNotToSend } from '../rules/requestCheck';

/** What the form holds in the input mode FHIR Resources: each a JSON object or its text. */
export interface ResourceInput {
	memberId: unknown;
	patient: unknown;
	coverageToMatch: unknown;
	consent: unknown;
	coverageToLink: unknown;
}

/** What the node itself needs of a consent. The days are `YYYY-MM-DD`. */
export interface ConsentFacts {
	id: string;
	start: string;
	end: string;
	policy: ConsentPolicy;
}

/** The resources as they will be sent. */
export interface MemberResources {
	memberId: string;
	resources: MatchResources;
	consent: ConsentFacts;
}

/**
 * Reads the resources that earlier nodes made. They are sent as they are (a missing `resourceType` is added); what the payer
 * requires is checked (`requestCheck.ts`), and that the member is born.
 *
 * @param today `YYYY-MM-DD`
 * @param settings the rules of the payer that is asked
 * @returns the resources, or everything that is wrong with them
 */
export function readResources(
	input: ResourceInput,
	today: string,
	{ profile, withRequestId }: Pick<MatchSettings, 'profile' | 'withRequestId'>,
): Reading<MemberResources> {
	const findings: Finding[] = [];
	const read = (type: string, parameter: string, label: string, value: unknown) => {
		const reading = readResource(type, parameter, label, value);
		if ('value' in reading) return reading.value;
		findings.push(...reading.findings);
		return undefined;
	};
	const { coverageToLink: link } = input;
	const hasLink = link !== undefined && link !== null && link !== '';
	const patient = read('Patient', 'patient', 'Patient', input.patient);
	const coverageToMatch = read('Coverage', 'coverageToMatch', 'Coverage to Match', input.coverageToMatch);
	const consent = read('Consent', 'consent', 'Consent', input.consent);
	const coverageToLink = hasLink ? read('Coverage', 'coverageToLink', 'Coverage to Link', link) : undefined;

	const entered = typeof input.memberId === 'string' ? textOf(input.memberId) : input.memberId;
	const memberId = readFhirId(entered ?? patient?.id);
	if (typeof memberId !== 'string') {
		const wanted = memberId?.wanted ?? 'given, here or as the id of the Patient';
		findings.push({ parameter: 'memberId', says: `'Member ID' must be ${wanted}` });
	}
	const birthDate = patient && readDate(patient.birthDate);
	if (typeof birthDate === 'string' && birthDate > today) {
		findings.push({ parameter: 'patient', says: `'Patient': birthDate lies in the future` });
	}

	const parts = { patient, coverageToMatch, consent, coverageToLink };
	const requestId = withRequestId && typeof memberId === 'string' ? memberId : undefined;
	const isWhole = patient && coverageToMatch && consent && typeof memberId === 'string';
	// What could not be read at all has its finding already; what is said of the whole then says it once more.
	const isNews = ({ parameter }: Finding) =>
		parameter === undefined
			? isWhole
			: Object.entries(parts).some(([name, part]) => name === parameter && part);
	findings.push(...reasonsNotToSend(matchParameters(requestId, parts), profile).filter(isNews));
	if (findings.length > 0 || !isWhole) return { findings };

	const facts = readConsentFacts(consent);
	if ('findings' in facts) return facts;
	return {
		value: {
			memberId,
			resources: { patient, coverageToMatch, consent, coverageToLink },
			consent: facts.value,
		},
	};
}

interface Resource extends IDataObject {
	resourceType: string;
}

function readResource(type: string, parameter: string, label: string, value: unknown): Reading<Resource> {
	const resource = typeof value === 'string' ? tryParseJson(value) : value;
	if (!isObject(resource)) {
		return { findings: [{ parameter, says: `'${label}' must be a FHIR ${type} as JSON` }] };
	}
	if (resource.resourceType !== undefined && resource.resourceType !== type) {
		return {
			findings: [{ parameter, says: `'${label}' must be a FHIR ${type}; its resourceType is another` }],
		};
	}
	return { value: Object.assign({ resourceType: type }, resource, { resourceType: type }) };
}

/**
 * The facts of a consent that keeps the payer's rules. A period by year or month (FHIR dateTime) counts from its first day to its last,
 * and never longer.
 */
function readConsentFacts({ id, policy, provision }: IDataObject): Reading<ConsentFacts> {
	const { period } = isObject(provision) ? provision : {};
	const [start, end] = isObject(period) ? [firstDayOf(period.start), lastDayOf(period.end)] : [];
	const consentId = readFhirId(id);
	const release = policyOfUri(objectsOf(policy)[0]?.uri);
	const findings: Finding[] = [];
	const miss = (says: string) => findings.push({ parameter: 'consent', says: `'Consent'${says}` });
	if (start === undefined || end === undefined) {
		miss(': provision.period needs a start and an end, each a FHIR dateTime');
	}
	if (typeof consentId !== 'string') miss(': id must be given');
	if (release === undefined) miss(' needs exactly one policy, with the address of regular or sensitive');
	if (start === undefined || end === undefined || typeof consentId !== 'string' || release === undefined) {
		return { findings };
	}
	return { value: { id: consentId, start, end, policy: release } };
}
