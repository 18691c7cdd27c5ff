import type { IDataObject } from 'n8n-workflow';
import { omitEmpty } from '../shared/fhir/json';
import type { ResourceReference } from '../shared/files/batchIntake';
import type { Batch } from '../shared/files/batchItem';
import type { Routed } from '../shared/n8n/items';
import {
	bundleObject,
	bundleText,
	Bundler,
	entryObject,
	entryText,
	type BundlePage,
	type BundleType,
	type Replace,
} from './bundles';
import { FileReferences } from './prepare/fileReferences';
import { loadRank } from './prepare/loadOrder';
import type { FileFacts, Preparation } from './prepare/preparation';
import type { FetchSettings } from './settings';

/** The Bundles of one file, as objects or as text. */
export class BundleOutput {
	/** What the resources refer to, where they are prepared. */
	readonly references?: FileReferences;
	private readonly isText: boolean;
	private readonly objects: Bundler<IDataObject>;
	private readonly texts: Bundler<string>;
	private readonly bundleType: BundleType;
	private readonly preparation?: Preparation;

	constructor(
		private readonly batch: Batch,
		{ outputAs, bundle, bundleType, preparation }: FetchSettings & { preparation?: Preparation },
	) {
		this.isText = outputAs === 'bundlesText';
		this.bundleType = bundleType;
		this.preparation = preparation;
		// A Provenance is added to each.
		const entries = preparation?.isRecorded ? Math.max(bundle.entries - 1, 1) : bundle.entries;
		const limits = { ...bundle, entries };
		this.objects = new Bundler(limits, entryObject, batch.type);
		this.texts = new Bundler(limits, entryText, batch.type);
		if (preparation) this.references = new FileReferences();
	}

	/** @returns the reason if the resource cannot be put into a Bundle */
	add(
		resource: IDataObject,
		bytes: number,
		text: string,
		references: readonly ResourceReference[],
	): string | undefined {
		const reason = this.isText
			? this.texts.add(resource, bytes, text.trim(), references)
			: this.objects.add(resource, bytes, '', references);
		if (reason === undefined) this.references?.add(String(resource.id), references);
		return reason;
	}

	/** How to replace the resource that was added last by another of the same type and id. */
	replaceLast(): Replace {
		if (!this.isText) return this.objects.replaceLast();
		const replace = this.texts.replaceLast();
		return (resource, text, references) => replace(resource, text.trim(), references);
	}

	/** The items, one for each Bundle; with the numbers of the report. They are then no longer held here. */
	take(report: Routed, facts: FileFacts): IDataObject[] {
		const rank = this.preparation && loadRank;
		const [objects, texts] = [this.objects.take(rank), this.texts.take(rank)];
		if (this.preparation) {
			const outside = [...objects, ...texts].reduce((sum, page) => sum + page.referencesOutside, 0);
			report.json.referencesOutsideBundle = outside;
		}
		return [
			...objects.map((page, index) => {
				const provenance = this.provenance(page, index, facts);
				const entries = provenance
					? [...page.entries, entryObject(`Provenance/${String(provenance.id)}`, provenance)]
					: page.entries;
				return bundleObject(this.bundleType, entries);
			}),
			...texts.map((page, index) => this.textItem(page, this.provenance(page, index, facts))),
		];
	}

	private provenance(
		{ urls }: BundlePage<unknown>,
		index: number,
		facts: FileFacts,
	): IDataObject | undefined {
		return this.preparation?.provenance(index + 1, urls, facts);
	}

	/** Ready to be the raw body of a request. The resources themselves say whose they are. */
	private textItem(
		{ entries, referencesOutside }: BundlePage<string>,
		provenance: IDataObject | undefined,
	): IDataObject {
		const { envelope, batch, type } = this.batch;
		const { payer, payerName, tenant, jobId } = envelope;
		const all = provenance
			? [...entries, entryText(`Provenance/${String(provenance.id)}`, provenance, JSON.stringify(provenance))]
			: entries;
		return {
			...omitEmpty<IDataObject>({ payer, payerName, tenant, jobId, batch, type }),
			count: all.length,
			...(this.preparation && { referencesOutsideBundle: referencesOutside }),
			bundle: bundleText(this.bundleType, all),
		};
	}
}
