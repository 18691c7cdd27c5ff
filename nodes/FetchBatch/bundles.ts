import type { IDataObject } from 'n8n-workflow';
import type { ResourceReference } from '../shared/files/preparer';
import { isMemberDataType } from '../shared/fhir/resourceTypes';

/** Size limits of a Bundle. */
export interface BundleLimits {
	/** From 1 to MAX_BUNDLE_ENTRIES. */
	entries: number;
	/** Size of its JSON. A larger resource gets a Bundle of its own. */
	bytes: number;
}

/** Entries of one Bundle. FHIR servers accept this many in a transaction without special settings. */
export const MAX_BUNDLE_ENTRIES = 1000;

/** Reason for rejecting a resource that cannot be put into a transaction Bundle. */
export const NOT_BUNDLEABLE = 'The resource has no id (or no type) that a FHIR server could store it by';

/** Reasons for rejecting a resource that has an id. */
export const NOT_MEMBER_DATA = 'The resource is of a type that is no data of a member, so no Bundle holds it';
export const NOT_AS_PROMISED =
	'The resource is of another type than the manifest promises, so no Bundle holds it';

const FHIR_ID = /^(?!\.+$)[A-Za-z0-9\-.]{1,64}$/;
const RESOURCE_TYPE = /^[A-Z][A-Za-z]{0,63}$/;
const FRAME_BYTES = '{"resourceType":"Bundle","type":"transaction","entry":[]}'.length;
const ENTRY_BYTES = '{"resource":,"request":{"method":"PUT","url":""}},'.length;

/** What was added last, which another version may take the place of. */
export interface Added {
	/** @param text as written */
	replace(resource: IDataObject, text: string, references: readonly ResourceReference[]): void;
	remove(): void;
}

/** What a Bundle asks of a server: all or nothing, or each resource for itself (FHIR R4, 3.1.0.11). */
export type BundleType = 'transaction' | 'batch';

/** One Bundle before it is written. */
export interface BundlePage<Entry> {
	/** `Type/id` of its resources, in order. */
	urls: string[];
	entries: Entry[];
	/** References to resources that it does not hold. */
	referencesOutside: number;
}

interface Slot<Entry> {
	url: string;
	entry: Entry;
	/** What it refers to, where that is counted. */
	references: readonly ResourceReference[];
	isRemoved?: boolean;
}

/**
 * Groups resources into transaction Bundles (FHIR R4, 3.1.0.11), in order. Each entry is a PUT of `Type/id`, so that a
 * second run is idempotent and references stay valid. Servers reject a Bundle that contains a resource twice, so a second
 * version starts a new Bundle.
 * @param Entry an entry as an object, or as JSON text
 */
export class Bundler<Entry> {
	private readonly pages: Array<Array<Slot<Entry>>> = [];
	private slots: Array<Slot<Entry>> = [];
	private urls = new Set<string>();
	private bytes = 0;

	/**
	 * @param entryOf writes an entry; of objects only the resource counts, of texts only the text
	 * @param promised resource type of the file according to the manifest
	 */
	constructor(
		private readonly limits: BundleLimits,
		private readonly entryOf: (url: string, resource: IDataObject, text: string) => Entry,
		private readonly promised?: string,
	) {}

	/**
	 * @param resourceBytes size of the resource's JSON
	 * @param text its JSON as written; not needed for objects
	 * @param references what it refers to, to count what lies outside of its Bundle
	 * @returns the reason if the resource cannot be put into a Bundle
	 */
	add(
		resource: IDataObject,
		resourceBytes: number,
		text = '',
		references: readonly ResourceReference[] = [],
	): string | undefined {
		const { resourceType, id } = resource;
		if (typeof resourceType !== 'string' || typeof id !== 'string') return NOT_BUNDLEABLE;
		if (!RESOURCE_TYPE.test(resourceType) || !FHIR_ID.test(id)) return NOT_BUNDLEABLE;
		if (!isMemberDataType(resourceType)) return NOT_MEMBER_DATA;
		if (this.promised !== undefined && this.promised !== resourceType) return NOT_AS_PROMISED;
		const url = `${resourceType}/${id}`;
		const bytes = resourceBytes + ENTRY_BYTES + url.length;
		const isFull =
			this.slots.length >= this.limits.entries ||
			this.bytes + bytes > this.limits.bytes ||
			this.urls.has(url);
		if (this.slots.length === 0 || isFull) {
			this.urls = new Set();
			this.bytes = FRAME_BYTES;
			this.slots = [];
			this.pages.push(this.slots);
		}
		this.slots.push({ url, entry: this.entryOf(url, resource, text), references });
		this.urls.add(url);
		this.bytes += bytes;
		return undefined;
	}

	/** The resource that was added last. */
	last(): Added {
		const slot = this.slots[this.slots.length - 1];
		return {
			replace: (resource, text, references) => {
				slot.entry = this.entryOf(slot.url, resource, text);
				slot.references = references;
			},
			remove: () => {
				slot.isRemoved = true;
			},
		};
	}

	/**
	 * The Bundles in order. They are then no longer held here.
	 * @param rank by which the entries of each are sorted, by their type
	 */
	take(rank?: (type: string) => number): Array<BundlePage<Entry>> {
		const pages = this.pages.splice(0).map((slots) => slots.filter(({ isRemoved }) => isRemoved !== true));
		return pages
			.filter((slots) => slots.length > 0)
			.map((slots) => {
				const rankOf = ({ url }: Slot<Entry>) => rank?.(url.slice(0, url.indexOf('/'))) ?? 0;
				const sorted = rank ? slots.sort((a, b) => rankOf(a) - rankOf(b)) : slots;
				const urls = sorted.map(({ url }) => url);
				const referencesOutside = countOutside(sorted, urls);
				return { urls, entries: sorted.map(({ entry }) => entry), referencesOutside };
			});
	}
}

function countOutside(slots: ReadonlyArray<Slot<unknown>>, urls: readonly string[]): number {
	if (slots.every(({ references }) => references.length === 0)) return 0;
	const held = new Set(urls);
	return slots.reduce(
		(sum, { references }) => sum + references.filter(({ url }) => !held.has(url)).length,
		0,
	);
}

/** An entry as an object. */
export function entryObject(url: string, resource: IDataObject): IDataObject {
	return { resource, request: { method: 'PUT', url } };
}

/**
 * An entry as JSON text: of the resource what the payer wrote, letter for letter.
 * @param url of a type and an id, which hold nothing that JSON would have to escape
 */
export function entryText(url: string, _resource: IDataObject, text: string): string {
	return `{"resource":${text},"request":{"method":"PUT","url":"${url}"}}`;
}

export function bundleObject(type: BundleType, entry: IDataObject[]): IDataObject {
	return { resourceType: 'Bundle', type, entry };
}

export function bundleText(type: BundleType, entries: readonly string[]): string {
	return `{"resourceType":"Bundle","type":"${type}","entry":[${entries.join(',')}]}`;
}
