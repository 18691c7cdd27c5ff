const PIECE = 64 * 1024;

/** Texts one behind the other as bytes: 2 bytes for each beside its own. */
export class TextPool {
	private readonly pieces: Buffer[] = [];
	private used = PIECE;

	/** @param text of at most 16,000 letters. @returns where it stands, at least 1 */
	add(text: string): number {
		const size = Buffer.byteLength(text);
		if (this.used + size + 2 > PIECE) {
			this.pieces.push(Buffer.alloc(PIECE));
			// The first place stands for none.
			this.used = this.pieces.length === 1 ? 1 : 0;
		}
		const piece = this.pieces[this.pieces.length - 1];
		const at = this.used;
		piece.writeUInt16LE(size, at);
		piece.write(text, at + 2);
		this.used += size + 2;
		return (this.pieces.length - 1) * PIECE + at;
	}

	get(at: number): string {
		const piece = this.pieces[Math.floor(at / PIECE)];
		const start = at % PIECE;
		return piece.toString('utf8', start + 2, start + 2 + piece.readUInt16LE(start));
	}

	get bytes(): number {
		return this.pieces.length * PIECE;
	}
}
