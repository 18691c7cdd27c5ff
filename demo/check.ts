import { hashResources, type Truth } from '../sandbox/truth';
import type { MemberOutcome } from './outcomes';

/** The outcome that the sandbox expects for a member. */
export function expectedOutcome(truth: Truth): string {
	return truth.outcome === 'matched' ? (truth.export ?? 'completed') : truth.outcome;
}

/**
 * Compares what reached the canvas with what the sandbox holds: each member's outcome, and each resource by the hash of its
 * JSON.
 *
 * @returns a sentence for each difference; none where all agree
 */
export function differences(outcomes: readonly MemberOutcome[], truths: readonly Truth[]): string[] {
	const roster = truths.filter((truth) => truth.inRoster);
	const missing = roster
		.filter((truth) => !outcomes.some((outcome) => outcome.memberId === truth.memberId))
		.map((truth) => `${truth.memberId}: no outcome at all`);
	const wrong = outcomes.flatMap((outcome) => {
		const truth = roster.find((each) => each.memberId === outcome.memberId);
		return truth ? memberDifferences(outcome, truth) : [`${outcome.memberId}: not known to the sandbox`];
	});
	return [...missing, ...wrong];
}

function memberDifferences(outcome: MemberOutcome, truth: Truth): string[] {
	const found: string[] = [];
	const say = (text: string) => found.push(`${outcome.memberId}: ${text}`);
	const expected = expectedOutcome(truth);
	if (outcome.outcome !== expected) say(`outcome ${outcome.outcome}, expected ${expected}`);
	const held = truth.outcome === 'matched' ? truth.files.length : 0;
	if (outcome.batches !== held) say(`${outcome.batches} files fetched, the sandbox holds ${held}`);
	const types = new Set([...outcome.resources.keys(), ...Object.keys(held > 0 ? truth.types : {})]);
	for (const type of types) {
		const fetched = outcome.resources.get(type) ?? [];
		const there = truth.types[type as keyof Truth['types']];
		if (fetched.length !== (there?.resources ?? 0)) {
			say(`${fetched.length} ${type} fetched, the sandbox holds ${there?.resources ?? 0}`);
		} else if (there && hashResources(fetched) !== there.sha256) {
			say(`the ${type} resources differ from what the sandbox holds`);
		}
	}
	return found;
}

/**
 * Compares the text of FHIR Bundles with the lines that the sandbox gave out: the same characters, so `5.40` is `5.40`. Neither side goes
 * through a number.
 *
 * @param bundles the texts that Fetch Batch gave (Output As: FHIR Bundles as Text)
 * @param lines what the sandbox gave out, by `Type/id`
 * @returns a sentence for each difference; none where all agree
 */
export function textDifferences(bundles: readonly string[], lines: ReadonlyMap<string, string>): string[] {
	const found: string[] = [];
	const came = new Set<string>();
	for (const text of bundles) {
		let at = 0;
		for (const { resource } of (JSON.parse(text) as fhir4.Bundle).entry ?? []) {
			const name = `${resource?.resourceType}/${resource?.id}`;
			if (came.has(name)) found.push(`${name} came twice`);
			came.add(name);
			const wanted = `"resource":${lines.get(name)}`;
			const start = text.indexOf(wanted, at);
			if (start < 0) found.push(`${name} does not stand there as the sandbox gave it out`);
			else at = start + wanted.length;
		}
	}
	return [
		...found,
		...[...lines.keys()].filter((name) => !came.has(name)).map((name) => `${name} did not come`),
	];
}
