import { createHmac, createPublicKey, sign, X509Certificate } from 'node:crypto';
import { issueCertificate, makeAuthority, type KeyPair } from '../../sandbox/certificates';
import { ecKey, rsaKey } from '../../sandbox/keys';
import { makeCommunity, type TrustCommunity } from '../../sandbox/standard/udap/community';

/** How signed metadata differs from good ones. */
export interface Signing {
	claims?: object;
	header?: object;
	/** PEM certificates of the header, the signing one first. */
	chain?: string[];
	key?: string;
	/** The signature instead of the one of the key. */
	signature?: (input: Buffer) => Buffer;
}

const NOW = Math.floor(Date.now() / 1000);
const HOUR = 3600;
const DAY = 24 * HOUR;

export function der(pem: string): string {
	return new X509Certificate(pem).raw.toString('base64');
}

/** A signed JWT; a claim that is undefined is left out. */
export function jwtOf({ claims = {}, header = {}, chain = [], key = '', signature }: Signing): string {
	const parts = [{ alg: 'RS256', x5c: chain.map(der), ...header }, claims];
	const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
	const signed = signature?.(Buffer.from(input)) ?? sign('sha256', Buffer.from(input), key);
	return `${input}.${signed.toString('base64url')}`;
}

/** A payer of a community, and what it signs. */
export class UdapSigner {
	private constructor(
		readonly base: string,
		readonly community: TrustCommunity,
		readonly endpoints: { token_endpoint: string; registration_endpoint: string },
	) {}

	/** @param base the FHIR base @param at where its endpoints are */
	static async at(base: string, at: string): Promise<UdapSigner> {
		const endpoints = { token_endpoint: `${at}/token`, registration_endpoint: `${at}/register` };
		return new UdapSigner(base, await makeCommunity([base]), endpoints);
	}

	signed({ claims, ...changes }: Signing = {}): string {
		const { server, intermediate } = this.community;
		return jwtOf({
			chain: [server.cert, intermediate.cert],
			key: server.key,
			...changes,
			claims: {
				iss: this.base,
				sub: this.base,
				iat: NOW - 10,
				exp: NOW + HOUR,
				jti: 'once',
				...this.endpoints,
				...claims,
			},
		});
	}

	metadata(changes: object = {}, signing: Signing = {}): object {
		return {
			udap_versions_supported: ['1'],
			udap_profiles_supported: ['udap_dcr', 'udap_authn', 'udap_authz'],
			udap_authorization_extensions_supported: ['hl7-b2b'],
			udap_authorization_extensions_required: ['hl7-b2b'],
			udap_certifications_supported: [],
			udap_certifications_required: [],
			grant_types_supported: ['client_credentials'],
			scopes_supported: ['system/*.rs'],
			...this.endpoints,
			token_endpoint_auth_methods_supported: ['private_key_jwt'],
			token_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES384'],
			registration_endpoint_jwt_signing_alg_values_supported: ['RS256', 'ES384'],
			signed_metadata: this.signed(signing),
			...changes,
		};
	}
}

/** Something that no client may believe: a sentence, and the value of `signed_metadata`. */
export type Hostile = [sentence: string, value: unknown, says: RegExp];

/** All that is wrong with signed metadata, one fault each. */
export async function hostileMetadata(signer: UdapSigner): Promise<Hostile[]> {
	return [
		...formFaults(signer),
		...claimFaults(signer),
		...endpointFaults(signer),
		...(await certificateFaults(signer)),
	];
}

function formFaults(signer: UdapSigner): Hostile[] {
	const { community } = signer;
	const good = signer.signed();
	const [header, , signature] = good.split('.');
	const altered = { ...signer.endpoints, token_endpoint: 'https://evil.example/token', iss: signer.base };
	const body = Buffer.from(JSON.stringify(altered)).toString('base64url');
	const publicKey = createPublicKey(community.server.key).export({ type: 'spki', format: 'pem' });
	const ec = ecKey('P-256');
	return [
		['none at all', undefined, /is missing, or is no JWT/],
		['an object', { iss: signer.base }, /is no JWT/],
		['a text', 'not a JWT', /is no JWT/],
		['a JWT with a fourth part', `${good}.x`, /is no JWT/],
		['a JWT of lists', 'W10.W10.AA', /is no JWT/],
		['too long a text', `${good}${'A'.repeat(500_000)}`, /is no JWT/],
		['an endpoint that was altered', `${header}.${body}.${signature}`, /has a signature that is wrong/],
		['alg none without a signature', `${header}.${body}.`, /is no JWT/],
		['alg none', signer.signed({ header: { alg: 'none' } }), /not signed by RS256/],
		[
			'alg ES256',
			signer.signed({ header: { alg: 'ES256' }, signature: (input) => sign('sha256', input, ec) }),
			/not signed by RS256/,
		],
		[
			'alg RS384',
			signer.signed({
				header: { alg: 'RS384' },
				signature: (input) => sign('sha384', input, community.server.key),
			}),
			/not signed by RS256/,
		],
		[
			'alg HS256 with the public key as the secret',
			signer.signed({
				header: { alg: 'HS256' },
				signature: (input) => createHmac('sha256', publicKey).update(input).digest(),
			}),
			/not signed by RS256/,
		],
		[
			'RS256 in the header, an HMAC by the public key',
			signer.signed({ signature: (input) => createHmac('sha256', publicKey).update(input).digest() }),
			/has a signature that is wrong/,
		],
		['alg rs256', signer.signed({ header: { alg: 'rs256' } }), /not signed by RS256/],
		['no alg', signer.signed({ header: { alg: undefined } }), /not signed by RS256/],
		['a crit header', signer.signed({ header: { crit: ['b64'], b64: false } }), /\(crit\)/],
		[
			'the key of another',
			signer.signed({ key: String(rsaKey().export({ type: 'pkcs8', format: 'pem' })) }),
			/has a signature that is wrong/,
		],
	];
}

function claimFaults(signer: UdapSigner): Hostile[] {
	const { base } = signer;
	const issuer = (iss: unknown) => signer.signed({ claims: { iss, sub: iss } });
	const other = base.replace(/\/[^/]*$/, '/other');
	return [
		['an issuer that is another server', issuer(other), /is for another server/],
		['an issuer below the base', issuer(`${base}/x`), /is for another server/],
		['an issuer in capitals', issuer(base.toUpperCase()), /is for another server/],
		['an issuer with a slash', issuer(`${base}/`), /with a slash at the end.*enter the FHIR Base URL as/],
		['an issuer that is a list', issuer([base]), /does not say for which server/],
		['no issuer', issuer(undefined), /does not say for which server/],
		['a subject that is another', signer.signed({ claims: { sub: other } }), /does not say for which server/],
		['an end that is past', signer.signed({ claims: { iat: NOW - 2 * HOUR, exp: NOW - 5 } }), /has expired/],
		['no end', signer.signed({ claims: { exp: undefined } }), /from when until when/],
		['an end in words', signer.signed({ claims: { exp: String(NOW + HOUR) } }), /from when until when/],
		['an end that no clock reaches', signer.signed({ claims: { exp: 1e308 } }), /more than the one year/],
		['no beginning', signer.signed({ claims: { iat: undefined } }), /from when until when/],
		['a beginning to come', signer.signed({ claims: { iat: NOW + 1800 } }), /is not good yet/],
		['a first moment to come', signer.signed({ claims: { nbf: NOW + 1800 } }), /is not good yet/],
		['a first moment in words', signer.signed({ claims: { nbf: 'now' } }), /from when until when/],
		[
			'more than a year',
			signer.signed({ claims: { iat: NOW - 10, exp: NOW + 367 * DAY } }),
			/more than the one year/,
		],
		['no id', signer.signed({ claims: { jti: undefined } }), /no id of its own/],
	];
}

function endpointFaults(signer: UdapSigner): Hostile[] {
	const addresses: Array<[sentence: string, address: unknown, says: RegExp]> = [
		['no', undefined, /names no token endpoint/],
		['an empty', '', /names no token endpoint/],
		['a list as', ['https://auth.payer.example/token'], /names no token endpoint/],
		['a relative', '/token', /no web address/],
		['an http', 'http://auth.payer.example/token', /must begin with https/],
		['a file as', 'file:///etc/passwd', /no web address/],
		['a script as', 'javascript:alert(1)', /no web address/],
		['a user in the', 'https://payer@evil.example/token', /no web address/],
		['a private', 'https://10.0.0.7/token', /inside a private network/],
		['the metadata service as', 'https://169.254.169.254/token', /inside a private network/],
		['an intranet', 'https://intranet/token', /inside a private network/],
		['a line end in the', 'https://auth.payer.example/to\nken', /no web address/],
		['a fragment in the', 'https://auth.payer.example/token#x', /no web address/],
	];
	return [
		...addresses.map(
			([sentence, address, says]): Hostile => [
				`${sentence} token endpoint`,
				signer.signed({ claims: { token_endpoint: address } }),
				says,
			],
		),
		[
			'no registration endpoint',
			signer.signed({ claims: { registration_endpoint: undefined } }),
			/names no registration endpoint/,
		],
		[
			'an http registration endpoint',
			signer.signed({ claims: { registration_endpoint: 'http://auth.payer.example/register' } }),
			/registration endpoint that must begin with https/,
		],
	];
}

async function certificateFaults(signer: UdapSigner): Promise<Hostile[]> {
	const { base, community } = signer;
	const { anchor, intermediate, server, client } = community;
	const { key } = server;
	const like = { uris: [base], keyType: 'rsa' as const, key };
	const issue = async (authority: KeyPair, changes: object = {}) =>
		(await issueCertificate(authority, 'Sandbox Payer', { ...like, ...changes })).cert;
	const other = await makeCommunity([base]);
	const expired = await makeAuthority('Old Authority', 'rsa', { issuer: anchor, days: [-60, -1] });
	const renamed = await makeAuthority('Another Name', 'rsa', { issuer: anchor, key: intermediate.key });
	const direct = await issueCertificate(anchor, 'A Member', { keyType: 'rsa' });
	const below = await makeAuthority('Third Authority', 'rsa', { issuer: intermediate });
	const member = { cert: client.chain.split(/(?<=-----END CERTIFICATE-----\n)/)[0], key: client.key };
	const small = String(rsaKey(1024).export({ type: 'pkcs8', format: 'pem' }));
	const x5c = (value: unknown) => signer.signed({ header: { x5c: value } });
	const own = der(server.cert);
	const chains: Array<[sentence: string, chain: string[], says: RegExp, key?: string]> = [
		[
			'of another community',
			[other.server.cert, other.intermediate.cert],
			/none of the Trust Anchors/,
			other.server.key,
		],
		[
			'of another community that brings its root',
			[other.server.cert, other.intermediate.cert, other.anchor.cert],
			/none of the Trust Anchors/,
			other.server.key,
		],
		[
			'of another community, with an authority of ours',
			[other.server.cert, intermediate.cert],
			/was not issued by the next/,
			other.server.key,
		],
		['without the authority between', [server.cert], /none of the Trust Anchors/],
		['in the wrong order', [intermediate.cert, server.cert], /certificate of an authority/],
		[
			'issued by a member whose issuer is the root',
			[await issue(direct), direct.cert],
			/was not issued by the next/,
		],
		[
			'with an authority of the right key and another name',
			[server.cert, renamed.cert],
			/was not issued by the next/,
		],
		['signed by itself', [await issue({ cert: server.cert, key }, {})], /none of the Trust Anchors/],
		[
			'issued by a member',
			[await issue(member), member.cert, intermediate.cert],
			/was not issued by the next/,
		],
		[
			'one authority too deep',
			[await issue(below), below.cert, intermediate.cert],
			/was not issued by the next/,
		],
		['of an authority that ended', [await issue(expired), expired.cert], /that expired on/],
		['that ended', [await issue(intermediate, { days: [-60, -1] }), intermediate.cert], /that expired on/],
		['not valid yet', [await issue(intermediate, { days: [2, 60] }), intermediate.cert], /is not valid yet/],
		[
			'for another server',
			[await issue(intermediate, { uris: [`${base}/x`] }), intermediate.cert],
			/of another server/,
		],
		[
			'that names no server',
			[await issue(intermediate, { uris: ['urn:x'] }), intermediate.cert],
			/of another server/,
		],
		[
			'with a short key',
			[await issue(intermediate, { key: small }), intermediate.cert],
			/has a signature that is wrong/,
			small,
		],
		['of the authority itself', [intermediate.cert], /certificate of an authority/, intermediate.key],
		['of the root itself', [anchor.cert], /certificate of an authority/, anchor.key],
	];
	return [
		...chains.map(
			([sentence, chain, says, signingKey = key]): Hostile => [
				`a certificate ${sentence}`,
				signer.signed({ chain, key: signingKey }),
				says,
			],
		),
		['no certificate', x5c(undefined), /without a certificate/],
		['an empty list of certificates', x5c([]), /without a certificate/],
		['a text of certificates', x5c(own), /without a certificate/],
		['a number as certificate', x5c([1]), /cannot be read/],
		['garbage as certificate', x5c(['AAAA']), /cannot be read/],
		[
			'a certificate in base64url',
			x5c([own.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '-_')]),
			/cannot be read/,
		],
		['a PEM as certificate', x5c([Buffer.from(server.cert).toString('base64')]), /cannot be read/],
		[
			'bytes behind a certificate',
			x5c([Buffer.concat([Buffer.from(own, 'base64'), Buffer.from([0, 0, 0])]).toString('base64')]),
			/cannot be read/,
		],
		['eleven certificates', x5c(Array.from({ length: 11 }, () => own)), /more than 10 certificates/],
		['a certificate of 40 kilobytes', x5c(['A'.repeat(40_000)]), /cannot be read/],
		['a good certificate and garbage', x5c([own, 'AAAA']), /cannot be read/],
	];
}
