import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf } from '../../shared/fhir/json';
import type { Finding } from '../../shared/n8n/findings';
import type { RequestProfile } from '../../shared/payers/payer';
import type { PartName } from '../request/matchRequest';
import { PARTS, type RequestView, type Rule, type RuleLevel } from './rule';
import { PART_RULES, REQUEST_RULES } from './requestRules';

/** A rule that a match request does not keep. */
export interface RequestFinding {
	/** Line of the conformance checklist, e.g. `B21`; or `id`, `class` for rules that are not in it. */
	key: string;
	level: RuleLevel;
	/** The parameter that is meant; undefined for the request as a whole. */
	part?: PartName;
	/** A sentence that names the field and says what is wanted. Never holds a value of the request. */
	says: string;
	/** The field of the form that it is about, where the request is made of fields. */
	fill?: string;
}

const PART_NAMES = ['MemberPatient', 'CoverageToMatch', 'Consent', 'CoverageToLink'] as const;

/**
 * Checks the body of `$member-match` against the contract of 1up or the rules of HRex (hrex-parameters-member-match-in), rule
 * by rule. Takes anything and never throws.
 *
 * @param parameters the body as it will be sent
 * @returns what is not kept, in the order of the rules; a request without a finding of level SHALL may be sent
 */
export function checkMatchRequest(parameters: unknown, profile: RequestProfile): RequestFinding[] {
	const request = viewOf(parameters);
	return [
		...broken(REQUEST_RULES, request.body, request, profile, 'The match request'),
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

/** What keeps a match request of resources that earlier nodes made from being sent to a payer that goes by this profile. */
export function reasonsNotToSend(parameters: unknown, profile: RequestProfile): Finding[] {
	return hindrances(parameters, profile).map(({ part, says }) => ({
		...(part && { parameter: PARAMETERS[part] }),
		says,
	}));
}

/** The same of a request that was made of the form's fields: each reason with the field to fill. */
export function fieldsNotToSend(parameters: unknown, profiles: readonly RequestProfile[]): Finding[] {
	const reasons = new Map(
		profiles.flatMap((profile) => hindrances(parameters, profile)).map((each) => [each.says, each]),
	);
	return [...reasons.values()].map(({ says, fill }) => ({
		says,
		...(fill !== undefined && { whatToDo: `Fill in ${fill}.` }),
	}));
}

function hindrances(parameters: unknown, profile: RequestProfile): RequestFinding[] {
	return checkMatchRequest(parameters, profile).filter(({ level }) => level === 'SHALL');
}

function viewOf(parameters: unknown): RequestView {
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
	return broken(PART_RULES[part], resource, request, profile, `'${label}'`).map((finding) => ({
		...finding,
		part,
	}));
}

function broken(
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
