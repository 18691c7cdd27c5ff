/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientFingerprint } from './clientFingerprint';
import { sha256 } from './ids';

/** One request to the gateway, without its body and without its token. */
export interface LoggedRequest {
	n: number;
	/** When it came, in milliseconds since 1970. */
	time: number;
	method: string;
	path: string;
	/** Empty until it is answered, and where it never is. */
	status?: number;
	/** When the answer was out, or the connection at its end; and whether all of the answer went out. */
	endedAt?: number;
	whole?: boolean;
	/** The faults of the plan that it met. */
	faults?: string[];
	authorization?: string;
	tokenHash?: string;
	contentType?: string;
	prefer?: string;
	accept?: string;
	/** SHA-256 of the client certificate that was shown, in hex. */
	clientCertificate?: string;
}

const maxRequests = 10_000;

function one(value: string | string[] | undefined): string | undefined {
	return Array.isArray(value) ? value.join(', ') : value;
}

/** The latest requests, in the order in which they came. */
export class RequestLog {
	private readonly entries: LoggedRequest[] = [];
	private readonly byRequest = new WeakMap<IncomingMessage, LoggedRequest>();
	private count = 0;

	/** Notes a request when it comes, and how it ends when it does. */
	add(request: IncomingMessage, response: ServerResponse): void {
		const { method = '', url: path = '', headers } = request;
		this.count += 1;
		const [scheme, token] = one(headers.authorization)?.split(' ') ?? [];
		const entry: LoggedRequest = {
			n: this.count,
			time: Date.now(),
			method,
			path,
			authorization: scheme,
			tokenHash: token === undefined ? undefined : sha256(token).slice(0, 8),
			contentType: headers['content-type'],
			prefer: one(headers.prefer),
			accept: one(headers.accept),
			clientCertificate: clientFingerprint(request),
		};
		this.entries.push(entry);
		if (this.entries.length > maxRequests) this.entries.shift();
		this.byRequest.set(request, entry);
		response.once('close', () => {
			entry.status = response.headersSent ? response.statusCode : undefined;
			entry.endedAt = Date.now();
			entry.whole = response.writableFinished;
		});
	}

	/** Notes the faults that a request met. */
	noteFaults(request: IncomingMessage, names: string[]): void {
		const entry = this.byRequest.get(request);
		if (entry) entry.faults = names;
	}

	list(): readonly LoggedRequest[] {
		return this.entries;
	}

	clear(): void {
		this.entries.length = 0;
		this.count = 0;
	}
}
