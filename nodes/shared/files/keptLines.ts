/** The files of a report that lines are kept in, by the name of their binary property. */
export const LINE_FILES = { data: 'rejected.ndjson', otherPatients: 'other-patients.ndjson' } as const;

const LINE_FEED = 0x0a;
const FIRST_BYTES = 64 * 1024;

/** Lines of a file that are kept byte for byte for the report, up to a size. */
export class KeptLines {
	/** A line did not fit any more; none is kept after it. */
	isTruncated = false;
	private kept = Buffer.alloc(0);
	private size = 0;
	constructor(private readonly maxBytes: number) {}
	/** Keeps a line, given without its line end. In one buffer that doubles: an object for each line would take 70 times a short line. */
	add(line: Buffer): void {
		this.isTruncated ||= this.size + line.length + 1 > this.maxBytes;
		if (this.isTruncated) return;
		const needed = this.size + line.length + 1;
		if (needed > this.kept.length) {
			const larger = Buffer.alloc(
				Math.min(Math.max(needed, 2 * this.kept.length, FIRST_BYTES), this.maxBytes),
			);
			this.kept.copy(larger, 0, 0, this.size);
			this.kept = larger;
		}
		line.copy(this.kept, this.size);
		this.kept[needed - 1] = LINE_FEED;
		this.size = needed;
	}
	bytes(): Buffer {
		return this.kept.subarray(0, this.size);
	}
}
