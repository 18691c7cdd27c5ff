import { ClaimRecords } from './claimRecords';
import { Column } from './columns';
import type { Hash, HashTable } from './hashes';
import type { Insurers } from './insurers';
import type { ClaimFacts } from './readClaim';
import type { Replaced } from './replacements';
import type { Reason } from './standing';

const STANDS = 'stands';
const WORDS = [
	STANDS,
	'adjusted',
	'cancelled',
	'draft',
	'entered-in-error',
	'newerVersion',
	'otherPayer',
	'ownData',
	'unclear',
] as const;
type Word = (typeof WORDS)[number];

/** What is known of a claim. */
export interface Verdict {
	/** Undefined for the claim that stands. */
	reason?: Reason;
	/** Number of the claim that takes its place, where another claim says so. */
	newerNumber?: string;
}

/** Whether a claim is of our own plan, by the hash of its key and by its insurer. */
export type IsOwn = (key: Hash, insurer: number) => boolean;

/**
 * All claims of a run, at most 64 bytes each, and 17 for each of those that it replaces or is replaced by. First every claim is added, in any
 * order; then `close` decides, in linear time.
 */
export class ClaimIndex {
	private readonly words = new Column(Uint8Array);
	private readonly records: ClaimRecords;
	/** The first claim of each with the same insurer and number. */
	private slots?: HashTable;
	private replaced?: Replaced;

	constructor(insurers: Insurers) {
		this.records = new ClaimRecords(insurers);
	}

	/** @throws ExchangeError for too many payers or insurers */
	add(facts: ClaimFacts, payer: string | null): void {
		this.records.add(facts, payer);
	}

	/** How many claims it holds. */
	get size(): number {
		return this.records.size;
	}

	/** Bytes that are held. */
	get bytes(): number {
		return this.records.bytes + this.words.bytes + (this.slots?.bytes ?? 0);
	}

	/** Decides which claims stand. */
	close(isOwn: IsOwn): void {
		const { records } = this;
		const slots = records.linkSame();
		this.slots = slots;
		const eachNumber = (work: (members: number[], first: number) => void) => {
			for (let at = 0; at < records.size; at += 1) {
				if (records.firstOf(at, slots) === at) work(records.hasNumber(at) ? records.sameAs(at) : [at], at);
			}
		};
		eachNumber((members) => this.tellVersions(members));
		this.replaced = records.replacements.close(
			records.size,
			records.lists,
			(at) => (this.isWord(at, STANDS) && !this.isVoid(at) ? records.firstOf(at, slots) : -1),
			(number, at) => slots.find(records.withInsurer(number, at)),
		);
		eachNumber((members, first) => this.judge(members, first, isOwn));
	}

	/** What is known of a claim; every resource of a run is asked about once. Only after `close`. */
	take(facts: ClaimFacts): Verdict {
		const { records, slots } = this;
		const at = records.find(facts);
		if (at < 0 || !slots) return { reason: 'unclear' };
		const word = WORDS[this.words.get(at)];
		if (records.versions.compare(facts, at) !== 0) {
			return { reason: word === 'ownData' ? word : 'newerVersion' };
		}
		// The same text once more: one of them stands.
		const isFirst = records.isFirst(at);
		if (word === STANDS) return isFirst ? {} : { reason: 'duplicate' };
		return { reason: word, newerNumber: this.replaced?.newerNumber(records.firstOf(at, slots)) };
	}

	/** Of one claim that a payer has under several ids, the newest counts. */
	private tellVersions(members: readonly number[]): void {
		const valid = members.filter((at) => !this.isVoid(at));
		if (valid.length < 2) return;
		const newest = new Map<number, number>();
		for (const at of valid) {
			const payer = this.records.payer(at);
			const best = newest.get(payer);
			if (best === undefined || this.records.isNewer(at, best)) newest.set(payer, at);
		}
		for (const at of valid) {
			if (newest.get(this.records.payer(at)) !== at) this.setWord(at, 'newerVersion');
		}
	}

	private judge(members: readonly number[], first: number, isOwn: IsOwn): void {
		const standing: number[] = [];
		let isCancelled = false;
		for (const at of members) {
			if (isOwn(this.records.keys.get(at), this.records.insurer(at))) this.setWord(at, 'ownData');
			else if (!this.isWord(at, 'newerVersion')) {
				const word = this.wordFor(at, first);
				this.setWord(at, word);
				isCancelled ||= word === 'cancelled';
				if (word === STANDS) standing.push(at);
			}
		}
		if (standing.length === 0) return;
		const newest = standing.reduce((best, at) => (this.records.isNewer(at, best) ? at : best));
		for (const at of standing) {
			// One payer says that it stands, and another that it was cancelled.
			if (isCancelled) this.setWord(at, 'unclear');
			else if (at !== newest) this.setWord(at, 'otherPayer');
		}
	}

	private wordFor(at: number, first: number): Word {
		const status = this.records.statusOf(at);
		if (status !== 'active' && status !== 'other') return status;
		if (status === 'other' || this.records.hasSeveralNumbers(at)) return 'unclear';
		if (this.replaced?.isInCircle(first)) return 'unclear';
		return this.replaced?.isReplaced(first) ? 'adjusted' : STANDS;
	}

	/** A draft, or what was entered in error: what it says of others does not count. */
	private isVoid(at: number): boolean {
		const status = this.records.statusOf(at);
		return status === 'draft' || status === 'entered-in-error';
	}

	private isWord(at: number, word: Word): boolean {
		return WORDS[this.words.get(at)] === word;
	}

	private setWord(at: number, word: Word): void {
		this.words.set(at, WORDS.indexOf(word));
	}
}
