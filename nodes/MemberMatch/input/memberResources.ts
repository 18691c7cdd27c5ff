import type { IDataObject } from 'n8n-workflow';
import { asSeen, damageOf, readRosterFhirId, withoutFillers } from '../../shared/exchange/rosterValues';
import { isObject, objectsOf, tryParseJson, textOf } from '../../shared/fhir/json';
import { lastDayOf, readDate, readFhirId, firstDayOf } from '../../shared/fhir/values';
import type { Finding, Reading } from '../../shared/n8n/findings';
import type { MatchSettings } from '../../shared/payers/payer';
import { policyFromUri, type ConsentPolicy } from '../request/consent';
import { matchParameters, type MatchResources } from '../request/matchRequest';
import { resourceFindings } from '../rules/requestCheck';

/** The input in the mode FHIR Resources: each value is a JSON object or JSON text. */
export interface ResourceInput {
	memberId: unknown;
	patient: unknown;
	coverageToMatch: unknown;
	consent: unknown;
	coverageToLink: unknown;
}

/** The parts of a consent that the node itself needs. Dates are `YYYY-MM-DD`. */
export interface ConsentSummary {
	/** HRex does not require one of a Consent resource. */
	id?: string;
	start: string;
	end: string;
	policy: ConsentPolicy;
}

/** The resources as they will be sent. */
export interface MemberResources {
	memberId: string;
	resources: MatchResources;
	consent: ConsentSummary;
}

/**
 * Reads resources made by earlier nodes. They are sent unchanged, except that a missing `resourceType` is added. Checks the
 * payer's rules (`requestCheck.ts`), and that the birth date is not in the future.
 *
 * @param today `YYYY-MM-DD`
 * @param settings the payer's rules
 * @returns the resources, or all problems found
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

	const own = withoutFillers(asSeen(input.memberId));
	const entered = typeof own === 'string' ? textOf(own) : own;
	const memberId = damageOf(entered) ?? readRosterFhirId(entered ?? patient?.id);
	if (typeof memberId !== 'string') {
		const wanted = memberId?.wanted ?? 'given, here or as the id of the Patient';
		findings.push({
			parameter: 'memberId',
			says: `'Member ID' must be ${wanted}`,
			whatToDo: memberId?.whatToDo,
		});
	}
	const birthDate = patient && readDate(patient.birthDate);
	if (typeof birthDate === 'string' && birthDate > today) {
		findings.push({ parameter: 'patient', says: `'Patient': birthDate lies in the future` });
	}

	const parts = { patient, coverageToMatch, consent, coverageToLink };
	const requestId = withRequestId && typeof memberId === 'string' ? memberId : undefined;
	const isComplete = patient && coverageToMatch && consent && typeof memberId === 'string';
	// An unreadable resource already has a finding; rules about the whole request would only repeat it.
	const isNew = ({ parameter }: Finding) =>
		parameter === undefined
			? isComplete
			: Object.entries(parts).some(([name, part]) => name === parameter && part);
	findings.push(...resourceFindings(matchParameters(requestId, parts), profile).filter(isNew));
	if (findings.length > 0 || !isComplete) return { findings };

	const summary = readConsentSummary(consent);
	if ('findings' in summary) return summary;
	return {
		value: {
			memberId,
			resources: { patient, coverageToMatch, consent, coverageToLink },
			consent: summary.value,
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
 * The summary of a consent that follows the payer's rules. A partial date (year or month) in the period counts from its
 * first or to its last day.
 */
function readConsentSummary({ id, policy, provision }: IDataObject): Reading<ConsentSummary> {
	const { period } = isObject(provision) ? provision : {};
	const [start, end] = isObject(period) ? [firstDayOf(period.start), lastDayOf(period.end)] : [];
	const consentId = readFhirId(id);
	const release = policyFromUri(objectsOf(policy)[0]?.uri);
	const findings: Finding[] = [];
	const addFinding = (says: string) => findings.push({ parameter: 'consent', says: `'Consent'${says}` });
	if (start === undefined || end === undefined) {
		addFinding(': provision.period needs a start and an end, each a FHIR dateTime');
	}
	if (release === undefined)
		addFinding(' needs exactly one policy, with the address of regular or sensitive');
	if (start === undefined || end === undefined || release === undefined) return { findings };
	return {
		value: { ...(typeof consentId === 'string' && { id: consentId }), start, end, policy: release },
	};
}
