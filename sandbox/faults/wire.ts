/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How the end of a body is told: by Content-Length, by the last chunk, or by the end of the connection. */
export type Framing = 'length' | 'chunked' | 'until-close';

/** An answer, whole and in memory, before any of it is on the wire; its headers do not tell its length. */
export interface WireAnswer {
	status: number;
	headers: OutgoingHttpHeaders;
	body: Buffer;
	framing: Framing;
}

/** How an answer goes out. Without anything it goes out whole and at once. */
export interface Delivery {
	/** Nothing at all is sent before the ending. */
	noHead?: boolean;
	/** How much of the body is sent. */
	upTo?: (body: Buffer) => number;
	/** The body goes out in pieces of so many bytes; where the framing is chunked, each is a chunk of its own. */
	pieceBytes?: number;
	/** The pause after each piece, in milliseconds. */
	pauseMs?: number;
	/** `close` is a FIN, `reset` is a RST, `never` leaves the client waiting. */
	ending?: 'proper' | 'close' | 'reset' | 'never';
}

/** Waits; a process that has nothing else to do may end. */
export async function pauseFor(ms: number): Promise<void> {
	await sleep(ms, undefined, { ref: false });
}

type Chunk = string | Uint8Array | null | undefined | (() => void);

/** Keeps what the gateway would send, and sends nothing. The response is then as new. */
export async function capture(response: ServerResponse): Promise<WireAnswer> {
	const { writeHead, write, end } = response;
	const parts: Buffer[] = [];
	const keep = (chunk: Chunk): void => {
		if (typeof chunk === 'string' || chunk instanceof Uint8Array) parts.push(Buffer.from(chunk as string));
	};
	return await new Promise((resolve) => {
		response.writeHead = ((status: number, ...more: unknown[]) => {
			response.statusCode = status;
			const headers = more.find((part) => typeof part === 'object') ?? {};
			Object.entries(headers as OutgoingHttpHeaders)
				.filter(([, value]) => value !== undefined)
				.forEach(([name, value]) => response.setHeader(name, value as string));
			return response;
		}) as typeof writeHead;
		response.write = ((chunk: Chunk) => {
			keep(chunk);
			return true;
		}) as typeof write;
		response.end = ((chunk?: Chunk) => {
			keep(chunk);
			Object.assign(response, { writeHead, write, end });
			const { 'content-length': length, ...headers } = response.getHeaders();
			response.getHeaderNames().forEach((name) => response.removeHeader(name));
			const framing = length === undefined ? 'chunked' : 'length';
			resolve({ status: response.statusCode, headers, body: Buffer.concat(parts), framing });
			return response;
		}) as typeof end;
	});
}

function sendHead(response: ServerResponse, { status, headers, body, framing }: WireAnswer): void {
	if (framing === 'until-close') {
		response.removeHeader('transfer-encoding');
		response.setHeader('connection', 'close');
	}
	if (framing === 'length') response.setHeader('content-length', body.length);
	response.writeHead(status, headers);
	response.flushHeaders();
}

async function write(response: ServerResponse, piece: Buffer): Promise<void> {
	await new Promise<void>((resolve) => response.write(piece, () => resolve()));
}

/** Puts an answer on the wire. */
export async function deliver(
	response: ServerResponse,
	answer: WireAnswer,
	{ noHead, upTo, pieceBytes, pauseMs = 0, ending = 'proper' }: Delivery,
): Promise<void> {
	const body = answer.body.subarray(0, noHead ? 0 : (upTo?.(answer.body) ?? answer.body.length));
	const step = pieceBytes ?? Math.max(1, body.length);
	if (!noHead) sendHead(response, answer);
	for (let from = 0; from < body.length && !response.destroyed; from += step) {
		await write(response, body.subarray(from, from + step));
		if (pauseMs > 0) await pauseFor(pauseMs);
	}
	if (ending === 'proper') response.end();
	if (ending === 'close') response.socket?.destroySoon();
	if (ending === 'reset') response.socket?.resetAndDestroy();
}

/**
 * Where a body is cut: a number of bytes, below 1 a part of it, below 0 so many bytes before its end, `last-line` in the
 * middle of its last line.
 */
export function cutAt(at: number | 'last-line'): (body: Buffer) => number {
	return (body) => {
		if (at === 'last-line') return Math.floor((body.lastIndexOf('\n', -2) + 1 + body.length) / 2);
		if (at < 0) return Math.max(0, body.length + at);
		return at < 1 ? Math.floor(body.length * at) : Math.min(at, body.length);
	};
}
