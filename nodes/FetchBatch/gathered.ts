/** A file arrives in pieces of 16 kB where it is unpacked, and each passes through several hands. */
const LEAST_BYTES = 128 * 1024;

/** Joins small pieces to larger ones. */
export async function* gathered(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	let held: Uint8Array[] = [];
	let bytes = 0;
	for await (const piece of pieces) {
		held.push(piece);
		bytes += piece.length;
		if (bytes < LEAST_BYTES) continue;
		yield joined(held);
		held = [];
		bytes = 0;
	}
	if (bytes > 0) yield joined(held);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
	return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
}
