/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import axios from 'axios';
import { FaultPlan, type FaultEntry } from '../../../sandbox/faults/plan';
import { faultTable } from '../../../sandbox/faults/table';
import { cutAt } from '../../../sandbox/faults/wire';
import { groupIdOf } from '../../../sandbox/matchAnswers';
import { memberByKey } from '../../../sandbox/members';
import { matchBody } from '../../support/matchBody';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';

const endpoint = '/auth/realms/dev-portal/protocol/openid-connect/token';
const base = '/v1/bison/bulk-data/r4';
let sandbox: RunningSandbox;
let token: string;
let job: string;
/** The member's Patient, whose name has letters of several bytes. */
let file: string;
let good: Buffer;
/** How long nothing may come before it is called silence. */
let patience = 10_000;

/** What a client sees of one call. */
interface Seen {
	status?: number;
	headers: IncomingHttpHeaders;
	chunks: Buffer[];
	body: Buffer;
	text: string;
	json: Record<string, unknown>;
	/** How it ended: `end`, an error's code, or `silence` where nothing came for a while. */
	ended: string;
	ms: number;
}

interface Asked {
	method?: string;
	body?: string;
	headers?: Record<string, string>;
}

/** One call on a connection of its own. */
async function call(url: string, { method = 'GET', body, headers = {} }: Asked = {}): Promise<Seen> {
	const began = Date.now();
	const chunks: Buffer[] = [];
	return await new Promise((resolve) => {
		let status: number | undefined;
		let seenHeaders: IncomingHttpHeaders = {};
		const end = (ended: string): void => {
			asked.destroy();
			const whole = Buffer.concat(chunks);
			const text = whole.toString('utf8');
			const isJson = /[/+]json/.test(seenHeaders['content-type'] ?? '') && ended === 'end' && text !== '';
			resolve({
				status,
				headers: seenHeaders,
				chunks,
				body: whole,
				text,
				json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
				ended,
				ms: Date.now() - began,
			});
		};
		const asked = httpRequest(new URL(url, sandbox.url), {
			method,
			agent: false,
			timeout: patience,
			headers: { ...(url !== endpoint && { authorization: `Bearer ${token}` }), ...headers },
		});
		asked.on('timeout', () => end('silence'));
		asked.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
		asked.on('response', (response) => {
			status = response.statusCode;
			seenHeaders = response.headers;
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
			response.on('end', () => end('end'));
		});
		asked.end(body);
	});
}

async function askToken(): Promise<Seen> {
	const form = new URLSearchParams({
		client_id: sandbox.clientId,
		client_secret: sandbox.clientSecret,
		grant_type: 'client_credentials',
		scope: 'member-match|read',
	});
	return await call(endpoint, {
		method: 'POST',
		body: form.toString(),
		headers: { 'content-type': 'application/x-www-form-urlencoded' },
	});
}

async function match(key = 'accents'): Promise<Seen> {
	return await call('/v1/bison/member-match/$member-match', {
		method: 'POST',
		body: JSON.stringify(matchBody(key)),
		headers: { 'content-type': 'application/json' },
	});
}

async function kickOff(key = 'accents'): Promise<Seen> {
	return await call(`${base}/Group/${groupIdOf('bison', memberByKey(key))}/$export`);
}

const jobStatus = async (): Promise<Seen> => await call(`${base}/$export/job/${job}`);
const getFile = async (url = file): Promise<Seen> => await call(url);
const calls = { token: askToken, match, kickOff, status: jobStatus, file: getFile };

async function misbehave(...plan: FaultEntry[]): Promise<void> {
	await axios.put(`${sandbox.url}/sandbox/faults`, plan);
}

function urlsOf({ json }: Seen): string[] {
	return (json.output as Array<{ url: string }>).map(({ url }) => url);
}

beforeAll(async () => {
	sandbox = await startSandbox('--running-polls', '0');
	token = String((await askToken()).json.access_token);
	const started = await kickOff();
	job = /\$export\/job\/([a-z0-9]+)/.exec(started.text)?.[1] ?? '';
	const patient = (await jobStatus()).json.output as Array<{ type: string; url: string }>;
	file = patient.find(({ type }) => type === 'Patient')?.url ?? '';
	good = (await getFile()).body;
});
afterAll(async () => await sandbox.stop());
beforeEach(async () => {
	await misbehave();
	patience = 10_000;
	const fresh = await askToken();
	token = String(fresh.json.access_token);
	await sandbox.forget();
});

type Row = [entry: FaultEntry | FaultEntry[], check: (seen: Seen) => Promise<void> | void];

const line = (): string => good.toString('utf8').trimEnd();
const answered = (status: number, ...parts: string[]): Row[1] => {
	return (seen) => {
		expect([seen.status, seen.ended]).toEqual([status, 'end']);
		parts.forEach((part) => expect(seen.text).toContain(part));
	};
};
const isBody = (make: () => string | Buffer): Row[1] => {
	return (seen) => {
		expect([seen.status, seen.ended]).toEqual([200, 'end']);
		expect(seen.body.equals(Buffer.from(make()))).toBe(true);
	};
};
const endsBare = (code: string): Row[1] => {
	return ({ status, ended }) => expect([status, ended]).toEqual([undefined, code]);
};
const isCut = (code: string, length: () => number): Row[1] => {
	return ({ status, ended, body }) => {
		expect([status, ended]).toEqual([200, code]);
		expect(body.equals(good.subarray(0, length()))).toBe(true);
	};
};
const half = (): number => Math.floor(good.length / 2);
const isJson = (change: object): Row[1] => {
	return ({ status, json }) => {
		expect(status).toBe(200);
		expect(json).toMatchObject(change);
	};
};

/** Every fault at least once: what a client sees on the wire. */
const rows: Row[] = [
	[
		{ on: 'status', fault: { name: 'answer', status: 503, code: 'transient', text: 'Busy.' } },
		answered(503, '"code":"transient"', '"diagnostics":"Busy."', '"severity":"error"'),
	],
	[
		{ on: 'status', fault: { name: 'answer', status: 429, headers: { 'Retry-After': '-1' }, body: 'empty' } },
		({ status, headers, text }) => expect([status, headers['retry-after'], text]).toEqual([429, '-1', '']),
	],
	[
		{
			on: 'match',
			fault: { name: 'answer', status: 429, headers: { 'retry-after': 'past-date' }, body: 'html' },
		},
		({ headers, text }) => {
			expect(text).toContain('<html>');
			expect(Date.parse(headers['retry-after'] ?? '')).toBeLessThan(Date.now() - 3_500_000);
		},
	],
	[
		{ on: 'file', fault: { name: 'answer', status: 429, headers: { 'retry-after': 'date+60' } } },
		({ headers }) => {
			const ahead = Date.parse(headers['retry-after'] ?? '') - Date.now();
			expect(ahead).toBeGreaterThan(55_000);
			expect(ahead).toBeLessThan(61_000);
		},
	],
	[
		{ on: 'status', fault: { name: 'answer', status: 200, body: 'json', json: { status: 'Running' } } },
		({ text }) => expect(text).toBe('{"status":"Running"}'),
	],
	[
		{ on: 'file', fault: { name: 'answer', status: 403, body: 'xml', code: 'AccessDenied' } },
		answered(403, '<Code>AccessDenied</Code>'),
	],
	[
		{ on: 'match', fault: { name: 'answer', status: 500, body: 'text', text: 'oops' } },
		answered(500, 'oops'),
	],
	[{ on: 'token', fault: { name: 'answer', status: 502, body: 'html' } }, answered(502, '<html>')],
	[
		{ on: 'status', fault: { name: 'restate', status: 202, headers: { 'X-Progress': '80 %' } } },
		(seen) => {
			answered(202, '"Successful"')(seen);
			expect(seen.headers['x-progress']).toBe('80 %');
		},
	],
	...[301, 302, 307, 308].map(
		(status): Row => [
			{ on: 'file', fault: { name: 'redirect', status, location: 'http://127.0.0.2:9{path}' } },
			(seen) => {
				expect([seen.status, seen.headers.location]).toEqual([
					status,
					`http://127.0.0.2:9${new URL(file).pathname}`,
				]);
			},
		],
	),
	[{ on: 'token', fault: 'token-error' }, answered(401, '"error":"invalid_client"')],
	[
		{ on: 'token', fault: { name: 'token-error', status: 500, error: 'server_error' } },
		answered(500, '"server_error"'),
	],
	[
		{ on: 'token', fault: 'no-access-token' },
		({ status, json }) => {
			expect(status).toBe(200);
			expect(json).not.toHaveProperty('access_token');
		},
	],
	[
		{ on: 'status', fault: 'bad-token' },
		(seen) => {
			answered(401, 'invalid_token')(seen);
			expect(seen.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
		},
	],
	[
		{ on: 'file', occurrence: 1, fault: 'revoke-tokens' },
		async ({ status }) => expect([status, (await getFile()).status]).toEqual([401, 401]),
	],
	[
		{ on: 'file', occurrence: 1, fault: { name: 'revoke-tokens', when: 'after' } },
		async ({ status }) => expect([status, (await getFile()).status]).toEqual([200, 401]),
	],
	[
		{ on: 'kickOff', occurrence: [1, 2], fault: { name: 'export-running', headers: { 'Retry-After': '1' } } },
		async (seen) => {
			answered(429, 'Another export')(seen);
			expect(seen.headers['retry-after']).toBe('1');
			expect([(await kickOff()).status, (await kickOff()).status]).toEqual([429, 200]);
		},
	],
	[
		{ on: 'token', fault: { name: 'delay', ms: 300 } },
		({ status, ms }) => {
			expect(status).toBe(200);
			expect(ms).toBeGreaterThanOrEqual(295);
		},
	],
	[{ on: 'status', fault: 'hang' }, endsBare('silence')],
	[{ on: 'match', fault: { name: 'hang', carriedOut: true } }, endsBare('silence')],
	[{ on: 'kickOff', fault: 'reset' }, endsBare('ECONNRESET')],
	[{ on: 'token', fault: { name: 'reset', carriedOut: true } }, endsBare('ECONNRESET')],
	[{ on: 'match', fault: 'close' }, endsBare('ECONNRESET')],
	[
		{ on: 'file', fault: { name: 'refuse', ms: 300 } },
		async (seen) => {
			endsBare('ECONNRESET')(seen);
			endsBare('ECONNREFUSED')(await jobStatus());
			let again = await jobStatus();
			while (again.ended === 'ECONNREFUSED') again = await jobStatus();
			expect(again.status).toBe(200);
		},
	],
	[{ on: 'file', fault: { name: 'reset-body', at: 100 } }, isCut('ECONNRESET', () => 100)],
	[
		{ on: 'file', fault: { name: 'short-body', at: 0.5 } },
		(seen) => {
			isCut('ECONNRESET', half)(seen);
			expect(Number(seen.headers['content-length'])).toBe(good.length);
		},
	],
	[
		{ on: 'file', fault: { name: 'cut-body', at: 'last-line' } },
		(seen) => {
			isCut('end', () => cutAt('last-line')(good))(seen);
			expect(seen.headers['transfer-encoding']).toBe('chunked');
		},
	],
	[
		{ on: 'file', fault: { name: 'cut-body', at: -5, framing: 'until-close' } },
		(seen) => {
			isCut('end', () => good.length - 5)(seen);
			expect(seen.headers).not.toHaveProperty('transfer-encoding');
			expect(seen.headers).not.toHaveProperty('content-length');
		},
	],
	[{ on: 'file', fault: { name: 'stall', at: 10 } }, isCut('silence', () => 10)],
	[
		{ on: 'file', fault: { name: 'drip', bytes: 200, ms: 20 } },
		(seen) => {
			isBody(() => good)(seen);
			expect(seen.ms).toBeGreaterThanOrEqual(Math.floor(good.length / 200) * 19);
		},
	],
	[
		{ on: 'file', fault: 'chunks' },
		(seen) => {
			isBody(() => good)(seen);
			expect(seen.chunks).toHaveLength(good.length);
		},
	],
	[
		{ on: 'file', fault: 'gzip' },
		({ headers, body }) => {
			expect([headers['content-encoding'], headers['content-length']]).toEqual(['gzip', String(body.length)]);
			expect(gunzipSync(body).equals(good)).toBe(true);
		},
	],
	[
		{ on: 'file', fault: { name: 'gzip', framing: 'chunked', members: 3 } },
		({ headers, body }) => {
			expect(headers['transfer-encoding']).toBe('chunked');
			expect(body.toString('latin1').split('\x1f\x8b\x08')).toHaveLength(4);
			expect(gunzipSync(body).equals(good)).toBe(true);
		},
	],
	...(['flipped', 'truncated'] as const).map(
		(damage): Row => [
			{ on: 'file', fault: { name: 'gzip', damage } },
			({ ended, body }) => {
				expect(ended).toBe('end');
				expect(() => gunzipSync(body)).toThrow();
			},
		],
	),
	[{ on: 'file', fault: 'bom' }, isBody(() => `\ufeff${line()}\n`)],
	[{ on: 'file', fault: 'crlf' }, isBody(() => `${line()}\r\n`)],
	[{ on: 'file', fault: 'blank-lines' }, isBody(() => `\n  \n${line()}\n\n \n`)],
	[{ on: 'file', fault: 'no-last-newline' }, isBody(line)],
	[
		[
			{ on: 'file', fault: 'bom' },
			{ on: 'file', fault: 'crlf' },
		],
		isBody(() => `\ufeff${line()}\r\n`),
	],
	[
		{ on: 'file', fault: { name: 'long-line', bytes: 20_000_000 } },
		({ text }) => {
			const [long, other] = text.split('\n');
			expect([long.length, other]).toEqual([20_000_000, line()]);
			expect(JSON.parse(long)).toMatchObject({ resourceType: 'Patient', id: 'long-line' });
		},
	],
	[
		{ on: 'file', fault: { name: 'insert-lines', line: 2, kind: 'array', times: 2 } },
		isBody(() => `${line()}\n${'[{"resourceType":"Patient"}]\n'.repeat(2)}`),
	],
	[{ on: 'file', fault: { name: 'insert-lines', text: '漢 é' } }, isBody(() => `漢 é\n${line()}\n`)],
	[
		{ on: 'file', fault: { name: 'insert-lines', kind: 'not-utf8' } },
		({ body }) => expect(body.includes(Buffer.from([0xff, 0xfe]))).toBe(true),
	],
	[{ on: 'file', fault: 'drop-lines' }, isBody(() => '')],
	[{ on: 'file', fault: 'repeat-lines' }, isBody(() => `${line()}\n${line()}\n`)],
	[
		{ on: 'file', fault: { name: 'gone-until-reread', status: 404 } },
		async (seen) => {
			expect([seen.status, (await getFile()).status]).toEqual([404, 404]);
			await jobStatus();
			expect((await getFile()).status).toBe(200);
		},
	],
	[
		[
			{ on: 'status', fault: 'new-addresses' },
			{ on: 'file', fault: { name: 'gone-until-reread', newAddress: true } },
		],
		async (status) => {
			const old = urlsOf(status)[2];
			expect((await getFile(old)).status).toBe(410);
			const fresh = urlsOf(await jobStatus())[2];
			expect(fresh).not.toBe(old);
			expect([(await getFile(old)).status, (await getFile(fresh)).status]).toEqual([410, 200]);
		},
	],
	[
		{ on: 'file', fault: 'open-file' },
		async () => {
			token = 'none';
			isBody(() => good)(await getFile());
		},
	],
	[
		{
			on: 'status',
			fault: { name: 'file-addresses', url: 'https://files.example{path}?x={file}', batch: 2 },
		},
		(seen) => {
			const [first, second] = urlsOf(seen);
			expect(first).toBe(`${sandbox.url}${base}/$export/file/${job}.1.ndjson`);
			expect(second).toBe(`https://files.example${base}/$export/file/${job}.2.ndjson?x=${job}.2.ndjson`);
		},
	],
	[
		{ on: 'status', fault: { name: 'merge', json: { status: null, output: [], batches: { failed: 2 } } } },
		(seen) => {
			isJson({ output: [], batches: { failed: 2, complete: 6 } })(seen);
			expect(seen.json).not.toHaveProperty('status');
		},
	],
	[
		{ on: 'status', fault: { name: 'merge-output', json: { count: 7 }, batch: 1 } },
		({ json }) => expect((json.output as object[]).filter((entry) => 'count' in entry)).toHaveLength(1),
	],
	[
		{
			on: 'status',
			fault: {
				name: 'add-file',
				list: 'error',
				lines: [{ resourceType: 'OperationOutcome' }, 'x'],
				count: 2,
			},
		},
		async ({ json }) => {
			const [{ type, url, count }] = json.error as [Record<string, string>];
			expect([type, count]).toEqual(['OperationOutcome', 2]);
			answered(200, '{"resourceType":"OperationOutcome"}\nx\n')(await getFile(url));
			token = 'none';
			expect((await getFile(url)).status).toBe(401);
		},
	],
	[
		{ on: 'status', fault: { name: 'partial-manifest', files: 4 } },
		async (seen) => {
			const [{ relation, url }] = seen.json.link as [{ relation: string; url: string }];
			const next = await getFile(url);
			expect([relation, url.startsWith(sandbox.url), next.json.link]).toEqual(['next', true, undefined]);
			expect([urlsOf(seen).length, urlsOf(next).length]).toEqual([4, 2]);
			expect(new Set([...urlsOf(seen), ...urlsOf(next)]).size).toBe(6);
		},
	],
	[
		{ on: 'status', fault: 'manifest-v4' },
		(seen) => {
			isJson({ manifestType: 'complete', outcome: [], requiresAccessToken: true })(seen);
			expect(Object.keys(seen.json)).not.toEqual(expect.arrayContaining(['request']));
			expect(urlsOf(seen)).toHaveLength(6);
		},
	],
	[
		{ on: 'kickOff', fault: 'job-address' },
		(seen) => {
			answered(202, 'The export has started.')(seen);
			expect(seen.text).not.toContain('job');
			expect(seen.headers).not.toHaveProperty('content-location');
		},
	],
	[
		{ on: 'kickOff', fault: { name: 'job-address', text: 'See ({path}).', contentLocation: '/a/{job}' } },
		(seen) => {
			expect(seen.headers['content-location']).toMatch(/^\/a\/c[a-z0-9]{24}$/);
			expect(seen.text).toMatch(/"See \(\/v1\/bison\/[^ ]+\/c[a-z0-9]{24}\)\."/);
		},
	],
];

function entriesOf([asked]: Row): FaultEntry[] {
	return [asked].flat();
}

const titled = rows.map((row): [string, Row] => {
	return [
		entriesOf(row)
			.map(({ on, fault }) => `${on} ${JSON.stringify(fault)}`)
			.join(' and '),
		row,
	];
});

describe('each fault on the wire', () => {
	it.each(titled)('%s', async (title, row) => {
		const entries = entriesOf(row);
		await misbehave(...entries);
		if (/hang|stall/.test(title)) patience = 300;
		const seen = await calls[entries[0].on]();
		await row[1](seen);
	});

	it('is in the table above', () => {
		const names = rows
			.flatMap(entriesOf)
			.map(({ fault }) => (typeof fault === 'string' ? fault : fault.name));
		expect(Object.keys(faultTable).filter((name) => !names.includes(name as never))).toEqual([]);
	});
});

describe('a fault plan', () => {
	const statuses = async (times: number, ask = jobStatus): Promise<Array<number | undefined>> => {
		const seen: Array<number | undefined> = [];
		while (seen.length < times) seen.push((await ask()).status);
		return seen;
	};
	const busy = { name: 'answer', status: 503 } as const;

	it.each<[FaultEntry['occurrence'], number[]]>([
		[undefined, [503, 503, 503, 503]],
		['always', [503, 503, 503, 503]],
		[2, [200, 503, 200, 200]],
		[
			[2, 3],
			[200, 503, 503, 200],
		],
	])('with the occurrence %j gives %j', async (occurrence, expected) => {
		await misbehave({ on: 'status', occurrence, fault: busy });
		expect(await statuses(4)).toEqual(expected);
	});

	it('is about a member, a tenant, a batch', async () => {
		await misbehave(
			{ on: 'match', member: 'small', fault: busy },
			{ on: 'kickOff', member: memberByKey('small').row.memberId, fault: busy },
			{ on: 'status', member: 'accents', tenant: 'heron', fault: busy },
			{ on: 'file', member: 'accents', batch: 2, fault: busy },
		);
		expect([(await match()).status, (await match('small')).status]).toEqual([200, 503]);
		expect([(await kickOff()).status, (await kickOff('small')).status]).toEqual([200, 503]);
		expect([(await jobStatus()).status, (await getFile()).status]).toEqual([200, 200]);
		expect((await getFile(file.replace('.3.', '.2.'))).status).toBe(503);
		const plan = await sandbox.get<Array<{ met: number; done: number }>>('/sandbox/faults');
		expect(plan.map(({ met, done }) => [met, done])).toEqual([
			[1, 1],
			[1, 1],
			[0, 0],
			[1, 1],
		]);
	});

	it.each([
		[false, 'Running'],
		[true, 'Successful'],
	])('loses an answer; carried out: %j, the next poll finds %s', async (carriedOut, expected) => {
		await sandbox.set({ runningPolls: 1 });
		const { text } = await kickOff('small');
		await sandbox.set({ runningPolls: 0 });
		const [path] = /\/\$export\/job\/[a-z0-9]+/.exec(text) ?? [];
		await misbehave({ on: 'status', occurrence: 1, fault: { name: 'reset', carriedOut } });
		endsBare('ECONNRESET')(await call(`${base}${path}`));
		expect((await call(`${base}${path}`)).json.status).toBe(expected);
	});

	it('is in the log: the status on the wire, the time, how it ended', async () => {
		await misbehave(
			{ on: 'status', occurrence: 1, fault: busy },
			{ on: 'status', occurrence: 2, fault: 'reset' },
			{ on: 'status', occurrence: 3, fault: { name: 'short-body', at: 10 } },
		);
		await statuses(4);
		const log = await sandbox.requests();
		expect(log).toMatchObject([
			{ status: 503, whole: true, faults: ['answer'] },
			{ whole: false, faults: ['reset'] },
			{ status: 200, whole: false, faults: ['short-body'] },
			{ status: 200, whole: true },
		]);
		expect(log[1]).not.toHaveProperty('status');
		const [hash] = log.map(({ tokenHash }) => tokenHash);
		log.forEach((entry) => {
			expect(entry.tokenHash).toBe(hash);
			expect(entry.endedAt).toBeGreaterThanOrEqual(entry.time);
		});
	});

	it.each<[string, unknown]>([
		['list', {}],
		['entry 1.on', [{ on: 'nothing', fault: 'reset' }]],
		[
			'entry 2.occurrence',
			[
				{ on: 'file', fault: 'reset' },
				{ on: 'file', occurrence: 0, fault: 'reset' },
			],
		],
		['entry 1.tenant', [{ on: 'file', tenant: 'wren', fault: 'reset' }]],
		['no member "nobody"', [{ on: 'file', member: 'nobody', fault: 'reset' }]],
		['about no tenant', [{ on: 'token', member: 'small', fault: 'reset' }]],
		['has a batch', [{ on: 'status', batch: 1, fault: 'reset' }]],
		['no fault "toString"', [{ on: 'file', fault: 'toString' }]],
		['"crlf" is for file, not for status', [{ on: 'status', fault: 'crlf' }]],
		['entry 1.fault.ms: Required', [{ on: 'file', fault: 'delay' }]],
		['entry 1.fault', [{ on: 'file', fault: { name: 'reset', at: 3 } }]],
		['entry 1: ', [{ on: 'file', fault: 'reset', often: true }]],
		['a header is one line', [{ on: 'file', fault: { name: 'redirect', location: 'a\r\nb' } }]],
	])('is refused with a complaint: %s', async (complaint, plan) => {
		expect(FaultPlan.read(plan)).toEqual({ complaint: expect.stringContaining(complaint) as string });
		const { status, data } = await axios.put<object>(`${sandbox.url}/sandbox/faults`, plan, {
			validateStatus: () => true,
		});
		expect([status, JSON.stringify(data)]).toEqual([400, expect.stringContaining('OperationOutcome')]);
		expect(await sandbox.get('/sandbox/faults')).toEqual([]);
	});
});
