const LINE_END = Buffer.from('\n');

/** Lines of a file that are kept byte for byte for the report, up to a size. */
export class KeptLines {
	/** A line did not fit any more; none is kept after it. */
	isTruncated = false;
	private readonly parts: Buffer[] = [];
	private size = 0;

	constructor(private readonly maxBytes: number) {}

	/** Keeps a line, given without its line end. */
	add(line: Buffer): void {
		this.isTruncated ||= this.size + line.length + 1 > this.maxBytes;
		if (this.isTruncated) return;
		this.size += line.length + 1;
		// Copied, because the line is a view that would keep the whole network buffer alive.
		this.parts.push(Buffer.from(line), LINE_END);
	}

	/** All lines, each followed by a line end. */
	bytes(): Buffer {
		return Buffer.concat(this.parts);
	}
}
