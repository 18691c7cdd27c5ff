import { generate } from 'selfsigned';
import { udapHints } from '../../../../../nodes/shared/payers/pdex/udapSignIn';
import { readIdentity } from '../../../../../nodes/shared/signIn/udap/identity';
import {
	encryptedKey,
	issueCertificate,
	makeAuthority,
	type KeyPair,
} from '../../../../../sandbox/certificates';
import { ecKey, edwardsKey, rsaKey } from '../../../../../sandbox/keys';

const DAY = 86_400_000;
const URI = 'https://prairie.example/p2p';
let root: KeyPair;
let between: KeyPair;
let own: KeyPair;
let ecRoot: KeyPair;
beforeAll(async () => {
	root = await makeAuthority('Root', 'rsa');
	between = await makeAuthority('Authority', 'rsa', { issuer: root });
	own = await issueCertificate(between, 'c', { keyType: 'rsa' });
	ecRoot = await makeAuthority('EC Root');
});

const issue = async (changes: object) =>
	await issueCertificate(between, 'c', { keyType: 'rsa', key: own.key, ...changes });
const chainOf = (...pairs: Array<{ cert: string }>) => pairs.map(({ cert }) => cert).join('\n');
const pem = (key: ReturnType<typeof rsaKey>) => String(key.export({ type: 'pkcs8', format: 'pem' }));
const credential = (changes: object = {}) => ({
	certificateChain: chainOf(own, between, root),
	privateKey: own.key,
	...changes,
});

function problemsOf(changes: object, now?: number): string {
	const read = readIdentity(credential(changes), now);
	return 'problems' in read ? read.problems.join(' ') : 'none';
}

test('a chain and its key give the identity: certificates as they are, the URI, RS256 first', () => {
	const read = readIdentity(credential());
	expect(read).toMatchObject({ identity: { subjectUri: URI, algorithms: ['RS256', 'RS384'] } });
	const { x5c } = 'identity' in read ? read.identity : { x5c: [] };
	const asEntered = chainOf(own, between, root).replace(/-----[A-Z ]+-----|\s/g, '');
	expect(x5c.join('')).toBe(asEntered);
});

test.each<[sentence: string, changes: () => object]>([
	[
		'without line ends',
		() => ({
			certificateChain: chainOf(own, between).replace(/\n/g, ' '),
			privateKey: own.key.replace(/\n/g, ' '),
		}),
	],
	[
		'with an encrypted key',
		() => ({ privateKey: encryptedKey(own.key, ' pass '), privateKeyPassphrase: ' pass ' }),
	],
	['of its own certificate alone', () => ({ certificateChain: own.cert })],
	['with the URI entered', () => ({ subjectUri: ` ${URI} ` })],
])('a chain %s is read', (_, changes) => {
	expect(problemsOf(changes())).toBe('none');
});

test('EC keys of two curves sign', async () => {
	const p256 = await issueCertificate(ecRoot, 'c');
	const p384 = await generate([{ name: 'commonName', value: 'c' }], {
		keyType: 'ec',
		curve: 'P-384',
		algorithm: 'sha384',
		extensions: [{ name: 'subjectAltName', altNames: [{ type: 6, value: URI }] }],
	});
	for (const [cert, privateKey, alg] of [
		[p256.cert, p256.key, 'ES256'],
		[p384.cert, p384.private, 'ES384'],
	]) {
		expect(readIdentity({ certificateChain: cert, privateKey })).toMatchObject({
			identity: { algorithms: [alg] },
		});
	}
});

test.each<[sentence: string, changes: () => object | Promise<object>, says: RegExp]>([
	['no certificate', () => ({ certificateChain: ' ' }), /^Fill in the Certificate Chain/],
	['no key', () => ({ privateKey: '' }), /^Fill in the Private Key/],
	['neither', () => ({ privateKey: '', certificateChain: '' }), /Certificate Chain.*Private Key/],
	['a certificate that is none', () => ({ certificateChain: 'MIIC' }), /Certificate Chain is not PEM/],
	[
		'a damaged certificate',
		() => ({ certificateChain: own.cert.replace('MII', 'AAA') }),
		/Certificate Chain is damaged/,
	],
	[
		'a request',
		() => ({
			certificateChain: '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----',
		}),
		/is a certificate request/,
	],
	[
		'a wrong passphrase',
		() => ({ privateKey: encryptedKey(own.key, 'Zzyzx'), privateKeyPassphrase: 'Quux' }),
		/Private Key cannot be decrypted.*Private Key Passphrase/,
	],
	[
		'no passphrase',
		() => ({ privateKey: encryptedKey(own.key, 'Zzyzx') }),
		/Private Key is encrypted\. Fill in the Private Key Passphrase/,
	],
	['the key of another', () => ({ privateKey: pem(rsaKey()) }), /does not belong to the Private Key/],
	['the key of the authority', () => ({ privateKey: between.key }), /must begin with your own certificate/],
	[
		'the wrong order',
		() => ({ certificateChain: chainOf(between, own) }),
		/must begin with your own certificate/,
	],
	[
		'a gap in the chain',
		() => ({ certificateChain: chainOf(own, root) }),
		/certificate 2 has not issued the one before it/,
	],
	[
		'a chain with one of another',
		async () => ({ certificateChain: chainOf(own, between, await makeAuthority('Root', 'rsa')) }),
		/certificate 3 has not issued/,
	],
	[
		'eleven certificates',
		() => ({ certificateChain: chainOf(own, ...Array.from({ length: 10 }, () => between)) }),
		/more than 10 certificates/,
	],
	[
		'an expired certificate',
		async () => ({ certificateChain: chainOf(await issue({ days: [-60, -1] }), between) }),
		/The Certificate Chain expired on/,
	],
	[
		'one that is not valid yet',
		async () => ({ certificateChain: chainOf(await issue({ days: [2, 60] }), between) }),
		/is not valid before/,
	],
	[
		'no URI',
		async () => ({ certificateChain: chainOf(await issue({ uris: [] }), between) }),
		/names you by no URI/,
	],
	[
		'several URIs',
		async () => ({ certificateChain: chainOf(await issue({ uris: [URI, 'urn:b'] }), between) }),
		/several URIs.*Subject URI: https:\/\/prairie\.example\/p2p, urn:b\./,
	],
	[
		'a URI that is not in it',
		() => ({ subjectUri: 'urn:other' }),
		/Subject URI is not in your certificate, which names you by https:\/\/prairie/,
	],
	[
		'a short key',
		async () => {
			const key = pem(rsaKey(1024));
			return { certificateChain: chainOf(await issue({ key }), between), privateKey: key };
		},
		/RSA key of 2048 bits or more/,
	],
	[
		'a key of another curve',
		() => ({ privateKey: pem(ecKey('P-521')) }),
		/Private Key is of a kind that UDAP does not use/,
	],
	[
		'an Ed25519 key',
		() => ({ privateKey: pem(edwardsKey('ed25519')) }),
		/Private Key is of a kind that UDAP does not use/,
	],
	[
		'the certificate of an authority',
		() => ({ certificateChain: chainOf(between, root), privateKey: between.key }),
		/not for signatures of a client/,
	],
])('%s is told, with the field and nothing of a key', async (_, changes, says) => {
	const told = problemsOf(await changes());
	expect(told).toMatch(says);
	expect(told).not.toMatch(/Zzyzx|Quux|MII|PRIVATE KEY/);
});

test('the second of two URIs, where it is entered, is the one', async () => {
	const certificateChain = chainOf(await issue({ uris: [URI, 'urn:b'] }), between);
	expect(readIdentity(credential({ certificateChain, subjectUri: 'urn:b' }))).toMatchObject({
		identity: { subjectUri: 'urn:b' },
	});
});

test('an authority that ended is told, and a certificate that ends soon gives a hint', async () => {
	expect(problemsOf({}, Date.now() + 4000 * DAY)).toMatch(/expired on/);
	const old = await makeAuthority('Old', 'rsa', { issuer: root, days: [-60, -1] });
	const ofOld = await issueCertificate(old, 'c', { keyType: 'rsa', key: own.key });
	expect(problemsOf({ certificateChain: chainOf(ofOld, old) })).toMatch(
		/certificate 2 of the Certificate Chain expired/,
	);
	const soon = await issue({ days: [-1, 12] });
	expect(udapHints(credential())).toEqual([]);
	expect(udapHints(credential({ certificateChain: chainOf(soon, between) }))).toMatchObject([
		{ message: expect.stringMatching(/ends on .*, in 1[12] days/) as string, type: 'warning' },
	]);
	expect(udapHints({})).toEqual([]);
	expect(udapHints(credential({ privateKey: '' }))).toEqual([]);
});
