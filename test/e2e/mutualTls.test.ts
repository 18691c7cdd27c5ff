/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { row, truth, typesOf } from '../support/expectations';
import {
	standardCredential,
	startStandardPayers,
	type SignInWay,
	type StandardPayers,
} from '../support/standardSandbox';
import { fourSteps } from '../support/steps';
import { closeBench, openBench, theBench } from './bench';
import { jsonOf, run } from './workflows';

/** Payers that want a client certificate, in a real n8n. */

const OPEN_WITHIN_MS = 40 * 60_000;
let payers: StandardPayers;
let folder: string;

beforeAll(async () => {
	payers = await startStandardPayers('--mtls');
	folder = mkdtempSync(join(tmpdir(), 'mtls-'));
	const roots = join(folder, 'roots.pem');
	writeFileSync(roots, own().ca);
	// For the host of files alone: to the payer, the credential brings its own roots.
	await openBench(undefined, { NODE_EXTRA_CA_CERTS: roots });
}, OPEN_WITHIN_MS);
afterAll(async () => {
	await closeBench();
	await payers?.stop();
	rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => await payers.reset());

function own() {
	const { certificates } = payers;
	if (!certificates) throw new Error('The payers have no certificates');
	return certificates;
}

async function exchange(way: SignInWay, changes: Record<string, string> = {}) {
	const { credential: data, credentialType } = standardCredential(payers, 'pdex-2.2', way, changes);
	const { client } = theBench();
	const credentialId = await client.createCredential({ name: way, type: credentialType, data });
	expect(await client.testCredential(credentialId)).toMatchObject({ status: 'OK' });
	const sets = { payerApi: 'pdex', pdexAuthentication: credentialType };
	const steps = fourSteps().map((step) => ({ ...step, parameters: sets }));
	const execution = await run({ rows: [row('small')], steps, credentialId, credentialType });
	expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
	expect(typesOf(jsonOf(execution, 'fetchBatch'))).toEqual(truth('small').types);
	return await payers.requests();
}

test.each<[sentence: string, way: SignInWay, changes: () => Record<string, string>]>([
	['a secret', 'basic', () => ({})],
	[
		'a key, and an encrypted one of the certificate without line ends',
		'RS384 as JWK',
		() => ({
			clientCertificate: own().cert.replace(/\n/g, ' '),
			clientCertificateKey: own().encryptedKey.replace(/\n/g, ' '),
			clientCertificatePassphrase: own().passphrase,
		}),
	],
	['the certificate alone', 'certificate', () => ({})],
])('T1 T2 T7 signed in by %s, every request shows the certificate, the Test too', async (_, way, changes) => {
	const requests = await exchange(way, changes());
	const fingerprint = new X509Certificate(own().cert).fingerprint256.replaceAll(':', '').toLowerCase();
	expect(requests.some(({ path }) => path.endsWith('/metadata'))).toBe(true);
	expect([...new Set(requests.map(({ clientCertificate }) => clientCertificate))]).toEqual([fingerprint]);
});

test('T5 a file on an allowed host shows neither certificate nor token', async () => {
	await payers.set({ fileAccess: 'open-elsewhere' });
	const requests = await exchange('basic', { allowedFileHosts: new URL(payers.openUrl).host });
	const files = requests.filter(({ path }) => /files/.test(path));
	expect(files.length).toBeGreaterThan(0);
	for (const { authorization, clientCertificate } of files) {
		expect([authorization, clientCertificate]).toEqual([undefined, undefined]);
	}
});

/** A public root that is none of the payer's. Some of Node's own have expired. */
const OTHER_ROOT =
	rootCertificates.find((pem) => Date.parse(new X509Certificate(pem).validTo) > Date.now()) ?? '';

test.each<[sentence: string, changes: () => Record<string, string>, says: RegExp]>([
	[
		'T4 no certificate',
		() => ({ clientCertificate: '', clientCertificateKey: '' }),
		/wants a client certificate/,
	],
	[
		'T2 a wrong passphrase',
		() => ({ clientCertificateKey: own().encryptedKey, clientCertificatePassphrase: 'Zzyzx' }),
		/cannot be decrypted with this Client Certificate's Passphrase/,
	],
	[
		'other roots',
		() => ({ rootCertificates: OTHER_ROOT }),
		/is not trusted.*All Root Certificates of This Payer/,
	],
	[
		'a FHIR server that is not there',
		() => ({ fhirBaseUrl: 'https://127.0.0.1:9', tokenUrl: `${new URL(payers.openUrl).origin}/none` }),
		/no token endpoint at this address/,
	],
	[
		'a FHIR server that breaks off behind a good token',
		() => ({
			fhirBaseUrl: 'https://127.0.0.1:9',
			tokenUrl: `${new URL(payers.fhirBases.group).origin}/auth/token`,
		}),
		/./,
	],
])('%s turns the Test red, in words of its own', async (_, changes, says) => {
	const { credential: data, credentialType } = standardCredential(payers, 'pdex-2.2', 'basic');
	const { client } = theBench();
	const id = await client.createCredential({ name: 'wrong', type: credentialType, data });
	expect(await client.testCredential(id, changes())).toMatchObject({
		status: 'Error',
		message: expect.stringMatching(says) as string,
	});
});

test('no key and no passphrase stands in a log of n8n', () => {
	const log = readFileSync(theBench().n8n.logFile, 'utf8');
	const body = own().key.split('\n')[1].slice(0, 40);
	expect([log.includes(body), log.includes(own().passphrase), log.includes('Zzyzx')]).toEqual([
		false,
		false,
		false,
	]);
});
