import { inCircles } from './circles';
import { Column } from './columns';
import { Hashes, type Hash } from './hashes';
import { TextPool } from './textPool';

/** What claims say of others: which they replace, and which they are replaced by. Some 17 bytes for each, beside the numbers. */
export class Replacements {
	private readonly others = new Hashes();
	private readonly next = new Column(Uint32Array);
	private readonly isPrior = new Column(Uint8Array);
	/** Where the number of the newer one of the two stands; 0 if it has none. */
	private readonly newerNumbers = new Column(Uint32Array);
	private readonly texts = new TextPool();
	/** The next one is put here; the first place stands for none. */
	private size = 1;
	private free = 0;

	/**
	 * Adds to the list of a claim.
	 * @param list the first of the list; 0 for none
	 * @param other hash of the number of the other one; undefined if it is not known
	 * @param newer number of the newer one of the two
	 * @returns the first of the list
	 */
	add(
		list: number,
		other: Hash | undefined,
		{ isPrior, newer }: { isPrior: boolean; newer?: string },
	): number {
		const at = this.free || this.size;
		if (this.free > 0) this.free = this.next.get(at);
		else this.size += 1;
		this.others.set(at, other ?? { high: 0, low: 0 });
		this.isPrior.set(at, isPrior ? 1 : 0);
		this.newerNumbers.set(at, newer === undefined ? 0 : this.texts.add(newer));
		this.next.set(at, list);
		return at;
	}

	/** Forgets a list: what an older version of a claim said. */
	remove(list: number): void {
		for (let at = list; at > 0; ) {
			const following = this.next.get(at);
			this.next.set(at, this.free);
			this.free = at;
			at = following;
		}
	}

	/**
	 * Finds the claims that are meant.
	 * @param count of claims
	 * @param lists the list of each claim
	 * @param ownerOf the claim that the words of a claim count for; -1 if they do not count
	 * @param find the claim of a number, as the claim that names it means it; -1 if there is none
	 */
	close(
		count: number,
		lists: Column,
		ownerOf: (claim: number) => number,
		find: (number: Hash, claim: number) => number,
	): Replaced {
		const replacedBy = new Column(Uint32Array);
		const [from, to]: [number[], number[]] = [[], []];
		for (let claim = 0; claim < count; claim += 1) {
			const owner = ownerOf(claim);
			if (owner < 0) continue;
			for (let at = lists.get(claim); at > 0; at = this.next.get(at)) {
				const hash = this.others.get(at);
				const other = hash.high === 0 && hash.low === 0 ? -1 : find(hash, claim);
				const [newer, older] = this.isPrior.get(at) === 1 ? [owner, other] : [other, owner];
				if (older < 0) continue;
				this.note(replacedBy, older, at);
				if (newer < 0) continue;
				from.push(newer);
				to.push(older);
			}
		}
		const circles =
			from.length === 0
				? undefined
				: inCircles({ from: Int32Array.from(from), to: Int32Array.from(to) }, count);
		return {
			isReplaced: (claim) => replacedBy.get(claim) > 0,
			isInCircle: (claim) => circles?.[claim] === 1,
			newerNumber: (claim) => this.numberAt(replacedBy.get(claim)),
		};
	}

	get bytes(): number {
		const { others, next, isPrior, newerNumbers, texts } = this;
		return [others, next, isPrior, newerNumbers, texts].reduce((sum, { bytes }) => sum + bytes, 0);
	}

	/** Of several claims that replace one, the same counts in whatever order they came. */
	private note(replacedBy: Column, older: number, at: number): void {
		const before = this.numberAt(replacedBy.get(older));
		const number = this.numberAt(at);
		if (replacedBy.get(older) > 0 && (number === undefined || (before !== undefined && before <= number))) {
			return;
		}
		replacedBy.set(older, at);
	}

	private numberAt(at: number): string | undefined {
		const place = at > 0 ? this.newerNumbers.get(at) : 0;
		return place === 0 ? undefined : this.texts.get(place);
	}
}

/** Which claims are replaced. */
export interface Replaced {
	isReplaced(claim: number): boolean;
	/** Whether it replaces one that, in the end, replaces it. */
	isInCircle(claim: number): boolean;
	/** Number of the claim that takes its place, where it is known. */
	newerNumber(claim: number): string | undefined;
}
