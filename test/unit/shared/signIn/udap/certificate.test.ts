import { createPublicKey, X509Certificate } from 'node:crypto';
import { generate, type SelfsignedOptions } from 'selfsigned';
import { readCertificate } from '../../../../../nodes/shared/signIn/udap/certificate';
import { trustedLeaf } from '../../../../../nodes/shared/signIn/udap/chain';
import { derElements } from '../../../../../nodes/shared/signIn/udap/der';
import { issueCertificate, makeAuthority, type KeyPair } from '../../../../../sandbox/certificates';

const rawOf = ({ cert }: { cert: string }) => new X509Certificate(cert).raw;
let root: KeyPair;
let between: KeyPair;
let leaf: KeyPair;
beforeAll(async () => {
	root = await makeAuthority('Root', 'rsa');
	between = await makeAuthority('Authority', 'rsa', { issuer: root, pathLength: 0 });
	leaf = await issueCertificate(between, 'c', {
		keyType: 'rsa',
		uris: ['urn:a', 'https://b.example/?x=1,2'],
	});
});

test('what Node does not tell is read', () => {
	expect(readCertificate(rawOf(root))).toMatchObject({ isAuthority: true, maySign: false, uris: [] });
	expect(readCertificate(rawOf(root))?.maxAuthoritiesBelow).toBeUndefined();
	expect(readCertificate(rawOf(between))).toMatchObject({ isAuthority: true, maxAuthoritiesBelow: 0 });
	expect(readCertificate(rawOf(leaf))).toMatchObject({
		isAuthority: false,
		maySign: true,
		uris: ['urn:a', 'https://b.example/?x=1,2'],
	});
});

async function made(changes: SelfsignedOptions): Promise<Buffer> {
	const publicKey = String(createPublicKey(root.key).export({ type: 'spki', format: 'pem' }));
	const keyPair = { privateKey: root.key, publicKey };
	const options = { keyType: 'rsa', algorithm: 'sha256', keyPair, ...changes } as const;
	return rawOf(await generate([{ name: 'commonName', value: 'c' }], options));
}

test('an authority without the usage, or a leaf without it, is none', async () => {
	const ca = { name: 'basicConstraints', cA: true, critical: true } as const;
	expect(
		readCertificate(await made({ extensions: [ca, { name: 'keyUsage', digitalSignature: true }] })),
	).toMatchObject({ isAuthority: false });
	expect(readCertificate(await made({ extensions: [ca] }))).toMatchObject({ isAuthority: true });
	expect(
		readCertificate(await made({ extensions: [{ name: 'keyUsage', keyEncipherment: true }] })),
	).toMatchObject({ maySign: false });
});

test('a signature by SHA-1 does not count', async () => {
	expect(readCertificate(await made({ algorithm: 'sha1' }))).toBeUndefined();
	for (const algorithm of ['sha256', 'sha384', 'sha512']) {
		expect(readCertificate(await made({ algorithm }))).toBeDefined();
	}
});

/** The bytes with one extension given another id, or made critical. */
function withExtension(der: Buffer, from: string, to: string): Buffer {
	const text = der.toString('hex');
	expect(text).toContain(from);
	return Buffer.from(text.replace(from, to), 'hex');
}

test('a critical extension that is not understood, and an extension that stands there twice, are refused', () => {
	// Extended key usage (551d25) becomes name constraints (551d1e), which are not critical, and so overlooked.
	const other = withExtension(rawOf(leaf), '0603551d25', '0603551d1e');
	expect(readCertificate(other)).toBeDefined();
	expect(readCertificate(withExtension(rawOf(root), '0603551d130101ff', '0603551d1e0101ff'))).toBeUndefined();
	expect(readCertificate(withExtension(rawOf(leaf), '0603551d25', '0603551d11'))).toBeUndefined();
});

const tlv = (tag: number, ...contents: Uint8Array[]) => {
	const content = Buffer.concat(contents);
	const { length } = content;
	const bytes =
		length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
};

test('a certificate that holds the PEM of another is not taken for that', () => {
	const inner = Buffer.from(`\n${leaf.cert}\n`);
	const [certificate] = derElements(rawOf(between)) ?? [];
	const [toBeSigned, ...rest] = derElements(certificate.content) ?? [];
	const parts = derElements(toBeSigned.content) ?? [];
	const extensions =
		derElements(derElements(parts[parts.length - 1].content)?.[0].content ?? new Uint8Array()) ?? [];
	const own = extensions.map(({ tag, content }) => tlv(tag, content));
	const comment = tlv(0x30, Buffer.from('06096086480186f842010d', 'hex'), tlv(0x04, inner));
	const whole = tlv(
		0x30,
		tlv(
			0x30,
			...parts.slice(0, -1).map(({ tag, content }) => tlv(tag, content)),
			tlv(0xa3, tlv(0x30, ...own, comment)),
		),
		...rest.map(({ tag, content }) => tlv(tag, content)),
	);
	// What Node takes it for.
	expect(new X509Certificate(whole).raw.equals(rawOf(leaf))).toBe(true);
	expect(readCertificate(whole)).toBeUndefined();
});

test('of a certificate with any byte changed, nothing is trusted and nothing is thrown', () => {
	const anchor = readCertificate(rawOf(root));
	const chain = [rawOf(leaf), rawOf(between)];
	const trusted = (ders: Buffer[]) =>
		trustedLeaf(
			ders.map((each) => each.toString('base64')),
			anchor ? [anchor] : [],
			Date.now(),
		);
	expect(trusted(chain)).toHaveProperty('leaf');
	for (const which of [0, 1]) {
		for (let at = 0; at < chain[which].length; at += 1) {
			const changed = Buffer.from(chain[which]);
			changed[at] ^= 1 << at % 8;
			const read = trusted(chain.map((each, index) => (index === which ? changed : each)));
			expect([which, at, 'leaf' in read]).toEqual([which, at, false]);
		}
	}
});

test('of a certificate that is cut, nothing is read', () => {
	const der = rawOf(leaf);
	for (let length = 0; length < der.length; length += 7) {
		expect(readCertificate(der.subarray(0, length))).toBeUndefined();
	}
});

test.each<[sentence: string, hex: string]>([
	['without an end (BER)', '3080020101'],
	['that is longer than the bytes', '300502'],
	['with more bytes than it needs', '30810102'],
	['of four bytes', '308400000001ff'],
	['with a long tag', '3f8101'],
	['cut before its length', '30'],
])('a length %s is refused', (_, hex) => {
	expect(derElements(Buffer.from(hex, 'hex'))).toBeUndefined();
});
