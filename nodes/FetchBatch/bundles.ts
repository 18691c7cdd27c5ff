import type { IDataObject } from 'n8n-workflow';
import { isMemberDataType } from '../shared/fhir/resourceTypes';

/** How large a Bundle may become. */
export interface BundleLimits {
	/** From 1 to MOST_BUNDLE_ENTRIES. */
	entries: number;
	/** Of its JSON. A resource that is larger has a Bundle of its own. */
	bytes: number;
}

/** Of one Bundle: what FHIR servers take in one transaction without special settings. */
export const MOST_BUNDLE_ENTRIES = 1000;

/** Why a resource cannot be put into a transaction Bundle. */
export const NO_PLACE_IN_BUNDLE = 'The resource has no id (or no type) that a FHIR server could store it by';

/** Why a resource may not be put into one, though it has an id. */
export const NOT_MEMBER_DATA = 'The resource is of a type that is no data of a member, so no Bundle holds it';
export const NOT_AS_PROMISED =
	'The resource is of another type than the manifest promises, so no Bundle holds it';

const FHIR_ID = /^(?!\.+$)[A-Za-z0-9\-.]{1,64}$/;
const RESOURCE_TYPE = /^[A-Z][A-Za-z]{0,63}$/;
const FRAME_BYTES = '{"resourceType":"Bundle","type":"transaction","entry":[]}'.length;
const ENTRY_BYTES = '{"resource":,"request":{"method":"PUT","url":""}},'.length;

/**
 * Puts resources into transaction Bundles (FHIR R4, 3.1.0.11) in the order in which they come: each is a PUT of `Type/id`, so that
 * a second run stores the same, and references stay as they are. No Bundle names a resource twice, which servers refuse: a
 * later version of one opens the next Bundle.
 */
export class BundleMaker {
	readonly bundles: IDataObject[] = [];
	private entries: IDataObject[] = [];
	private urls = new Set<string>();
	private bytes = 0;

	/** @param promised type of the file by its manifest */
	constructor(
		private readonly limits: BundleLimits,
		private readonly promised?: string,
	) {}

	/**
	 * @param resourceBytes of the resource's JSON
	 * @returns why the resource has no place in a Bundle, where it has none
	 */
	add(resource: IDataObject, resourceBytes: number): string | undefined {
		const { resourceType, id } = resource;
		if (typeof resourceType !== 'string' || typeof id !== 'string') return NO_PLACE_IN_BUNDLE;
		if (!RESOURCE_TYPE.test(resourceType) || !FHIR_ID.test(id)) return NO_PLACE_IN_BUNDLE;
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
