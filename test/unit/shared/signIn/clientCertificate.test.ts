import { certificateHints, readTls } from '../../../../nodes/shared/signIn/clientCertificate';
import {
	encryptedKey,
	issueCertificate,
	makeAuthority,
	type KeyPair,
} from '../../../../sandbox/certificates';

const DAY = 86_400_000;
let ca: KeyPair;
let good: KeyPair;
let others: Record<'pair' | 'expired' | 'early' | 'server' | 'any' | 'rsa', KeyPair>;
beforeAll(async () => {
	ca = await makeAuthority('Root');
	const rsaRoot = await makeAuthority('RSA Root', 'rsa');
	const issue = async (changes: Parameters<typeof issueCertificate>[2]) =>
		await issueCertificate(ca, 'client', changes);
	const [first, pair, expired, early, server, any, rsa] = await Promise.all([
		...[{}, {}, { days: [-60, -1] }, { days: [9, 60] }, { usage: 'serverAuth' }, { usage: 'none' }].map(
			async (changes) => await issue(changes as never),
		),
		issueCertificate(rsaRoot, 'client', { keyType: 'rsa' }),
	]);
	good = first;
	others = { pair, expired, early, server, any, rsa };
});

const credential = (changes: object = {}) => ({
	useCertificates: true,
	clientCertificate: good.cert,
	clientCertificateKey: good.key,
	...changes,
});
const read = (changes: object = {}, now?: number) => readTls(credential(changes), now);

describe('E7 certificates of a credential', () => {
	test('are not read where the switch is off', () => {
		expect(read({ useCertificates: false, clientCertificate: 'x' })).toEqual({});
	});

	test.each<[sentence: string, changes: () => object]>([
		['as they come', () => ({})],
		['without line ends', () => each((text) => text.replace(/\n/g, ''))],
		['with spaces for line ends', () => each((text) => text.replace(/\n/g, ' '))],
		['with \\n for line ends', () => each((text) => text.replace(/\n/g, '\\n'))],
		['with the line ends of Windows', () => each((text) => text.replace(/\n/g, '\r\n'))],
		['as a JSON text', () => each((text) => JSON.stringify(text))],
		['with the lines of openssl pkcs12', () => each((text) => `Bag Attributes\n  localKeyID: 01\n${text}`)],
		['both in one field', () => ({ clientCertificate: good.key + good.cert, clientCertificateKey: '' })],
		[
			'both in the field of the key',
			() => ({ clientCertificate: '', clientCertificateKey: good.cert + good.key }),
		],
	])('are read %s', (_, changes) => {
		expect(read(changes())).toMatchObject({
			tls: { cert: good.cert.trim() + '\n', key: good.key.trim() + '\n' },
		});
	});
	const each = (change: (text: string) => string) => ({
		clientCertificate: change(good.cert),
		clientCertificateKey: change(good.key),
	});

	test('the own certificate is sent first, wherever it stands', () => {
		const { tls } = read({ clientCertificate: ca.cert + good.cert }) as { tls: { cert: string } };
		expect(tls.cert.indexOf(good.cert.trim())).toBe(0);
		expect(tls.cert).toContain(ca.cert.trim());
	});

	test('of any use are taken, and RSA', () => {
		for (const { cert, key } of [others.any, others.rsa]) {
			expect(read({ clientCertificate: cert, clientCertificateKey: key })).toHaveProperty('tls.cert');
		}
	});

	test('T2 an encrypted key goes with its passphrase, as it was entered', () => {
		const passphrase = ' two spaces ';
		const key = encryptedKey(good.key, passphrase);
		expect(read({ clientCertificateKey: key, clientCertificatePassphrase: passphrase })).toMatchObject({
			tls: { key: key.trim() + '\n', passphrase },
		});
		expect(read({ clientCertificatePassphrase: 'not needed' })).not.toHaveProperty('tls.passphrase');
	});

	test('T3 of an old and a renewed certificate of one key, the one that holds is sent', async () => {
		const renewed = good;
		const old = await issueCertificate(ca, 'client', { days: [-60, -1], key: good.key });
		for (const clientCertificate of [old.cert + renewed.cert, renewed.cert + old.cert]) {
			const { tls } = read({ clientCertificate, clientCertificateKey: renewed.key }) as {
				tls: { cert: string };
			};
			expect(tls.cert).toBe(renewed.cert.trim() + '\n');
		}
	});

	test('expired roots are told, unless others hold', () => {
		const far = Date.now() + 100 * 365 * DAY;
		const roots = { clientCertificate: '', clientCertificateKey: '', rootCertificates: ca.cert };
		expect(read(roots, far)).toEqual({ problem: expect.stringMatching(/^The All Root .* expired on/) });
		const mixed = { ...roots, rootCertificates: others.expired.cert + ca.cert };
		expect(read(mixed)).toHaveProperty('tls.ca');
	});

	test('roots alone are enough', () => {
		const roots = { clientCertificate: '', clientCertificateKey: '', rootCertificates: ca.cert + good.cert };
		expect(read(roots)).toEqual({ tls: { ca: expect.stringMatching(/CERTIFICATE[\s\S]+CERTIFICATE/) } });
	});

	const CERTIFICATE = /^The Client Certificate /;
	const KEY = /^The Client Certificate's Private Key /;
	test.each<[sentence: string, changes: () => object, field: RegExp, says: RegExp]>([
		[
			'nothing',
			() => ({ clientCertificate: '', clientCertificateKey: ' ' }),
			/^'Use Certificates' is on/,
			/turn it off/,
		],
		['no certificate', () => ({ clientCertificate: '' }), CERTIFICATE, /is empty/],
		['no key', () => ({ clientCertificateKey: '' }), KEY, /is empty/],
		[
			'T3 the key of another pair',
			() => ({ clientCertificateKey: others.pair.key }),
			CERTIFICATE,
			/does not belong to the Client Certificate's Private Key/,
		],
		[
			'T3 a key of another kind',
			() => ({ clientCertificateKey: others.rsa.key }),
			CERTIFICATE,
			/does not belong/,
		],
		[
			'T3 an expired one',
			() => pairOf('expired'),
			CERTIFICATE,
			/expired on \d{4}-\d\d-\d\d\. Ask for a new one/,
		],
		[
			'T3 one that is not valid yet',
			() => pairOf('early'),
			CERTIFICATE,
			/is not valid before \d{4}-\d\d-\d\d/,
		],
		['T3 one of a server', () => pairOf('server'), CERTIFICATE, /is not for clients/],
		['words', () => ({ clientCertificate: 'my certificate' }), CERTIFICATE, /is not PEM/],
		['a cut one', () => ({ clientCertificate: good.cert.slice(0, 200) }), CERTIFICATE, /is damaged/],
		[
			'a damaged one',
			() => ({ clientCertificate: good.cert.replace(/\n.{20}/, '\n') }),
			CERTIFICATE,
			/is damaged/,
		],
		[
			'a request for one',
			() => ({ clientCertificate: good.cert.replace(/CERTIFICATE/g, 'CERTIFICATE REQUEST') }),
			CERTIFICATE,
			/certificate request/,
		],
		['the key in its place', () => ({ clientCertificate: good.key }), CERTIFICATE, /is a private key/],
		[
			'the certificate in place of the key',
			() => ({ clientCertificateKey: good.cert }),
			KEY,
			/is a public key/,
		],
		['a damaged key', () => ({ clientCertificateKey: good.key.replace(/\n.{20}/, '\n') }), KEY, /is damaged/],
		[
			'T2 no passphrase',
			() => ({ clientCertificateKey: encryptedKey(good.key, 'p') }),
			KEY,
			/is encrypted\. Fill in the Client Certificate's Passphrase/,
		],
		[
			'T2 a wrong passphrase',
			() => ({ clientCertificateKey: encryptedKey(good.key, 'p'), clientCertificatePassphrase: 'Zzyzx' }),
			KEY,
			/cannot be decrypted with this Client Certificate's Passphrase/,
		],
		[
			'a root that is none',
			() => ({ rootCertificates: good.key }),
			/^The All Root Certificates of This Payer /,
			/is a private key/,
		],
		[
			'a damaged root',
			() => ({ rootCertificates: ca.cert.slice(0, 99) }),
			/^The All Root Certificates of This Payer /,
			/is damaged/,
		],
	])('%s: told, with the field and nothing of a key', (_, changes, field, says) => {
		const { problem } = read(changes()) as { problem: string };
		expect(problem).toMatch(field);
		expect(problem).toMatch(says);
		expect(problem).not.toMatch(/[A-Za-z0-9+/]{25}|Zzyzx/);
	});
	const pairOf = (name: keyof typeof others) => ({
		clientCertificate: others[name].cert,
		clientCertificateKey: others[name].key,
	});

	test.each([
		[365, 0],
		[31, 0],
		[29, 1],
		[1, 1],
	])('that end in %s days give %s hints', (days, hints) => {
		const reading = read() as { validUntil: number };
		const now = reading.validUntil - days * DAY - 1000;
		expect(certificateHints(reading, now)).toHaveLength(hints);
		if (hints > 0) {
			expect(certificateHints(reading, now)[0].message).toMatch(
				new RegExp(`ends on \\d{4}-\\d\\d-\\d\\d, in ${days} days?\\. Enter a new one`),
			);
		}
	});
});
