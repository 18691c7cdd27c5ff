import type { IDataObject } from 'n8n-workflow';
import { jobKey } from '../shared/exchange/jobKey';
import type { ManifestFile } from '../shared/exportJob/manifest';
import { countOf, flagOf, textOf } from '../shared/fhir/json';

/** What identifies a file when its address has changed. */
export type FileIdentity = Pick<ManifestFile, 'url' | 'type' | 'count'>;

/** How many items of a job have an address, a path, and a type with a count. */
interface JobAddresses {
	urls: Map<string, number>;
	paths: Map<string, number>;
	kinds: Map<string, number>;
}

/** The addresses of all items of a node run, by their job, so that no file is given the address of another. Made when first asked. */
export class RunAddresses {
	private jobs?: Map<string, JobAddresses>;

	/** @param items the input items of the run */
	constructor(private readonly items: readonly IDataObject[]) {}

	/**
	 * The address at which the payer now lists the file of an item: the one with the same path, else the one with the same type and count
	 * if there is one such file only. Its place in the list says nothing.
	 *
	 * @param listed the files of the job, or its files of deletions
	 * @param total number of both; where it is not what it was, type and count name no file
	 * @returns undefined if none is certain to be the file, or another item has that address
	 */
	currentUrl(
		item: IDataObject,
		file: FileIdentity,
		listed: readonly FileIdentity[],
		total: number,
	): string | undefined {
		const others = this.jobAddresses(item);
		const path = pathOf(file.url);
		const atPath = listed.filter(({ url }) => pathOf(url) === path);
		if (atPath.length === 1) {
			// A path that several items share names no file.
			const isOwn = (others.paths.get(path) ?? 0) <= 1 && !isContradicted(file, atPath[0]);
			return isOwn ? atPath[0].url : undefined;
		}
		const kind = kindOf(file);
		const alike = listed.filter((each) => kindOf(each) === kind);
		// Without a type, it must be the only file that there is and was.
		const isNamed = file.type !== undefined || (listed.length === 1 && (countOf(item.batchCount) ?? 1) === 1);
		if ((countOf(item.batchCount) ?? total) !== total) return undefined;
		if (!isNamed || alike.length !== 1 || (others.kinds.get(kind) ?? 0) > 1) return undefined;
		const [{ url }] = alike;
		const isTaken = others.urls.has(url) || (atPath.length === 0 && others.paths.has(pathOf(url)));
		return isTaken && url !== file.url ? undefined : url;
	}

	private jobAddresses(item: IDataObject): JobAddresses {
		this.jobs ??= addressesByJob(this.items);
		return this.jobs.get(listKey(item)) ?? newAddresses();
	}
}

function addressesByJob(items: readonly IDataObject[]): Map<string, JobAddresses> {
	const jobs = new Map<string, JobAddresses>();
	for (const item of items) {
		const url = textOf(item.url);
		if (url === undefined) continue;
		const key = listKey(item);
		const addresses = jobs.get(key) ?? newAddresses();
		jobs.set(key, addresses);
		addOne(addresses.urls, url);
		addOne(addresses.paths, pathOf(url));
		addOne(addresses.kinds, kindOf({ url, type: textOf(item.type), count: countOf(item.count) }));
	}
	return jobs;
}

function newAddresses(): JobAddresses {
	return { urls: new Map(), paths: new Map(), kinds: new Map() };
}

function addOne(counts: Map<string, number>, key: string): void {
	counts.set(key, (counts.get(key) ?? 0) + 1);
}

function listKey(item: IDataObject): string {
	return JSON.stringify([jobKey(item), flagOf(item.deleted) === true]);
}

/** The path of an address, without host, query and fragment: these may be signed anew. */
function pathOf(url: string): string {
	return url.replace(/^[a-z][a-z0-9+.-]{0,20}:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
}

function kindOf({ type, count }: FileIdentity): string {
	return JSON.stringify([type, count]);
}

/** Whether the payer now states something else of the file at that path. */
function isContradicted(file: FileIdentity, listed: FileIdentity): boolean {
	const differ = (one: unknown, other: unknown) => one !== undefined && other !== undefined && one !== other;
	return differ(file.type, listed.type) || differ(file.count, listed.count);
}
