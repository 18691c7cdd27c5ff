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

/** Puts another version of a resource in the place of one. @param text as written */
export type Replace = (resource: IDataObject, text: string) => void;

/**
 * Groups resources into transaction Bundles (FHIR R4, 3.1.0.11), in order. Each entry is a PUT of `Type/id`, so that a
 * second run is idempotent and references stay valid. Servers reject a Bundle that contains a resource twice, so a second
 * version starts a new Bundle.
 */
abstract class Bundler {
	private urls = new Set<string>();
	private bytes = 0;
	private count = 0;

	/** @param promised resource type of the file according to the manifest */
	constructor(
		private readonly limits: BundleLimits,
		private readonly promised?: string,
	) {}

	/**
	 * @param resourceBytes size of the resource's JSON
	 * @param text its JSON as written; not needed for objects
	 * @returns the reason if the resource cannot be put into a Bundle
	 */
	add(resource: IDataObject, resourceBytes: number, text = ''): string | undefined {
		const { resourceType, id } = resource;
		if (typeof resourceType !== 'string' || typeof id !== 'string') return NOT_BUNDLEABLE;
		if (!RESOURCE_TYPE.test(resourceType) || !FHIR_ID.test(id)) return NOT_BUNDLEABLE;
		if (!isMemberDataType(resourceType)) return NOT_MEMBER_DATA;
		if (this.promised !== undefined && this.promised !== resourceType) return NOT_AS_PROMISED;
		const url = `${resourceType}/${id}`;
		const bytes = resourceBytes + ENTRY_BYTES + url.length;
		const isFull =
			this.count >= this.limits.entries || this.bytes + bytes > this.limits.bytes || this.urls.has(url);
		if (this.count === 0 || isFull) {
			this.urls = new Set();
			this.bytes = FRAME_BYTES;
			this.count = 0;
			this.open();
		}
		this.put(resource, text, url);
		this.urls.add(url);
		this.bytes += bytes;
		this.count += 1;
		return undefined;
	}

	/** How to replace the resource that was added last by another of the same type and id. */
	abstract replaceLast(): Replace;

	protected abstract open(): void;
	protected abstract put(resource: IDataObject, text: string, url: string): void;
}

/** Bundles as objects. */
export class BundleBuilder extends Bundler {
	readonly bundles: IDataObject[] = [];
	private entries: IDataObject[] = [];

	replaceLast(): Replace {
		const last = this.entries[this.entries.length - 1];
		return (resource) => void (last.resource = resource);
	}

	protected open(): void {
		this.entries = [];
		this.bundles.push({ resourceType: 'Bundle', type: 'transaction', entry: this.entries });
	}

	protected put(resource: IDataObject, _text: string, url: string): void {
		this.entries.push({ resource, request: { method: 'PUT', url } });
	}
}

/** Bundles as JSON text: of each resource what the payer wrote, letter for letter. */
export class BundleTextBuilder extends Bundler {
	private readonly all: string[][] = [];
	private entries: string[] = [];

	replaceLast(): Replace {
		const { entries } = this;
		const at = entries.length - 1;
		return ({ resourceType, id }, text) =>
			void (entries[at] = entryText(`${String(resourceType)}/${String(id)}`, text));
	}

	/** The texts with the numbers of their entries. They are then no longer held here. */
	take(): Array<{ count: number; bundle: string }> {
		return this.all.splice(0).map((entries) => ({
			count: entries.length,
			bundle: `{"resourceType":"Bundle","type":"transaction","entry":[${entries.join(',')}]}`,
		}));
	}

	protected open(): void {
		this.entries = [];
		this.all.push(this.entries);
	}

	protected put(_resource: IDataObject, text: string, url: string): void {
		this.entries.push(entryText(url, text));
	}
}

/** @param url of a type and an id, which hold nothing that JSON would have to escape */
function entryText(url: string, text: string): string {
	return `{"resource":${text},"request":{"method":"PUT","url":"${url}"}}`;
}
