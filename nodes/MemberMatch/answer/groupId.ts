import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import { TEXT_LIMITS } from '../../shared/fhir/limits';
import { shortText } from '../../shared/fhir/values';

/** The supported response shapes, for the error if none matches. */
export const SUPPORTED_SHAPES =
	'a field groupId, a Parameters with a parameter groupId, a reference Group/…, a MatchedMembers group, and a Group';

/** The group information of a match response. */
export interface GroupReading {
	groupId?: string;
	/** Set if the matched group is empty, or if there are only groups of members that were not matched. */
	notMatched?: 'no-match' | 'consent-refused';
	/** Set if the answer names different groups of matched members. */
	several?: boolean;
}

/**
 * Finds the group id in a match response. 1upHealth does not document its response, so several shapes are supported:
 * `{groupId}`; Parameters with `groupId`, with a reference to a Group, or with Group resources (PDex MatchedMembers,
 * NonMatchedMembers, ConsentConstrainedMembers); a Group.
 * @param path tried first, e.g. `result.group.id` (option Group ID Path)
 */
export function readGroup(answer: unknown, path?: string): GroupReading {
	const configured = path ? idAsText(atPath(answer, path)) : undefined;
	if (configured) return { groupId: stripGroupPrefix(configured) };
	if (!isObject(answer)) return {};
	const topLevel = propertyIgnoringCase(answer, 'groupid');
	if (topLevel) return { groupId: stripGroupPrefix(topLevel) };
	if (answer.resourceType === 'Group') return readGroups([{ name: '', group: answer }]);
	return answer.resourceType === 'Parameters' ? readParameters(objectsOf(answer.parameter)) : {};
}

function readParameters(parameters: IDataObject[]): GroupReading {
	const values = parameters
		.filter((parameter) => isGroupIdName(parameter.name))
		.flatMap((parameter) => firstValue(parameter) ?? []);
	if (values.length > 0) return oneGroup(values.map(stripGroupPrefix));
	return readGroups(parameters.flatMap(namedGroup));
}

function oneGroup(ids: readonly string[]): GroupReading {
	return ids.every((id) => id === ids[0]) ? { groupId: ids[0] } : { several: true };
}

/** The Group that a parameter contains or references. A referenced group counts as not empty. */
function namedGroup({ name, resource, valueReference }: IDataObject): NamedGroup[] {
	const named = { name: textOf(name) ?? '' };
	if (isObject(resource) && resource.resourceType === 'Group') return [{ ...named, group: resource }];
	const reference = isObject(valueReference)
		? shortText(valueReference.reference, TEXT_LIMITS.id)
		: undefined;
	return reference && GROUP_REFERENCE.test(reference)
		? [{ ...named, group: { id: stripGroupPrefix(reference), quantity: 1 } }]
		: [];
}

/** A Group of a match response, with its parameter name if it is in a Parameters. */
export interface NamedGroup {
	name: string;
	group: IDataObject;
}

function readGroups(groups: NamedGroup[]): GroupReading {
	// 1up may return a group without a result code: the member's own group.
	const groupResult = (each: NamedGroup) => resultKind(each) ?? 'match';
	const matched = groups.filter((each) => groupResult(each) === 'match' && !isEmpty(each));
	const ids = matched.flatMap(({ group }) => shortText(group.id, TEXT_LIMITS.id) ?? []);
	if (ids.length > 0) return oneGroup(ids);
	if (groups.length === 0 || matched.length > 0) return {};
	const isRefused = groups.some((each) => groupResult(each) === 'consentconstraint' && !isEmpty(each));
	return { notMatched: isRefused ? 'consent-refused' : 'no-match' };
}

/** Result code of a PDex result group (PdexMultiMemberMatchResultCS). */
export type GroupResult = 'match' | 'nomatch' | 'consentconstraint';

/** The result of a Group, by its parameter name, else its code or characteristic code; undefined if unknown. */
export function resultKind({ name, group }: NamedGroup): GroupResult | undefined {
	const lower = name.toLowerCase();
	if (lower.startsWith('nonmatched')) return 'nomatch';
	if (lower.startsWith('consentconstrained')) return 'consentconstraint';
	const concepts = [group.code, ...objectsOf(group.characteristic).map(({ code }) => code)];
	const codes = concepts.flatMap((concept) => (isObject(concept) ? objectsOf(concept.coding) : []));
	const results: GroupResult[] = ['nomatch', 'consentconstraint', 'match'];
	const byCode = results.find((result) => codes.some(({ code }) => code === result));
	return byCode ?? (lower.startsWith('matched') ? 'match' : undefined);
}

/** PDex result groups are present even without members. A bare Group that neither lists nor counts members is a match. */
function isEmpty({ name, group }: NamedGroup): boolean {
	if (typeof group.quantity === 'number') return group.quantity === 0;
	if (Array.isArray(group.member)) return group.member.length === 0;
	return name !== '' && /members$/i.test(name);
}

const GROUP_REFERENCE = /(?:^|\/)Group\/([^/]+)/;

function stripGroupPrefix(value: string): string {
	return GROUP_REFERENCE.exec(value)?.[1] ?? value;
}

function isGroupIdName(name: unknown): boolean {
	return typeof name === 'string' && name.replace(/[-_]/g, '').toLowerCase() === 'groupid';
}

function propertyIgnoringCase(object: IDataObject, name: string): string | undefined {
	const key = Object.keys(object).find((each) => each.replace(/[-_]/g, '').toLowerCase() === name);
	return key === undefined ? undefined : idAsText(object[key]);
}

/** An id as a string; some servers use numeric group ids. */
function idAsText(value: unknown): string | undefined {
	return Number.isSafeInteger(value) ? String(value) : shortText(value, TEXT_LIMITS.id);
}

/** The value[x] of a parameter as a string: a primitive, an Identifier's value or a Reference's reference. */
function firstValue(parameter: IDataObject): string | undefined {
	const [, value] = Object.entries(parameter).find(([key]) => key.startsWith('value')) ?? [];
	return isObject(value) ? (idAsText(value.value) ?? idAsText(value.reference)) : idAsText(value);
}

/** The value at a dotted path with list indexes, e.g. `parameter.0.valueString`. */
function atPath(value: unknown, path: string): unknown {
	return path
		.split(/[.[\]]+/)
		.filter(Boolean)
		.reduce<unknown>((current, key) => {
			if (Array.isArray(current)) return current[Number(key)];
			return isObject(current) && Object.hasOwn(current, key) ? current[key] : undefined;
		}, value);
}
