import { BoundedMap } from '../boundedMap';
import { crowdMember } from '../crowd';
import { opaqueId } from '../ids';
import { members, rosterMembers, type Member } from '../members';

/** System of the identifiers of groups. */
export const GROUP_NUMBERING = 'https://payer.example/groups';

const MAX_GROUPS = 1_000;
const ALL = 'roster';

/** The group that the payer `group` makes of a member. */
export function groupOfOne({ row }: Member): string {
	return opaqueId('standard group', row.memberId);
}

function memberOfKey(key: string): Member[] {
	const [, digits] = /^crowd-(\d{6})$/.exec(key) ?? [];
	const found =
		digits === undefined ? members.find((member) => member.key === key) : crowdMember(Number(digits));
	return found?.outcome === 'matched' ? [found] : [];
}

/** A group and whose data its export holds. */
export interface KnownGroup {
	group: fhir4.Group;
	members: readonly Member[];
}

function plainGroup(id: string, of: readonly Member[]): KnownGroup {
	return {
		members: of,
		group: {
			resourceType: 'Group',
			id,
			identifier: [{ system: GROUP_NUMBERING, value: id }],
			type: 'person',
			actual: true,
			quantity: of.length,
			member: of.map(({ row }) => ({ entity: { reference: `Patient/${row.memberId}` } })),
		},
	};
}

/** The groups of a payer: those made by a match, and those that are always there. */
export class Groups {
	private readonly made = new BoundedMap<string, KnownGroup>(MAX_GROUPS);

	/** Keeps a group that was made; the oldest goes when there are too many. */
	add(group: fhir4.Group & { id: string }, of: readonly Member[]): void {
		this.made.set(group.id, { group, members: of });
	}

	/**
	 * The group with this id: one that was made, or `group-roster`, or `group-{key}`, or several keys with dots between
	 * them.
	 */
	find(id: string): KnownGroup | undefined {
		const made = this.made.get(id);
		if (made) return made;
		const single = members.find((member) => member.outcome === 'matched' && groupOfOne(member) === id);
		if (single) return plainGroup(id, [single]);
		if (!id.startsWith('group-')) return undefined;
		const keys = id.slice('group-'.length);
		const matched = rosterMembers.filter(({ outcome }) => outcome === 'matched');
		const of = keys === ALL ? matched : keys.split('.').flatMap(memberOfKey);
		return of.length > 0 && (keys === ALL || of.length === keys.split('.').length)
			? plainGroup(id, of)
			: undefined;
	}
}
