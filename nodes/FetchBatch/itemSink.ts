import type { IDataObject } from 'n8n-workflow';
import type { OnResource } from '../shared/files/intakeOptions';
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
	private readonly removed = new Set<number>();
	private readonly bundles?: BundleOutput;

	constructor(
		batch: Batch,
		private readonly settings: SinkSettings,
	) {
		if (settings.outputAs !== 'items') this.bundles = new BundleOutput(batch, settings);
	}

	/** Makes the Bundles. @param firstBundle place of the first in the file, from 1. @returns how many there are */
	finish(report: Routed, facts: FileFacts, firstBundle: number): number {
		if (!this.bundles) {
			this.takeOutRemoved();
			return 0;
		}
		for (const item of this.bundles.take(report, facts, firstBundle)) this.items.push(item);
		return this.items.length;
	}

	/** Adds a resource. @returns the reason if it cannot be put into a Bundle */
	readonly onResource: OnResource = (resource, line, bytes, owner, text, references) => {
		if (this.bundles) return this.bundles.add(resource, bytes, text, references);
		this.items.push(this.settings.itemOf(resource, line, owner));
		return undefined;
	};

	/** The resource that was added last, which another version may take the place of, here or in another sink. */
	last(): { replace: OnResource; remove(): void } {
		const { items, settings, bundles, removed } = this;
		if (bundles) {
			const { replace, remove } = bundles.last();
			return {
				remove,
				replace: (resource, _line, _bytes, _owner, text, references) => replace(resource, text, references),
			};
		}
		const place = items.length - 1;
		return {
			remove: () => void removed.add(place),
			replace: (resource, line, _bytes, owner) =>
				void (items[place] = settings.itemOf(resource, line, owner)),
		};
	}

	private takeOutRemoved(): void {
		if (this.removed.size === 0) return;
		const { items, removed } = this;
		let kept = 0;
		items.forEach((item, place) => {
			if (removed.has(place)) return;
			items[kept] = item;
			kept += 1;
		});
		items.length = kept;
		removed.clear();
	}
}

/**
 * Adds each resource to the sink that it belongs to, one of each type and id where that is wanted: another version takes the place of the one
 * before, in whichever sink that is.
 */
export function intoSinks(sinkOf: (resource: IDataObject) => ItemSink, isOneEach: boolean): OnResource {
	if (!isOneEach) return (resource, ...at) => sinkOf(resource).onResource(resource, ...at);
	let used: ItemSink | undefined;
	const add: OnResource = (resource, ...at) => {
		used = sinkOf(resource);
		return used.onResource(resource, ...at);
	};
	return oneOfEach(add, () => {
		let sink = used;
		let last = sink?.last();
		return (resource, ...at) => {
			const next = sinkOf(resource);
			if (next === sink) return last?.replace(resource, ...at);
			last?.remove();
			const reason = next.onResource(resource, ...at);
			[sink, last] = [next, next.last()];
			return reason;
		};
	});
}
