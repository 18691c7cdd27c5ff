/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { X509Certificate } from 'node:crypto';
import { Readable } from 'node:stream';
import tls from 'node:tls';
import type { ICredentialDataDecryptedObject, IHttpRequestHelper, IHttpRequestOptions } from 'n8n-workflow';
import { FhirPayerOAuth2Api } from '../../../credentials/FhirPayerOAuth2Api.credentials';
import { issueCertificate, makeAuthority, type KeyPair } from '../../../sandbox/certificates';
import { credentialFor, runSteps } from '../../support/engine';
import { truth, typesOf } from '../../support/expectations';
import { Payers, runAgainst, type AskedExchange } from '../../support/standardRuns';
import { startTlsServer } from '../../support/tlsServer';

const payers = new Payers('--mtls');

function own() {
	const { certificates } = payers.running;
	if (!certificates) throw new Error('The payers have no certificates');
	return certificates;
}
const fingerprintOf = (cert: string) =>
	new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();

afterEach(() => jest.restoreAllMocks());

test.each<[sentence: string, run: AskedExchange]>([
	['secret', { way: 'basic' }],
	['key', { way: 'ES384 as PEM' }],
	['certificate alone', { way: 'certificate' }],
	['secret, with Token URL', { way: 'body', credential: { tokenUrl: 'as discovered' } }],
])('T1 T7 every request shows the certificate; signed in by %s', async (_, run) => {
	const tokenUrl = run.credential && `${new URL(payers.running.fhirBases.group).origin}/auth/token`;
	const credential: ICredentialDataDecryptedObject = tokenUrl === undefined ? {} : { tokenUrl };
	const { told, run: ran, requests } = await payers.exchange({ dialect: 'pdex-2.2', ...run, credential });
	expect(told.trim()).toBe('');
	expect(typesOf(ran.json('fetchBatch'))).toEqual(truth('small').types);
	const kinds = [/auth\/token/, /member-match/, /export/, /jobs|status/i, /files/];
	for (const kind of kinds) expect(requests.filter(({ path }) => kind.test(path))).not.toEqual([]);
	const shown = new Set(requests.map(({ clientCertificate }) => clientCertificate));
	expect([...shown]).toEqual([fingerprintOf(own().cert)]);
});

test('T1 files of the payer that need no token show it too', async () => {
	const { told, of } = await payers.exchange({ settings: { fileAccess: 'open' } });
	expect(told.trim()).toBe('');
	const files = of(/files/);
	expect(files.length).toBeGreaterThan(0);
	for (const { authorization, clientCertificate } of files) {
		expect([authorization, clientCertificate]).toEqual([undefined, fingerprintOf(own().cert)]);
	}
});

test('T5 a file on an allowed host shows no certificate and no token, and is not trusted by the roots of the payer', async () => {
	const elsewhere = {
		settings: { fileAccess: 'open-elsewhere' },
		credential: { allowedFileHosts: new URL(payers.running.openUrl).host },
	} as const;
	const refused = await payers.exchange(elsewhere);
	expect(refused.told).toMatch(/is not trusted/);
	// As NODE_EXTRA_CA_CERTS would: n8n's own list has the root, for connections that bring none.
	const { createSecureContext } = tls;
	jest
		.spyOn(tls, 'createSecureContext')
		.mockImplementation((options) =>
			createSecureContext(options?.ca === undefined ? { ...options, ca: own().ca } : options),
		);
	const { told, run, of } = await payers.exchange(elsewhere);
	expect(told.trim()).toBe('');
	expect(typesOf(run.json('fetchBatch'))).toEqual(truth('small').types);
	for (const { authorization, clientCertificate } of of(/files/)) {
		expect([authorization, clientCertificate]).toEqual([undefined, undefined]);
	}
});

test('T2 an encrypted key works with its passphrase, and without it nothing is sent', async () => {
	const { encryptedKey: clientCertificateKey, passphrase } = own();
	const withKey = async (clientCertificatePassphrase: string) =>
		await payers.exchange({ credential: { clientCertificateKey, clientCertificatePassphrase } });
	expect((await withKey(passphrase)).told.trim()).toBe('');
	const { told, errorRoad, requests } = await withKey('Zzyzx');
	expect(told).toMatch(
		/Client Certificate's Private Key cannot be decrypted.*Client Certificate's Passphrase/,
	);
	expect(errorRoad).not.toMatch(/Zzyzx|PRIVATE KEY/);
	expect(requests).toEqual([]);
});

test('T3 a certificate that cannot be used is told before anything is sent', async () => {
	const authority = await makeAuthority('Root');
	const expired = await issueCertificate(authority, 'c', { days: [-60, -1] });
	const cases: Array<[KeyPair, RegExp]> = [
		[{ cert: own().cert, key: expired.key }, /Client Certificate does not belong to/],
		[expired, /Client Certificate expired on/],
	];
	for (const [{ cert, key }, says] of cases) {
		const credential = { clientCertificate: cert, clientCertificateKey: key };
		const { told, requests } = await payers.exchange({ credential });
		expect(told).toMatch(says);
		expect(requests).toEqual([]);
	}
});

test('T4 a payer is told to want a certificate where the credential has none', async () => {
	const { told } = await payers.exchange({ credential: { clientCertificate: '', clientCertificateKey: '' } });
	expect(told).toMatch(/wants a client certificate/);
	expect(told).not.toMatch(/did not answer/);
});

/** Answers every request well. @param readsTls whether it reads the certificates, as n8n does from 2.20 on */
function helperOfN8n(readsTls: boolean) {
	const asked: string[] = [];
	const helpers = {
		httpRequest: async ({ url, method = 'GET', agentOptions }: IHttpRequestOptions) => {
			asked.push(`${method} ${new URL(url).pathname}`);
			if (readsTls) void { ...agentOptions };
			const body = { access_token: 'T', token_endpoint: 'https://payer.example/token' };
			const stream = Readable.from([Buffer.from(JSON.stringify(body))]);
			return await Promise.resolve({ statusCode: 200, headers: {}, body: stream });
		},
	};
	return { helper: { helpers } as IHttpRequestHelper, asked };
}

const fakeCredential = (changes: object = {}) => ({
	fhirBaseUrl: 'https://payer.example/fhir',
	tokenUrl: 'https://payer.example/token',
	clientId: 'c',
	clientSecret: 's',
	useCertificates: true,
	clientCertificate: own().cert,
	clientCertificateKey: own().key,
	...changes,
});

test('T7 the token of one certificate is not used with another, nor without', async () => {
	const { helper, asked } = helperOfN8n(true);
	const { preAuthentication } = new FhirPayerOAuth2Api();
	const other = await issueCertificate(await makeAuthority('Root'), 'client');
	const pair = { clientCertificate: other.cert, clientCertificateKey: other.key };
	for (const changes of [{}, {}, pair, { rootCertificates: own().ca }, { useCertificates: false }]) {
		await preAuthentication.call(helper, fakeCredential(changes));
	}
	expect(asked).toHaveLength(4);
});

describe('T6 n8n older than 2.20, which leaves certificates out without a word,', () => {
	test.each<[sentence: string, changes: object, asked: string[]]>([
		['by discovery', { tokenUrl: '' }, ['GET /fhir/.well-known/smart-configuration']],
		['by the token request', {}, ['POST /token']],
		[
			'with roots alone',
			{ tokenUrl: '', clientCertificate: '', clientCertificateKey: '', rootCertificates: 'own' },
			['GET /fhir/.well-known/smart-configuration'],
		],
	])('is told %s, and nothing else is sent', async (_, changes, requests) => {
		const { helper, asked } = helperOfN8n(false);
		const roots = 'rootCertificates' in changes ? { rootCertificates: own().ca } : {};
		const signIn = new FhirPayerOAuth2Api().preAuthentication.call(
			helper,
			fakeCredential({ ...changes, ...roots }),
		);
		await expect(signIn).rejects.toThrow(/older than 2\.20.*n8n 2\.20 or newer/);
		expect(asked).toEqual(requests);
	});

	test('is no matter without certificates', async () => {
		const { helper, asked } = helperOfN8n(false);
		await new FhirPayerOAuth2Api().preAuthentication.call(
			helper,
			fakeCredential({ tokenUrl: '', useCertificates: false }),
		);
		expect(asked).toHaveLength(2);
	});
});

test('E7 the gateway of 1upHealth is shown the certificate too, for its files without token as well', async () => {
	const authority = await makeAuthority('Root');
	const [server, client] = await Promise.all([
		issueCertificate(authority, 'localhost', { usage: 'serverAuth' }),
		issueCertificate(authority, 'client'),
	]);
	const gateway = await startTlsServer(
		{ ...server, ca: authority.cert, requestCert: true, rejectUnauthorized: true },
		({ url }, response) => {
			const isToken = url?.endsWith('/token');
			response.end(isToken ? '{"access_token":"T","expires_in":300}' : '{"resourceType":"Patient","id":"1"}');
		},
	);
	const file = `${gateway.url}/v1/bison/bulk-data/r4/$export/file/1`;
	const { error, json } = await runSteps({
		items: [true, false].map((requiresAccessToken) => ({ url: file, type: 'Patient', requiresAccessToken })),
		steps: [{ node: 'fetchBatch' }],
		credential: credentialFor(
			{ url: gateway.url, clientId: 'c', clientSecret: 's' },
			{
				useCertificates: true,
				clientCertificate: client.cert,
				clientCertificateKey: client.key,
				rootCertificates: authority.cert,
			},
		),
	});
	await gateway.close();
	expect(error).toBeUndefined();
	expect(json('fetchBatch')).toHaveLength(2);
	expect(gateway.got).toHaveLength(3);
	for (const { certificate } of gateway.got) expect(certificate).toBe(fingerprintOf(client.cert));
});

test('E7 a certificate that ends within 30 days gives a hint in a node that asks the payer', async () => {
	const { cert, key } = await issueCertificate(await makeAuthority('Root'), 'c', { days: [-1, 12] });
	const { run } = await runAgainst([{ body: '{"resourceType":"Patient","id":"1"}' }], {
		nodes: ['fetchBatch'],
		items: (url) => [{ url: `${url}/files/1`, type: 'Patient', batch: 1, batchCount: 1 }],
		credential: { useCertificates: true, clientCertificate: cert, clientCertificateKey: key },
	});
	expect(run.raw.data.resultData.runData.fetchBatch[0].hints).toMatchObject([
		{
			message: expect.stringMatching(
				/Client Certificate of the credential ends on \S+, in 1[12] days/,
			) as string,
		},
	]);
});
