import type { RosterRow } from '../sandbox/members';

/** What a plan's own FHIR server would hold after it has taken in what two payers sent under the same ids. */

interface Stored {
	resourceType: string;
	id: string;
	meta?: { tag?: Array<{ system?: string; code?: string }> };
}

/** What was found. */
export interface Intake {
	/** Resources by payer, without those that this project made (Provenance). */
	resources: Map<string, number>;
	/** A sentence for each thing that is not as it should be; none where all is. */
	problems: string[];
}

/** One person at two payers, which call all that they hold of her by the same ids. */
export function samePersonTwice(row: RosterRow): RosterRow[] {
	return ['bison', 'heron'].map((tenant) => ({ ...row, tenant, memberId: `${row.memberId}-${tenant}` }));
}

/**
 * Stores Bundles twice, as a server does with a PUT, and looks at what stands there.
 * @param bundles the texts that Fetch Batch gave (FHIR Bundles as Text, Prepare For My Server)
 * @param held how many resources each payer holds of the person
 */
export function takeIn(bundles: readonly string[], held: number): Intake {
	const stored = new Map<string, Stored>();
	for (const text of [...bundles, ...bundles]) {
		for (const { resource, request } of (JSON.parse(text) as fhir4.Bundle).entry ?? []) {
			stored.set(String(request?.url), resource as Stored);
		}
	}
	const resources = new Map<string, number>();
	const problems: string[] = [];
	for (const [url, resource] of stored) {
		if (resource.resourceType === 'Provenance' && resource.id.startsWith('p2p-')) continue;
		const payer = payerOf(resource);
		resources.set(payer, (resources.get(payer) ?? 0) + 1);
		for (const reference of referencesIn(resource)) {
			const target = stored.get(reference);
			if (!target) problems.push(`${url} refers to nothing`);
			else if (payerOf(target) !== payer) problems.push(`${url} refers to a resource of the other payer`);
		}
	}
	if (resources.size !== 2) problems.push(`Resources of ${resources.size} payers are stored, and not of two`);
	for (const [payer, count] of resources) {
		if (count !== held) problems.push(`${payer}: ${count} resources are stored of ${held}`);
	}
	return { resources, problems };
}

function payerOf({ meta }: Stored): string {
	return meta?.tag?.find(({ system }) => system?.endsWith('/p2p-source'))?.code ?? 'no payer';
}

function referencesIn(value: unknown): string[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, inner]) =>
		key === 'reference' && typeof inner === 'string'
			? /^(?:#|[a-z]+:)/.test(inner)
				? []
				: [inner]
			: referencesIn(inner),
	);
}
