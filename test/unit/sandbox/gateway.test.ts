import axios, { type AxiosResponse } from 'axios';
import { sleep } from 'n8n-workflow';
import { memberByKey, tenants } from '../../../sandbox/members';
import { defaultSettings } from '../../../sandbox/settings';
import { hashResources, type Truth } from '../../../sandbox/truth';
import { sha256 } from '../../../sandbox/ids';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { matchBody } from '../../support/matchBody';

const endpoint = '/auth/realms/dev-portal/protocol/openid-connect/token';
const http = axios.create({ validateStatus: () => true });
let sandbox: RunningSandbox;
let bearer: Record<string, string>;

type Reply = AxiosResponse<Record<string, never>>;

async function askToken(changes: Record<string, string> = {}): Promise<Reply> {
	const form = {
		client_id: sandbox.clientId,
		client_secret: sandbox.clientSecret,
		grant_type: 'client_credentials',
		scope: 'member-match|read',
		...changes,
	};
	return await http.post(sandbox.url + endpoint, new URLSearchParams(form));
}

async function signIn(changes: Record<string, string> = {}): Promise<Record<string, string>> {
	const { data } = await askToken(changes);
	return { authorization: `Bearer ${String(data.access_token)}` };
}

const matchPath = '/v1/bison/member-match/$member-match';

async function match(key: string, headers: Record<string, string> = {}, path = matchPath): Promise<Reply> {
	return await http.post(sandbox.url + path, JSON.stringify(matchBody(key)), {
		headers: { 'content-type': 'application/json', ...bearer, ...headers },
	});
}

async function get(path: string, headers = bearer): Promise<Reply> {
	return await http.get(sandbox.url + path, {
		headers,
		responseType: path.endsWith('.ndjson') ? 'text' : 'json',
	});
}

async function kickOff(key: string, query = ''): Promise<Reply> {
	const { data } = await match(key);
	const [groupId] = /c[a-z0-9]{24}/.exec(JSON.stringify(data)) ?? [];
	return await get(`/v1/bison/bulk-data/r4/Group/${groupId}/$export${query}`);
}

interface Manifest {
	status: string;
	resourceCount: number;
	batches: Record<string, number>;
	output: Array<{ type: string; url: string }>;
	request: string;
}

async function exported(key: string, query = ''): Promise<{ manifest: Manifest; runningPolls: number }> {
	const { data } = await kickOff(key, query);
	const [, jobId] = /\$export\/job\/([a-z0-9]+)/.exec(JSON.stringify(data)) ?? [];
	for (let runningPolls = 0; runningPolls < 20; runningPolls += 1) {
		const { data: answer } = await get(`/v1/bison/bulk-data/r4/$export/job/${jobId}`);
		const manifest = answer as unknown as Manifest;
		if (manifest.status !== 'Running') return { manifest, runningPolls };
	}
	throw new Error('The job does not end.');
}

beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => await sandbox.stop());
beforeEach(async () => {
	await sandbox.set({ ...defaultSettings() });
	bearer = await signIn();
});

describe('the token endpoint', () => {
	it('gives an opaque bearer token of the stated life', async () => {
		await sandbox.set({ tokenSeconds: 77 });
		const { status, data } = await askToken();
		expect(status).toBe(200);
		expect(data).toMatchObject({ token_type: 'Bearer', expires_in: 77, scope: 'member-match|read' });
	});

	it.each([
		['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
		['an unknown client', { client_id: 'nobody' }, 401, 'invalid_client'],
		['a scope that the client may not have', { scope: 'other' }, 400, 'invalid_scope'],
		['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
	])('refuses %s', async (_what, changes, status, error) => {
		const reply = await askToken(changes as unknown as Record<string, string>);
		expect([reply.status, reply.data.error]).toEqual([status, error]);
	});

	it('lets a token die in time, and all at once', async () => {
		await sandbox.set({ tokenSeconds: 5 });
		const short = await signIn();
		expect((await match('small', short)).status).toBe(200);
		const end = Date.now() + 15_000;
		const isAlive = async () => (await match('small', short)).status === 200;
		while ((await isAlive()) && Date.now() < end) await sleep(200);
		expect((await match('small', short)).status).toBe(401);
		expect((await match('small')).status).toBe(200);
		await sandbox.revokeTokens();
		expect((await match('small')).status).toBe(401);
	});
});

describe('the door', () => {
	it('is closed to everybody without a good token', async () => {
		const other = await signIn({ client_id: 'read-only-client', client_secret: 'read-only', scope: 'other' });
		expect((await match('small', { authorization: '' })).status).toBe(401);
		expect((await match('small', { authorization: 'Bearer nonsense' })).status).toBe(401);
		expect(
			(await match('small', { authorization: bearer.authorization.replace('Bearer', 'Basic') })).status,
		).toBe(401);
		expect((await match('small', other)).status).toBe(403);
	});

	it('says what is wrong with an address, a method or a body', async () => {
		const heron = matchPath.replace('bison', 'heron');
		const results = await Promise.all([
			match('small', {}, heron),
			match('small', {}, matchPath.replace('bison', 'wren')),
			match('small', {}, '/v1/bison/Patient/$member-match'),
			get(matchPath),
			get(endpoint),
			get('/v1/bison/bulk-data/r4/Group/none/$export'),
			get('/v1/bison/bulk-data/r4/$export/job/none'),
			get('/v1/bison/bulk-data/r4/$export/file/none.1.ndjson'),
			match('small', { 'content-type': 'application/fhir+json; charset=utf-8' }),
			match('small', { 'content-type': 'text/plain' }),
			http.post(sandbox.url + matchPath, '{', { headers: { ...bearer, 'content-type': 'application/json' } }),
			http.post(sandbox.url + matchPath, { a: 'x'.repeat(2 ** 20) }, { headers: bearer }),
			http.post(sandbox.url + matchPath, { resourceType: 'Parameters' }, { headers: bearer }),
		]);
		expect(results.map(({ status }) => status)).toEqual([
			200, 404, 404, 405, 405, 404, 404, 404, 200, 415, 400, 413, 400,
		]);
		const refused = results.filter(({ status }) => status >= 400).map(({ data }) => JSON.stringify(data));
		refused.forEach((data) => expect(data).toContain('OperationOutcome'));
	});
});

describe('$member-match', () => {
	const shapes = ['parameters', 'json', 'group-reference', 'matched-members', 'group'];

	it('gives the same group id in every shape, and another one for another payer', async () => {
		const ids = new Set<string | undefined>();
		for (const matchAnswer of shapes) {
			await sandbox.set({ matchAnswer });
			const { status, data } = await match('small');
			expect([matchAnswer, status, data]).toMatchSnapshot();
			ids.add(/c[a-z0-9]{24}/.exec(JSON.stringify(data))?.[0]);
		}
		expect(ids.size).toBe(1);
		const other = await match('small', {}, matchPath.replace('bison', tenants[1]));
		expect(ids.has(/c[a-z0-9]{24}/.exec(JSON.stringify(other.data))?.[0])).toBe(false);
	});

	it.each(['422', '422-empty', '422-html', '200-empty-group', '200-operation-outcome', '404', '400'])(
		'refuses a member in the shape %s',
		async (noMatchAnswer) => {
			await sandbox.set({ noMatchAnswer });
			for (const key of ['no-match', 'multiple-matches', 'consent-refused', 'consent-ended']) {
				const { status, data } = await match(key);
				expect([key, status, data]).toMatchSnapshot();
			}
		},
	);
});

describe('an export', () => {
	it.each(['small', 'medium', 'accents', 'chinese', 'large', 'partial', 'slow', 'failed', 'empty'])(
		'of %s gives exactly what there is',
		async (key) => {
			const { manifest, runningPolls } = await exported(key);
			const [truth] = await sandbox.get<Truth[]>(`/sandbox/truth?member=${key}`);
			expect(runningPolls).toBe(memberByKey(key).runningPolls);
			expect(manifest.status).toBe(key === 'failed' ? 'Failed' : 'Successful');
			expect(manifest.resourceCount).toBe(truth.resources);
			expect(manifest.batches).toEqual({
				running: 0,
				complete: truth.batches - truth.failedBatches,
				failed: truth.failedBatches,
				total: truth.batches,
			});
			const fetched: Record<string, unknown[]> = {};
			for (const [index, { type, url }] of manifest.output.entries()) {
				const { data, headers } = await http.get<string>(url, { headers: bearer, responseType: 'text' });
				expect(headers['content-type']).toBe('application/fhir+ndjson');
				expect(sha256(data)).toBe(truth.files[index].sha256);
				const resources = data
					.trimEnd()
					.split('\n')
					.map((line) => JSON.parse(line) as unknown);
				fetched[type] = [...(fetched[type] ?? []), ...resources];
			}
			const types = Object.entries(fetched).map(([type, resources]) => [
				type,
				{ resources: resources.length, sha256: hashResources(resources) },
			]);
			expect(Object.fromEntries(types)).toEqual(truth.types);
		},
	);

	it('is narrowed by _type and emptied by a late _since', async () => {
		const repeated = await exported('small', '?_type=Patient,Coverage&_type=Specimen&_elements=id');
		expect(repeated.manifest.output.map(({ type }) => type)).toEqual(['Specimen', 'Coverage', 'Patient']);
		expect(repeated.manifest.request).toContain('?_type=Patient,Coverage&_type=Specimen&_elements=id');
		expect((await exported('small', '?_since=2026-06-30')).manifest.output).toHaveLength(6);
		expect((await exported('small', '?_since=2026-07-01')).manifest).toMatchObject({
			output: [],
			resourceCount: 0,
		});
		expect((await kickOff('small', '?_since=yesterday')).status).toBe(400);
	});

	it('tells the job id where the settings say', async () => {
		const told = /\$export\/job\/c[a-z0-9]{24}$/;
		const text = await kickOff('small');
		expect(text.status).toBe(200);
		expect(text.data).toMatchObject({
			resourceType: 'OperationOutcome',
			issue: [
				{
					severity: 'information',
					code: 'informational',
					details: {
						text: expect.stringMatching(
							/^Asynchronous export running\. Track job at https:\/\/gateway\.1upcoredev\.com\/v1\/bison\/bulk-data\/r4\/\$export\/job\/c[a-z0-9]{24}$/,
						) as string,
					},
				},
			],
		});

		await sandbox.set({ jobIdIn: 'content-location', kickOffStatus: 202, responseHost: '' });
		const location = await kickOff('small');
		expect([location.status, location.data]).toEqual([202, '']);
		expect(location.headers['content-location']).toMatch(told);
		expect(location.headers['content-location']).toContain(sandbox.url);

		await sandbox.set({ jobIdIn: 'both' });
		const both = await kickOff('small');
		expect(JSON.stringify(both.data)).toContain(both.headers['content-location']);

		await sandbox.set({ jobIdIn: 'diagnostics' });
		expect(JSON.stringify((await kickOff('small')).data)).toContain('"diagnostics":"Asynchronous');

		await sandbox.set({ jobIdIn: 'finished', fileHost: 'https://files.example' });
		const finished = (await kickOff('slow')).data as unknown as Manifest;
		expect(finished.status).toBe('Successful');
		expect(finished.output[0].url).toMatch(/^https:\/\/files\.example\/v1\/bison\//);
		const own = finished.output[0].url.replace('https://files.example', '');
		expect((await get(own)).status).toBe(200);
	});

	it('runs as the settings say', async () => {
		await sandbox.set({ runningPolls: 2, runningStatus: 202, retryAfter: 'soon', failedWord: 'Broken' });
		const [, job] = /\$export\/job\/([a-z0-9]+)/.exec(JSON.stringify((await kickOff('failed')).data)) ?? [];
		const path = `/v1/bison/bulk-data/r4/$export/job/${job}`;
		const first = await get(path);
		expect([first.status, first.data, first.headers['retry-after']]).toEqual([202, '', 'soon']);
		expect(first.headers['x-progress']).toBeTruthy();
		expect((await get(path.replace('job/', 'file/') + '.1.ndjson')).status).toBe(404);

		await sandbox.set({ runningStatus: 200, runningWord: 'In Progress', retryAfter: '' });
		const second = await get(path);
		expect(second.status).toBe(200);
		expect(second.data).toMatchObject({
			status: 'In Progress',
			output: [],
			batches: { complete: 2, total: 6 },
		});
		expect(second.headers['retry-after']).toBeUndefined();
		expect((await get(path)).data).toMatchObject({ status: 'Broken', output: [], batches: { failed: 6 } });
		expect((await get(path.replace('bison', 'heron'))).status).toBe(404);
	});
});

describe('the control calls', () => {
	it('log every call of the payer, and never a token or a body', async () => {
		await sandbox.forget();
		await match('small', { prefer: 'respond-async' });
		await match('no-match', { authorization: 'Bearer nonsense' });
		const requests = await sandbox.requests();
		expect(requests).toMatchObject([
			{
				n: 1,
				method: 'POST',
				path: matchPath,
				status: 200,
				authorization: 'Bearer',
				prefer: 'respond-async',
			},
			{ n: 2, method: 'POST', path: matchPath, status: 401, contentType: 'application/json' },
		]);
		const log = JSON.stringify(requests);
		expect(log).not.toContain(bearer.authorization.slice('Bearer '.length));
		expect(log).not.toContain('Whitfield');
	});

	it('refuse an unknown setting and leave the others alone', async () => {
		const change = { matchAnswer: 'json', nothing: 1 };
		const { status, data } = await http.put<unknown>(`${sandbox.url}/sandbox/settings`, change);
		expect([status, JSON.stringify(data)]).toEqual([400, expect.stringContaining('nothing')]);
		expect(await sandbox.get('/sandbox/settings')).toEqual(defaultSettings());
	});

	it('say who the members are', async () => {
		expect(await sandbox.get('/sandbox/health')).toEqual({ status: 'ok' });
		expect(await sandbox.get<unknown[]>('/sandbox/members')).toHaveLength(16);
		expect(await sandbox.get<unknown[]>('/sandbox/truth')).toHaveLength(15);
	});
});
