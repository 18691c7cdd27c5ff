import type { IDataObject } from 'n8n-workflow';
import { textOf } from '../../shared/fhir/json';
import { CLAIM_INDEX_LIMITS } from '../../shared/fhir/limits';
import type { Origin } from '../../shared/files/rowOrigin';
import { ClaimIndex } from './claimIndex';
import { Insurers, indexError } from './insurers';
import { Organizations } from './organizations';
import { OwnRecords } from './ownRecords';
import { PartsSeen } from './partsSeen';
import { readClaim } from './readClaim';
import type { Standing } from './standing';

const CHECK_EVERY = 1000;

/** The claims of a run: seen all of them once, then asked about one after the other. */
export class RunClaims {
	readonly parts = new PartsSeen();
	private readonly insurers: Insurers;
	private readonly organizations: Organizations;
	private readonly own: OwnRecords;
	private readonly index: ClaimIndex;
	/** What was added since the room was checked. */
	private unchecked = 0;

	/** @param ownIdentifiers of our own plan: see `ownIdentifiers` */
	constructor(ownIdentifiers: ReadonlySet<string>) {
		this.insurers = new Insurers(ownIdentifiers);
		this.organizations = new Organizations(ownIdentifiers);
		this.own = new OwnRecords(ownIdentifiers);
		this.index = new ClaimIndex(this.insurers);
	}

	/** How many claims were seen, each resource once. */
	get size(): number {
		return this.index.size;
	}

	/** Bytes that are held. */
	get bytes(): number {
		const { index, insurers, organizations, own } = this;
		return [index, insurers, organizations, own].reduce((sum, { bytes }) => sum + bytes, 0);
	}

	/** Sees a resource. @param text of its line, where it is at hand. @throws ExchangeError if there is no room for more */
	look(resource: IDataObject, origin: Origin, text?: string): void {
		switch (resource.resourceType) {
			case 'ExplanationOfBenefit': {
				const facts = readClaim(resource, origin, text);
				if (!facts) return;
				this.index.add(facts, origin.payer);
				this.unchecked += facts.replaces.length + facts.replacedBy.length;
				break;
			}
			case 'Organization':
				this.organizations.add(resource, `${origin.keyPrefix}Organization/${textOf(resource.id) ?? ''}`);
				break;
			case 'Provenance':
				this.unchecked += this.own.add(resource, origin);
				break;
			default:
				return;
		}
		this.unchecked += 1;
		if (this.unchecked >= CHECK_EVERY) this.checkRoom();
	}

	/** Decides, after all resources were seen. */
	close(): void {
		this.checkRoom();
		this.parts.close();
		this.insurers.close(this.organizations);
		this.own.close(this.organizations);
		this.index.close((key, insurer) => this.insurers.get(insurer).isOwn || this.own.has(key));
	}

	/** What is to be said of a claim; undefined for any other resource. Every claim is asked about once. @param text as for `look` */
	standingOf(resource: IDataObject, origin: Origin, text?: string): Standing | undefined {
		const facts = readClaim(resource, origin, text);
		if (!facts) return undefined;
		const insurer = this.insurers.get(this.insurers.numberOf(facts.insurer));
		const identityOf = (number: string | undefined) =>
			number === undefined ? null : `${insurer.name}|${number}`;
		const { reason, newerNumber } = this.index.take(facts);
		const claimIdentity = identityOf(facts.number);
		const isOnceMore = reason === 'newerVersion' || reason === 'duplicate' || reason === 'otherPayer';
		const isPartOnly = reason === undefined && this.parts.isMissing(origin.payer, origin.memberId);
		return {
			claimIdentity,
			replaces: identityOf(facts.replaces.at(0)),
			supersededBy: isOnceMore ? claimIdentity : identityOf(facts.replacedBy.at(0) ?? newerNumber),
			reason: isPartOnly ? 'partOnly' : (reason ?? null),
			isCurrent: reason === 'unclear' || isPartOnly ? null : reason === undefined,
		};
	}

	private checkRoom(): void {
		this.unchecked = 0;
		const { megabytes } = CLAIM_INDEX_LIMITS;
		if (this.bytes > megabytes * 1024 * 1024) throw indexError(`need more than ${megabytes} MB`);
	}
}
