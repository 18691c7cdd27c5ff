import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';

/** The shapes a match answer may have, for the error that found none of them. */
export const SHAPES_LOOKED_FOR =
	'a field groupId, a Parameters with a parameter groupId, a reference Group/…, a MatchedMembers group, and a Group';

/** What an answer says of groups. `empty` lists the outcomes of groups that say who was not matched. */
export interface GroupReading {
	groupId?: string;
	/** Set where the answer has a matched group without any member, or only groups of members that were not matched. */
	notMatched?: 'no-match' | 'consent-refused';
}

/**
 * Finds the group id in every shape that a match answer may have: 1upHealth documents none. Shapes: `{groupId}`;
 * Parameters with `groupId`, with a reference to a Group, or with Group resources (PDex MatchedMembers, NonMatchedMembers,
 * ConsentConstrainedMembers); a Group.
 *
 * @param path where to look first, e.g. `result.group.id` (option Group ID Path)
 */
export function readGroup(answer: unknown, path?: string): GroupReading {
	const chosen = path ? idOf(atPath(answer, path)) : undefined;
	if (chosen) return { groupId: withoutGroupPrefix(chosen) };
	if (!isObject(answer)) return {};
	const direct = valueOf(answer, 'groupid');
	if (direct) return { groupId: withoutGroupPrefix(direct) };
	if (answer.resourceType === 'Group') return readGroups([{ name: '', group: answer }]);
	return answer.resourceType === 'Parameters' ? readParameters(objectsOf(answer.parameter)) : {};
}

function readParameters(parameters: IDataObject[]): GroupReading {
	const named = parameters.find((parameter) => isGroupIdName(parameter.name));
	const value = named && firstValue(named);
	if (value) return { groupId: withoutGroupPrefix(value) };
	return readGroups(parameters.flatMap(namedGroup));
}

/** The Group that a parameter holds or refers to. One that is only referred to counts as not empty. */
function namedGroup({ name, resource, valueReference }: IDataObject): NamedGroup[] {
	const named = { name: textOf(name) ?? '' };
	if (isObject(resource) && resource.resourceType === 'Group') return [{ ...named, group: resource }];
	const reference = isObject(valueReference) ? textOf(valueReference.reference) : undefined;
	return reference && GROUP_REFERENCE.test(reference)
		? [{ ...named, group: { id: withoutGroupPrefix(reference), quantity: 1 } }]
		: [];
}

/** A Group of a match answer, with its name where it is in a Parameters. */
export interface NamedGroup {
	name: string;
	group: IDataObject;
}

function readGroups(groups: NamedGroup[]): GroupReading {
	// A group that does not say what it stands for is what 1up's answers may hold: the member's own.
	const meaning = (each: NamedGroup) => resultOf(each) ?? 'match';
	const matched = groups.find((each) => meaning(each) === 'match');
	const groupId = matched && !isEmpty(matched) ? textOf(matched.group.id) : undefined;
	if (groupId) return { groupId };
	if (groups.length === 0 || (matched && !isEmpty(matched))) return {};
	const refused = groups.some((each) => meaning(each) === 'consentconstraint' && !isEmpty(each));
	return { notMatched: refused ? 'consent-refused' : 'no-match' };
}

/** What a result group of PDex stands for (PdexMultiMemberMatchResultCS). */
export type GroupResult = 'match' | 'nomatch' | 'consentconstraint';

/** What a Group stands for, by its name in a Parameters, else its code or that of a characteristic. Undefined where neither is known. */
export function resultOf({ name, group }: NamedGroup): GroupResult | undefined {
	const lower = name.toLowerCase();
	if (lower.startsWith('nonmatched')) return 'nomatch';
	if (lower.startsWith('consentconstrained')) return 'consentconstraint';
	const concepts = [group.code, ...objectsOf(group.characteristic).map(({ code }) => code)];
	const codes = concepts.flatMap((concept) => (isObject(concept) ? objectsOf(concept.coding) : []));
	const results: GroupResult[] = ['nomatch', 'consentconstraint', 'match'];
	const byCode = results.find((result) => codes.some(({ code }) => code === result));
	return byCode ?? (lower.startsWith('matched') ? 'match' : undefined);
}

/** A PDex result group is always there, even without members; a bare Group that does not list or count members is a match. */
function isEmpty({ name, group }: NamedGroup): boolean {
	if (typeof group.quantity === 'number') return group.quantity === 0;
	if (Array.isArray(group.member)) return group.member.length === 0;
	return name !== '' && /members$/i.test(name);
}

const GROUP_REFERENCE = /(?:^|\/)Group\/([^/]+)/;

function withoutGroupPrefix(value: string): string {
	return GROUP_REFERENCE.exec(value)?.[1] ?? value;
}

function isGroupIdName(name: unknown): boolean {
	return typeof name === 'string' && name.replace(/[-_]/g, '').toLowerCase() === 'groupid';
}

function valueOf(object: IDataObject, name: string): string | undefined {
	const key = Object.keys(object).find((each) => each.replace(/[-_]/g, '').toLowerCase() === name);
	return key === undefined ? undefined : idOf(object[key]);
}

/** An id as text; some servers number their groups. */
function idOf(value: unknown): string | undefined {
	return Number.isSafeInteger(value) ? String(value) : textOf(value);
}

/** The value[x] of a parameter as text: a primitive, an Identifier's value or a Reference's reference. */
function firstValue(parameter: IDataObject): string | undefined {
	const [, value] = Object.entries(parameter).find(([key]) => key.startsWith('value')) ?? [];
	return isObject(value) ? (textOf(value.value) ?? textOf(value.reference)) : idOf(value);
}

/** The value at a dotted path; numbers index lists: `parameter.0.valueString`. */
function atPath(value: unknown, path: string): unknown {
	return path
		.split(/[.[\]]+/)
		.filter(Boolean)
		.reduce<unknown>((current, key) => {
			if (Array.isArray(current)) return current[Number(key)];
			return isObject(current) && Object.hasOwn(current, key) ? current[key] : undefined;
		}, value);
}
