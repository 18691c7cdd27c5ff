/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions, @typescript-eslint/no-require-imports */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { INodeType } from 'n8n-workflow';
import { runSteps, type NodeName, type SigningCredential } from '../../support/engine';
import { fourSteps } from '../../support/steps';

const ROOT = join(__dirname, '..', '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs', 'adding-a-payer.md'), 'utf8');

/** The files that the page shows: each code block with the path that stands last before it. */
const FILES = PAGE.split('```ts\n')
	.slice(1)
	.map((rest, index) => {
		const before = PAGE.split('```ts\n')[index];
		const path = [...before.matchAll(/`([\w/.]+\.ts)`/g)].at(-1)?.[1] ?? '';
		return { path, code: rest.split('```')[0] };
	});
const [, CREDENTIAL_LINE] = /```json\n"(.*)"\n```/.exec(PAGE) ?? [];

const folder = mkdtempSync(join(tmpdir(), 'third-payer-'));

beforeAll(() => {
	for (const part of ['nodes', 'credentials', 'tsconfig.json', 'package.json']) {
		cpSync(join(ROOT, part), join(folder, part), { recursive: true });
	}
	symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
	for (const { path, code } of FILES) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), code);
	}
	const manifest = join(folder, 'package.json');
	const old = JSON.parse(readFileSync(manifest, 'utf8')) as { n8n: { credentials: string[] } };
	old.n8n.credentials.push(CREDENTIAL_LINE);
	writeFileSync(manifest, JSON.stringify(old));
	execFileSync(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')], {
		cwd: folder,
		stdio: 'pipe',
	});
}, 600_000);

let gateway: Server;
const asked: Array<{ method?: string; path: string; token?: string; body: string }> = [];

/** The invented gateway: what it answers at each path. */
function answers(
	origin: string,
): Record<string, { status?: number; headers?: object; body: object | string }> {
	return {
		'/session': { body: { access_token: 'meadow-token', token_type: 'Bearer', expires_in: 300 } },
		'/plans/lark/match': {
			body: {
				resourceType: 'Parameters',
				parameter: [
					{ name: 'MemberIdentifier', valueIdentifier: { value: 'M-7' } },
					{ name: 'MemberId', valueReference: { reference: 'Patient/p-7' } },
				],
			},
		},
		'/plans/lark/patients/p-7/export': {
			status: 202,
			headers: { 'content-location': `${origin}/jobs/j-1` },
			body: '',
		},
		'/jobs/j-1': {
			body: {
				transactionTime: '2027-01-04T14:00:00Z',
				requiresAccessToken: true,
				output: [{ type: 'Patient', url: `${origin}/files/1.ndjson`, count: 1 }],
			},
		},
		'/files/1.ndjson': { body: '{"resourceType":"Patient","id":"p-7"}\n' },
	};
}

beforeAll(async () => {
	gateway = createServer((request, response) => {
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => {
			const { origin, pathname } = new URL(request.url ?? '/', `http://${request.headers.host}`);
			const body = Buffer.concat(parts).toString();
			asked.push({ method: request.method, path: pathname, token: request.headers.authorization, body });
			const answer = answers(origin)[pathname] ?? { status: 404, body: '' };
			response.writeHead(answer.status ?? 200, { ...answer.headers });
			response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
		});
	});
	await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
	gateway.closeAllConnections();
	await new Promise((resolve) => gateway.close(resolve));
	rmSync(folder, { recursive: true, force: true });
});

/** A class of the copy that was built. */
function built<T>(path: string, name: string): T {
	const loaded = require(join(folder, 'dist', path)) as Record<string, new () => T>;
	return new loaded[name]();
}

const NODES: Record<NodeName, string> = {
	memberMatch: 'MemberMatch',
	startExport: 'StartExport',
	waitForExport: 'WaitForExport',
	fetchBatch: 'FetchBatch',
	fetchDocuments: 'FetchDocuments',
	readNdjsonFile: 'ReadNdjsonFile',
	fhirToTable: 'FhirToTable',
	memberOutcomes: 'MemberOutcomes',
	checkPayer: 'CheckPayer',
};

const MEMBER = {
	memberId: 'M-1',
	givenName: 'Ada',
	familyName: 'Lark',
	birthDate: '1980-05-01',
	gender: 'female',
	coverageId: 'C-1',
	consentId: 'consent-1',
	consentStart: '2020-01-01',
	consentEnd: '2099-12-31',
};

test('a payer that is added as the page says goes through all four nodes', async () => {
	expect(FILES.map(({ path }) => path)).toHaveLength(5);
	const payerApi = 'meadow';
	const origin = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
	const run = await runSteps({
		items: [MEMBER],
		steps: fourSteps({
			memberMatch: { payerApi },
			startExport: { payerApi },
			waitForExport: { payerApi },
			fetchBatch: { payerApi },
		}),
		credential: {
			meadowUrl: `${origin}/`,
			apiKey: 'key of the test',
			homePlan: 'lark',
			planName: 'Prairie',
			accessToken: '',
		},
		build: {
			nodes: Object.fromEntries(
				Object.entries(NODES).map(([name, file]) => [
					name,
					built<INodeType>(`nodes/${file}/${file}.node.js`, file),
				]),
			) as Record<NodeName, INodeType>,
			credentialType: 'meadowApi',
			credential: built<SigningCredential>('credentials/MeadowApi.credentials.js', 'MeadowApi'),
		},
	});
	expect(run.error).toBeUndefined();
	expect(run.json('memberMatch')).toMatchObject([
		{ memberId: 'M-1', tenant: 'lark', patientId: 'p-7', outcome: 'matched' },
	]);
	expect(run.json('startExport')).toMatchObject([
		{ memberId: 'M-1', tenant: 'lark', jobId: 'j-1', statusUrl: `${origin}/jobs/j-1` },
	]);
	expect(run.json('waitForExport')).toMatchObject([
		{ tenant: 'lark', jobId: 'j-1', batch: 1, type: 'Patient' },
	]);
	expect(run.json('fetchBatch')).toEqual([{ resourceType: 'Patient', id: 'p-7' }]);
	expect(run.json('fetchBatch', 1)).toMatchObject([{ outcome: 'complete', resources: 1 }]);
	const [session, ...others] = asked;
	expect(session).toMatchObject({ path: '/session', token: undefined });
	expect(new URLSearchParams(session.body).get('api_key')).toBe('key of the test');
	expect(others.map(({ path, token }) => [path, token])).toEqual(
		['/plans/lark/match', '/plans/lark/patients/p-7/export', '/jobs/j-1', '/files/1.ndjson'].map((path) => [
			path,
			'Bearer meadow-token',
		]),
	);
});

test('its forms show what it takes, and nothing else', () => {
	const { properties, credentials = [] } = built<INodeType>(
		'nodes/WaitForExport/WaitForExport.node.js',
		'WaitForExport',
	).description;
	const shownFor = (name: string) =>
		properties.find((each) => each.name === name)?.displayOptions?.show?.payerApi as string[];
	expect(shownFor('tenant')).toEqual(['oneUpHealth', 'meadow']);
	expect(shownFor('statusUrl')).toEqual(['pdex', 'meadow', 'directory']);
	expect(shownFor('jobId')).toEqual(['oneUpHealth', 'directory']);
	expect(credentials.map(({ name }) => name)).toEqual([
		'oneUpHealthOAuth2Api',
		'smartBackendServicesApi',
		'fhirPayerOAuth2Api',
		'udapPayerApi',
		'meadowApi',
		'payerDirectoryApi',
	]);
});
