import type { IDataObject } from 'n8n-workflow';
import { Column } from './columns';
import { hashOf, Hashes, HashTable } from './hashes';
import { bestIdentifier, organizationIdentifiers } from './identifiers';
import { TextPool } from './textPool';

/** The identifiers of the Organizations of a run, by the key of each: some 40 bytes for one. */
export class Organizations {
	private readonly keys = new Hashes();
	private readonly slots = new HashTable(this.keys);
	private readonly places = new Column(Uint32Array);
	private readonly own = new Column(Uint8Array);
	private readonly texts = new TextPool();
	private size = 0;

	/** @param ownIdentifiers those of our own plan */
	constructor(private readonly ownIdentifiers: ReadonlySet<string>) {}

	/** Takes an Organization. Of one that came twice, the identifier is the same in whatever order they came. */
	add({ identifier }: IDataObject, key: string): void {
		const identifiers = organizationIdentifiers(identifier);
		const best = bestIdentifier(identifiers);
		if (best === undefined) return;
		const hash = hashOf(key);
		const isOwn = identifiers.some((each) => this.ownIdentifiers.has(each));
		const known = this.slots.find(hash);
		if (known >= 0) {
			const before = this.texts.get(this.places.get(known));
			if (bestIdentifier([before, best]) !== before) this.places.set(known, this.texts.add(best));
			if (isOwn) this.own.set(known, 1);
			return;
		}
		const at = this.size;
		this.size += 1;
		this.keys.set(at, hash);
		this.slots.add(at);
		this.places.set(at, this.texts.add(best));
		this.own.set(at, isOwn ? 1 : 0);
	}

	/** The identifier of an Organization; undefined if it did not come, or has none. */
	identifierOf(key: string): string | undefined {
		const at = this.slots.find(hashOf(key));
		return at < 0 ? undefined : this.texts.get(this.places.get(at));
	}

	/** Whether an Organization is our own plan. */
	isOwn(key: string): boolean {
		const at = this.slots.find(hashOf(key));
		return at >= 0 && this.own.get(at) === 1;
	}

	get bytes(): number {
		const { keys, slots, places, own, texts } = this;
		return [keys, slots, places, own, texts].reduce((sum, { bytes }) => sum + bytes, 0);
	}
}
