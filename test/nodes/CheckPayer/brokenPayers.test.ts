/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createServer, type AddressInfo } from 'node:net';
import type { ServerResponse } from 'node:http';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import {
	issueCertificate,
	makeAuthority,
	type CertificateChanges,
	type KeyPair,
} from '../../../sandbox/certificates';
import { startCheckedPayer, statement, type CheckedPayer, type PathAnswer } from '../../support/checkedPayer';
import { directoryCredential, type TestRow } from '../../support/directories';
import { runSteps } from '../../support/engine';

/** K2: payers that are broken in one way each. Every one gives a row that says what to do, and never an error. */

jest.mock('../../../nodes/shared/fhir/limits', () => ({
	...jest.requireActual<object>('../../../nodes/shared/fhir/limits'),
	PROBE_TIMEOUT_MS: 7000,
	CHECK_TIMEOUT_MS: 10_000,
}));

const CREDENTIAL_TYPE = 'fhirPayerOAuth2Api';

let authority: KeyPair;
beforeAll(async () => void (authority = await makeAuthority('Root')));
const open: CheckedPayer[] = [];
afterAll(async () => void (await Promise.all(open.map(async ({ close }) => await close()))));

/** The row of one payer, checked by a whole run. */
async function rowOf(credential: ICredentialDataDecryptedObject): Promise<IDataObject> {
	const run = await runSteps({
		items: [{ memberId: 'M-1', familyName: 'Zzyzx' }],
		steps: [{ node: 'checkPayer', parameters: { payerApi: 'pdex', pdexAuthentication: CREDENTIAL_TYPE } }],
		credentialType: CREDENTIAL_TYPE,
		credential: {
			clientId: `client ${Math.random()}`,
			clientSecret: 'a secret Qwxyz',
			scope: 'system/*.rs',
			tokenUrl: '',
			requestingName: 'Prairie Health Plan',
			requestingNpi: '1234567893',
			respondingName: 'Bison Health Plan',
			respondingNpi: '1558444216',
			accessToken: '',
			...credential,
		},
	});
	expect(run.error).toBeUndefined();
	const rows = run.json('checkPayer');
	expect(rows).toHaveLength(1);
	return rows[0];
}

async function payer(
	answers: Parameters<typeof startCheckedPayer>[0] = {},
	tls?: Parameters<typeof startCheckedPayer>[1],
): Promise<CheckedPayer> {
	const started = await startCheckedPayer(answers, tls);
	open.push(started);
	return started;
}

const at = (answers: Parameters<typeof startCheckedPayer>[0]) => async () => ({
	fhirBaseUrl: (await payer(answers)).fhirBase,
});

const overTls =
	(changes: CertificateChanges, trusts = true) =>
	async () => {
		const pair = await issueCertificate(authority, 'localhost', { usage: 'serverAuth', ...changes });
		const { fhirBase } = await payer({}, pair);
		return {
			fhirBaseUrl: fhirBase,
			...(trusts && { useCertificates: true, rootCertificates: authority.cert }),
		};
	};

async function closedPort(): Promise<ICredentialDataDecryptedObject> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return { fhirBaseUrl: `http://127.0.0.1:${port}/fhir` };
}

const silent: PathAnswer = () => undefined;
/** Bytes without end, as fast as they are taken. */
const endless = (part: Buffer) => (response: ServerResponse) => {
	const push = () => {
		while (!response.destroyed && response.write(part));
		if (!response.destroyed) response.once('drain', push);
	};
	response.writeHead(200, { 'content-type': 'application/fhir+json' });
	push();
};
const megabytes = (count: number) => (response: ServerResponse) => {
	response.writeHead(200, { 'content-type': 'application/fhir+json' });
	response.write('{"resourceType":"CapabilityStatement","description":"');
	const part = Buffer.alloc(1024 * 1024, 'x');
	let left = count;
	const push = () => {
		while (left > 0 && !response.destroyed) {
			left -= 1;
			if (!response.write(part)) return void response.once('drain', push);
		}
		response.end('"}');
	};
	push();
};
const trickle: PathAnswer = (response) => {
	const { socket } = response;
	socket?.write('HTTP/1.1 200 OK\r\nX-Slow: ');
	const timer = setInterval(() => socket?.write('a'), 200);
	socket?.once('close', () => clearInterval(timer));
};
const metadata = (answer: PathAnswer) => at({ '/fhir/metadata': answer });
const html = {
	headers: { 'content-type': 'text/html' },
	body: '<html><a href="https://evil.example">Zebra Lane</a>',
};
const version = (fhirVersion: string, resourceType = 'CapabilityStatement') =>
	metadata({ body: statement({ fhirVersion, resourceType }) });

interface Case {
	credential: () => Promise<ICredentialDataDecryptedObject>;
	status?: string;
	says: RegExp;
	whatToDo: RegExp;
}

const TEN: Array<[string, Case]> = [
	[
		'a certificate of an unknown authority',
		{
			credential: overTls({}, false),
			says: /certificate of 127\.0\.0\.1:\d+ is not trusted/,
			whatToDo: /paste them as 'All Root Certificates/,
		},
	],
	[
		'a name that nobody knows',
		{
			credential: async () => await Promise.resolve({ fhirBaseUrl: 'https://no-such-host.invalid/fhir' }),
			says: /no address for the name no-such-host\.invalid/,
			whatToDo: /^Nothing was sent\. Check the credential's 'FHIR Base URL'/,
		},
	],
	[
		'no discovery',
		{
			credential: at({ '/fhir/.well-known/smart-configuration': { status: 404 } }),
			says: /gave no access token/,
			whatToDo: /fill in the Token URL/,
		},
	],
	[
		'a wrong client',
		{
			credential: at({ '/token': { status: 401, body: { error: 'invalid_client' } } }),
			says: /gave no access token/,
			whatToDo: /Client ID and the key or secret/,
		},
	],
	[
		'an expired certificate',
		{
			credential: overTls({ days: [-60, -1] }),
			says: /has expired or is not valid yet/,
			whatToDo: /Tell the payer/,
		},
	],
	[
		'pages in place of answers',
		{
			credential: at({ '*': html }),
			says: /sent an HTML or XML page in place of a capability statement/,
			whatToDo: /^Check the credential's 'FHIR Base URL' with the payer: [^.]*not that of a website\.$/,
		},
	],
	['no answer at all', { credential: at({ '*': silent }), says: /did not answer/, whatToDo: /./ }],
	[
		'FHIR DSTU2',
		{
			credential: version('1.0.2', 'Conformance'),
			says: /speaks FHIR DSTU2 \(1\.0\.2\)/,
			whatToDo: /FHIR R4 server/,
		},
	],
	[
		'a wrong base',
		{
			credential: async () => ({
				fhirBaseUrl: `${(await payer()).url}/r4`,
				tokenUrl: `${open.at(-1)?.url}/token`,
			}),
			says: /no FHIR server at this address \(HTTP 404\)/,
			whatToDo: /Check the credential's 'FHIR Base URL'/,
		},
	],
	[
		'500',
		{ credential: metadata({ status: 500 }), says: /in trouble \(HTTP 500\)/, whatToDo: /again later/ },
	],
];

const SIBLINGS: Array<[string, Case]> = [
	['FHIR STU3', { credential: version('3.0.1'), says: /STU3/, whatToDo: /FHIR R4 server/ }],
	['FHIR R5', { credential: version('5.0.0'), says: /R5/, whatToDo: /FHIR R4 server/ }],
	[
		'FHIR R4B',
		{ credential: version('4.3.0'), status: 'works with limits', says: /R4B/, whatToDo: /R4 server/ },
	],
	[
		'a certificate of another name',
		{
			credential: overTls({ names: ['other.example'] }),
			says: /made out to another name/,
			whatToDo: /letter by letter/,
		},
	],
	['a closed port', { credential: closedPort, says: /refused the connection/, whatToDo: /port/ }],
	[
		'redirects',
		{
			credential: at({ '*': { status: 302, headers: { location: 'https://evil.example/Zebra' } } }),
			says: /points to evil\.example/,
			whatToDo: /^It was not followed, [^.]*\. Check the credential's 'FHIR Base URL'\.$/,
		},
	],
	[
		'an empty answer',
		{ credential: metadata({ body: '' }), says: /an empty answer/, whatToDo: /FHIR Base URL/ },
	],
	[
		'JSON that is none',
		{ credential: metadata({ body: '{"resourceType":"Capab' }), says: /not JSON/, whatToDo: /FHIR Base URL/ },
	],
	[
		'another resource',
		{
			credential: metadata({ body: { resourceType: 'Patient', id: 'Zebra' } }),
			says: /JSON answer of another shape/,
			whatToDo: /FHIR Base URL/,
		},
	],
	['200 MB', { credential: metadata(megabytes(200)), says: /longer than 32 MB/, whatToDo: /./ }],
	['a statement of 50 MB', { credential: metadata(megabytes(50)), says: /longer than 32 MB/, whatToDo: /./ }],
	[
		'bytes without end, as numbers',
		{
			credential: metadata(endless(Buffer.from('[1,1,1,1,1,1,1,1'))),
			says: /nested more than|JSON values|longer than/,
			whatToDo: /./,
		},
	],
	['headers that trickle in', { credential: at({ '*': trickle }), says: /did not answer/, whatToDo: /./ }],
	[
		'a body that never ends',
		{
			credential: metadata((response) => {
				response.writeHead(200);
				response.write('{');
			}),
			says: /did not answer|broke/,
			whatToDo: /./,
		},
	],
	[
		'a token endpoint that is silent',
		{ credential: at({ '/token': silent }), says: /Signing in was not done in time/, whatToDo: /later/ },
	],
	[
		'a token endpoint on another host',
		{
			credential: at({
				'/fhir/.well-known/smart-configuration': {
					body: { token_endpoint: 'https://auth.evil.example/token' },
				},
			}),
			says: /token endpoint on another host \(….evil.example\)|gave no access token/,
			whatToDo: /enter it as the Token URL/,
		},
	],
	[
		'a token endpoint in trouble',
		{
			credential: at({ '/token': { status: 503, headers: { 'retry-after': '600' } } }),
			says: /gave no access token/,
			whatToDo: /Try again later/,
		},
	],
	[
		'a token endpoint that gives pages',
		{ credential: at({ '/token': html }), says: /gave no access token/, whatToDo: /Token URL/ },
	],
	[
		'401 for everybody',
		{
			credential: metadata({ status: 401 }),
			says: /does not accept the credential \(HTTP 401\)/,
			whatToDo: /Scope/,
		},
	],
	[
		'403 for everybody',
		{
			credential: metadata({ status: 403 }),
			status: 'works with limits',
			says: /shows its capability statement to nobody/,
			whatToDo: /Ask the payer/,
		},
	],
	[
		'429',
		{
			credential: metadata({ status: 429, headers: { 'retry-after': '600' } }),
			status: 'works with limits',
			says: /too often/,
			whatToDo: /later/,
		},
	],
	[
		'another API of the payer',
		{
			credential: metadata({
				body: statement({ rest: [{ mode: 'server', operation: [{ name: 'docref' }] }] }),
			}),
			says: /neither a match of members nor an export/,
			whatToDo: /Payer-to-Payer API/,
		},
	],
	[
		'a statement that lists no operation',
		{
			credential: metadata({ body: statement({ rest: [] }) }),
			status: 'works with limits',
			says: /lists no operation/,
			whatToDo: /test member/,
		},
	],
	[
		'no base address',
		{
			credential: async () => await Promise.resolve({ fhirBaseUrl: 'payer' }),
			says: /FHIR Base URL' is not a web address/,
			whatToDo: /Open the credential/,
		},
	],
];

describe('K2 a broken payer gives one row with what to do:', () => {
	test.each([...TEN, ...SIBLINGS])(
		'%s',
		async (_, { credential, status = 'does not work', says, whatToDo }) => {
			const row = await rowOf(await credential());
			expect(row).toMatchObject({
				status,
				doesNotWork: expect.stringMatching(says) as string,
				whatToDo: expect.stringMatching(whatToDo) as string,
			});
			// Nothing of the payer's as it came, and nothing of ours that is secret.
			expect(JSON.stringify(row)).not.toMatch(/Zebra|<|Qwxyz|Zzyzx/);
		},
	);
});

test('K2 ten broken payers of one directory give ten rows in one run, in their order', async () => {
	const directory: Record<string, TestRow> = {};
	for (const [index, [, { credential }]] of TEN.entries()) {
		const { fhirBaseUrl, tokenUrl = '' } = await credential();
		const row = {
			fhirBaseUrl: String(fhirBaseUrl),
			...(tokenUrl !== '' && { tokenUrl: String(tokenUrl) }),
			signIn: 'secret',
			clientId: `client ${index}`,
		};
		directory[`payer-${index}`] = { row, secret: 'a secret Qwxyz' };
	}
	// The roots of a directory are those of all its payers.
	const other = await makeAuthority('Other Root');
	const foreign = await issueCertificate(other, 'localhost', { usage: 'serverAuth' });
	directory['payer-0'].row.fhirBaseUrl = (await payer({}, foreign)).fhirBase;
	const run = await runSteps({
		items: [{ memberId: 'M-1', familyName: 'Zzyzx' }],
		steps: [{ node: 'checkPayer', parameters: { payerApi: 'directory' } }],
		credentialType: 'payerDirectoryApi',
		credential: directoryCredential(directory, {
			useCertificates: true,
			rootCertificates: authority.cert,
		}),
	});
	expect(run.error).toBeUndefined();
	const rows = run.json('checkPayer');
	expect(rows.map(({ payerKey }) => payerKey)).toEqual(Object.keys(directory));
	for (const [index, [, { says }]] of TEN.entries()) {
		expect(rows[index]).toMatchObject({
			status: 'does not work',
			doesNotWork: expect.stringMatching(says) as string,
			whatToDo: expect.stringMatching(/./) as string,
		});
	}
	// What is missing is named by the columns of the table.
	expect(rows[0].whatToDo).toMatch(/as 'npi' in its row of the directory/);
	expect(JSON.stringify(rows)).not.toMatch(/Zebra|<|Qwxyz|Zzyzx/);
});
