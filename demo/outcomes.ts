import type { N8nExecution, N8nItem } from '../local-n8n/execution';

/** What came of one member, read back from an execution of the example workflow. */
export interface MemberOutcome {
	memberId: string;
	/** `completed`, `partial`, `empty`, `failed`, `consent-ended`, `no-match`, … or `error`. */
	outcome: string;
	reason: string;
	jobId: string;
	/** Files fetched. */
	batches: number;
	/** Resources that reached the canvas, by type, in the order of arrival. */
	resources: Map<string, unknown[]>;
	/** Seconds spent fetching the files. */
	seconds: number;
}

/** The names of the steps in `examples/roster-to-fhir.json`. */
export const STEPS = {
	trigger: 'Start by Hand',
	roster: 'One Item per Member',
	match: 'Member Match',
	start: 'Start Export',
	wait: 'Wait For Export',
	fetch: 'Fetch Batch',
} as const;

interface Batch {
	item: N8nItem;
	resources: unknown[];
}

/** One outcome for each member of the roster, in the order of the roster. */
export function memberOutcomes(execution: N8nExecution): MemberOutcome[] {
	const roster = allItems(execution, STEPS.roster, 0);
	const notMatched = byMember(allItems(execution, STEPS.match, 1));
	const notStarted = byMember(allItems(execution, STEPS.start, 1));
	const failed = byMember(allItems(execution, STEPS.wait, 2));
	const reports = byMember(allItems(execution, STEPS.fetch, 1));
	const jobs = byMember(allItems(execution, STEPS.start, 0));
	const errors = byMember([
		...allItems(execution, STEPS.match, 2),
		...allItems(execution, STEPS.start, 2),
		...allItems(execution, STEPS.wait, 3),
		...allItems(execution, STEPS.fetch, 2),
	]);
	const fetched = fetchedResources(execution);
	return roster.map(({ json }) => {
		const memberId = String(json.memberId);
		const reportsOfMember = reports.get(memberId) ?? [];
		const resources = groupedByType((fetched.get(memberId) ?? []).flatMap((batch) => batch.resources));
		const verdict = verdictOf({
			error: errors.get(memberId)?.[0],
			notAsked: (notMatched.get(memberId) ?? notStarted.get(memberId))?.[0],
			failed: failed.get(memberId)?.[0],
			reports: reportsOfMember,
		});
		return {
			memberId,
			...verdict,
			jobId: String(jobs.get(memberId)?.[0]?.json.jobId ?? ''),
			batches: fetched.get(memberId)?.length ?? 0,
			resources,
			seconds: reportsOfMember.reduce((sum, { json: report }) => sum + Number(report.seconds ?? 0), 0),
		};
	});
}

/** The texts of all Bundles that Fetch Batch gave where its Output As is FHIR Bundles as Text. */
export function bundleTexts(execution: N8nExecution): string[] {
	return allItems(execution, STEPS.fetch, 0).map(({ json }) => String(json.bundle));
}

function verdictOf(found: { error?: N8nItem; notAsked?: N8nItem; failed?: N8nItem; reports: N8nItem[] }): {
	outcome: string;
	reason: string;
} {
	const { error, notAsked, failed, reports } = found;
	if (error) return { outcome: 'error', reason: String(error.json.error) };
	const told = notAsked ?? failed;
	if (told) return { outcome: String(told.json.outcome), reason: String(told.json.reason) };
	if (reports.length === 0) return { outcome: 'unaccounted for', reason: '' };
	const partial = reports.find(({ json }) => json.outcome !== 'complete');
	if (partial) return { outcome: 'partial', reason: String(partial.json.reason ?? '') };
	const none = reports.every(({ json }) => json.batch === undefined);
	return { outcome: none ? 'empty' : 'completed', reason: '' };
}

/** The batches of each member with their resources: a resource item names its batch by pairedItem. */
function fetchedResources(execution: N8nExecution): Map<string, Batch[]> {
	const batches = new Map<string, Batch[]>();
	for (const run of execution.runData[STEPS.fetch] ?? []) {
		const [source] = (run.source ?? []) as Array<{ previousNodeRun?: number } | null>;
		const input = execution.runData[STEPS.wait]?.[source?.previousNodeRun ?? 0]?.data?.main[0] ?? [];
		const ofRun = input.map((item): Batch => ({ item, resources: [] }));
		for (const { json, pairedItem } of run.data?.main[0] ?? []) {
			const { item } = pairedItem as { item: number };
			ofRun[item].resources.push(json);
		}
		for (const batch of ofRun.filter(({ item }) => item.json.url !== undefined)) {
			const memberId = String(batch.item.json.memberId);
			batches.set(memberId, [...(batches.get(memberId) ?? []), batch]);
		}
	}
	return batches;
}

function allItems(execution: N8nExecution, node: string, output: number): N8nItem[] {
	return (execution.runData[node] ?? []).flatMap((run) => run.data?.main[output] ?? []);
}

function byMember(items: N8nItem[]): Map<string, N8nItem[]> {
	const found = new Map<string, N8nItem[]>();
	for (const item of items) {
		const memberId = String(item.json.memberId);
		found.set(memberId, [...(found.get(memberId) ?? []), item]);
	}
	return found;
}

function groupedByType(resources: unknown[]): Map<string, unknown[]> {
	const types = new Map<string, unknown[]>();
	for (const resource of resources) {
		const type = String((resource as { resourceType?: unknown }).resourceType);
		const ofType = types.get(type) ?? [];
		ofType.push(resource);
		types.set(type, ofType);
	}
	return types;
}
