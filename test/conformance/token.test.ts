/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createPublicKey, verify } from 'node:crypto';
import tls from 'node:tls';
import { baseUrlOf } from '../../nodes/shared/http/addresses';
import { tokenLifetime } from '../../nodes/shared/signIn/accessToken';
import { FHIR_BASE_URL } from '../../nodes/shared/signIn/fhirBaseUrl';
import { TokenCache } from '../../nodes/shared/signIn/tokenCache';
import { tokenUrlOf } from '../../nodes/shared/signIn/tokenEndpoint';
import { ecKey, rsaKey } from '../../sandbox/keys';
import type { CredentialName, EngineRun } from '../support/engine';
import { runOneNode } from '../support/oneNode';
import type { Answer, GotRequest } from '../support/scriptedGateway';
import { memberRow, Payers, runAgainst } from '../support/standardRuns';
import { row } from '../support/expectations';

const payers = new Payers();

const SCOPE = 'system/*.rs member-match|read a+b&c=d%e';
const ODD_SECRET = 's3cret+/=&%| with spaces';
const MATCHED: Answer = {
	body: {
		resourceType: 'Parameters',
		parameter: [
			{
				name: 'MemberIdentifier',
				valueIdentifier: { system: 'https://payer.example/members', value: 'U-1' },
			},
			{ name: 'MemberId', valueReference: { reference: 'Patient/1' } },
		],
	},
};

const formOf = ({ body }: GotRequest) => Object.fromEntries(new URLSearchParams(body));

/** The token request of a run with a client secret. */
async function secretRequest(clientAuthentication: 'basic' | 'body') {
	const { tokenRequests } = await runAgainst([MATCHED], {
		credential: { clientAuthentication, clientSecret: ODD_SECRET, scope: SCOPE },
	});
	expect(tokenRequests).toHaveLength(1);
	return tokenRequests[0];
}

const rsa = rsaKey();
const ec = ecKey();

/** The assertions of a run at a payer that refuses the first token. */
async function assertionsOf(key: typeof rsa, changes: Record<string, string> = {}) {
	const { tokenRequests } = await runAgainst([{ status: 401 }, MATCHED], {
		credentialType: 'smartBackendServicesApi',
		credential: {
			privateKey: String(key.export({ type: 'pkcs8', format: 'pem' })),
			keyId: 'key-1',
			scope: 'system/*.rs',
			...changes,
		},
	});
	return tokenRequests.map((request) => {
		const form = formOf(request);
		const [header, claims, signature] = (form.client_assertion ?? '').split('.');
		const read = (part: string) =>
			JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
		return {
			form,
			host: String(request.headers.host),
			header: read(header),
			claims: read(claims),
			signed: Buffer.from(`${header}.${claims}`),
			signature: Buffer.from(signature, 'base64url'),
		};
	});
}

const isSigned = ({ signed, signature }: Awaited<ReturnType<typeof assertionsOf>>[0], key: typeof rsa) =>
	verify('sha384', signed, { key: createPublicKey(key), dsaEncoding: 'ieee-p1363' }, signature);

test('A1 posts a form with the client-credentials grant, by each credential', async () => {
	const { gateway } = await runOneNode({ node: 'memberMatch' }, [row('small')], {
		answers: [{ body: { groupId: 'g' } }],
	});
	const ways: CredentialName[] = ['fhirPayerOAuth2Api', 'smartBackendServicesApi'];
	const standard = [];
	for (const credentialType of ways) {
		const credential = {
			privateKey: String(rsa.export({ type: 'pkcs8', format: 'pem' })),
			keyId: 'k',
			scope: 's',
		};
		standard.push(...(await runAgainst([MATCHED], { credentialType, credential })).tokenRequests);
	}
	for (const request of [...gateway.tokenRequests, ...standard]) {
		expect(request.method).toBe('POST');
		expect(request.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded(;|$)/);
		expect(formOf(request).grant_type).toBe('client_credentials');
	}
	expect([...gateway.tokenRequests, ...standard]).toHaveLength(3);
});

test('A2 encodes id and secret as in a form before base64, and sends no secret in the body', async () => {
	const { headers, body } = await secretRequest('basic');
	const [scheme, basic] = String(headers.authorization).split(' ');
	expect(scheme).toBe('Basic');
	expect(Buffer.from(basic, 'base64').toString()).toBe(
		'scripted-client:s3cret%2B%2F%3D%26%25%7C+with+spaces',
	);
	expect(body).not.toMatch(/client_secret|client_id/);
	expect((await payers.exchange({ way: 'basic', nodes: ['memberMatch'] })).broken).toEqual([]);
});

test('A3 sends id and secret in the body, without an Authorization header', async () => {
	const request = await secretRequest('body');
	expect(request.headers.authorization).toBeUndefined();
	expect(formOf(request)).toMatchObject({ client_id: 'scripted-client', client_secret: ODD_SECRET });
	expect((await payers.exchange({ way: 'body', nodes: ['memberMatch'] })).broken).toEqual([]);
});

test('A4 has neither secret nor token in a URL, nor in what n8n keeps of a run', async () => {
	const { run, requests, broken } = await payers.exchange();
	expect(run.error).toBeUndefined();
	expect(requests.length).toBeGreaterThan(5);
	for (const { path } of requests)
		expect(decodeURIComponent(path)).not.toContain(payers.running.clientSecret);
	expect(broken).toEqual([]);
	const scripted = await runAgainst([{ status: 400 }], { credential: { clientSecret: ODD_SECRET } });
	const kept = JSON.stringify([scripted.run.raw, scripted.got.map(({ url }) => url)]) + scripted.errorRoad;
	expect(scripted.got[0].headers.authorization).toBe('Bearer token-1');
	expect(kept).not.toContain(ODD_SECRET);
	expect(kept).not.toContain('token-1');
});

test('A5 lets the characters | + & = % and a space of scope and secret arrive unchanged', async () => {
	expect(formOf(await secretRequest('basic')).scope).toBe(SCOPE);
	expect(formOf(await secretRequest('body'))).toMatchObject({ scope: SCOPE, client_secret: ODD_SECRET });
	const { broken, run } = await payers.exchange({ nodes: ['memberMatch'], credential: { scope: SCOPE } });
	expect(run.error).toBeUndefined();
	expect(broken).toEqual([]);
});

test('A6 gives a token up before it ends, also where its life is missing, zero or a text', async () => {
	const lives = (expires: unknown) =>
		tokenLifetime({ status: 200, headers: {}, text: '', json: { access_token: 'T', expires_in: expires } });
	const clock = jest.spyOn(Date, 'now');
	for (const [stated, keptFor] of [
		[300, 270],
		['300', 270],
		[undefined, 54],
		[0, 0],
		['soon', 54],
	] as const) {
		let asked = 0;
		const cache = new TokenCache();
		const token = async (at: number) => {
			clock.mockReturnValue(at * 1000);
			return await cache.token(
				{},
				'',
				async () => await Promise.resolve({ token: `T${(asked += 1)}`, expiresIn: lives(stated) }),
			);
		};
		await token(1_000_000);
		if (keptFor > 0) expect(await token(1_000_000 + keptFor - 1)).toBe('T1');
		expect(await token(1_000_000 + keptFor + 1)).toBe('T2');
	}
	clock.mockRestore();
});

test('A7 asks for one token for all requests of a run', async () => {
	const { run, of } = await payers.exchange();
	expect(run.json('fetchBatch').length).toBeGreaterThan(1);
	expect(of(/\/auth\/token$/)).toHaveLength(1);
});

test('A8 asks for one new token after a 401 and repeats once; a second 401 is an error', async () => {
	const once = await runAgainst([{ status: 401 }, MATCHED]);
	expect(once.run.json('memberMatch')).toMatchObject([{ outcome: 'matched' }]);
	expect(once.got.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
	const twice = await runAgainst([{ status: 401 }]);
	expect(twice.told).toMatch(/does not accept the credential \(HTTP 401\)/);
	expect([twice.got.length, twice.tokenRequests.length]).toEqual([2, 2]);
});

test('A9 does not repeat what was answered with 403', async () => {
	const { got, tokenRequests, told } = await runAgainst([{ status: 403 }, MATCHED]);
	expect(told).toMatch(/HTTP 403/);
	expect([got.length, tokenRequests.length]).toEqual([1, 1]);
});

test('A10 explains a refused token request, without any secret', async () => {
	const words: Array<[error: string, says: RegExp]> = [
		['invalid_client', /refused this client/],
		['unauthorized_client', /refused this client/],
		['invalid_grant', /refused this client/],
		['invalid_scope', /refused the Scope/],
		['invalid_request', /did not understand the token request/],
		['unsupported_grant_type', /does not offer the client-credentials flow/],
	];
	for (const [error, says] of words) {
		const body = { error, error_description: `about ${ODD_SECRET}` };
		const refused = await runAgainst([], {
			token: { status: error === 'invalid_client' ? 401 : 400, body },
			credential: { clientSecret: ODD_SECRET },
		});
		expect(refused.told).toMatch(says);
		expect(refused.errorRoad).not.toContain(ODD_SECRET);
		expect(refused.got).toEqual([]);
	}
});

test('A11 takes Bearer in any case of letters, and no other kind of token', async () => {
	const withType = async (token_type: string) =>
		await runAgainst([MATCHED], { token: { body: { access_token: 'T', token_type, expires_in: 300 } } });
	for (const type of ['Bearer', 'bearer', 'BEARER']) {
		const { got } = await withType(type);
		expect(got[0].headers.authorization).toBe('Bearer T');
	}
	const { got, told } = await withType('mac');
	expect(told).toMatch(/other than Bearer/);
	expect(got).toEqual([]);
});

test('A12 shows a scope that is narrower than the one asked for, at both nodes that ask, and beside a 403', async () => {
	const nodes = ['memberMatch', 'startExport'] as const;
	const hintsOf = (run: EngineRun, node: string) =>
		(run.raw.data.resultData.runData[node][0].hints ?? [])
			.map(({ message }) => message)
			.filter((message) => !message.startsWith('Empty fields were read'));
	const narrower = expect.stringContaining('asked system/*.rs, granted system/Patient.rs.') as string;
	for (const way of ['basic', 'ES384 as JWK'] as const) {
		for (const [grantedScope, hints] of [
			['system/Patient.rs', [narrower]],
			['', []],
			['system/*.cruds', []],
		] as const) {
			const { run } = await payers.exchange({ dialect: 'pdex-2.2', way, nodes, settings: { grantedScope } });
			expect(run.error).toBeUndefined();
			for (const node of nodes) expect([node, hintsOf(run, node)]).toEqual([node, hints]);
		}
	}
	for (const [scope, says] of [
		['system/Patient.rs', narrower],
		[undefined, expect.not.stringContaining('granted less') as string],
	]) {
		const { told } = await runAgainst([{ status: 403 }], {
			token: { body: { access_token: 'T', token_type: 'Bearer', expires_in: 300, scope } },
			credential: { scope: 'system/*.rs' },
		});
		expect(told).toMatch(/HTTP 403/);
		expect(told).toEqual(says);
	}
});

test('A13 discovers the token endpoint below the FHIR base, as JSON, whatever slash ends the base', async () => {
	for (const end of ['', '/']) {
		const fhirBaseUrl = payers.running.fhirBases['hrex-1.2'] + end;
		const { run, of, broken } = await payers.exchange({
			nodes: ['memberMatch'],
			credential: { fhirBaseUrl },
		});
		expect(run.error).toBeUndefined();
		expect(of(/well-known/)).toMatchObject([
			{ method: 'GET', path: '/hrex-1.2/fhir/.well-known/smart-configuration', accept: 'application/json' },
		]);
		expect(of(/well-known/)[0].authorization).toBeUndefined();
		expect(broken).toEqual([]);
	}
});

test('A14 reads a relative token endpoint against the FHIR base', async () => {
	const { run, of } = await payers.exchange({ dialect: 'hrex-1.0', nodes: ['memberMatch'] });
	expect(run.error).toBeUndefined();
	expect(of(/token$/)).toMatchObject([{ method: 'POST', path: '/auth/token', status: 200 }]);
	expect(tokenUrlOf('token', 'https://payer.example/fhir/r4')).toBe('https://payer.example/fhir/r4/token');
});

test('A15 signs with RS384 and with ES384, and says alg, kid and typ', async () => {
	for (const [alg, key] of [
		['RS384', rsa],
		['ES384', ec],
	] as const) {
		const [assertion] = await assertionsOf(key);
		expect(assertion.header).toEqual({ alg, kid: 'key-1', typ: 'JWT' });
		expect(isSigned(assertion, key)).toBe(true);
		const { run, broken } = await payers.exchange({ way: `${alg} as JWK`, nodes: ['memberMatch'] });
		expect(run.error).toBeUndefined();
		expect(broken).toEqual([]);
	}
});

test('A16 names the client id as issuer and subject, and exactly the token URL as audience', async () => {
	const [{ claims, host }] = await assertionsOf(ec);
	expect(claims).toMatchObject({
		iss: 'scripted-client',
		sub: 'scripted-client',
		aud: `http://${host}/openid-connect/token`,
	});
});

test('A17 ends an assertion at a whole second, five minutes ahead at most', async () => {
	const before = Date.now() / 1000;
	const [{ claims }] = await assertionsOf(ec);
	expect(Number.isInteger(claims.exp)).toBe(true);
	expect(claims.exp).toBeGreaterThan(Date.now() / 1000);
	expect(claims.exp).toBeLessThanOrEqual(before + 300);
});

test('A18 gives each token request a jti of its own, a repeated one too', async () => {
	const assertions = await assertionsOf(ec);
	const ids = assertions.map(({ claims }) => claims.jti);
	expect(ids).toHaveLength(2);
	expect(new Set(ids).size).toBe(2);
	for (const id of ids) expect(id).toMatch(/./);
});

test('A19 writes the assertion type exactly, has a scope, and never uses a refresh token', async () => {
	for (const { form } of await assertionsOf(ec)) {
		const { client_assertion, ...rest } = form;
		expect(client_assertion).toMatch(/./);
		expect(rest).toEqual({
			grant_type: 'client_credentials',
			scope: 'system/*.rs',
			client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
		});
	}
	const refresh = { access_token: 'T', token_type: 'Bearer', expires_in: 300, refresh_token: 'R' };
	const { tokenRequests } = await runAgainst([{ status: 401 }, MATCHED], { token: { body: refresh } });
	expect(tokenRequests.map((request) => formOf(request).grant_type)).toEqual(
		Array(2).fill('client_credentials'),
	);
	const noScope = await runAgainst([MATCHED], {
		credentialType: 'smartBackendServicesApi',
		credential: { privateKey: String(ec.export({ type: 'pkcs8', format: 'pem' })), keyId: 'k', scope: ' ' },
	});
	expect(noScope.told).toMatch(/Fill in the Scope/);
	expect(noScope.tokenRequests).toEqual([]);
});

test('A20 writes an ES384 signature as 96 bytes, not as DER', async () => {
	const [assertion] = await assertionsOf(ec);
	expect(assertion.signature).toHaveLength(96);
	expect(isSigned(assertion, ec)).toBe(true);
});

test('A21 sends as jku the address that is entered, or none', async () => {
	const jku = 'https://plan.example/jwks.json';
	expect((await assertionsOf(ec, { jwksUrl: jku }))[0].header.jku).toBe(jku);
	expect((await assertionsOf(ec))[0].header).not.toHaveProperty('jku');
});

test('A22 takes https addresses, and http ones on this computer alone', async () => {
	for (const address of ['http://payer.example/fhir', 'ftp://payer.example/fhir']) {
		expect(() => baseUrlOf(address, FHIR_BASE_URL)).toThrow();
		expect(() => tokenUrlOf(address, 'https://payer.example/fhir')).toThrow();
		const { told, got, tokenRequests } = await runAgainst([MATCHED], {
			credential: { fhirBaseUrl: address },
		});
		expect(told).toMatch(/FHIR Base URL/);
		expect([...got, ...tokenRequests]).toEqual([]);
	}
	expect(baseUrlOf('http://127.0.0.1:1/fhir', FHIR_BASE_URL)).toBe('http://127.0.0.1:1/fhir');
	// The nodes leave TLS to Node, which speaks 1.2 and later.
	expect(tls.DEFAULT_MIN_VERSION).toBe('TLSv1.2');
	expect(
		(await payers.exchange({ nodes: ['memberMatch'], items: [memberRow('small')] })).run.error,
	).toBeUndefined();
});
