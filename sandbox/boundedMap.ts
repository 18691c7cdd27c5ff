/** How many tokens, jobs and the like are kept where nothing else is said. */
const DEFAULT_MAX = 10_000;

/** A Map that forgets the key that was set first when there are too many. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
	constructor(private readonly max = DEFAULT_MAX) {
		super();
	}

	override set(key: Key, value: Value): this {
		super.set(key, value);
		const [oldest] = this.keys();
		if (this.size > this.max) this.delete(oldest);
		return this;
	}
}
