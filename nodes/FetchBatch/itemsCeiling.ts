import { ITEMS_LIMITS } from '../shared/fhir/limits';
import { ExchangeError } from '../shared/n8n/exchangeError';

const MEGABYTE = 1024 * 1024;

/** How much Items and Bundles may hold in n8n's memory, in one run of the node. */
export interface ItemsLimits {
	resources: number;
	megabytes: number;
}

/**
 * What all items of a node run together hold in memory. n8n keeps every item of a run, so it is the sum that counts, whatever the number
 * of files. Of the JSON values, which bytes alone do not bound, as many are allowed for each megabyte as three times what FHIR has.
 */
export class ItemsCeiling {
	private resources = 0;
	private bytes = 0;
	private values = 0;

	constructor(private readonly limits: ItemsLimits) {}

	/** The share of one input item, or of one attempt at it. */
	share(): ItemsShare {
		let [resources, bytes, values] = [0, 0, 0];
		return {
			// Called for each resource, so it makes no object.
			take: (moreBytes, moreValues) => {
				resources += 1;
				bytes += moreBytes;
				values += moreValues;
				this.resources += 1;
				this.bytes += moreBytes;
				this.values += moreValues;
				this.throwIfFull();
			},
			giveBack: () => {
				this.resources -= resources;
				this.bytes -= bytes;
				this.values -= values;
				[resources, bytes, values] = [0, 0, 0];
			},
		};
	}

	private throwIfFull(): void {
		const { resources, megabytes } = this.limits;
		const values = megabytes * ITEMS_LIMITS.valuesPerMegabyte;
		const full =
			this.resources > resources
				? `${count(resources)} resources`
				: this.bytes > megabytes * MEGABYTE
					? `${count(megabytes)} MB of NDJSON`
					: this.values > values
						? `${count(values)} JSON values`
						: undefined;
		if (full === undefined) return;
		throw new ExchangeError(`The items of this run are more than ${full}, so nothing of this file was kept`, {
			whatToDo:
				"n8n keeps all items in memory. Set 'Output As' to NDJSON File, and work through the file with Read NDJSON File. Where n8n has the memory, raise Options > Items Up To (Resources) and Items Up To (MB).",
		});
	}
}

/** What one input item holds of the ceiling. */
export interface ItemsShare {
	/** Counts one resource. @throws ExchangeError if the items of the run then exceed the ceiling */
	take(bytes: number, values: number): void;
	/** Nothing of this item, or of this attempt, is kept. */
	giveBack(): void;
}

function count(number: number): string {
	return number.toLocaleString('en-US');
}
