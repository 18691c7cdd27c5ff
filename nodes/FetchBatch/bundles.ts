import type { IDataObject } from 'n8n-workflow';
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

/**
 * Groups resources into transaction Bundles (FHIR R4, 3.1.0.11), in order. Each entry is a PUT of `Type/id`, so that a
 * second run is idempotent and references stay valid. Servers reject a Bundle that contains a resource twice, so a second
 * version starts a new Bundle.
 * `Entry` is how a resource is held: as an object, or as its text.
 */
export class BundleBuilder<Entry extends IDataObject | string = IDataObject> {
	private readonly all: Array<Array<{ resource: Entry; url: string }>> = [];
	private entries: Array<{ resource: Entry; url: string }> = [];
	private urls = new Set<string>();
	private bytes = 0;

	/** @param promised resource type of the file according to the manifest */
	constructor(
		private readonly limits: BundleLimits,
		private readonly promised?: string,
	) {}

	/**
	 * @param resourceBytes size of the resource's JSON
	 * @param entry how it is held
	 * @returns the reason if the resource cannot be put into a Bundle; else how to replace it by another of the same type and id
	 */
	add(resource: IDataObject, resourceBytes: number, entry: Entry): string | ((entry: Entry) => void) {
		const { resourceType, id } = resource;
		if (typeof resourceType !== 'string' || typeof id !== 'string') return NOT_BUNDLEABLE;
		if (!RESOURCE_TYPE.test(resourceType) || !FHIR_ID.test(id)) return NOT_BUNDLEABLE;
		if (!isMemberDataType(resourceType)) return NOT_MEMBER_DATA;
		if (this.promised !== undefined && this.promised !== resourceType) return NOT_AS_PROMISED;
		const url = `${resourceType}/${id}`;
		const bytes = resourceBytes + ENTRY_BYTES + url.length;
		const isFull =
			this.entries.length >= this.limits.entries ||
			this.bytes + bytes > this.limits.bytes ||
			this.urls.has(url);
		if (this.entries.length === 0 || isFull) this.open();
		const added = { resource: entry, url };
		this.entries.push(added);
		this.urls.add(url);
		this.bytes += bytes;
		return (other) => void (added.resource = other);
	}

	/** The Bundles, each made by a function of its entries; they are then no longer held here. */
	take<Bundle>(make: (entries: ReadonlyArray<{ resource: Entry; url: string }>) => Bundle): Bundle[] {
		const bundles: Bundle[] = [];
		for (let entries = this.all.shift(); entries; entries = this.all.shift()) bundles.push(make(entries));
		return bundles;
	}

	private open(): void {
		this.entries = [];
		this.urls = new Set();
		this.bytes = FRAME_BYTES;
		this.all.push(this.entries);
	}
}

/** A Bundle as an object. */
export function bundleObject(entries: ReadonlyArray<{ resource: IDataObject; url: string }>): IDataObject {
	const entry = entries.map(({ resource, url }) => ({ resource, request: { method: 'PUT', url } }));
	return { resourceType: 'Bundle', type: 'transaction', entry };
}

/** A Bundle as JSON text: of each resource what the payer wrote, letter for letter. */
export function bundleText(entries: ReadonlyArray<{ resource: string; url: string }>): string {
	const texts = entries.map(
		// The type and the id in `url` are letters, digits, "-" and "." only.
		({ resource, url }) => `{"resource":${resource},"request":{"method":"PUT","url":"${url}"}}`,
	);
	return `{"resourceType":"Bundle","type":"transaction","entry":[${texts.join(',')}]}`;
}
