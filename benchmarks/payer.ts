/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fixedWindow, slidingWindow, type Limiter } from '../test/support/limiters';

/** What the payer bears. */
export interface PayerLimits {
	/** Export jobs worked on at once; it refuses further ones with 429. */
	jobsAtOnce: number;
	/** Requests a second, beyond which it answers 429. */
	requestsPerSecond: number;
	/** How it counts them: in any second, or in windows of 10 s as express-rate-limit does. */
	counting: 'sliding' | 'windows' | 'windows without headers';
	/** For one job, once it is its turn. */
	jobMs: number;
	/** Retry-After of a running job. */
	pollAfterSeconds: number;
	/** Of each member. */
	files: number;
}

/** What the payer saw. */
export interface PayerCounts {
	requests: number;
	matches: number;
	jobs: number;
	polls: number;
	tooOften: number;
	files: number;
	/** Of these, more than a second after the first request. */
	lateRefusals: number;
	/** Polls that a client needs who asks as often as the answers allow, counted from its first poll of each job. */
	necessaryPolls: number;
	/** From the first request to the last one. */
	seconds: number;
}

interface Job {
	doneAt: number;
	member: number;
	isAskedFor: boolean;
}

const NO_LIMITS: PayerLimits = {
	jobsAtOnce: Infinity,
	requestsPerSecond: Infinity,
	jobMs: 0,
	pollAfterSeconds: 1,
	counting: 'sliding',
	files: 1,
};

/**
 * A payer that does nothing but answer quickly, within its limits: what is measured against it is the client. Runs in a process
 * of its own. `GET /counts` says what it saw, `PUT /limits` sets its limits and forgets.
 */
function payer() {
	let limits = NO_LIMITS;
	let seen = emptyCounts();
	let jobs: Job[] = [];
	let slots: number[] = [];
	let limiter = limiterOf(limits);
	let firstAt = 0;
	let lastAt = 0;

	const json = (response: ServerResponse, status: number, body: object, headers = {}) => {
		response.writeHead(status, { 'content-type': 'application/json', ...headers });
		response.end(JSON.stringify(body));
	};

	function refuse(response: ServerResponse, now: number, retryAfterMs: number | null): void {
		seen.tooOften += 1;
		if (now - firstAt > 1000) seen.lateRefusals += 1;
		json(response, 429, {}, retryAfterMs === null ? {} : { 'retry-after': String(retryAfterMs / 1000) });
	}

	/** The number of a new job; undefined if there are as many as it bears. */
	function startJob(now: number, member: number): number | undefined {
		slots = slots.filter((until) => until > now);
		if (slots.length >= limits.jobsAtOnce) return undefined;
		const doneAt = now + limits.jobMs;
		slots.push(doneAt);
		return jobs.push({ doneAt, member, isAskedFor: false }) - 1;
	}

	function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
		const { url = '', method } = request;
		if (url === '/counts') return json(response, 200, { ...seen, seconds: (lastAt - firstAt) / 1000 });
		if (url === '/limits') {
			limits = { ...NO_LIMITS, ...(JSON.parse(body) as PayerLimits) };
			[seen, jobs, slots, limiter, firstAt] = [emptyCounts(), [], [], limiterOf(limits), 0];
			return json(response, 200, {});
		}
		if (url.endsWith('/token'))
			return json(response, 200, { access_token: 'a', token_type: 'Bearer', expires_in: 3600 });
		const now = Date.now();
		firstAt ||= now;
		lastAt = now;
		seen.requests += 1;
		const refusal = limiter(now);
		if (refusal !== undefined) return refuse(response, now, refusal);
		if (url.includes('$member-match')) {
			seen.matches += 1;
			return json(response, 200, { groupId: `g${seen.matches}` });
		}
		if (method === 'GET' && url.includes('/Group/')) {
			const id = startJob(now, seen.jobs + 1);
			if (id === undefined) return refuse(response, now, 1000);
			seen.jobs += 1;
			return json(response, 202, {}, { 'content-location': url.replace(/Group\/.*/, `$export/job/${id}`) });
		}
		const [, id] = /export\/job\/(\d+)/.exec(url) ?? [];
		if (id !== undefined) return status(response, Number(id), now, url);
		file(request, response);
	}

	function status(response: ServerResponse, id: number, now: number, url: string): void {
		seen.polls += 1;
		const job = jobs[id];
		if (!job.isAskedFor) {
			seen.necessaryPolls += 1 + Math.ceil(Math.max(0, job.doneAt - now) / (limits.pollAfterSeconds * 1000));
			job.isAskedFor = true;
		}
		if (now < job.doneAt) {
			response.writeHead(202, { 'retry-after': String(limits.pollAfterSeconds), 'x-progress': 'working' });
			return void response.end();
		}
		const fileUrl = (file: number) => url.replace(/job\/.*/, `file/small-${id}-${file}.ndjson`);
		json(response, 200, {
			transactionTime: '2026-06-30T12:00:00.000Z',
			request: url,
			requiresAccessToken: true,
			output: Array.from({ length: limits.files }, (_, file) => ({
				type: 'ExplanationOfBenefit',
				url: fileUrl(file),
			})),
		});
	}

	function file(request: IncomingMessage, response: ServerResponse): void {
		seen.files += 1;
		const [, job] = /small-(\d+)-\d+\.ndjson/.exec(request.url ?? '') ?? [];
		if (job !== undefined) return void response.writeHead(200).end(smallFile(jobs[Number(job)].member));
		const path = Buffer.from(/file\/(.+)\.ndjson/.exec(request.url ?? '')?.[1] ?? '', 'base64url').toString();
		const isGzip = path.endsWith('.gz');
		void stat(path).then(({ size }) => {
			response.writeHead(200, { 'content-length': size, ...(isGzip && { 'content-encoding': 'gzip' }) });
			createReadStream(path, { highWaterMark: 256 * 1024 }).pipe(response);
		});
	}

	return createServer((request, response) => {
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => answer(request, response, Buffer.concat(parts).toString()));
	});
}

function limiterOf({ requestsPerSecond, counting }: PayerLimits): Limiter {
	if (requestsPerSecond === Infinity) return () => undefined;
	if (counting === 'sliding') return slidingWindow(requestsPerSecond);
	return fixedWindow(requestsPerSecond, 10, counting === 'windows');
}

function emptyCounts(): PayerCounts {
	return {
		requests: 0,
		matches: 0,
		jobs: 0,
		polls: 0,
		tooOften: 0,
		lateRefusals: 0,
		files: 0,
		necessaryPolls: 0,
		seconds: 0,
	};
}

/** From 1 to 200 resources. */
function smallFile(member: number): string {
	const count = ((member * 7919) % 200) + 1;
	return Array.from(
		{ length: count },
		(_, n) => `{"resourceType":"ExplanationOfBenefit","id":"m${member}-${n}","status":"active"}\n`,
	).join('');
}

const server = payer();
server.listen(0, '127.0.0.1', () => {
	process.stdout.write(
		`${JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })}\n`,
	);
});
