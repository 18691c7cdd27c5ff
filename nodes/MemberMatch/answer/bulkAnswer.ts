import type { IDataObject } from 'n8n-workflow';
import { isContradiction, type Judgement } from '../../shared/exchange/person';
import { patientIdIn } from '../../shared/fhir/ids';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import { TEXT_LIMITS } from '../../shared/fhir/limits';
import { shortText } from '../../shared/fhir/values';
import { contradictionSentence } from './answerPatients';
import { groupsIn, whyEntriesFailed } from './bulkResources';
import { resultKind, type GroupResult, type NamedGroup } from './groupId';
import { readIdentifier, type MatchedMember } from './matchedMember';

/** A member as identified in the request. */
export interface RequestedMember {
	/** Id of the MemberPatient, which the payer echoes. */
	requestId: string;
	/** Identifier of the CoverageToMatch. */
	coverageId?: string;
	/** Whether a Patient in the answer is the member; absent if that is not known any more. */
	judge?: (patient: IDataObject) => Judgement;
}

/** The outcome for one member. `entry` is the member's entry in the response, for data items only. */
export type BulkOutcome =
	| ({ outcome: 'matched'; entry: IDataObject; patient?: IDataObject } & MatchedMember)
	| { outcome: 'no-match' | 'consent-refused'; entry?: IDataObject }
	/** The response is ambiguous about this member. */
	| { outcome: 'unclear'; reason: string; entry?: IDataObject };

const PARAMETERS_EXTENSION = /\/base-ext-match-parameters$/;
const COVERAGE_EXTENSION = /\/base-ext-match-coverage$/;

/** An entry of the response about a member. */
interface Mention {
	result: GroupResult | undefined;
	groupId?: string;
	entry: IDataObject;
	/** Identifier of the contained Coverage that the payer matched. */
	coverageId?: string;
	/** The contained Patients of that id: the payer's copy of the MemberPatient. */
	patients: IDataObject[];
	/** The payer says that the entry counts no more. */
	isInactive: boolean;
}

/**
 * Reads the response to `$bulk-member-match` (PDex 2.1 and 2.2): Groups of matched, non-matched and consent-constrained
 * members. Members are found by the MemberPatient id that the payer echoes (extension base-ext-match-parameters); if a
 * member has several entries, the matched coverage decides (pdex-153). A member in no group was not matched; only the group
 * of matched members is required. An entry that belongs to nobody who was asked for, as where the payer numbered the members anew, may
 * be about any of them: then a member who is not named is unclear, and so is one whose Patient is another person.
 *
 * @param resources content of the response: Groups, or Parameters or a Bundle that contain them
 * @param incompleteReason why the response is incomplete, if already known
 */
export function readBulkMatch(
	resources: readonly IDataObject[],
	requested: readonly RequestedMember[],
	incompleteReason?: string,
): Map<string, BulkOutcome> {
	const groups = resources.flatMap(groupsIn);
	const mentions = new Map<string, Mention[]>(requested.map(({ requestId }) => [requestId, []]));
	let strays = 0;
	for (const [requestId, mention] of groups.flatMap(findMentions)) {
		const ofMember = mentions.get(requestId ?? '');
		if (ofMember) ofMember.push(mention);
		else strays += 1;
	}
	const incomplete =
		incompleteReason ??
		whyEntriesFailed(resources) ??
		whyIncomplete(groups) ??
		(strays > 0 ? STRAY : undefined);
	return withoutSharedPatients(
		new Map(
			requested.map((member) => [
				member.requestId,
				outcomeFor(member, mentions.get(member.requestId) ?? [], incomplete),
			]),
		),
	);
}

/** One Patient is one person: members who were matched with the same one are unclear. */
function withoutSharedPatients(outcomes: Map<string, BulkOutcome>): Map<string, BulkOutcome> {
	const counts = new Map<string, number>();
	for (const each of outcomes.values()) {
		if (each.outcome === 'matched' && each.patientId !== undefined)
			counts.set(each.patientId, (counts.get(each.patientId) ?? 0) + 1);
	}
	for (const [requestId, each] of outcomes) {
		if (each.outcome !== 'matched' || (counts.get(each.patientId ?? '') ?? 0) < 2) continue;
		outcomes.set(requestId, { outcome: 'unclear', reason: SHARED, entry: each.entry });
	}
	return outcomes;
}

const SHARED = 'The answer matches several members with one patient';
const STRAY = 'The answer has an entry that belongs to none of the members who were asked for';

/** Whether a resource is a response to `$bulk-member-match`, or part of one. */
export function isBulkMatchResult(resource: unknown): resource is IDataObject {
	return isObject(resource) && groupsIn(resource).length > 0;
}

function findMentions(named: NamedGroup): Array<[requestId: string | undefined, mention: Mention]> {
	const { group } = named;
	const result = resultKind(named);
	const contained = containedById(group);
	return objectsOf(group.member).map((entry): [string | undefined, Mention] => {
		const entity = isObject(entry.entity) ? entry.entity : {};
		const extensions = [...objectsOf(entity.extension), ...objectsOf(entry.extension)];
		const referencedId = (url: RegExp) =>
			extensions
				.filter((extension) => url.test(textOf(extension.url) ?? ''))
				.map(({ valueReference }) =>
					isObject(valueReference) ? localId(textOf(valueReference.reference)) : undefined,
				)
				.find((id) => id !== undefined);
		const requestId = referencedId(PARAMETERS_EXTENSION) ?? localId(textOf(entity.reference), '#');
		const [coverage] = contained.get(`Coverage/${referencedId(COVERAGE_EXTENSION)}`) ?? [];
		return [
			requestId,
			{
				result,
				groupId: shortText(group.id, TEXT_LIMITS.id),
				entry,
				coverageId: coverage && coverageNumber(coverage),
				patients: contained.get(`Patient/${requestId}`) ?? [],
				isInactive: entry.inactive === true,
			},
		];
	});
}

/** The contained resources of a Group by type and id; an id may be written with the `#` of its reference. */
function containedById(group: IDataObject): Map<string, IDataObject[]> {
	const contained = new Map<string, IDataObject[]>();
	for (const each of objectsOf(group.contained)) {
		const key = `${textOf(each.resourceType)}/${textOf(each.id)?.replace(/^#/, '')}`;
		const others = contained.get(key);
		if (others) others.push(each);
		else contained.set(key, [each]);
	}
	return contained;
}

/** The id in a reference to a contained resource: `#1`, also written `1` or `Patient/1`. @param prefix required prefix */
function localId(reference: string | undefined, prefix = ''): string | undefined {
	if (!reference?.startsWith(prefix)) return undefined;
	return reference.split(/[#/]/).at(-1) || undefined;
}

function coverageNumber(coverage: IDataObject): string | undefined {
	const [identifier] = objectsOf(coverage.identifier);
	return textOf(identifier?.value) ?? textOf(coverage.subscriberId);
}

function outcomeFor(
	member: RequestedMember,
	all: readonly Mention[],
	incomplete: string | undefined,
): BulkOutcome {
	if (all.length === 0)
		return incomplete ? { outcome: 'unclear', reason: incomplete } : { outcome: 'no-match' };
	const judged = all.flatMap(({ patients, entry }) =>
		patients.flatMap((patient) => {
			const judgement = member.judge?.(patient);
			return judgement && isContradiction(judgement) ? [{ judgement, entry }] : [];
		}),
	);
	const [contradiction] = judged;
	if (contradiction) {
		const { judgement, entry } = contradiction;
		return { outcome: 'unclear', reason: contradictionSentence(judgement), entry };
	}
	const distinct = new Map(
		all.map((each) => [JSON.stringify([each.result, each.groupId, memberIds(each.entry)]), each]),
	);
	const byCoverage = [...distinct.values()].filter(
		({ coverageId }) => coverageId !== undefined && coverageId === member.coverageId,
	);
	const [mention, ...others] = distinct.size > 1 ? byCoverage : distinct.values();
	if (!mention || others.length > 0) {
		return {
			outcome: 'unclear',
			reason: 'The answer names this member more than once, with different results',
		};
	}
	const { result, groupId, entry, patients, isInactive } = mention;
	const [patient] = patients;
	if (isInactive)
		return { outcome: 'unclear', reason: 'The answer has an entry of this member that is inactive', entry };
	if (result === undefined)
		return { outcome: 'unclear', reason: 'The answer has this member in a group of an unknown kind', entry };
	if (result !== 'match') return { outcome: result === 'nomatch' ? 'no-match' : 'consent-refused', entry };
	const named = memberIds(entry);
	if (!groupId && !named.patientId)
		return {
			outcome: 'unclear',
			reason: 'The answer matched this member, but names neither group nor patient',
			entry,
		};
	return {
		outcome: 'matched',
		...(groupId !== undefined && { groupId }),
		...named,
		...(patient && { patient }),
		entry,
	};
}

/** The payer's ids of the member of an entry. */
function memberIds({ entity }: IDataObject): Pick<MatchedMember, 'patientId' | 'memberIdentifier'> {
	if (!isObject(entity)) return {};
	const patientId = patientIdIn(textOf(entity.reference));
	const memberIdentifier = isObject(entity.identifier) ? readIdentifier(entity.identifier) : undefined;
	return {
		...(patientId !== undefined && { patientId }),
		...(memberIdentifier && { memberIdentifier }),
	};
}

/** Why the response is incomplete, so that a missing member proves nothing; undefined if it is complete. */
function whyIncomplete(groups: readonly NamedGroup[]): string | undefined {
	if (!groups.some((each) => resultKind(each) === 'match'))
		return 'The answer has no group of matched members';
	const isShort = groups.some(
		({ group: { quantity, member } }) => Number(quantity) > objectsOf(member).length,
	);
	return isShort ? 'The answer counts more members than it lists' : undefined;
}
