import { sha256 } from './ids';

/** One request to the gateway, without its body and without its token. */
export interface LoggedRequest {
	n: number;
	/** When it came, in milliseconds since 1970. */
	time: number;
	method: string;
	path: string;
	/** Empty until it is answered. */
	status?: number;
	authorization?: string;
	tokenHash?: string;
	contentType?: string;
	prefer?: string;
	accept?: string;
}

type Headers = Record<string, string | string[] | undefined>;

const mostRequests = 10_000;

function one(value: string | string[] | undefined): string | undefined {
	return Array.isArray(value) ? value.join(', ') : value;
}

/** The latest requests, in the order in which they came. */
export class RequestLog {
	private readonly entries: LoggedRequest[] = [];
	private count = 0;

	add(method: string, path: string, headers: Headers): LoggedRequest {
		this.count += 1;
		const [scheme, token] = one(headers.authorization)?.split(' ') ?? [];
		const entry: LoggedRequest = {
			n: this.count,
			time: Date.now(),
			method,
			path,
			authorization: scheme,
			tokenHash: token === undefined ? undefined : sha256(token).slice(0, 8),
			contentType: headers['content-type'] as string | undefined,
			prefer: one(headers.prefer),
			accept: one(headers.accept),
		};
		this.entries.push(entry);
		if (this.entries.length > mostRequests) this.entries.shift();
		return entry;
	}

	list(): readonly LoggedRequest[] {
		return this.entries;
	}

	clear(): void {
		this.entries.length = 0;
		this.count = 0;
	}
}
