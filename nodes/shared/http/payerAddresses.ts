import { isBelow, tryParseUrl } from './addresses';

/**
 * Whose address is whose, among payers that one credential knows. A payer's answers name addresses, and several payers can be on one host: an
 * address belongs to the payer whose own address is the longest part of it. Servers read paths in their own ways, so spellings that one of
 * them could take for another are the same here: capital letters, encoded characters, doubled slashes, dots, parameters after `;`.
 */
export class PayerAddresses {
	private readonly byPlace = new Map<string, Set<string>>();
	private readonly byHost = new Map<string, Set<string>>();
	private deepest = 0;

	/** @param bases addresses of the payers, without a slash at the end; what is no address is left out */
	constructor(bases: Iterable<string>) {
		for (const base of bases) {
			const place = placeOf(base);
			if (!place) continue;
			this.deepest = Math.max(this.deepest, place.segments.length);
			addTo(this.byPlace, keyOf(place, place.segments.length), base);
			addTo(this.byHost, nameOf(place), base);
		}
	}

	/** Whether an address belongs to another payer than the one at `own`, which is one of the addresses. */
	isOfAnother(own: string, url: string): boolean {
		const place = placeOf(url);
		if (!place) return false;
		for (let depth = Math.min(place.segments.length, this.deepest); depth >= 0; depth -= 1) {
			const bases = this.byPlace.get(keyOf(place, depth));
			if (!bases) continue;
			if (!bases.has(own)) return true;
			// Two payers whose addresses differ by their spelling alone.
			return !isBelow(own, url) && [...bases].some((base) => base !== own && isBelow(base, url));
		}
		return false;
	}

	/** The addresses on the host of the one at `own`, whatever their port, but for its own and those that it stands below. */
	neighboursOf(own: string): string[] {
		const place = placeOf(own);
		const others = (place && this.byHost.get(nameOf(place))) ?? [];
		return [...others].filter((base) => base !== own && !own.startsWith(`${base}/`));
	}
}

interface Place {
	host: string;
	segments: string[];
}

/** Of the host: a payer may name endpoints on any port of its own. */
function nameOf({ host }: Place): string {
	return host.replace(/:\d+$/, '');
}

function addTo(groups: Map<string, Set<string>>, key: string, base: string): void {
	groups.set(key, (groups.get(key) ?? new Set()).add(base));
}

function keyOf({ host, segments }: Place, depth: number): string {
	return [host, ...segments.slice(0, depth)].join('/');
}

function placeOf(address: string): Place | undefined {
	const url = tryParseUrl(address);
	if (!url) return undefined;
	const segments: string[] = [];
	for (const written of decoded(url.pathname).replace(/\\/g, '/').split('/')) {
		const segment = written.split(';')[0].trim().toLowerCase();
		if (segment === '..') segments.pop();
		else if (segment !== '' && segment !== '.') segments.push(segment);
	}
	// The dot at the end of a name says that it is a whole one; it is the same host.
	return { host: url.host.replace(/\.(?=:|$)/, ''), segments };
}

/** Some servers decode twice. */
const MAX_DECODINGS = 3;

/** Byte by byte: what cannot be decoded elsewhere in the path must not keep the rest from being compared. */
function decoded(path: string): string {
	let text = path;
	for (let times = 0; times < MAX_DECODINGS && text.includes('%'); times += 1) {
		text = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
	}
	return text;
}
