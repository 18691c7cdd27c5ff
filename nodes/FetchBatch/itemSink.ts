import type { IDataObject } from 'n8n-workflow';
import type { OnResource, ResourceReference } from '../shared/files/batchIntake';
import type { Batch } from '../shared/files/batchItem';
import type { Owner } from '../shared/files/exportPatients';
import type { Routed } from '../shared/n8n/items';
import { BundleOutput } from './bundleOutput';
import { oneOfEach } from './oneEach';
import type { FileReferences } from './prepare/fileReferences';
import type { FileFacts, Preparation } from './prepare/preparation';
import type { FetchSettings } from './settings';

/** How resources become items. */
export interface SinkSettings extends FetchSettings {
	preparation?: Preparation;
	/** What prepared resources refer to. */
	references?: FileReferences;
	/** The item of a resource. */
	itemOf(resource: IDataObject, line: number, owner: Owner): IDataObject;
}

/** The items of one output: resources, or Bundles of them. */
export class ItemSink {
	/** One list to the end; Bundles are added when it is decided about every resource. */
	readonly items: IDataObject[] = [];
	readonly onResource: OnResource;
	private readonly bundles?: BundleOutput;

	constructor(
		batch: Batch,
		private readonly settings: SinkSettings,
	) {
		if (settings.outputAs !== 'items') this.bundles = new BundleOutput(batch, settings);
		const passOn: OnResource = (resource, line, bytes, owner, text, references) =>
			this.passOn(resource, { line, bytes, owner, text, references });
		this.onResource = settings.oneEach ? oneOfEach(passOn, () => this.replaceLast()) : passOn;
	}

	/** Makes the Bundles. @param firstBundle place of the first in the file, from 1. @returns how many there are */
	finish(report: Routed, facts: FileFacts, firstBundle: number): number {
		if (!this.bundles) return 0;
		this.items.push(...this.bundles.take(report, facts, firstBundle));
		return this.items.length;
	}

	private passOn(
		resource: IDataObject,
		at: { line: number; bytes: number; owner: Owner; text: string; references: readonly ResourceReference[] },
	): string | undefined {
		if (this.bundles) return this.bundles.add(resource, at.bytes, at.text, at.references);
		this.items.push(this.settings.itemOf(resource, at.line, at.owner));
		return undefined;
	}

	private replaceLast(): OnResource {
		const { items, settings, bundles } = this;
		const place = items.length - 1;
		if (!bundles) {
			return (resource, line, _bytes, owner) => void (items[place] = settings.itemOf(resource, line, owner));
		}
		const replace = bundles.replaceLast();
		return (resource, _line, _bytes, _owner, text, references) => replace(resource, text, references);
	}
}
