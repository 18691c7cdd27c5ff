/**
 * Hands chunks from one who writes to one who reads, one at a time: the writer waits until the reader has taken the last one, so that no
 * more than one chunk is in memory, whatever the size of the file.
 */
export class Channel {
	private chunk?: Buffer;
	private isEnded = false;
	private error?: Error;
	private wakeReader?: () => void;
	private wakeWriter?: () => void;

	/** @throws the reader's error if it has stopped reading */
	async send(chunk: Buffer): Promise<void> {
		this.throwIfFailed();
		this.chunk = chunk;
		this.wakeReader?.();
		while (this.chunk !== undefined && this.error === undefined) {
			await new Promise<void>((resolve) => (this.wakeWriter = resolve));
		}
		this.throwIfFailed();
	}

	/** Nothing more comes. */
	end(): void {
		this.isEnded = true;
		this.wakeReader?.();
	}

	/** Ends both sides with an error. */
	fail(error: Error): void {
		this.error ??= error;
		this.wakeReader?.();
		this.wakeWriter?.();
	}

	/** What the reader reads. @throws the error of `fail` */
	async *chunks(): AsyncGenerator<Buffer> {
		for (;;) {
			this.throwIfFailed();
			const { chunk } = this;
			if (chunk === undefined && this.isEnded) return;
			if (chunk === undefined) await new Promise<void>((resolve) => (this.wakeReader = resolve));
			else {
				yield chunk;
				this.chunk = undefined;
				this.wakeWriter?.();
			}
		}
	}

	private throwIfFailed(): void {
		if (this.error) throw this.error;
	}
}
