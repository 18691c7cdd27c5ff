import { Column } from './columns';
import type { ClaimFacts } from './readClaim';

/** How new each claim of the index is: 16 bytes. */
export class Versions {
	private readonly updated = new Column(Float64Array);
	private readonly exported = new Column(Uint32Array);
	private readonly content = new Column(Uint32Array);

	set(at: number, { updated, exported, content }: ClaimFacts): void {
		this.updated.set(at, updated);
		this.exported.set(at, exported);
		this.content.set(at, content.low);
	}

	/**
	 * How a claim compares with the one in the index: above 0 if it is newer, 0 if it is the same. By its last change, then by the time of the
	 * export, then by its text, so that the order in which they come plays no part.
	 */
	compare({ updated, exported, content }: ClaimFacts, at: number): number {
		return (
			updated - this.updated.get(at) || exported - this.exported.get(at) || content.low - this.content.get(at)
		);
	}

	/** How two of the index compare. */
	compareTwo(one: number, other: number): number {
		return (
			this.updated.get(one) - this.updated.get(other) ||
			this.exported.get(one) - this.exported.get(other) ||
			this.content.get(one) - this.content.get(other)
		);
	}

	get bytes(): number {
		return this.updated.bytes + this.exported.bytes + this.content.bytes;
	}
}
