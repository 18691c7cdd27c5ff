import { createHash } from 'crypto';
import { HEAD_BYTES } from './beginning';

/** What was seen of the bytes of a document. */
export interface Content {
	bytes: number;
	/** Hexadecimal. */
	sha256: string;
	sha1: string;
	/** How it begins (see `beginning.ts`). */
	head: string;
}

/** Measures the bytes of a document as they pass. */
export class ContentMeter {
	bytes = 0;
	private readonly sha1 = createHash('sha1');
	private readonly sha256 = createHash('sha256');
	private head = Buffer.alloc(0);

	push(part: Uint8Array): void {
		this.bytes += part.length;
		this.sha1.update(part);
		this.sha256.update(part);
		const missing = HEAD_BYTES - this.head.length;
		if (missing > 0) this.head = Buffer.concat([this.head, part.subarray(0, missing)]);
	}

	/** To be called once, at the end. */
	end(): Content {
		return {
			bytes: this.bytes,
			sha256: this.sha256.digest('hex'),
			sha1: this.sha1.digest('hex'),
			head: this.head.toString('latin1'),
		};
	}
}

/** The same of bytes that are at hand. */
export function contentOf(bytes: Buffer): Content {
	const meter = new ContentMeter();
	meter.push(bytes);
	return meter.end();
}
