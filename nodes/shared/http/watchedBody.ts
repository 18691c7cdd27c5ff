import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { rethrown } from '../n8n/exchangeError';
import { throwIfStopped } from '../n8n/longRun';

/** A response body stream: a Readable in n8n 2.41, an IncomingMessage in n8n 2.8. */
export interface ByteStream extends AsyncIterable<Uint8Array> {
	destroy(error?: Error): void;
}

/** Whether a value can be read as a response body. */
export function isByteStream(value: unknown): value is ByteStream {
	return (
		typeof value === 'object' &&
		value !== null &&
		Symbol.asyncIterator in value &&
		'destroy' in value &&
		typeof value.destroy === 'function'
	);
}

/** A body as `readBody` passes it on. */
export interface Bytes {
	/** The bytes as they arrive; can be iterated once. */
	arriving: AsyncIterable<Uint8Array>;
	/** Makes a Node stream from an iterable. Nodes may not import `stream`, so it is made by the body's own class. */
	streamOf(iterable: AsyncIterable<Uint8Array>): unknown;
}

/** A node run that Stop can end. */
export type Stoppable = Pick<IExecuteFunctions, 'getExecutionCancelSignal'>;

/** Timeouts for reading a body. */
export interface TimeLimits {
	/** While no bytes arrive. */
	idleMs: number;
	/** For the whole body; unlimited by default. */
	totalMs?: number;
}

/** Thrown by the reader of a body that turned out to be incomplete, to request the file again. */
export class BodyInterrupted extends Error {
	/** @param code short reason */
	constructor(readonly code: string) {
		super(code);
		this.name = 'BodyInterrupted';
	}
}

const CHECK_INTERVAL_MS = 500;

/**
 * Passes a body to `read`, and aborts on a timeout or when the run is stopped.
 *
 * @param run undefined if nothing can stop it
 * @returns the result of `read`; or the reason of an interruption, whatever `read` did with it
 * @throws whatever `read` throws if the body was not interrupted; ExchangeError if the run was stopped
 */
export async function readBody<T>(
	run: Stoppable | undefined,
	source: ByteStream,
	read: (body: Bytes) => Promise<T>,
	{ idleMs, totalMs = Infinity }: TimeLimits,
): Promise<{ value: T } | { interruption: string }> {
	const openedAt = Date.now();
	/** Start of the current wait for bytes; undefined while a chunk is being processed. */
	let waitingSince: number | undefined;
	let interruption: string | undefined;

	const parts = source[Symbol.asyncIterator]();
	let endWait: (() => void) | undefined;
	// Not `for await`: in n8n 2.41, iterating a stream that is destroyed while its source is silent never ends (observed),
	// so the wait for the next chunk is ended here. One promise per chunk, because racing all chunks against a single
	// promise would retain them all. It ends without an Error: the silent stream retains the value for as long as the payer
	// holds the connection, and the stack of an Error retains the whole run (observed).
	const nextPart = async () =>
		await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
			endWait = () => resolve({ done: true, value: undefined });
			waitingSince = Date.now();
			parts.next().then(resolve, reject);
		});

	async function* arriving(): AsyncGenerator<Uint8Array> {
		try {
			for (let next = await nextPart(); !next.done; next = await nextPart()) {
				waitingSince = undefined;
				yield next.value;
				throwIfInterrupted();
			}
			throwIfInterrupted();
		} catch (error) {
			interruption ??= (error as { code?: string }).code ?? 'broken off';
			throw rethrown(error);
		}
	}

	async function watchTimeouts(finished: AbortSignal): Promise<void> {
		while (!finished.aborted) {
			await sleep(CHECK_INTERVAL_MS, finished).catch(() => undefined);
			if (finished.aborted) return;
			interruption ??= interruptionReason();
			if (interruption === undefined) continue;
			endWait?.();
			return;
		}
	}

	function throwIfInterrupted(): void {
		if (interruption !== undefined) throw new BodyInterrupted(interruption);
	}

	function interruptionReason(): string | undefined {
		if (run?.getExecutionCancelSignal()?.aborted) return 'stopped';
		const now = Date.now();
		if (waitingSince !== undefined && now - waitingSince > idleMs)
			return `nothing came for ${Math.round(idleMs / 1000)} s`;
		return now - openedAt > totalMs ? `not done within ${Math.round(totalMs / 1000)} s` : undefined;
	}

	const finished = new AbortController();
	void watchTimeouts(finished.signal);
	try {
		return { value: await read({ arriving: arriving(), streamOf: streamFactory(source) }) };
	} catch (error) {
		if (run) throwIfStopped(run);
		if (interruption === undefined && error instanceof BodyInterrupted) return { interruption: error.code };
		if (interruption === undefined) throw rethrown(error);
		return { interruption };
	} finally {
		finished.abort();
		source.destroy();
	}
}

/** `Readable.from` of a stream's own class: makes a stream of an iterable. */
export function streamFactory({ constructor }: ByteStream): Bytes['streamOf'] {
	return (iterable) => {
		const from: unknown = Reflect.get(constructor, 'from');
		if (typeof from !== 'function') throw new Error('The body of the answer is no stream');
		return Reflect.apply(from, constructor, [iterable]) as unknown;
	};
}
