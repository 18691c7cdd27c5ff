import type { IDataObject } from 'n8n-workflow';
import { countOf, omitEmpty } from '../shared/fhir/json';
import type { ResourceReference } from '../shared/files/preparer';
import type { Batch } from '../shared/files/batchItem';
import type { Routed } from '../shared/n8n/items';
import {
	bundleObject,
	bundleText,
	Bundler,
	entryObject,
	entryText,
	type BundlePage,
	type Added,
	type BundleType,
} from './bundles';
import type { FileReferences } from './prepare/fileReferences';
import { loadRank } from './prepare/loadOrder';
import type { FileFacts, Preparation } from './prepare/preparation';
import type { FetchSettings } from './settings';

/** The most that a target of a Provenance takes, and about what the rest of it does. */
const TARGET_BYTES = 160;
const PROVENANCE_BYTES = 10_000;

/** The Bundles of one file, as objects or as text. */
export class BundleOutput {
	private readonly references?: FileReferences;
	private readonly isText: boolean;
	private readonly bytesMore: number;
	private readonly objects: Bundler<IDataObject>;
	private readonly texts: Bundler<string>;
	private readonly bundleType: BundleType;
	private readonly preparation?: Preparation;

	constructor(
		private readonly batch: Batch,
		{
			outputAs,
			bundle,
			bundleType,
			preparation,
			references,
		}: FetchSettings & { preparation?: Preparation; references?: FileReferences },
	) {
		this.isText = outputAs === 'bundlesText';
		this.bundleType = bundleType;
		this.preparation = preparation;
		// A Provenance is added to each, and names each of its resources.
		const limits = preparation?.isRecorded
			? { entries: Math.max(bundle.entries - 1, 1), bytes: bundle.bytes - PROVENANCE_BYTES }
			: bundle;
		this.bytesMore = preparation?.isRecorded ? TARGET_BYTES : 0;
		this.objects = new Bundler(limits, entryObject, batch.type);
		this.texts = new Bundler(limits, entryText, batch.type);
		this.references = references;
	}

	/** @returns the reason if the resource cannot be put into a Bundle */
	add(
		resource: IDataObject,
		bytes: number,
		text: string,
		references: readonly ResourceReference[],
	): string | undefined {
		const reason = this.isText
			? this.texts.add(resource, bytes + this.bytesMore, text.trim(), references)
			: this.objects.add(resource, bytes + this.bytesMore, '', references);
		if (reason === undefined) this.references?.add(String(resource.id), references);
		return reason;
	}

	/** The resource that was added last. */
	last(): Added {
		if (!this.isText) return this.objects.last();
		const { replace, remove } = this.texts.last();
		return { remove, replace: (resource, text, references) => replace(resource, text.trim(), references) };
	}

	/**
	 * The items, one for each Bundle. They are then no longer held here.
	 * @param report gets the references that lead out of them
	 * @param firstBundle place of the first in the file, from 1
	 */
	take(report: Routed, facts: FileFacts, firstBundle: number): IDataObject[] {
		const rank = this.preparation && loadRank;
		const [objects, texts] = [this.objects.take(rank), this.texts.take(rank)];
		if (this.preparation) {
			const outside = [...objects, ...texts].reduce((sum, page) => sum + page.referencesOutside, 0);
			const before = countOf(report.json.referencesOutsideBundle) ?? 0;
			report.json.referencesOutsideBundle = before + outside;
		}
		return [
			...objects.map((page, index) => {
				const provenance = this.provenance(page, firstBundle + index, facts);
				const entries = provenance
					? [...page.entries, entryObject(`Provenance/${String(provenance.id)}`, provenance)]
					: page.entries;
				return bundleObject(this.bundleType, entries);
			}),
			...texts.map((page, index) => this.textItem(page, this.provenance(page, firstBundle + index, facts))),
		];
	}

	private provenance(
		{ urls }: BundlePage<unknown>,
		bundle: number,
		facts: FileFacts,
	): IDataObject | undefined {
		return this.preparation?.provenance(bundle, urls, facts);
	}

	/** Ready to be the raw body of a request. The resources themselves say whose they are. */
	private textItem(
		{ entries, referencesOutside }: BundlePage<string>,
		provenance: IDataObject | undefined,
	): IDataObject {
		const { envelope, batch, type, requiresAccessToken } = this.batch;
		const { payer, payerName, directoryKey, fhirBase, tenant, jobId, consentEnd, exchangeId } = envelope;
		const origin = { payer, payerName, directoryKey, fhirBase, tenant, jobId, consentEnd, exchangeId };
		const all = provenance
			? [...entries, entryText(`Provenance/${String(provenance.id)}`, provenance, JSON.stringify(provenance))]
			: entries;
		return {
			...omitEmpty<IDataObject>({ ...origin, requiresAccessToken, batch, type }),
			count: entries.length,
			...(this.preparation && { referencesOutsideBundle: referencesOutside }),
			bundle: bundleText(this.bundleType, all),
		};
	}
}
