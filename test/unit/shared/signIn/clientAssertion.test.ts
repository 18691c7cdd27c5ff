import { createPublicKey, verify } from 'node:crypto';
import { clientAssertion } from '../../../../nodes/shared/signIn/clientAssertion';
import { readSigningKey } from '../../../../nodes/shared/signIn/signingKey';
import { discoveredEndpoint, tokenUrlOf } from '../../../../nodes/shared/signIn/tokenEndpoint';
import { ecKey, edwardsKey, rsaKey } from '../../../../sandbox/keys';
import { reply } from '../../../support/helpers';

const rsa = rsaKey();
const ec = ecKey();
const pem = (key = rsa) => String(key.export({ type: 'pkcs8', format: 'pem' }));
const jwk = (key = rsa, more: object = { kid: 'k1' }) =>
	JSON.stringify({ ...key.export({ format: 'jwk' }), ...more });
const TOKEN_URL = 'https://auth.payer.example/token';

const parts = (jwt: string) =>
	jwt
		.split('.')
		.slice(0, 2)
		.map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);

describe('a signed statement', () => {
	test.each([
		['RS384', rsa],
		['ES384', ec],
	] as const)('by %s has what SMART wants, and its signature is good', (alg, key) => {
		const now = Date.parse('2027-01-01T00:00:00.500Z');
		const jwt = clientAssertion(readSigningKey(jwk(key)), 'client', TOKEN_URL, undefined, now);
		const [header, claims] = parts(jwt);
		expect(header).toEqual({ alg, kid: 'k1', typ: 'JWT' });
		expect(claims).toEqual({
			iss: 'client',
			sub: 'client',
			aud: TOKEN_URL,
			exp: Math.floor(now / 1000) + 240,
			jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
		});
		const [head, body, signature] = jwt.split('.');
		const raw = Buffer.from(signature, 'base64url');
		if (alg === 'ES384') expect(raw).toHaveLength(96);
		const signed = Buffer.from(`${head}.${body}`);
		expect(verify('sha384', signed, { key: createPublicKey(key), dsaEncoding: 'ieee-p1363' }, raw)).toBe(
			true,
		);
	});

	it('by RS256 is signed by SHA-256', () => {
		const jwt = clientAssertion(readSigningKey(jwk(), { algorithm: 'RS256' }), 'client', TOKEN_URL);
		const [head, body, signature] = jwt.split('.');
		expect(parts(jwt)[0].alg).toBe('RS256');
		const signed = Buffer.from(`${head}.${body}`);
		expect(verify('sha256', signed, createPublicKey(rsa), Buffer.from(signature, 'base64url'))).toBe(true);
	});

	it('is never the same twice, and names the key set where one is registered', () => {
		const key = readSigningKey(jwk());
		const [one, other] = [1, 2].map(() =>
			parts(clientAssertion(key, 'c', TOKEN_URL, 'https://plan.example/jwks', 0)),
		);
		expect(one[1].jti).not.toBe(other[1].jti);
		expect(one[0].jku).toBe('https://plan.example/jwks');
	});
});

describe('a private key', () => {
	const set = JSON.stringify({
		keys: [JSON.parse(jwk(ec, { kid: 'a' })), JSON.parse(jwk(rsa, { kid: 'b' }))],
	});
	test.each<[sentence: string, text: string, keyId: string | undefined, alg: string, kid: string]>([
		['as PEM', pem(), 'k', 'RS384', 'k'],
		['as PEM of a curve', pem(ec), 'k', 'ES384', 'k'],
		['as PEM without line ends', pem().replace(/\n/g, ' '), 'k', 'RS384', 'k'],
		['as PEM with \\n', pem().replace(/\n/g, '\\n'), 'k', 'RS384', 'k'],
		['as PKCS#1', String(rsa.export({ type: 'pkcs1', format: 'pem' })), 'k', 'RS384', 'k'],
		['as SEC1', String(ec.export({ type: 'sec1', format: 'pem' })), 'k', 'ES384', 'k'],
		['as JWK', jwk(), undefined, 'RS384', 'k1'],
		['as JWK with another Key ID', jwk(), 'k2', 'RS384', 'k2'],
		['of a set', set, 'b', 'RS384', 'b'],
	])('%s is read', (_, text, keyId, alg, kid) => {
		expect(readSigningKey(text, { keyId })).toMatchObject({ alg, kid });
	});

	const other = (type: 'ed25519' | 'x25519') => pem(edwardsKey(type));
	const p256 = ecKey('P-256');
	test.each<[sentence: string, text: string, says: RegExp]>([
		['nothing', ' ', /is empty/],
		['words', 'my key', /neither PEM nor JWK/],
		[
			'an encrypted PEM',
			String(rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' })),
			/is encrypted/,
		],
		['a public PEM', String(createPublicKey(rsa).export({ type: 'spki', format: 'pem' })), /is a public key/],
		['a public JWK', JSON.stringify(createPublicKey(rsa).export({ format: 'jwk' })), /is a public key/],
		['a damaged PEM', pem().replace(/\n.{20}/, '\n'), /is damaged/],
		['a cut PEM', pem().slice(0, 300), /is damaged/],
		['a cut JWK', jwk().slice(0, 100), /is no JSON/],
		['a short RSA key', pem(rsaKey(1024)), /less than 2048 bits/],
		['another curve', pem(p256), /curve that SMART does not use/],
		['an unknown curve', jwk(ec, { kid: 'k', crv: 'P-999' }), /curve that SMART does not use/],
		['a shared secret', JSON.stringify({ kty: 'oct', k: 'AAAA' }), /is a shared secret/],
		['a key of another kind', other('ed25519'), /kind that SMART does not use/],
		['a set without it', JSON.stringify({ keys: [{ kid: 'x' }, { kid: 'y' }] }), /none with this Key ID/],
	])('%s is refused in words, without the key', (_, text, says) => {
		expect(() => readSigningKey(text, { keyId: 'k' })).toThrow(says);
		expect(() => readSigningKey(text, { keyId: 'k' })).not.toThrow(/[A-Za-z0-9+/]{30}/);
	});

	test.each([
		['PEM', pem()],
		['JWK without kid', jwk(rsa, {})],
	])('a %s needs the Key ID', (_, text) => {
		expect(() => readSigningKey(text)).toThrow(/Fill in the Key ID/);
	});
});

describe('a token endpoint', () => {
	const BASE = 'https://fhir.payer.example/r4';
	test.each<[string, string]>([
		['https://fhir.payer.example:8443/token', 'https://fhir.payer.example:8443/token'],
		['/auth/token', 'https://fhir.payer.example/auth/token'],
		['token', 'https://fhir.payer.example/r4/token'],
	])('%s is %s', (found, expected) => {
		expect(discoveredEndpoint(reply(200, { token_endpoint: found }), BASE)).toEqual({ url: expected });
	});

	test.each<[sentence: string, answer: ReturnType<typeof reply>, says: RegExp]>([
		[
			'a document without one',
			reply(200, { capabilities: [] }),
			/names no token endpoint. Fill in the Token URL/,
		],
		['no document', reply(404, ''), /no SMART configuration at the FHIR Base URL \(HTTP 404\)/],
		['a page', reply(200, '<html>'), /names no token endpoint/],
		[
			'one without encryption',
			reply(200, { token_endpoint: 'http://auth.payer.example/token' }),
			/must begin with https/,
		],
		[
			'D4 one on another host',
			reply(200, { token_endpoint: 'https://auth.payer.example/token?x=Zzyzx' }),
			/another host: https:\/\/auth\.payer\.example\/token\. Check .* enter it as the Token URL\.$/,
		],
		[
			'D4 one on a host that only begins alike',
			reply(200, { token_endpoint: 'https://fhir.payer.example.evil.example/t' }),
			/another host/,
		],
		['one in a private network', reply(200, { token_endpoint: 'https://10.0.0.1/token' }), /private network/],
	])('%s is an error that names the field', (_, answer, says) => {
		expect(() => discoveredEndpoint(answer, BASE)).toThrow(says);
	});

	it('of this computer may do without encryption', () => {
		expect(tokenUrlOf('http://127.0.0.1:81/token', 'http://127.0.0.1:80/fhir')).toBe(
			'http://127.0.0.1:81/token',
		);
	});
});
