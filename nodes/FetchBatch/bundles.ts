import type { IDataObject } from 'n8n-workflow';

/** How large a Bundle may become. */
export interface BundleLimits {
	/** From 1 to MOST_BUNDLE_ENTRIES. */
	entries: number;
	/** Of its JSON. A resource that is larger has a Bundle of its own. */
	bytes: number;
}

/** Of one Bundle: what FHIR servers take in one transaction without special settings. */
export const MAX_BUNDLE_ENTRIES = 1000;

/** Why a resource cannot be put into a transaction Bundle. */
export const NOT_BUNDLEABLE = 'The resource has no id (or no type) that a FHIR server could store it by';

const FHIR_ID = /^(?!\.+$)[A-Za-z0-9\-.]{1,64}$/;
const RESOURCE_TYPE = /^[A-Z][A-Za-z]{0,63}$/;
const FRAME_BYTES = '{"resourceType":"Bundle","type":"transaction","entry":[]}'.length;
const ENTRY_BYTES = '{"resource":,"request":{"method":"PUT","url":""}},'.length;

/**
 * Puts resources into transaction Bundles (FHIR R4, 3.1.0.11) in the order in which they come: each is a PUT of `Type/id`, so that
 * a second run stores the same, and references stay as they are. No Bundle names a resource twice, which servers refuse: a
 * later version of one opens the next Bundle.
 */
export class BundleBuilder {
	readonly bundles: IDataObject[] = [];
	private entries: IDataObject[] = [];
	private urls = new Set<string>();
	private bytes = 0;

	constructor(private readonly limits: BundleLimits) {}

	/**
	 * @param resourceBytes of the resource's JSON
	 * @returns why the resource has no place in a Bundle, where it has none
	 */
	add(resource: IDataObject, resourceBytes: number): string | undefined {
		const { resourceType, id } = resource;
		if (typeof resourceType !== 'string' || typeof id !== 'string') return NOT_BUNDLEABLE;
		if (!RESOURCE_TYPE.test(resourceType) || !FHIR_ID.test(id)) return NOT_BUNDLEABLE;
		const url = `${resourceType}/${id}`;
		const bytes = resourceBytes + ENTRY_BYTES + url.length;
		const isFull =
			this.entries.length >= this.limits.entries ||
			this.bytes + bytes > this.limits.bytes ||
			this.urls.has(url);
		if (this.entries.length === 0 || isFull) this.open();
		this.entries.push({ resource, request: { method: 'PUT', url } });
		this.urls.add(url);
		this.bytes += bytes;
		return undefined;
	}

	private open(): void {
		this.entries = [];
		this.urls = new Set();
		this.bytes = FRAME_BYTES;
		this.bundles.push({ resourceType: 'Bundle', type: 'transaction', entry: this.entries });
	}
}
