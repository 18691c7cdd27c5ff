import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import { FHIR_ID_PATTERN } from '../../shared/fhir/ids';
import { shortText } from '../../shared/fhir/values';
import { someOf } from './extensions';
import { IMPORT_LIMITS } from './limits';

/** An Organization or an Endpoint of a directory. */
export interface Listed {
	resource: IDataObject;
	/** How findings name it. */
	label: string;
	bundle: ListedBundle;
	/** Its entry has a `fullUrl`. */
	hasAddress: boolean;
}

/** What is said of a Bundle as a whole. */
export interface ListedBundle {
	/** It is one of PDex for mutual TLS: signed by its author, which is not verified here. */
	isMtls: boolean;
	isSigned: boolean;
}

/** The resources of one directory, found by the references to them. */
export class ListedResources {
	readonly organizations: Listed[] = [];
	readonly endpoints: Listed[] = [];
	/** There were more than are read. */
	isCut = false;
	/** Undefined for a name that means several resources. */
	private readonly byName = new Map<string, Listed | undefined>();
	private entries = 0;

	/** Takes the entries of a Bundle, and of the Bundles among them. */
	add(bundle: IDataObject, isInner = false): void {
		const about = aboutBundle(bundle);
		for (const entry of objectsOf(bundle.entry)) {
			this.entries += 1;
			const { resource } = entry;
			if (!isObject(resource)) continue;
			if (resource.resourceType === 'Bundle' && !isInner) this.add(resource, true);
			else this.addResource(resource, entry.fullUrl, about);
			if (this.isCut) return;
		}
	}

	private addResource(resource: IDataObject, fullUrl: unknown, bundle: ListedBundle): void {
		const list = this.listOf(resource.resourceType);
		if (!list) return;
		if (this.organizations.length + this.endpoints.length >= IMPORT_LIMITS.resources) {
			this.isCut = true;
			return;
		}
		const url = shortText(fullUrl, IMPORT_LIMITS.addressLetters);
		const local = localName(resource);
		const known = this.byName.get(url ?? local ?? '');
		// A page may repeat what an earlier page has included.
		if (known && isSame(known.resource, resource)) return;
		const label = `entry ${this.entries}${local === undefined ? '' : ` (${local})`}`;
		const listed = { resource, label, bundle, hasAddress: url !== undefined };
		list.push(listed);
		for (const name of [url, local]) {
			if (name !== undefined) this.byName.set(name, this.byName.has(name) ? undefined : listed);
		}
	}

	private listOf(type: unknown): Listed[] | undefined {
		return type === 'Organization' ? this.organizations : type === 'Endpoint' ? this.endpoints : undefined;
	}

	/** The resource of this type that a Reference means; undefined if it is not here, or several are called so. */
	referred(type: 'Organization' | 'Endpoint', reference: unknown): Listed | undefined {
		const found = this.named(reference);
		return found?.resource.resourceType === type ? found : undefined;
	}

	private named(reference: unknown): Listed | undefined {
		const written = isObject(reference)
			? shortText(reference.reference, IMPORT_LIMITS.addressLetters)
			: undefined;
		if (written === undefined) return undefined;
		const name = written.replace(/\/_history\/[^/]*$/, '');
		if (this.byName.has(name)) return this.byName.get(name);
		const found = this.byName.get(name.split('/').slice(-2).join('/'));
		// Where the entry says its address, another one with the same id is another resource.
		return found?.hasAddress === false ? found : undefined;
	}

	/** The resources of this type that a list of References means. */
	allReferred(type: 'Organization' | 'Endpoint', references: unknown): Listed[] {
		return someOf(references).flatMap((each) => this.referred(type, each) ?? []);
	}
}

function localName({ resourceType, id }: IDataObject): string | undefined {
	const known = textOf(id);
	return known !== undefined && FHIR_ID_PATTERN.test(known) ? `${String(resourceType)}/${known}` : undefined;
}

function isSame(one: IDataObject, other: IDataObject): boolean {
	const keys = ['resourceType', 'id', 'name', 'address', 'status', 'active'];
	return keys.every((key) => one[key] === other[key]);
}

function aboutBundle({ meta, type, signature }: IDataObject): ListedBundle {
	const profiles = isObject(meta) && Array.isArray(meta.profile) ? meta.profile.slice(0, 20) : [];
	const isStated = profiles.some((each) => typeof each === 'string' && /\/mtls-bundle(?:\||$)/.test(each));
	const isSigned = isObject(signature);
	return { isMtls: isStated || (type === 'collection' && isSigned), isSigned };
}
