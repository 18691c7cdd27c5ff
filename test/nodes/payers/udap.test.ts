/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { verify, X509Certificate } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ICredentialDataDecryptedObject, IHttpRequestHelper, IHttpRequestOptions } from 'n8n-workflow';
import { UdapPayerApi } from '../../../credentials/UdapPayerApi.credentials';
import { issueCertificate, makeAuthority } from '../../../sandbox/certificates';
import { axiosHelper } from '../../support/axiosHelper';
import { runSteps } from '../../support/engine';
import { truth, typesOf } from '../../support/expectations';
import { errorRoad } from '../../support/markers';
import { memberRow, Payers } from '../../support/standardRuns';
import { hostileMetadata } from '../../support/udapMetadata';
import { startUdapPayer, type UdapAnswer, type UdapPayer } from '../../support/udapPayer';

const payers = new Payers('--udap');
const secured = new Payers('--udap', '--mtls');
let payer: UdapPayer;
let started = 0;
beforeAll(async () => void (payer = await startUdapPayer()));
afterAll(async () => await payer.close());

/** A match at the payer, by a client that has had no token before. */
async function matched(
	changes: ICredentialDataDecryptedObject = {},
	answers: Record<string, UdapAnswer> = {},
	members: string[] = ['small'],
) {
	payer.answers = { ...payer.usual, ...answers };
	payer.got.length = 0;
	started += 1;
	const run = await runSteps({
		items: members.map((key) => memberRow(key)),
		steps: [{ node: 'memberMatch', parameters: { payerApi: 'pdex', pdexAuthentication: 'udapPayerApi' } }],
		credentialType: 'udapPayerApi',
		credential: { ...payer.credential, clientId: `client-${started}`, ...changes },
	});
	const told = `${run.error?.message ?? ''} ${run.error?.description ?? ''}`;
	return { run, told, paths: payer.got.map(({ path }) => path.split('?')[0]), got: [...payer.got] };
}

const METADATA = '/fhir/.well-known/udap';
/** Header and claims of the assertion in a token request. */
function jwtParts(form: URLSearchParams) {
	const [header, claims] = String(form.get('client_assertion'))
		.split('.', 2)
		.map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);
	return { header, claims };
}
const tokenForms = (got: typeof payer.got) =>
	got.filter(({ path }) => path === '/token').map(({ body }) => new URLSearchParams(body));

test('U4 U6 match, export and files at a payer that refuses what the test kit refuses', async () => {
	for (const dialect of ['pdex-2.2', 'hrex-1.0', 'bulk-v4'] as const) {
		const changes: ICredentialDataDecryptedObject =
			dialect === 'bulk-v4' ? { customRequests: true, kickOff: 'postV4' } : {};
		const { told, run, of } = await payers.exchange({ way: 'udap', dialect, credential: changes });
		expect([dialect, told.trim()]).toEqual([dialect, '']);
		expect(typesOf(run.json('fetchBatch'))).toEqual(truth('small').types);
		const [token] = of(/udap\/token/);
		expect(token).toMatchObject({ status: 200, contentType: 'application/x-www-form-urlencoded' });
		expect(token.authorization).toBeUndefined();
	}
});

test('U1 of metadata that cannot be trusted, nothing else is asked, and the error holds none of them', async () => {
	const seen = [];
	for (const [sentence, value, says] of await hostileMetadata(payer.signer)) {
		const body = payer.signer.metadata({ signed_metadata: value });
		const { told, paths, run } = await matched({}, { [METADATA]: [200, body] });
		seen.push([sentence, told, paths]);
		expect([sentence, told]).toEqual([sentence, expect.stringMatching(says)]);
		expect([sentence, new Set(paths)]).toEqual([sentence, new Set([METADATA])]);
		expect(errorRoad(run)).not.toMatch(/eyJ|MII|PRIVATE/);
	}
	expect(seen.length).toBeGreaterThan(70);
});

test('U2 the token is asked for where the signed metadata say', async () => {
	const body = payer.signer.metadata({ token_endpoint: payer.signer.base.replace('/fhir', '/elsewhere') });
	const { paths } = await matched({}, { [METADATA]: [200, body] });
	expect(paths.slice(0, 2)).toEqual([METADATA, '/token']);
	expect(paths).not.toContain('/elsewhere');
});

test('U4 a token request has five form fields, and an assertion as UDAP wants it', async () => {
	const changes = {
		clientId: 'prairie-7',
		scope: ' system/Patient.rs  system/Coverage.rs ',
		organizationName: 'Prairie',
		consentPolicy: 'urn:policy:1\nurn:policy:2',
		community: 'urn:community:1',
	};
	const { got } = await matched(changes);
	const [form] = tokenForms(got);
	expect(Object.fromEntries(form)).toEqual({
		grant_type: 'client_credentials',
		scope: 'system/Patient.rs system/Coverage.rs',
		client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
		client_assertion: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
		udap: '1',
	});
	expect(got[0].path).toBe(`${METADATA}?community=urn%3Acommunity%3A1`);
	for (const { path, headers } of got.slice(0, 2))
		expect([path, headers.authorization]).toEqual([path, undefined]);
	const { header, claims } = jwtParts(form);
	const [head, body, signature] = String(form.get('client_assertion')).split('.');
	const { chain } = payer.signer.community.client;
	const own = chain.split(/(?<=-----END CERTIFICATE-----\n)/).map((pem) => new X509Certificate(pem));
	expect(header).toEqual({ alg: 'RS256', x5c: own.map(({ raw }) => raw.toString('base64')) });
	const signed = verify(
		'sha256',
		Buffer.from(`${head}.${body}`),
		own[0].publicKey,
		Buffer.from(signature, 'base64url'),
	);
	expect(signed).toBe(true);
	expect(claims).toEqual({
		iss: 'prairie-7',
		sub: 'prairie-7',
		aud: payer.signer.endpoints.token_endpoint,
		iat: expect.any(Number) as number,
		exp: expect.any(Number) as number,
		jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
		extensions: {
			'hl7-b2b': {
				version: '1',
				organization_name: 'Prairie',
				organization_id: 'https://prairie.example/org',
				purpose_of_use: ['urn:oid:2.16.840.1.113883.5.8#HOPERAT'],
				consent_policy: ['urn:policy:1', 'urn:policy:2'],
			},
		},
	});
	const { iat, exp } = claims as { iat: number; exp: number };
	expect(exp - iat).toBeLessThanOrEqual(300);
	expect(iat).toBeLessThanOrEqual(Date.now() / 1000);
	expect(exp).toBeGreaterThan(Date.now() / 1000 + 60);
});

test('U4 a token that the payer no longer takes is asked for anew, with a fresh jti', async () => {
	const { got } = await matched({}, { '/fhir/Patient/$member-match': [401, {}] });
	const ids = tokenForms(got).map((form) => jwtParts(form).claims.jti);
	expect(ids).toHaveLength(2);
	expect(new Set(ids).size).toBe(2);
});

test('U4 RS256 goes before all, then what the payer lists and the key can', async () => {
	const root = await makeAuthority('EC Root');
	const ec = await issueCertificate(root, 'client');
	const ecClient = { certificateChain: ec.cert + root.cert, privateKey: ec.key };
	const algOf = async (list: string[], changes: ICredentialDataDecryptedObject = {}) => {
		const metadata = payer.signer.metadata({ token_endpoint_auth_signing_alg_values_supported: list });
		const { got, told } = await matched(changes, { [METADATA]: [200, metadata] });
		const [form] = tokenForms(got);
		return form === undefined ? told : jwtParts(form).header.alg;
	};
	expect(await algOf(['ES384', 'RS384', 'RS256'])).toBe('RS256');
	expect(await algOf(['ES384', 'RS384'])).toBe('RS384');
	expect(await algOf([])).toBe('RS256');
	expect(await algOf(['ES384'])).toMatch(/does not take signatures by RS256 or RS384/);
	expect(await algOf(['RS256', 'ES256'], ecClient)).toBe('ES256');
	expect(await algOf(['RS256'], ecClient)).toMatch(/by ES256.*certificate with an RSA key/);
});

test.each<[sentence: string, changes: ICredentialDataDecryptedObject, says: RegExp]>([
	['U5 without Organization ID', { organizationId: '' }, /Fill in the Organization ID/],
	['U5 with one that is no URI', { organizationId: 'Prairie' }, /Organization ID must be a URI/],
	['U5 with a web address without host', { organizationId: 'https://' }, /Organization ID must be a URI/],
	[
		'with a Purpose of Use in JSON',
		{ purposeOfUse: '["HOPERAT"]' },
		/Purpose of Use must be one code or several/,
	],
	['with a Consent Policy that is no URI', { consentPolicy: 'regular' }, /Consent Policy must be URIs/],
	['without Client ID', { clientId: ' ' }, /Fill in the Client ID\. .*Check Payer, operation Register/],
	['without Trust Anchors', { trustAnchors: '' }, /Fill in the Trust Anchors/],
	['without Scope', { scope: '' }, /Fill in the Scope/],
	['with a Community that is no URI', { community: 'TEFCA' }, /Community must be a URI/],
	[
		'with several faults',
		{ organizationId: '', clientId: '', privateKey: '', certificateChain: '' },
		/Certificate Chain.*Private Key.*Organization ID.*Client ID/,
	],
	[
		'with all fields empty',
		Object.fromEntries(
			[
				'clientId',
				'certificateChain',
				'privateKey',
				'privateKeyPassphrase',
				'scope',
				'community',
				'trustAnchors',
				'organizationId',
				'organizationName',
				'purposeOfUse',
				'consentPolicy',
				'subjectUri',
				'clientName',
				'contacts',
			].map((name) => [name, '']),
		),
		/Fill in the Scope/,
	],
])('a credential %s is told before anything is sent', async (_, changes, says) => {
	const { told, paths } = await matched(changes);
	expect(told).toMatch(says);
	expect(paths).toEqual([]);
});

test('a scope with a wildcard is asked for only where the payer lists one', async () => {
	const scopes = (list: unknown) => ({
		[METADATA]: [200, payer.signer.metadata({ scopes_supported: list })] as UdapAnswer,
	});
	const refused = await matched({}, scopes(['system/Patient.rs']));
	expect(refused.told).toMatch(/lists no scope with a wildcard/);
	expect(refused.paths).toEqual([METADATA]);
	for (const list of [undefined, ['system/*.read']]) {
		expect((await matched({}, scopes(list))).paths).toContain('/token');
	}
	expect((await matched({ scope: 'system/Patient.rs' }, scopes(['system/Patient.rs']))).paths).toContain(
		'/token',
	);
});

test('a token is good for one purpose, organisation and consent policy only', async () => {
	let tokens = 0;
	const helpers = {
		httpRequest: async ({ url }: IHttpRequestOptions) => {
			const isToken = url.endsWith('/token');
			tokens += isToken ? 1 : 0;
			const body = isToken ? { access_token: 'T', expires_in: 300 } : payer.signer.metadata();
			const stream = Readable.from([Buffer.from(JSON.stringify(body))]);
			return await Promise.resolve({ statusCode: 200, headers: {}, body: stream });
		},
	};
	const { preAuthentication } = new UdapPayerApi();
	const changes = [
		...[{}, {}, { purposeOfUse: 'urn:p#1' }, { consentPolicy: 'urn:c:1' }, { organizationId: 'urn:o:1' }],
		...[{ organizationName: 'O' }, { scope: 'a' }, { community: 'urn:c' }, { clientId: 'other' }, {}],
	];
	for (const each of changes) {
		const credential = { ...payer.credential, ...each } as ICredentialDataDecryptedObject;
		await preAuthentication.call({ helpers } as IHttpRequestHelper, credential);
		expect(credential.accessToken).toBe('T');
	}
	expect(tokens).toBe(8);
});

test.each<[error: string, status: number, says: RegExp]>([
	['invalid_client', 401, /refused this client\. Check the Client ID.*Certificate Chain.*Register/],
	['invalid_request', 400, /Check the Organization ID, the Purpose of Use and the Consent Policy/],
	['invalid_scope', 400, /refused the Scope/],
	['unauthorized_client', 400, /refused this client/],
	['invalid_grant', 400, /refused this client/],
])(
	'a token endpoint that says %s: the fields to check, and nothing of what was sent',
	async (error, status, says) => {
		const { told, run, got } = await matched({}, { '/token': [status, { error }] });
		expect(told).toMatch(says);
		const assertion = String(tokenForms(got)[0].get('client_assertion'));
		const echoed = await matched(
			{},
			{
				'/token': [
					status,
					{
						error,
						error_description: `Bad assertion ${assertion} of ${payer.credential.privateKey as string}`,
					},
				],
			},
		);
		for (const road of [errorRoad(run), errorRoad(echoed.run)])
			expect(road).not.toMatch(/eyJ|MII|PRIVATE KEY/);
	},
);

test('a certificate that ends within 30 days gives a hint', async () => {
	const { intermediate, client } = payer.signer.community;
	const { cert } = await issueCertificate(intermediate, 'c', {
		keyType: 'rsa',
		key: client.key,
		days: [-1, 12],
	});
	const { run } = await matched({ certificateChain: cert + intermediate.cert });
	const messages = run.raw.data.resultData.runData.memberMatch[0].hints?.map(({ message }) => message);
	expect(messages).toContainEqual(
		expect.stringMatching(/first certificate of the Certificate Chain .* ends on \S+, in 1[12] days/),
	);
});

test('U1 metadata that turn bad after a token are not asked for again and again', async () => {
	const { preAuthentication } = new UdapPayerApi();
	const credential = { ...payer.credential, clientId: 'client-of-before' };
	payer.answers = payer.usual;
	await preAuthentication.call(axiosHelper, credential);
	const bad = payer.signer.metadata({
		signed_metadata: payer.signer.signed({ claims: { iss: 'urn:x', sub: 'urn:x' } }),
	});
	payer.answers = { ...payer.usual, [METADATA]: [200, bad] };
	// The payer no longer takes the token, so a new one is asked for.
	await expect(preAuthentication.call(axiosHelper, credential)).rejects.toMatchObject({
		httpCode: 'NO_TOKEN',
	});
	payer.answers = { ...payer.usual, [METADATA]: [503, {}] };
	await expect(preAuthentication.call(axiosHelper, credential)).rejects.toMatchObject({
		httpCode: 'NO_TOKEN_NOW',
	});
});

test('T1 T7 with a client certificate of the connection, every request shows it, and the token is bound to it', async () => {
	const { told, run, requests } = await secured.exchange({ way: 'udap', dialect: 'pdex-2.2' });
	expect(told.trim()).toBe('');
	expect(typesOf(run.json('fetchBatch'))).toEqual(truth('small').types);
	expect(new Set(requests.map(({ clientCertificate }) => clientCertificate)).size).toBe(1);
	expect(requests[0].clientCertificate).toBeDefined();
});

test.each<[sentence: string, purposeOfUse: string, expected: string[]]>([
	['empty', '', ['urn:oid:2.16.840.1.113883.5.8#HOPERAT']],
	['several with commas', 'urn:a#1, urn:a#2', ['urn:a#1', 'urn:a#2']],
	['one in each line', 'urn:a#1\r\nOWN-CODE', ['urn:a#1', 'OWN-CODE']],
])('U4 Purpose of Use is a free field: %s', async (_, purposeOfUse, expected) => {
	const { got } = await matched({ purposeOfUse });
	expect(jwtParts(tokenForms(got)[0]).claims).toMatchObject({
		extensions: { 'hl7-b2b': { purpose_of_use: expected } },
	});
});
