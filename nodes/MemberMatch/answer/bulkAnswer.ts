import type { IDataObject } from 'n8n-workflow';
import { patientIdIn } from '../../shared/fhir/ids';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import { resultOf, type GroupResult, type NamedGroup } from './groupId';
import type { MatchedMember } from './matchedMember';

/** A member as it was asked for. */
export interface AskedMember {
	/** Id of its MemberPatient, which the payer echoes. */
	requestId: string;
	/** Number of its CoverageToMatch. */
	coverageId?: string;
}

/** What the payer says of one member. `entry` is its line of the answer: it belongs into the data item only. */
export type BulkVerdict =
	| ({ outcome: 'matched'; entry: IDataObject } & MatchedMember)
	| { outcome: 'no-match' | 'consent-refused'; entry?: IDataObject }
	/** What the answer says of the member cannot be understood. */
	| { outcome: 'unclear'; reason: string };

const PARAMETERS_EXTENSION = /\/base-ext-match-parameters$/;
const COVERAGE_EXTENSION = /\/base-ext-match-coverage$/;

/** A place where the answer names a member. */
interface Mention {
	result: GroupResult | undefined;
	groupId?: string;
	entry: IDataObject;
	/** Number of the contained Coverage that the payer says it matched. */
	coverageId?: string;
}

/**
 * Reads the answer to `$bulk-member-match` (PDex 2.1 and 2.2): Groups of who was matched, who was not, and whose consent stands in
 * the way. Each member is found by the id of the MemberPatient that the payer echoes (extension base-ext-match-parameters); where
 * one is named several times, the matched coverage decides (pdex-153). Who is in no group was not matched: only the group of the
 * matched must be there.
 *
 * @param resources of the answer's files: Groups, or Parameters that hold them
 * @param notWhole why the answer is not whole, where that is known already
 */
export function readBulkMatch(
	resources: readonly IDataObject[],
	asked: readonly AskedMember[],
	notWhole?: string,
): Map<string, BulkVerdict> {
	const groups = resources.flatMap(groupsIn);
	const mentions = new Map<string, Mention[]>();
	for (const named of groups) {
		for (const [requestId, mention] of mentionsIn(named)) {
			mentions.set(requestId, [...(mentions.get(requestId) ?? []), mention]);
		}
	}
	const absent = notWhole ?? whyAbsent(groups);
	return new Map(
		asked.map((member) => [
			member.requestId,
			verdictOf(member, mentions.get(member.requestId) ?? [], absent),
		]),
	);
}

/** Whether a resource is an answer to `$bulk-member-match`, or a part of one. */
export function isBulkMatchResult(resource: unknown): resource is IDataObject {
	return isObject(resource) && groupsIn(resource).length > 0;
}

function groupsIn(resource: IDataObject): NamedGroup[] {
	if (resource.resourceType === 'Group') return [{ name: '', group: resource }];
	if (resource.resourceType !== 'Parameters') return [];
	return objectsOf(resource.parameter).flatMap(({ name, resource: group }) =>
		isObject(group) && group.resourceType === 'Group' ? [{ name: textOf(name) ?? '', group }] : [],
	);
}

function mentionsIn(named: NamedGroup): Array<[requestId: string, mention: Mention]> {
	const { group } = named;
	const result = resultOf(named);
	const contained = new Map(objectsOf(group.contained).map((each) => [textOf(each.id), each]));
	return objectsOf(group.member).flatMap((entry): Array<[string, Mention]> => {
		const entity = isObject(entry.entity) ? entry.entity : {};
		const extensions = [...objectsOf(entity.extension), ...objectsOf(entry.extension)];
		const referred = (url: RegExp) =>
			extensions
				.filter((extension) => url.test(textOf(extension.url) ?? ''))
				.map(({ valueReference }) =>
					isObject(valueReference) ? localId(textOf(valueReference.reference)) : undefined,
				)
				.find((id) => id !== undefined);
		const requestId = referred(PARAMETERS_EXTENSION) ?? localId(textOf(entity.reference), '#');
		if (requestId === undefined) return [];
		const coverage = contained.get(referred(COVERAGE_EXTENSION));
		return [
			[requestId, { result, groupId: textOf(group.id), entry, coverageId: coverage && numberOf(coverage) }],
		];
	});
}

/** The id in a reference to a contained resource: `#1`, also written `1` or `Patient/1`. @param prefix that it must have */
function localId(reference: string | undefined, prefix = ''): string | undefined {
	if (!reference?.startsWith(prefix)) return undefined;
	return reference.split(/[#/]/).at(-1) || undefined;
}

function numberOf(coverage: IDataObject): string | undefined {
	const [identifier] = objectsOf(coverage.identifier);
	return textOf(identifier?.value) ?? textOf(coverage.subscriberId);
}

function verdictOf(member: AskedMember, all: readonly Mention[], absent: string | undefined): BulkVerdict {
	if (all.length === 0) return absent ? { outcome: 'unclear', reason: absent } : { outcome: 'no-match' };
	const different = new Map(
		all.map((each) => [JSON.stringify([each.result, each.groupId, nameOf(each.entry)]), each]),
	);
	const byCoverage = [...different.values()].filter(
		({ coverageId }) => coverageId !== undefined && coverageId === member.coverageId,
	);
	const [mention, ...others] = different.size > 1 ? byCoverage : different.values();
	if (!mention || others.length > 0) {
		return {
			outcome: 'unclear',
			reason: 'The answer names this member more than once, with different results',
		};
	}
	const { result, groupId, entry } = mention;
	if (result === undefined)
		return { outcome: 'unclear', reason: 'The answer has this member in a group of an unknown kind' };
	if (result !== 'match') return { outcome: result === 'nomatch' ? 'no-match' : 'consent-refused', entry };
	const named = nameOf(entry);
	if (!groupId && !named.patientId)
		return {
			outcome: 'unclear',
			reason: 'The answer matched this member, but names neither group nor patient',
		};
	return { outcome: 'matched', ...(groupId !== undefined && { groupId }), ...named, entry };
}

/** What the payer calls the member of an entry. */
function nameOf({ entity }: IDataObject): Pick<MatchedMember, 'patientId' | 'memberIdentifier'> {
	if (!isObject(entity)) return {};
	const patientId = patientIdIn(textOf(entity.reference));
	const identifier = isObject(entity.identifier) ? entity.identifier : {};
	const [system, value] = [textOf(identifier.system), textOf(identifier.value)];
	return {
		...(patientId !== undefined && { patientId }),
		...(value !== undefined && { memberIdentifier: { ...(system !== undefined && { system }), value } }),
	};
}

/** Why it says nothing that a member is in no group: the answer is not whole. Undefined where it is. */
function whyAbsent(groups: readonly NamedGroup[]): string | undefined {
	if (!groups.some((each) => resultOf(each) === 'match')) return 'The answer has no group of matched members';
	const isShort = groups.some(
		({ group: { quantity, member } }) => typeof quantity === 'number' && quantity > objectsOf(member).length,
	);
	return isShort ? 'The answer counts more members than it lists' : undefined;
}
