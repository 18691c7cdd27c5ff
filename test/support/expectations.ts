import type { INodeExecutionData } from 'n8n-workflow';
import { members } from '../../sandbox/members';
import { hashResources, truthOf, type Truth } from '../../sandbox/truth';

/** A member of the sandbox by its key: `small`, `no-match`, … */
export function member(key: string) {
	const found = members.find((each) => each.key === key);
	if (!found) throw new Error(`The sandbox has no member "${key}"`);
	return found;
}

/** The roster row of a member as an item's JSON. */
export function row(key: string, changes: Record<string, unknown> = {}) {
	return { ...member(key).row, ...changes };
}

/** What the sandbox holds of a member. */
export function truth(key: string): Truth {
	return truthOf(member(key));
}

/** The input items that the items of an output are paired to, in order. */
export function pairs(items: INodeExecutionData[]): number[] {
	return items.map(({ pairedItem }) => (pairedItem as { item: number }).item);
}

/** Per resource type the number and the hash of the resources, to be compared with `truth(key).types`. */
export function typesOf(resources: object[]): Truth['types'] {
	const types = new Map<string, object[]>();
	for (const resource of resources) {
		const { resourceType } = resource as { resourceType: string };
		types.set(resourceType, [...(types.get(resourceType) ?? []), resource]);
	}
	return Object.fromEntries(
		[...types].map(([type, ofType]) => [type, { resources: ofType.length, sha256: hashResources(ofType) }]),
	);
}
