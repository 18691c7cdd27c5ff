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
 */
export class BundleBuilder {
	readonly bundles: IDataObject[] = [];
	private entries: IDataObject[] = [];
	private urls = new Set<string>();
	private bytes = 0;

	/** @param promised resource type of the file according to the manifest */
	constructor(
		private readonly limits: BundleLimits,
		private readonly promised?: string,
	) {}

	/**
	 * @param resourceBytes size of the resource's JSON
	 * @returns the reason if the resource cannot be put into a Bundle
	 */
	add(resource: IDataObject, resourceBytes: number): string | undefined {
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
