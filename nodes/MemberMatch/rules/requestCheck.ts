import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf } from '../../shared/fhir/json';
import type { Finding } from '../../shared/n8n/findings';
import type { RequestProfile } from '../../shared/payers/payer';
import type { PartName } from '../request/matchRequest';
import { PARTS, type RequestView, type Rule, type RuleLevel } from './rule';
import { PART_RULES, REQUEST_RULES } from './requestRules';

/** A rule that a match request violates. */
export interface RequestFinding {
	/** Key in the conformance checklist, e.g. `B21`; or `id`, `class` for rules outside it. */
	key: string;
	level: RuleLevel;
	/** The parameter concerned; undefined for the whole request. */
	part?: PartName;
	/** A sentence that names the field and says what is expected. Never contains a value of the request. */
	says: string;
	/** The form field to correct, if the request is built from fields. */
	fill?: string;
}

const PART_NAMES = ['MemberPatient', 'CoverageToMatch', 'Consent', 'CoverageToLink'] as const;

/**
 * Checks the body of `$member-match` against 1up's contract or the rules of HRex (hrex-parameters-member-match-in). Accepts
 * any value and never throws.
 *
 * @param parameters the body as it will be sent
 * @returns violations in the order of the rules; a request without a SHALL violation may be sent
 */
export function checkMatchRequest(parameters: unknown, profile: RequestProfile): RequestFinding[] {
	const request = parseRequest(parameters);
	return [
		...violations(REQUEST_RULES, request.body, request, profile, 'The match request'),
		...PART_NAMES.flatMap((name) => checkPart(name, request, profile)),
	];
}

/** Name of the node parameter that holds each resource in the input mode FHIR Resources. */
const PARAMETERS: Record<PartName, string> = {
	MemberPatient: 'patient',
	CoverageToMatch: 'coverageToMatch',
	Consent: 'consent',
	CoverageToLink: 'coverageToLink',
};

/** SHALL violations of a request made from resources of earlier nodes. */
export function resourceFindings(parameters: unknown, profile: RequestProfile): Finding[] {
	return blockingViolations(parameters, profile).map(({ part, says }) => ({
		...(part && { parameter: PARAMETERS[part] }),
		says,
	}));
}

/** SHALL violations of a request built from form fields, each with the field to fill in. */
export function fieldFindings(parameters: unknown, profiles: readonly RequestProfile[]): Finding[] {
	const reasons = new Map(
		profiles.flatMap((profile) => blockingViolations(parameters, profile)).map((each) => [each.says, each]),
	);
	return [...reasons.values()].map(({ says, fill }) => ({
		says,
		...(fill !== undefined && { whatToDo: `Fill in ${fill}.` }),
	}));
}

function blockingViolations(parameters: unknown, profile: RequestProfile): RequestFinding[] {
	return checkMatchRequest(parameters, profile).filter(({ level }) => level === 'SHALL');
}

function parseRequest(parameters: unknown): RequestView {
	const body = isObject(parameters) ? parameters : {};
	const listed: unknown[] = Array.isArray(body.parameter) ? body.parameter : [];
	const entries = listed.map((entry) => (isObject(entry) ? entry : {}));
	const resources: RequestView['resources'] = {};
	for (const { name, resource } of objectsOf(entries).reverse()) {
		const part = PART_NAMES.find((each) => each === name);
		if (part && isObject(resource)) resources[part] = resource;
	}
	return { body, entries, resources };
}

function checkPart(part: PartName, request: RequestView, profile: RequestProfile): RequestFinding[] {
	if (!request.entries.some(({ name }) => name === part)) return [];
	const { type, label } = PARTS[part];
	const resource = request.resources[part];
	if (resource?.resourceType !== type) {
		const says = `'${label}' must be a FHIR ${type}, by its resourceType`;
		return [{ key: 'B6', level: 'SHALL', part, says }];
	}
	return violations(PART_RULES[part], resource, request, profile, `'${label}'`).map((finding) => ({
		...finding,
		part,
	}));
}

function violations(
	rules: Rule[],
	resource: IDataObject,
	request: RequestView,
	profile: RequestProfile,
	label: string,
): RequestFinding[] {
	return rules.flatMap(({ key, asks, says, fill, holds }) => {
		const level = asks[profile];
		if (!level || holds(resource, request)) return [];
		return [{ key, level, says: label + says, ...(fill !== undefined && { fill }) }];
	});
}
