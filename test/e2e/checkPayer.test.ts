/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCertificate, makeAuthority, type KeyPair } from '../../sandbox/certificates';
import { N8N_VERSION, OLDEST_N8N_VERSION } from '../../local-n8n/versions';
import { startCheckedPayer, type CheckedPayer } from '../support/checkedPayer';
import { closeBench, openBench, theBench } from './bench';
import { jsonOf, run } from './workflows';

/** Check Payer in a real n8n, at payers over TLS: what n8n shows of a certificate differs by its version. */

const OPEN_WITHIN_MS = 40 * 60_000;
const CREDENTIAL_TYPE = 'fhirPayerOAuth2Api';
const DAY_MS = 86_400_000;

let authority: KeyPair;
let folder: string;
let payers: Record<'good' | 'expired' | 'untrusted', CheckedPayer>;
beforeAll(async () => {
	const other = await makeAuthority('Other Root');
	authority = await makeAuthority('Root');
	folder = mkdtempSync(join(tmpdir(), 'check-payer-'));
	writeFileSync(join(folder, 'roots.pem'), authority.cert);
	const server = async (by: KeyPair, days: [number, number]) =>
		await startCheckedPayer({}, await issueCertificate(by, 'localhost', { usage: 'serverAuth', days }));
	payers = {
		good: await server(authority, [-1, 100]),
		expired: await server(authority, [-60, -1]),
		untrusted: await server(other, [-1, 100]),
	};
});
afterAll(async () => {
	await Promise.all(Object.values(payers).map(async ({ close }) => await close()));
	rmSync(folder, { recursive: true, force: true });
});

describe.each([N8N_VERSION, OLDEST_N8N_VERSION])('n8n %s', (version) => {
	beforeAll(async () => {
		await openBench(version, { NODE_EXTRA_CA_CERTS: join(folder, 'roots.pem') });
	}, OPEN_WITHIN_MS);
	afterAll(closeBench);

	test.each<[keyof typeof payers, object]>([
		[
			'good',
			{ status: 'ready', certificateEnds: new Date(Date.now() + 100 * DAY_MS).toISOString().slice(0, 10) },
		],
		['expired', { status: 'does not work', doesNotWork: expect.stringMatching(/has expired/) as string }],
		[
			'untrusted',
			{ status: 'does not work', doesNotWork: expect.stringMatching(/is not trusted/) as string },
		],
	])('K1 K2 a payer whose certificate is %s', async (which, row) => {
		const credentialId = await theBench().client.createCredential({
			name: which,
			type: CREDENTIAL_TYPE,
			data: {
				fhirBaseUrl: payers[which].fhirBase,
				clientId: 'c',
				clientSecret: 's',
				scope: 'system/*.rs',
				requestingName: 'Prairie Health Plan',
				requestingNpi: '1234567893',
				respondingName: 'Bison Health Plan',
				respondingNpi: '1558444216',
			},
		});
		const parameters = { payerApi: 'pdex', pdexAuthentication: CREDENTIAL_TYPE };
		const execution = await run({
			rows: [{ memberId: 'M-1' }, { memberId: 'M-2' }],
			steps: [{ node: 'checkPayer', parameters }],
			credentialId,
			credentialType: CREDENTIAL_TYPE,
		});
		expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
		expect(jsonOf(execution, 'checkPayer')).toMatchObject([row]);
	});
});
