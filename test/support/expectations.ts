import type { INodeExecutionData } from 'n8n-workflow';
import type { EngineRun } from './engine';
import { members, rosterMembers } from '../../sandbox/members';
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

/** The sandbox's data of a member. */
export function truth(key: string): Truth {
	return truthOf(member(key));
}

/** The input items that the items of an output are paired to, in order. */
export function pairs(items: INodeExecutionData[]): number[] {
	return items.map(({ pairedItem }) => (pairedItem as { item: number }).item);
}

/** Number and hash of the resources per type, for comparison with `truth(key).types`. */
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

/**
 * Expects a run of the four nodes over the whole roster to agree with the sandbox for each member: on the right output, with
 * every resource.
 */
export function expectRosterExchanged(run: EngineRun): void {
	const matched = rosterMembers.filter(({ outcome }) => outcome === 'matched');
	const notMatched = rosterMembers.filter(({ outcome }) => outcome !== 'matched');
	expect(run.json('memberMatch').map(({ memberId }) => memberId)).toEqual(
		matched.map(({ row: { memberId } }) => memberId),
	);
	expect(run.json('memberMatch', 1).map(({ memberId, outcome }) => [memberId, outcome])).toEqual(
		notMatched.map(({ row: { memberId }, outcome }) => [memberId, outcome]),
	);
	expect(pairs(run.outputs('memberMatch')[1])).toEqual(notMatched.map((each) => rosterMembers.indexOf(each)));

	const broken = matched.filter((each) => each.export === 'partial' || each.export === 'failed');
	expect(run.json('waitForExport', 2).map(({ memberId, outcome }) => [memberId, outcome])).toEqual(
		broken.map((each) => [each.row.memberId, each.export]),
	);

	const batches = run.json('waitForExport');
	const resources = run.outputs('fetchBatch')[0];
	for (const each of matched) {
		const own = resources.filter(
			(_, index) => batches[pairs(resources)[index]].memberId === each.row.memberId,
		);
		const held = each.export === 'failed' ? {} : truthOf(each).types;
		expect(typesOf(own.map(({ json }) => json))).toEqual(held);
	}
	expect(run.json('fetchBatch', 1).every(({ outcome }) => outcome === 'complete')).toBe(true);
	expect(run.json('fetchBatch', 1)).toHaveLength(batches.length);
}
