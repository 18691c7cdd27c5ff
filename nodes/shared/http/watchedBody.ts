import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { asThrown } from '../n8n/exchangeError';
import { throwIfStopped } from '../n8n/longRun';

/** A body as it arrives. n8n 2.41 gives a Readable, n8n 2.8 an IncomingMessage; both have these. */
export interface ByteStream extends AsyncIterable<Uint8Array> {
	destroy(error?: Error): void;
}

/** Whether a value can be read as the body of an answer. */
export function isByteStream(value: unknown): value is ByteStream {
	return (
		typeof value === 'object' &&
		value !== null &&
		Symbol.asyncIterator in value &&
		'destroy' in value &&
		typeof value.destroy === 'function'
	);
}

/** What a body is handed over as. */
export interface Bytes {
	/** The bytes as they arrive; to be read once. */
	arriving: AsyncIterable<Uint8Array>;
	/** A Node stream of what an iterable yields. Nodes may not import `stream`; the class of the body itself makes one. */
	streamOf(iterable: AsyncIterable<Uint8Array>): unknown;
}

/** How long a body may take. */
export interface TimeLimits {
	/** In which nothing arrives. */
	idleMs: number;
	/** For the whole body; no limit where not said. */
	totalMs?: number;
}

/** Thrown by the reader of a body: what arrived is not all, so the file is to be asked for again. */
export class BrokenOff extends Error {
	/** @param code what was seen, in a few words */
	constructor(readonly code: string) {
		super(code);
		this.name = 'BrokenOff';
	}
}

const CHECK_EVERY_MS = 500;

/**
 * Hands a body to `read`, and gives it up when its time is over or the run is stopped.
 *
 * @returns what `read` made of it; or the code of what broke the body off, whatever `read` made of that
 * @throws what `read` throws where the body was sound; ExchangeError where the run was stopped
 */
export async function readBody<T>(
	context: IExecuteFunctions,
	source: ByteStream,
	read: (body: Bytes) => Promise<T>,
	{ idleMs, totalMs = Infinity }: TimeLimits,
): Promise<{ value: T } | { brokenOff: string }> {
	const openedAt = Date.now();
	/** Since when the payer is waited for; not while what came is being worked on. */
	let waitingSince: number | undefined;
	let brokenOff: string | undefined;

	const parts = source[Symbol.asyncIterator]();
	let endTheWait: (() => void) | undefined;
	// Not `for await`: a stream of n8n 2.41 that is destroyed while its source is silent never ends (seen), so the wait for
	// the next part is ended here. One promise a part, since racing all parts against a single one would keep them all. It ends
	// without an Error: the silent stream keeps what the wait ended with for as long as the payer holds the connection, and an
	// Error keeps, by its stack, the whole run (seen).
	const nextPart = async () =>
		await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
			endTheWait = () => resolve({ done: true, value: undefined });
			waitingSince = Date.now();
			parts.next().then(resolve, reject);
		});

	async function* arriving(): AsyncGenerator<Uint8Array> {
		try {
			for (let next = await nextPart(); !next.done; next = await nextPart()) {
				waitingSince = undefined;
				yield next.value;
				throwIfGivenUp();
			}
			throwIfGivenUp();
		} catch (error) {
			brokenOff ??= (error as { code?: string }).code ?? 'broken off';
			throw asThrown(error);
		}
	}

	async function giveUpWhenIdle(over: AbortSignal): Promise<void> {
		while (!over.aborted) {
			await sleep(CHECK_EVERY_MS, over).catch(() => undefined);
			if (over.aborted) return;
			brokenOff ??= whyGiveUp();
			if (brokenOff === undefined) continue;
			endTheWait?.();
			return;
		}
	}

	function throwIfGivenUp(): void {
		if (brokenOff !== undefined) throw new BrokenOff(brokenOff);
	}

	function whyGiveUp(): string | undefined {
		if (context.getExecutionCancelSignal()?.aborted) return 'stopped';
		const now = Date.now();
		if (waitingSince !== undefined && now - waitingSince > idleMs)
			return `nothing came for ${Math.round(idleMs / 1000)} s`;
		return now - openedAt > totalMs ? `not done within ${Math.round(totalMs / 1000)} s` : undefined;
	}

	const over = new AbortController();
	void giveUpWhenIdle(over.signal);
	try {
		return { value: await read({ arriving: arriving(), streamOf: streamFactory(source) }) };
	} catch (error) {
		throwIfStopped(context);
		if (brokenOff === undefined && error instanceof BrokenOff) return { brokenOff: error.code };
		if (brokenOff === undefined) throw asThrown(error);
		return { brokenOff };
	} finally {
		over.abort();
		source.destroy();
	}
}

/** What makes a stream of an iterable: `Readable.from`, taken from the class of the body. */
function streamFactory({ constructor }: ByteStream): Bytes['streamOf'] {
	return (iterable) => {
		const from: unknown = Reflect.get(constructor, 'from');
		if (typeof from !== 'function') throw new Error('The body of the answer is no stream');
		return Reflect.apply(from, constructor, [iterable]) as unknown;
	};
}
