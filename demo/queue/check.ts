import { crowdMember } from '../../sandbox/crowd';
import { hashResources, truthOf, type Truth } from '../../sandbox/truth';
import { expectedOutcome } from '../check';

/** A row of the table `member_outcome`. */
export interface StoredOutcome {
	memberId: string;
	outcome: string;
	reason: string;
	/** Empty where the member is not final. */
	resources: string;
}

/** A row of the table `member_resource`. */
export interface StoredResource {
	memberId: string;
	type: string;
	id: string;
	/** The resource's JSON as it was stored. */
	json: string;
}

/**
 * Compares what is in the tables with what the sandbox holds of these members of the crowd: each member's outcome, each
 * resource by the hash of its JSON.
 *
 * @returns a sentence for each difference; none where all agree
 */
export function differences(
	numbers: readonly number[],
	outcomes: readonly StoredOutcome[],
	resources: readonly StoredResource[],
): string[] {
	const truths = numbers.map((number) => truthOf(crowdMember(number)));
	const outcomesOf = byMember(outcomes);
	const resourcesOf = byMember(resources);
	const known = new Set(truths.map(({ memberId }) => memberId));
	const strangers = [...outcomesOf.keys(), ...resourcesOf.keys()].filter((memberId) => !known.has(memberId));
	return [
		...new Set(strangers.map((memberId) => `${memberId}: not on the roster`)),
		...truths.flatMap((truth) =>
			memberDifferences(truth, outcomesOf.get(truth.memberId) ?? [], resourcesOf.get(truth.memberId) ?? []),
		),
	];
}

function memberDifferences(truth: Truth, outcomes: StoredOutcome[], resources: StoredResource[]): string[] {
	const { memberId } = truth;
	const found: string[] = [];
	const say = (text: string): void => void found.push(`${memberId}: ${text}`);
	const [outcome] = outcomes;
	if (outcomes.length !== 1) say(`${outcomes.length} outcomes`);
	if (outcome && outcome.outcome !== expectedOutcome(truth)) {
		say(`outcome ${outcome.outcome}, expected ${expectedOutcome(truth)} ${outcome.reason}`.trim());
	}
	if (outcome && outcome.resources !== String(truth.resources)) {
		say(`the outcome counts ${outcome.resources || 'no'} resources, the sandbox ${truth.resources}`);
	}
	if (resources.length !== truth.resources) {
		say(`${resources.length} resources stored, the sandbox holds ${truth.resources}`);
	}
	const ids = new Set(resources.map(({ type, id }) => `${type}/${id}`));
	if (ids.size !== resources.length) say('a resource is stored more than once');
	for (const [type, there] of Object.entries(truth.types)) {
		const stored = resources.filter((resource) => resource.type === type);
		if (hashResources(stored.map(({ json }) => JSON.parse(json) as unknown)) !== there.sha256) {
			say(`the ${type} resources differ from what the sandbox holds`);
		}
	}
	return found;
}

function byMember<T extends { memberId: string }>(rows: readonly T[]): Map<string, T[]> {
	const found = new Map<string, T[]>();
	for (const row of rows) {
		const ofMember = found.get(row.memberId);
		if (ofMember) ofMember.push(row);
		else found.set(row.memberId, [row]);
	}
	return found;
}
