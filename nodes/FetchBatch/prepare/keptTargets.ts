/** Bytes of the hash in an id. */
const HASH_BYTES = 20;
const FIRST_IDS = 1024;

/** The resources of a stored file, for its Provenance: 21 bytes each. */
export class KeptTargets {
	private readonly types: string[] = [];
	private typeOf = new Uint8Array(FIRST_IDS);
	private hashes = Buffer.alloc(FIRST_IDS * HASH_BYTES);
	private count = 0;

	/** @param prefix what each id begins with, its dash too */
	constructor(private readonly prefix: string) {}

	/** @param id ends in the hexadecimal digits of its hash */
	add(type: string, id: string): void {
		if (this.count === this.typeOf.length) this.grow();
		let index = this.types.indexOf(type);
		if (index < 0) index = this.types.push(type) - 1;
		this.typeOf[this.count] = index;
		this.hashes.write(id.slice(-HASH_BYTES * 2), this.count * HASH_BYTES, 'hex');
		this.count += 1;
	}

	/** `Type/id` of all, in groups of a size. */
	*groups(size: number): Generator<string[]> {
		for (let from = 0; from < this.count; from += size) {
			const until = Math.min(from + size, this.count);
			yield Array.from({ length: until - from }, (_, offset) => this.at(from + offset));
		}
	}

	private at(index: number): string {
		const start = index * HASH_BYTES;
		const hash = this.hashes.toString('hex', start, start + HASH_BYTES);
		return `${this.types[this.typeOf[index]]}/${this.prefix}${hash}`;
	}

	private grow(): void {
		const { typeOf, hashes } = this;
		this.typeOf = new Uint8Array(typeOf.length * 2);
		this.typeOf.set(typeOf);
		this.hashes = Buffer.alloc(hashes.length * 2);
		hashes.copy(this.hashes);
	}
}
