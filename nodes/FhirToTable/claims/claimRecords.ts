import { Column } from './columns';
import { hashOf, Hashes, HashTable, type Hash } from './hashes';
import { indexError, type Insurers } from './insurers';
import { STATUSES, type ClaimFacts, type Status } from './readClaim';
import { Replacements } from './replacements';
import { Versions } from './versions';

/** Flags of a claim: its status in the lower bits. */
const STATUS_BITS = 7;
const HAS_NUMBER = 8;
const HAS_SEVERAL_NUMBERS = 16;
const IS_GIVEN = 32;
const MOST_PAYERS = 0xffff;

/** Claims by number, in typed arrays: of each resource its newest version. */
export class ClaimRecords {
	/** How many there are. */
	size = 0;
	readonly keys = new Hashes();
	/** Of the number of the claim; {@link linkSame} makes them hashes of insurer and number. */
	readonly numbers = new Hashes();
	readonly versions = new Versions();
	/** The first of what each says of others. */
	readonly lists = new Column(Uint32Array);
	readonly replacements = new Replacements();
	private readonly slots = new HashTable(this.keys);
	private readonly insurerOf = new Column(Uint16Array);
	private readonly payerOf = new Column(Uint16Array);
	private readonly flags = new Column(Uint8Array);
	/** The next one with the same insurer and number, and 1; 0 for none. */
	private readonly nextSame = new Column(Uint32Array);
	private readonly payers = new Map<string | null, number>();

	constructor(readonly insurers: Insurers) {}

	/** Adds a claim, or puts it in the place of an older version. @throws ExchangeError for too many payers or insurers */
	add(facts: ClaimFacts, payer: string | null): void {
		// Of an older version too, whose row says it.
		const insurerNumber = this.insurers.numberOf(facts.insurer);
		const key = hashOf(facts.key);
		const known = this.slots.find(key);
		if (known >= 0 && this.versions.compare(facts, known) <= 0) return;
		const at = known < 0 ? this.size : known;
		if (known < 0) {
			this.size += 1;
			this.keys.set(at, key);
			this.slots.add(at);
		} else this.replacements.remove(this.lists.get(at));
		const { number, status, hasSeveralNumbers } = facts;
		this.numbers.set(at, number === undefined ? { high: 0, low: 0 } : hashOf(number));
		this.insurerOf.set(at, insurerNumber);
		this.payerOf.set(at, this.numberOfPayer(payer));
		const hasNumber = number === undefined ? 0 : HAS_NUMBER;
		this.flags.set(at, STATUSES.indexOf(status) | hasNumber | (hasSeveralNumbers ? HAS_SEVERAL_NUMBERS : 0));
		this.versions.set(at, facts);
		this.lists.set(at, this.listOf(facts));
	}

	/** The number of a claim by its key; -1 if it is not there. */
	find({ key }: ClaimFacts): number {
		return this.slots.find(hashOf(key));
	}

	statusOf(at: number): Status {
		return STATUSES[this.flags.get(at) & STATUS_BITS];
	}

	hasNumber(at: number): boolean {
		return (this.flags.get(at) & HAS_NUMBER) !== 0;
	}

	hasSeveralNumbers(at: number): boolean {
		return (this.flags.get(at) & HAS_SEVERAL_NUMBERS) !== 0;
	}

	/** Whether it is asked about for the first time. */
	isFirst(at: number): boolean {
		const flags = this.flags.get(at);
		this.flags.set(at, flags | IS_GIVEN);
		return (flags & IS_GIVEN) === 0;
	}

	payer(at: number): number {
		return this.payerOf.get(at);
	}

	insurer(at: number): number {
		return this.insurerOf.get(at);
	}

	/** The hash of a number as the insurer of this claim means it. */
	withInsurer({ high, low }: Hash, at: number): Hash {
		const { number } = this.insurers.get(this.insurerOf.get(at));
		return {
			high: (high ^ Math.imul(number + 1, 0x9e3779b1)) >>> 0,
			low: (low ^ Math.imul(number + 1, 0x85ebca6b)) >>> 0,
		};
	}

	/** Links those with the same insurer and number. @returns where the first of each is found */
	linkSame(): HashTable {
		const slots = new HashTable(this.numbers);
		for (let at = 0; at < this.size; at += 1) {
			if (!this.hasNumber(at)) continue;
			const hash = this.withInsurer(this.numbers.get(at), at);
			const first = slots.find(hash);
			this.numbers.set(at, hash);
			if (first < 0) slots.add(at);
			else {
				this.nextSame.set(at, this.nextSame.get(first));
				this.nextSame.set(first, at + 1);
			}
		}
		return slots;
	}

	/** The first claim with the same insurer and number: a claim without a number is its own. */
	firstOf(at: number, slots: HashTable): number {
		return this.hasNumber(at) ? slots.find(this.numbers.get(at)) : at;
	}

	/** All with the same insurer and number as the first. */
	sameAs(first: number): number[] {
		const members = [first];
		for (let next = this.nextSame.get(first); next > 0; next = this.nextSame.get(next - 1)) {
			members.push(next - 1);
		}
		return members;
	}

	/** Whether one is newer than another, whose key is another one. */
	isNewer(one: number, other: number): boolean {
		const [first, second] = [this.keys.get(one), this.keys.get(other)];
		const difference =
			this.versions.compareTwo(one, other) || first.high - second.high || first.low - second.low;
		return difference > 0;
	}

	/** Bytes that are held. */
	get bytes(): number {
		const { keys, slots, numbers, insurerOf, payerOf, flags, versions, lists, nextSame, replacements } = this;
		return [keys, slots, numbers, insurerOf, payerOf, flags, versions, lists, nextSame, replacements].reduce(
			(sum, { bytes }) => sum + bytes,
			0,
		);
	}

	private listOf({ number, replaces, replacedBy, isReplaced }: ClaimFacts): number {
		let list = 0;
		for (const older of replaces) {
			list = this.replacements.add(list, hashOf(older), { isPrior: true, newer: number });
		}
		for (const newer of replacedBy) {
			list = this.replacements.add(list, hashOf(newer), { isPrior: false, newer });
		}
		const isByUnknown = isReplaced && replacedBy.length === 0;
		return isByUnknown ? this.replacements.add(list, undefined, { isPrior: false }) : list;
	}

	private numberOfPayer(payer: string | null): number {
		const known = this.payers.get(payer);
		if (known !== undefined) return known;
		const number = this.payers.size;
		if (number >= MOST_PAYERS)
			throw indexError(`are of more than ${MOST_PAYERS.toLocaleString('en-US')} payers`);
		this.payers.set(payer, number);
		return number;
	}
}
