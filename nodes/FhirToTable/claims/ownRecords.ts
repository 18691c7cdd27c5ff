import type { IDataObject } from 'n8n-workflow';
import { isObject, oneOrMore, textOf } from '../../shared/fhir/json';
import type { Origin } from '../../shared/files/rowOrigin';
import { Column } from './columns';
import { hashOf, Hashes, HashTable, type Hash } from './hashes';
import { containedResource, organizationIdentifiers } from './identifiers';
import type { Organizations } from './organizations';
import { keyOf } from './references';

/** A Provenance has a few. All of them are looked for among what it contains, and noted for each of its records. */
const MOST_AGENTS = 50;
/** What a name takes beside its letters, in a list and in a map. */
const BYTES_OF_NAME = 100;

/** Claims in whose Provenance our own plan took part: some 18 bytes for each that a Provenance is about. */
export class OwnRecords {
	private readonly targets = new Hashes();
	/** Who took part: 0 for our own plan, else an Organization by number. */
	private readonly agents = new Column(Uint32Array);
	private readonly organizations: string[] = [''];
	private readonly numbers = new Map<string, number>();
	private readonly own = new Hashes();
	private readonly slots = new HashTable(this.own);
	private size = 0;
	private ownSize = 0;
	private letters = 0;

	/** @param ownIdentifiers of our own plan; without any, nothing is kept */
	constructor(private readonly ownIdentifiers: ReadonlySet<string>) {}

	/** Takes a Provenance. @returns how many records were noted */
	add(provenance: IDataObject, origin: Origin): number {
		if (this.ownIdentifiers.size === 0) return 0;
		const before = this.size;
		const agents = oneOrMore(provenance.agent)
			.slice(0, MOST_AGENTS)
			.map(({ who }) => this.agentOf(isObject(who) ? who : {}, provenance, origin));
		const tell = agents.includes(0) ? [0] : [...new Set(agents)].filter((agent) => agent > 0);
		if (tell.length === 0) return 0;
		for (const { reference } of oneOrMore(provenance.target)) {
			const key = keyOf(reference, 'ExplanationOfBenefit', provenance, origin);
			if (key === undefined) continue;
			const hash = hashOf(key);
			for (const agent of tell) {
				this.targets.set(this.size, hash);
				this.agents.set(this.size, agent);
				this.size += 1;
			}
		}
		return this.size - before;
	}

	/** Looks up the Organizations who took part, after all of them have come. */
	close(organizations: Organizations): void {
		const isOwn = this.organizations.map((key, agent) => agent === 0 || organizations.isOwn(key));
		for (let at = 0; at < this.size; at += 1) {
			if (!isOwn[this.agents.get(at)]) continue;
			const hash = this.targets.get(at);
			if (this.has(hash)) continue;
			this.own.set(this.ownSize, hash);
			this.slots.add(this.ownSize);
			this.ownSize += 1;
		}
	}

	/** Whether a claim is one of them, by the hash of its key. Only after `close`. */
	has(key: Hash): boolean {
		return this.slots.find(key) >= 0;
	}

	get bytes(): number {
		const { targets, agents, own, slots, organizations, letters } = this;
		const ofNames = organizations.length * BYTES_OF_NAME + letters;
		return [targets, agents, own, slots].reduce((sum, { bytes }) => sum + bytes, ofNames);
	}

	/** @returns 0 for our own plan, -1 for somebody else, or the number of an Organization */
	private agentOf(who: IDataObject, provenance: IDataObject, origin: Origin): number {
		const reference = textOf(who.reference) ?? '';
		const identifiers = [
			...organizationIdentifiers(who.identifier),
			...organizationIdentifiers(containedResource(provenance, reference)?.identifier),
		];
		if (identifiers.some((each) => this.ownIdentifiers.has(each))) return 0;
		const key = keyOf(reference, 'Organization', provenance, origin);
		if (key === undefined) return -1;
		const known = this.numbers.get(key);
		if (known !== undefined) return known;
		this.organizations.push(key);
		this.letters += key.length;
		this.numbers.set(key, this.organizations.length - 1);
		return this.organizations.length - 1;
	}
}
