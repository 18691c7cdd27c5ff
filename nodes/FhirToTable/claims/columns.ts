const CHUNK_BITS = 12;
const CHUNK = 1 << CHUNK_BITS;

type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** Numbers in typed arrays, which grow by a piece and are never copied: beside the numbers themselves, at most one piece is held. */
export class Column {
	private readonly chunks: Numbers[] = [];

	constructor(private readonly kind: new (length: number) => Numbers) {}

	/** A number; 0 where none was put. */
	get(at: number): number {
		return this.chunks[at >>> CHUNK_BITS]?.[at & (CHUNK - 1)] ?? 0;
	}

	set(at: number, value: number): void {
		while (this.chunks.length <= at >>> CHUNK_BITS) this.chunks.push(new this.kind(CHUNK));
		this.chunks[at >>> CHUNK_BITS][at & (CHUNK - 1)] = value;
	}

	/** Bytes that are held. */
	get bytes(): number {
		return this.chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
	}
}
