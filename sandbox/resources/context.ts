import { TERMINOLOGY } from '../codeSystems';
import { countsOf, type Batch, type Member, type ResourceType } from '../members';

/** When the payer last changed the data; all resources carry it. */
export const dataLastUpdated = '2026-06-30T12:00:00.000Z';

/** A member's data while it is generated: whose it is, and how many resources of each type there are. */
export interface Context {
	member: Member;
	counts: Partial<Record<ResourceType, number>>;
}

/** The coordinates of one resource: it is made from these alone, so it is the same every time. */
export interface ResourceSeed extends Context {
	index: number;
	/** The next pseudo-random number from 0 up to, not including, `below`. */
	random: (below: number) => number;
}

function hash(text: string): number {
	let value = 0x811c9dc5;
	for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
	return value >>> 0;
}

/** The context of a member with these batches. */
export function contextOf(member: Member, batches: readonly Batch[]): Context {
	return { member, counts: countsOf(batches) };
}

/** Seeds the numbers of one resource from member, type and index (mulberry32). */
export function resourceSeed(context: Context, type: ResourceType, index: number): ResourceSeed {
	let state = hash(`${context.member.row.memberId}/${type}/${index}`);
	const random = (below: number): number => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
	};
	return { ...context, index, random };
}

/** One of the values, by the numbers of its seed. */
export function pick<T>({ random }: ResourceSeed, values: readonly T[]): T {
	return values[random(values.length)];
}

/** The id of the member's resource of this type and number. */
export function idOf({ member }: Context, type: ResourceType, index: number): string {
	const { memberId } = member.row;
	return type === 'Patient' ? memberId : `${memberId}-${type.toLowerCase()}-${index + 1}`;
}

/** What every resource begins with. */
export function base<T extends ResourceType>(
	at: ResourceSeed,
	resourceType: T,
	profile?: string,
): { resourceType: T; id: string; meta: fhir4.Meta } {
	const meta: fhir4.Meta = { lastUpdated: dataLastUpdated };
	if (profile) meta.profile = [profile];
	return { resourceType, id: idOf(at, resourceType, at.index), meta };
}

/** The member, as the subject of another resource. */
export function patient({ member, counts }: Context): fhir4.Reference {
	const display = `${member.row.givenName} ${member.row.familyName}`;
	return counts.Patient ? { reference: `Patient/${member.row.memberId}`, display } : { display };
}

/** A reference to a resource of the same export; where the member has none of that type, one by name only. */
export function refer(at: ResourceSeed, type: ResourceType, display: string): fhir4.Reference {
	const count = at.counts[type] ?? 0;
	return count > 0 ? { reference: `${type}/${idOf(at, type, at.random(count))}` } : { display };
}

/** The payer: the first organization of the export. */
export function payer(at: ResourceSeed): fhir4.Reference {
	const display = 'Example Health Plan';
	return at.counts.Organization
		? { reference: `Organization/${idOf(at, 'Organization', 0)}`, display }
		: { display };
}

/** As `refer`, or nothing: for elements that may be left out. */
export function referIfAny(at: ResourceSeed, type: ResourceType): fhir4.Reference[] {
	return at.counts[type] ? [refer(at, type, type)] : [];
}

/** A day of the five years before the data was last changed, as YYYY-MM-DD. */
export function someDay({ random }: ResourceSeed): string {
	const day = Date.UTC(2021, 6, 1) + random(1800) * 86_400_000;
	return new Date(day).toISOString().slice(0, 10);
}

/** A code with its text. */
export function concept(system: string, code: string, display: string): fhir4.CodeableConcept {
	return { coding: [{ system, code, display }], text: display };
}

/** A code of one of HL7's own code systems. */
export function term(codeSystem: string, code: string): fhir4.CodeableConcept {
	return { coding: [{ system: `${TERMINOLOGY}/${codeSystem}`, code }] };
}
