import { createPublicKey } from 'node:crypto';
import { readSigningKey, type KeySettings } from '../../../../nodes/shared/signIn/signingKey';
import { ecKey, rsaKey } from '../../../../sandbox/keys';
import { issueCertificate, makeAuthority } from '../../../../sandbox/certificates';

const rsa = rsaKey();
const ec = ecKey();
const jwk = (key = rsa, more: object = {}) => ({ ...key.export({ format: 'jwk' }), ...more });
const open = (key = rsa, more: object = {}) => ({
	...createPublicKey(key).export({ format: 'jwk' }),
	...more,
});
const pem = (key = ec, options: object = {}) =>
	String(key.export({ type: 'pkcs8', format: 'pem', ...options }));
const sec1 = String(ec.export({ type: 'sec1', format: 'pem' }));
/** secp384r1, as `openssl ecparam -genkey` writes it before the key. */
const PARAMETERS = '-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n';
const cipher = { cipher: 'aes-256-cbc', passphrase: 'open sesame' };
const lost = (text: string) => text.replace(/\n/g, '');

describe('E9 a private key as people have it', () => {
	const AS_PEOPLE_HAVE_IT: Array<[sentence: string, text: () => string, settings?: KeySettings]> = [
		[
			'a set with the public key first',
			() => JSON.stringify({ keys: [open(rsa, { kid: 'k' }), jwk(rsa, { kid: 'k' })] }),
		],
		[
			'the same, by Key ID',
			() => JSON.stringify({ keys: [open(rsa, { kid: 'k' }), jwk(rsa, { kid: 'k' })] }),
			{ keyId: 'k' },
		],
		[
			'a set with other keys around it',
			() =>
				JSON.stringify({
					keys: [
						open(ec, { kid: 'a' }),
						jwk(ec, { kid: 'b' }),
						open(rsa, { kid: 'k' }),
						jwk(rsa, { kid: 'k' }),
					],
				}),
			{ keyId: 'k' },
		],
		['a list of keys', () => JSON.stringify([open(rsa, { kid: 'k' }), jwk(rsa, { kid: 'k' })])],
		['a JWK in quotes', () => JSON.stringify(JSON.stringify(jwk(rsa, { kid: 'k' })))],
		['a JWK in the quotes of a shell', () => `'${JSON.stringify(jwk(rsa, { kid: 'k' }))}'`],
		['a JWK over several lines', () => JSON.stringify(jwk(rsa, { kid: 'k' }), null, 2)],
		['openssl ecparam -genkey', () => PARAMETERS + sec1, { keyId: 'k' }],
		['the same without line ends', () => lost(PARAMETERS + sec1), { keyId: 'k' }],
		['a PEM behind its certificate', () => certificate + pem(rsa), { keyId: 'k' }],
		['a PEM before its certificate', () => pem(rsa) + certificate, { keyId: 'k' }],
		[
			'a PEM behind its public key',
			() => String(createPublicKey(rsa).export({ type: 'spki', format: 'pem' })) + pem(rsa),
			{ keyId: 'k' },
		],
		[
			'a PEM with attributes',
			() => `Bag Attributes\n    friendlyName: x\nKey Attributes: <No Attributes>\n${pem(rsa)}`,
			{ keyId: 'k' },
		],
		['PKCS#1', () => String(rsa.export({ type: 'pkcs1', format: 'pem' })), { keyId: 'k' }],
		['PKCS#8, encrypted', () => pem(rsa, cipher), { keyId: 'k', passphrase: 'open sesame' }],
		['the same without line ends', () => lost(pem(rsa, cipher)), { keyId: 'k', passphrase: 'open sesame' }],
		[
			'PKCS#1, encrypted the old way',
			() => String(rsa.export({ type: 'pkcs1', format: 'pem', ...cipher })),
			{ keyId: 'k', passphrase: 'open sesame' },
		],
		[
			'the same without line ends',
			() => lost(String(rsa.export({ type: 'pkcs1', format: 'pem', ...cipher }))),
			{ keyId: 'k', passphrase: 'open sesame' },
		],
		[
			'SEC 1, encrypted the old way by 3DES',
			() =>
				String(ec.export({ type: 'sec1', format: 'pem', cipher: 'des-ede3-cbc', passphrase: 'p' })).replace(
					/\n/g,
					' ',
				),
			{ keyId: 'k', passphrase: 'p' },
		],
	];
	test.each(AS_PEOPLE_HAVE_IT.map(([sentence, text, settings = {}]) => ({ sentence, text, settings })))(
		'is read: $sentence',
		({ text, settings }) => {
			const read = readSigningKey(text(), settings);
			expect(read.kid).toBe('k');
			const expected = read.alg === 'ES384' ? ec : rsa;
			expect(read.key.equals(expected)).toBe(true);
		},
	);

	let certificate = '';
	beforeAll(async () => {
		certificate = (await issueCertificate(await makeAuthority('Root'), 'client')).cert;
	});

	const withKey = { keyId: 'k' };
	test.each<[sentence: string, text: () => string, settings: KeySettings, says: RegExp]>([
		[
			'the public half of a set, by Key ID',
			() => JSON.stringify({ keys: [open(rsa, { kid: 'k' }), jwk(ec, { kid: 'b' })] }),
			withKey,
			/is a public key/,
		],
		[
			'a set without this Key ID',
			() => JSON.stringify({ keys: [jwk(rsa, { kid: 'a' }), jwk(ec, { kid: 'b' })] }),
			withKey,
			/none with this Key ID/,
		],
		['an empty set', () => '{"keys":[]}', {}, /none with this Key ID/],
		[
			'an encrypted PEM without its passphrase',
			() => pem(rsa, cipher),
			withKey,
			/is encrypted\. Fill in the Private Key Passphrase/,
		],
		[
			'one with a wrong passphrase',
			() => pem(rsa, cipher),
			{ ...withKey, passphrase: 'x' },
			/cannot be decrypted with this Private Key Passphrase/,
		],
		['a certificate alone', () => certificate, withKey, /is a public key/],
		[
			'a key of OpenSSH',
			() =>
				'-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----',
			withKey,
			/OpenSSH.*ssh-keygen -p -m PEM/,
		],
		[
			'a curve for ES256',
			() => pem(ecKey('P-256')),
			withKey,
			/curve that SMART does not use\. Make an EC key of the curve P-384/,
		],
	])('is refused in words: %s', (_, text, settings, says) => {
		expect(() => readSigningKey(text(), settings)).toThrow(says);
		expect(() => readSigningKey(text(), settings)).not.toThrow(/[A-Za-z0-9+/]{30}/);
	});
});

describe('E8 the algorithm', () => {
	test.each<[key: 'rsa' | 'ec', settings: KeySettings, ofKey: string | undefined, expected: string | RegExp]>(
		[
			['rsa', {}, undefined, 'RS384'],
			['ec', {}, undefined, 'ES384'],
			['rsa', {}, 'RS256', 'RS256'],
			['rsa', {}, 'PS384', 'RS384'],
			['rsa', { stated: ['RS256'] }, undefined, 'RS256'],
			['rsa', { stated: ['RS256', 'RS384'] }, undefined, 'RS384'],
			['rsa', { stated: ['RS256', 'RS384'] }, 'RS256', 'RS256'],
			['rsa', { stated: ['RS384', 'ES384'] }, 'RS256', 'RS384'],
			['ec', { stated: ['RS256', 'ES384'] }, undefined, 'ES384'],
			['rsa', { stated: ['ES384'], algorithm: 'RS256' }, undefined, 'RS256'],
			['rsa', { algorithm: 'RS256' }, 'RS384', 'RS256'],
			[
				'rsa',
				{ stated: ['ES384'] },
				undefined,
				/takes ES384, and the Private Key can sign by RS384 or RS256.*Signing Algorithm/,
			],
			['ec', { stated: ['PS256'] }, undefined, /takes none of the signatures that can be made here/],
			['rsa', { algorithm: 'ES384' }, undefined, /Signing Algorithm ES384 does not go with the Private Key/],
		],
	)('of an %s key with %j and alg %s is %s', (kind, settings, alg, expected) => {
		const text = JSON.stringify(jwk(kind === 'rsa' ? rsa : ec, { kid: 'k', ...(alg && { alg }) }));
		if (expected instanceof RegExp) expect(() => readSigningKey(text, settings)).toThrow(expected);
		else expect(readSigningKey(text, settings).alg).toBe(expected);
	});
});
