import { createHmac, randomUUID, sign, X509Certificate } from 'node:crypto';
import axios from 'axios';
import { issueCertificate, makeAuthority } from '../../../sandbox/certificates';
import { startStandardPayers, type StandardPayers } from '../../support/standardSandbox';
import { jwtOf, type Signing } from '../../support/udapMetadata';

let sandbox: StandardPayers & { url: string };
let own: { chain: string[]; key: string };
beforeAll(async () => {
	const payers = await startStandardPayers('--udap');
	sandbox = { ...payers, url: new URL(payers.fhirBases.group).origin };
	const { chain = '', key = '' } = sandbox.udap ?? {};
	own = { chain: chain.split(/(?<=-----END CERTIFICATE-----\n)/).filter(Boolean), key };
});
afterAll(async () => await sandbox.stop());

const http = axios.create({ validateStatus: () => true });
const CLIENT_ID = 'prairie-health-plan';
const now = () => Math.floor(Date.now() / 1000);

function signed(usual: object, { claims, ...changes }: Signing = {}): string {
	const times = { iat: now() - 1, exp: now() + 200, jti: randomUUID() };
	return jwtOf({ ...own, ...changes, claims: { ...times, ...usual, ...claims } });
}

/** What a registration with a statement of our own gets: status and error. */
async function register(changes: Signing = {}, body: object = {}) {
	const statement = signed(
		{
			iss: 'https://prairie.example/p2p',
			sub: 'https://prairie.example/p2p',
			aud: `${sandbox.url}/udap/register`,
			client_name: 'Prairie',
			contacts: ['mailto:p2p@prairie.example'],
			grant_types: ['client_credentials'],
			token_endpoint_auth_method: 'private_key_jwt',
			scope: 'system/*.rs',
		},
		changes,
	);
	const { status, data } = await http.post<{ error?: string; error_description?: string }>(
		`${sandbox.url}/udap/register`,
		{ software_statement: statement, udap: '1', ...body },
	);
	return { status, ...data };
}

const B2B = { version: '1', organization_id: 'https://prairie.example/org', purpose_of_use: ['urn:p#1'] };

async function token(changes: Signing = {}, form: Record<string, string> = {}, headers = {}) {
	const aud = `${sandbox.url}/udap/token`;
	const assertion = signed({ iss: CLIENT_ID, sub: CLIENT_ID, aud, extensions: { 'hl7-b2b': B2B } }, changes);
	const body = {
		grant_type: 'client_credentials',
		scope: 'system/*.rs',
		client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
		client_assertion: assertion,
		udap: '1',
		...form,
	};
	const { status, data } = await http.post<{ error?: string; error_description?: string }>(
		aud,
		new URLSearchParams(body),
		{ headers },
	);
	return { status, ...data };
}

const claims = (changed: object) => (): Signing => ({ claims: changed });

/** What neither a statement nor an assertion may be. */
const jwtBreaks: Array<[sentence: string, changes: () => Signing | Promise<Signing>, wanted: string]> = [
	['without x5c', () => ({ header: { x5c: undefined } }), 'x5c in the header'],
	[
		'by an algorithm that is not listed',
		() => ({ header: { alg: 'RS512' }, signature: (input) => sign('sha512', input, own.key) }),
		'a JWT with a good signature',
	],
	[
		'signed with a secret',
		() => ({
			header: { alg: 'HS256' },
			signature: (input) => createHmac('sha256', 'x').update(input).digest(),
		}),
		'a JWT with a good signature',
	],
	[
		'of another key',
		async () => ({ key: (await makeAuthority('x', 'rsa')).key }),
		'a JWT with a good signature',
	],
	[
		'of another community',
		async () => {
			const root = await makeAuthority('Other', 'rsa');
			const { cert, key } = await issueCertificate(root, 'c', { keyType: 'rsa' });
			return { chain: [cert], key };
		},
		'x5c leads to the root',
	],
	['without the authority between', () => ({ chain: own.chain.slice(0, 1) }), 'x5c leads to the root'],
	['without iat', claims({ iat: undefined }), 'iat and exp are there'],
	['without exp', claims({ exp: undefined }), 'iat and exp are there'],
	['good for too long', () => ({ claims: { exp: now() + 301 } }), 'by 300 s at most'],
	['from the future', () => ({ claims: { iat: now() + 60 } }), 'iat is not ahead'],
	['past', () => ({ claims: { iat: now() - 200, exp: now() - 10 } }), 'exp not past'],
	['without jti', claims({ jti: undefined }), 'jti, never used before'],
	['to another endpoint', claims({ aud: 'https://other.example' }), 'aud is this endpoint'],
	['whose sub is another', claims({ sub: 'another' }), 'iss and sub are the same'],
];

describe('a registration', () => {
	it('is taken where all is right, and again as a change', async () => {
		expect(await register()).toMatchObject({ status: 200, client_id: CLIENT_ID });
		await http.put(`${sandbox.url}/sandbox/udap/client`, { isKnown: false });
		expect(await register()).toMatchObject({ status: 201 });
		await http.put(`${sandbox.url}/sandbox/udap/client`, { isKnown: true });
	});

	it.each(jwtBreaks)('%s is refused', async (_, changes, wanted) => {
		const { status, error, error_description: said } = await register(await changes());
		expect([status, error]).toEqual([400, 'invalid_software_statement']);
		expect(said).toContain(wanted);
	});

	it.each<[sentence: string, changes: object, wanted: string]>([
		['with redirect_uris', { redirect_uris: ['https://a.example'] }, 'no redirect_uris'],
		['with response_types', { response_types: ['code'] }, 'no response_types'],
		['with refresh_token', { grant_types: ['client_credentials', 'refresh_token'] }, 'and no more'],
		['with another grant', { grant_types: ['authorization_code'] }, 'client_credentials'],
		['without grants', { grant_types: undefined }, 'client_credentials'],
		['without contacts', { contacts: undefined }, 'mailto:'],
		['without mailto', { contacts: ['https://prairie.example'] }, 'mailto:'],
		['without name', { client_name: '' }, 'client_name'],
		['without scope', { scope: undefined }, 'a scope'],
		['with another way to sign in', { token_endpoint_auth_method: 'none' }, 'private_key_jwt'],
	])('%s is refused', async (_, changed, wanted) => {
		const { status, error, error_description: said } = await register({ claims: changed });
		expect([status, error]).toEqual([400, 'invalid_client_metadata']);
		expect(said).toContain(wanted);
	});

	it('whose issuer is not in the certificate, or without udap=1, or sent twice, is refused', async () => {
		const other = 'https://other.example/p2p';
		expect((await register({ claims: { iss: other, sub: other } })).error_description).toContain(
			'a URI of the certificate',
		);
		expect((await register({}, { udap: undefined })).error_description).toContain('udap is "1"');
		expect((await register({}, { udap: 1 })).error_description).toContain('udap is "1"');
		const jti = { claims: { jti: 'the same' } };
		expect((await register(jti)).status).toBe(200);
		expect((await register(jti)).error_description).toContain('never used before');
	});
});

describe('a token request', () => {
	it('is taken where all is right', async () => {
		expect(await token()).toMatchObject({ status: 200, token_type: 'bearer', scope: 'system/*.rs' });
	});

	it.each(jwtBreaks)('%s is refused', async (_, changes, wanted) => {
		const { status, error, error_description: said } = await token(await changes());
		expect([status, error]).toEqual([401, 'invalid_client']);
		expect(said).toContain(wanted);
	});

	it.each<[sentence: string, extensions: unknown, wanted: string]>([
		['without extensions', undefined, 'hl7-b2b'],
		['with a text of extensions', 'hl7-b2b', 'hl7-b2b'],
		['without hl7-b2b', {}, 'hl7-b2b'],
		['of another version', { 'hl7-b2b': { ...B2B, version: '2' } }, 'version'],
		['with a number of version', { 'hl7-b2b': { ...B2B, version: 1 } }, 'version'],
		['without organization_id', { 'hl7-b2b': { ...B2B, organization_id: undefined } }, 'organization_id'],
		[
			'whose organization_id is no URI',
			{ 'hl7-b2b': { ...B2B, organization_id: 'Prairie' } },
			'organization_id',
		],
		['without purpose', { 'hl7-b2b': { ...B2B, purpose_of_use: [] } }, 'purpose_of_use'],
		['with a text of purposes', { 'hl7-b2b': { ...B2B, purpose_of_use: 'x' } }, 'purpose_of_use'],
	])('%s is refused', async (_, extensions, wanted) => {
		const { status, error, error_description: said } = await token({ claims: { extensions } });
		expect([status, error]).toEqual([400, 'invalid_request']);
		expect(said).toContain(wanted);
	});

	it.each<[sentence: string, form: Record<string, string>, wanted: string]>([
		['of another udap', { udap: '2' }, 'udap is 1'],
		['without udap', { udap: '' }, 'udap is 1'],
		['without scope', { scope: '' }, 'a scope'],
		['with a secret', { client_secret: 'x' }, 'no secret'],
		['of another type', { client_assertion_type: 'x' }, 'client_assertion_type'],
		['for another grant', { grant_type: 'refresh_token' }, 'grant_type'],
	])('%s is refused', async (_, form, wanted) => {
		expect((await token({}, form)).error_description).toContain(wanted);
	});

	it('with an Authorization header, of a client that is not known, or sent twice, is refused', async () => {
		expect((await token({}, {}, { authorization: 'Basic eDp5' })).error_description).toContain(
			'no Authorization header',
		);
		expect((await token({ claims: { iss: 'x', sub: 'x' } })).error_description).toContain('has registered');
		const jti = { claims: { jti: 'once' } };
		expect((await token(jti)).status).toBe(200);
		expect((await token(jti)).error_description).toContain('never used before');
	});
});

test('the metadata of each payer are signed for it, and a community that is not known gets none', async () => {
	const { data } = await http.get<{ signed_metadata: string }>(
		`${sandbox.url}/bulk-v3/fhir/.well-known/udap`,
	);
	const [header, body] = data.signed_metadata
		.split('.', 2)
		.map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as { iss: string; x5c: string[] });
	expect(body.iss).toBe(`${sandbox.url}/bulk-v3/fhir`);
	expect(new X509Certificate(Buffer.from(header.x5c[0], 'base64')).subjectAltName).toContain(
		`URI:${body.iss}`,
	);
	const asked = (community: string) =>
		http.get(`${sandbox.url}/group/fhir/.well-known/udap`, { params: { community } });
	expect((await asked('https://other.example')).status).toBe(204);
	expect((await asked(sandbox.udap?.community ?? '')).status).toBe(200);
});

test('without --udap there is no UDAP', async () => {
	const plain = await startStandardPayers();
	expect((await http.get(`${plain.fhirBases.group}/.well-known/udap`)).status).toBe(404);
	await plain.stop();
});
