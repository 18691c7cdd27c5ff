import { createHash } from 'node:crypto';
import { withFirst } from './exportJobs';
import { sha256 } from './ids';
import {
	batchesOf,
	resourceCountOf,
	type ExportOutcome,
	type MatchOutcome,
	type Member,
	type ResourceType,
} from './members';
import { lineOf, ndjsonOf, resourcesOf } from './resources';

/** What there is of one type. */
export interface TypeTruth {
	resources: number;
	/** `hashResources` over all of them. */
	sha256: string;
}

/** What one output file holds, in the order of the manifest. */
export interface FileTruth {
	type: ResourceType;
	resources: number;
	bytes: number;
	/** SHA-256 of the bytes of the file. */
	sha256: string;
}

/** All that a tester needs to prove that what was fetched is what there is; failed batches are not part of it. */
export interface Truth {
	key: string;
	memberId: string;
	inRoster: boolean;
	outcome: MatchOutcome;
	export?: ExportOutcome;
	/** All batches of the job, failed ones too. */
	batches: number;
	failedBatches: number;
	resources: number;
	types: Partial<Record<ResourceType, TypeTruth>>;
	files: FileTruth[];
}

/** One hash over resources in any order: SHA-256 of the sorted, newline-joined hashes of each one's JSON. */
export function hashResources(resources: Iterable<unknown>): string {
	return hashOfHashes(Array.from(resources, (resource) => sha256(JSON.stringify(resource))));
}

function hashOfHashes(hashes: string[]): string {
	return sha256(hashes.sort().join('\n'));
}

/** Makes a member's data and says what it is; `resources` is the setting of that name. */
export function truthOf(member: Member, resources: number | '' = ''): Truth {
	const all = batchesOf(member, resources);
	const hashes = new Map<ResourceType, string[]>();
	const files = withFirst(all)
		.filter((batch) => !batch.fails)
		.map((batch): FileTruth => {
			const ofType = hashes.get(batch.type) ?? [];
			hashes.set(batch.type, ofType);
			const file = createHash('sha256');
			let bytes = 0;
			for (const chunk of ndjsonOf(remember(resourcesOf(member, all, batch), ofType))) {
				file.update(chunk);
				bytes += chunk.length;
			}
			return { type: batch.type, resources: batch.count, bytes, sha256: file.digest('hex') };
		});
	const types = [...hashes].map(([type, ofType]) => [
		type,
		{ resources: ofType.length, sha256: hashOfHashes(ofType) },
	]);
	return {
		key: member.key,
		memberId: member.row.memberId,
		inRoster: member.inRoster,
		outcome: member.outcome,
		export: member.export,
		batches: all.length,
		failedBatches: all.filter((batch) => batch.fails).length,
		resources: resourceCountOf(all),
		types: Object.fromEntries(types) as Truth['types'],
		files,
	};
}

/** Every line that the sandbox gives out for a member, by `Type/id`: the text that must arrive, digit for digit. */
export function linesOf(member: Member): Map<string, string> {
	const all = batchesOf(member);
	const batches = withFirst(all).filter((batch) => !batch.fails);
	const resources = batches.flatMap((batch) => [...resourcesOf(member, all, batch)]);
	return new Map(resources.map((each) => [`${each.resourceType}/${each.id}`, lineOf(each)]));
}

function* remember(resources: Iterable<fhir4.FhirResource>, hashes: string[]): Generator<fhir4.FhirResource> {
	for (const resource of resources) {
		hashes.push(sha256(JSON.stringify(resource)));
		yield resource;
	}
}
