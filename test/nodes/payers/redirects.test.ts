/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { ServerResponse } from 'node:http';
import { startForeignHost, type ForeignHost } from '../../support/foreignHost';
import { startHttpsHost, type HttpsHost } from '../../support/httpsHost';
import type { Answer } from '../../support/scriptedGateway';
import { runAgainst, type AskedAnswers } from '../../support/standardRuns';

/** Files behind redirects (E1, E2): where they are followed, with what, and where not. */

const PATIENT = '{"resourceType":"Patient","id":"1"}\n';
const FILE = '/files/1.ndjson';

let host: HttpsHost;
let plain: ForeignHost;
/** What the file host answers, by path; a file anywhere else. */
let onHost: Record<string, (response: ServerResponse) => void> = {};
beforeAll(async () => {
	plain = await startForeignHost();
	host = await startHttpsHost((request, response) => {
		const special = onHost[request.url?.split('?')[0] ?? ''];
		if (special) return special(response);
		response.writeHead(200, { 'content-type': 'application/fhir+ndjson' });
		response.end(PATIENT);
	});
});
afterAll(async () => await Promise.all([host.close(), plain.close()]));
beforeEach(() => {
	onHost = {};
	host.got.length = 0;
	plain.got.length = 0;
});

const to = (location: string, status = 302): Answer => ({ status, headers: { location } });

/** Fetches `/files/1.ndjson` of a payer that answers by path; what is not named is a file. */
async function fetchFile(
	routes: (url: string) => Record<string, Answer | Answer[]>,
	{ isListed = true, item = {}, ...rest }: AskedAnswers & { isListed?: boolean; item?: object } = {},
) {
	const counts = new Map<string, number>();
	const seen = await runAgainst(
		(url) => [
			(response, request) => {
				const path = request.url.split('?')[0];
				const count = counts.get(path) ?? 0;
				counts.set(path, count + 1);
				const route = routes(url)[path] ?? { body: PATIENT };
				const answer = Array.isArray(route) ? route[Math.min(count, route.length - 1)] : route;
				if (typeof answer === 'function') return answer(response, request);
				response.writeHead(answer.status ?? 200, answer.headers);
				response.end(typeof answer.body === 'object' ? JSON.stringify(answer.body) : answer.body);
			},
		],
		{
			nodes: ['fetchBatch'],
			items: (url) => [{ url: url + FILE, jobId: 'j', batch: 1, batchCount: 1, ...item }],
			credential: { allowedFileHosts: isListed ? host.host : '' },
			...rest,
		},
	);
	return {
		...seen,
		resources: seen.run.json('fetchBatch'),
		asked: seen.got.map(({ url, headers }) => `${url} ${headers.authorization ?? 'no token'}`),
	};
}

describe('a redirect on the payer itself', () => {
	test.each([301, 302, 303, 307, 308])('E1 %s is followed, with the token', async (status) => {
		const { resources, asked } = await fetchFile((url) => ({ [FILE]: to(`${url}/store/1?sig=x`, status) }));
		expect(resources).toEqual([{ resourceType: 'Patient', id: '1' }]);
		expect(asked).toEqual([`${FILE} Bearer token-1`, '/store/1?sig=x Bearer token-1']);
	});

	test.each<[what: string, location: (url: string) => string, path: string]>([
		['relative to the host', () => '/store/1', '/store/1'],
		['relative to the file', () => 'signed/1.ndjson?a=b', '/files/signed/1.ndjson?a=b'],
		['without a scheme', (url) => `${url.replace('http:', '')}/store/1`, '/store/1'],
		['with the other scheme', (url) => `${url.replace('http:', 'https:')}/store/1`, '/store/1'],
		['with a fragment', () => '/store/1#part', '/store/1'],
	])('E1 %s is followed', async (_, location, path) => {
		const { resources, got } = await fetchFile((url) => ({ [FILE]: to(location(url)) }));
		expect(resources).toHaveLength(1);
		expect(got.map(({ url }) => url)).toEqual([FILE, path]);
	});

	test('E1 is followed without the token where the payer wants none', async () => {
		const { asked } = await fetchFile(() => ({ [FILE]: to('/store/1') }), {
			item: { requiresAccessToken: false },
		});
		expect(asked).toEqual([`${FILE} no token`, '/store/1 no token']);
	});

	const chain = (length: number) => () =>
		Object.fromEntries([
			[FILE, to('/store/1')],
			...Array.from({ length: length - 1 }, (_, index) => [`/store/${index + 1}`, to(`/store/${index + 2}`)]),
		]) as Record<string, Answer>;
	test('E1 is followed five times', async () => {
		expect((await fetchFile(chain(5))).resources).toHaveLength(1);
	});

	test.each<[what: string, routes: () => Record<string, Answer>, says: RegExp, requests: number]>([
		['a sixth one', chain(6), /redirects the file more than 5 times \(HTTP 302\)/, 6],
		['to itself', () => ({ [FILE]: to(FILE) }), /redirects the file in a circle/, 1],
		['in a circle', () => ({ [FILE]: to('/store/1'), '/store/1': to(FILE) }), /in a circle/, 2],
		['to no address', () => ({ [FILE]: { status: 302 } }), /redirects the file to no address/, 1],
		['to what is no address', () => ({ [FILE]: to('http://[') }), /redirects the file to no address/, 1],
		['to a resource', () => ({ [FILE]: to('/fhir/Patient/1') }), /not one of an export/, 1],
		['to a search', () => ({ [FILE]: to('/fhir/Patient?name=a') }), /not one of an export/, 1],
		['with a user name', () => ({ [FILE]: to('//u:p@127.0.0.1/x') }), /instead of answering/, 1],
		['to a disk', () => ({ [FILE]: to('file:///etc/passwd') }), /instead of answering/, 1],
	])('E1 %s is an error', async (_, routes, says, requests) => {
		const { run, told, got } = await fetchFile(routes);
		expect(run.status).toBe('error');
		expect(told).toMatch(says);
		expect(got).toHaveLength(requests);
	});
});

describe('a redirect to another host', () => {
	test('E1 is followed without the token where it is allowed', async () => {
		const { resources, asked } = await fetchFile(() => ({ [FILE]: to(`${host.url}/b/1?sig=Zzyzx`, 307) }));
		expect(resources).toEqual([{ resourceType: 'Patient', id: '1' }]);
		expect(asked).toEqual([`${FILE} Bearer token-1`]);
		expect(host.got).toEqual(['GET /b/1?sig=Zzyzx ']);
	});

	test('E1 is refused, and names the host and the setting, where it is not', async () => {
		const { run, told, errorRoad } = await fetchFile(() => ({ [FILE]: to(`${host.url}/b/1?sig=Zzyzx`) }), {
			isListed: false,
		});
		expect(run.status).toBe('error');
		expect(told).toMatch(/points to 127\.0\.0\.1 .*'Allowed File Hosts'/s);
		expect(errorRoad).not.toContain('Zzyzx');
		expect(host.got).toEqual([]);
	});

	test('E1 is refused over http, allowed or not', async () => {
		const allowed = `${host.host}, ${new URL(plain.url).host.replace('localhost', '127.0.0.1')}`;
		const { told } = await fetchFile(
			() => ({ [FILE]: to(`${plain.url.replace('localhost', '127.0.0.1')}/b/1`) }),
			{
				credential: { allowedFileHosts: allowed },
			},
		);
		expect(told).toMatch(/over https only/);
		expect(plain.got).toEqual([]);
	});

	test('E1 that leads back to the payer gets no token any more', async () => {
		const { resources, asked } = await fetchFile((url) => {
			onHost['/b/1'] = (response) => void response.writeHead(302, { location: `${url}/store/1` }).end();
			return { [FILE]: to(`${host.url}/b/1`) };
		});
		expect(resources).toHaveLength(1);
		expect(asked).toEqual([`${FILE} Bearer token-1`, '/store/1 no token']);
	});

	test('E1 that breaks off there begins again at its own address', async () => {
		let broken = 0;
		const { resources, got } = await fetchFile(() => {
			onHost['/b/1'] = (response) => {
				broken += 1;
				response.writeHead(broken === 1 ? 503 : 200).end(broken === 1 ? '' : PATIENT);
			};
			return { [FILE]: to(`${host.url}/b/1`) };
		});
		expect(resources).toHaveLength(1);
		expect(got.map(({ url }) => url)).toEqual([FILE, FILE]);
	});

	test('E1 that has expired is asked for its address again', async () => {
		let expired = 0;
		const { resources, got } = await fetchFile(
			(url) => {
				onHost['/b/1'] = (response) => {
					expired += 1;
					response.writeHead(expired === 1 ? 403 : 200).end(expired === 1 ? '' : PATIENT);
				};
				const manifest = { requiresAccessToken: true, output: [{ url: url + FILE }] };
				return { [FILE]: to(`${host.url}/b/1`), '/jobs/j': { body: manifest } };
			},
			{
				items: (url) => [
					{ url: url + FILE, jobId: 'j', statusUrl: `${url}/jobs/j`, batch: 1, batchCount: 1 },
				],
			},
		);
		expect(resources).toHaveLength(1);
		expect(got.map(({ url }) => url)).toEqual([FILE, '/jobs/j', FILE]);
	});

	test('E1 that the host refuses is no fault of the credential', async () => {
		onHost['/b/1'] = (response) => void response.writeHead(401).end();
		const { told } = await fetchFile(() => ({ [FILE]: to(`${host.url}/b/1`) }));
		expect(told).toMatch(/did not give the file \(HTTP 401\)/);
	});
});

test('E2 a file on an allowed host is fetched without the token, though the payer wants it', async () => {
	const { resources, got } = await fetchFile(() => ({}), {
		item: { url: `${host.url}/b/1?sig=x`, requiresAccessToken: true },
	});
	expect(resources).toHaveLength(1);
	expect([got, host.got]).toEqual([[], ['GET /b/1?sig=x ']]);
});

test('E1 a file of complaints is followed too', async () => {
	const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'exception' }] };
	const { run } = await fetchFile(
		(url) => ({
			'/jobs/j': { body: { output: [], error: [{ url: url + FILE }] } },
			[FILE]: to('/store/1'),
			'/store/1': { body: `${JSON.stringify(outcome)}\n` },
		}),
		{ nodes: ['waitForExport'], items: (url) => [{ jobId: 'j', statusUrl: `${url}/jobs/j` }] },
	);
	expect(run.json('waitForExport', 2)).toMatchObject([{ errors: [{ issueCount: 1 }] }]);
});

test.each([false, true])(
	'E1 a file whose consent ends at a redirect is not asked for (ended: %s)',
	async (hasEnded) => {
		const { got } = await fetchFile(() => ({ [FILE]: to('/store/1') }), {
			item: { consentEnd: hasEnded ? '2020-01-01' : '2999-01-01' },
		});
		expect(got).toHaveLength(hasEnded ? 0 : 2);
	},
);

test('E3 a job elsewhere stays in the item, is asked for nowhere, and is found once the Status Path is set', async () => {
	const statusUrl = 'https://backend.payer.example/jobs/7';
	const kickOff: Answer = { status: 202, headers: { 'content-location': statusUrl } };
	const nodes = ['startExport' as const, 'waitForExport' as const];
	const asked = { nodes, items: () => [{ groupId: 'g1' }] };
	const credential = { customRequests: true, exportOperation: '$export' };
	const refused = await runAgainst([kickOff], { ...asked, credential });
	expect(refused.run.json('startExport')).toMatchObject([{ groupId: 'g1', statusUrl }]);
	expect(refused.told).toMatch(/'Status Path'/);
	expect(refused.got).toHaveLength(1);
	const found = await runAgainst([kickOff, { body: { output: [] } }], {
		...asked,
		credential: { ...credential, statusPath: 'status/{jobId}' },
	});
	expect(found.got[1].url).toBe('/fhir/status/7');
	expect(found.run.json('waitForExport')).toMatchObject([{ jobId: '7', batchCount: 0 }]);
});
