import { nameKey } from '../../shared/payers/directory/nameKey';

const MAX_KEY_CHARS = 40;

/** Gives each payer a key: its name in small letters, with a number where several have it. */
export class PayerKeys {
	private readonly given = new Set<string>();
	private readonly counts = new Map<string, number>();

	/** @param name of the payer @param host takes its place, if it has no letter that a key can have */
	keyFor(name: string, host: string): string {
		const base = slugOf(name) || slugOf(host) || 'payer';
		let count = (this.counts.get(base) ?? 0) + 1;
		let key = count === 1 ? base : `${base}-${count}`;
		// Signs do not count where keys are compared: "a-2" is "a2".
		while (this.given.has(nameKey(key))) {
			count += 1;
			key = `${base}-${count}`;
		}
		this.counts.set(base, count);
		this.given.add(nameKey(key));
		return key;
	}
}

function slugOf(text: string): string {
	return text
		.normalize('NFKD')
		.replace(/\p{M}+/gu, '')
		.toLowerCase()
		.split(/[^a-z0-9]+/)
		.filter(Boolean)
		.join('-')
		.slice(0, MAX_KEY_CHARS)
		.replace(/-$/, '');
}
