import '../../support/withSsrfGuard';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { makeAuthority } from '../../../sandbox/certificates';
import { memberRow, runAgainst } from '../../support/standardRuns';

const run = async (credential: ICredentialDataDecryptedObject) =>
	await runAgainst([{ body: {} }], { items: () => [memberRow('small')], credential });
const SAYS = /n8n is set up not to ask 127\.0\.0\.1:\d+.*N8N_SSRF_ALLOWED/s;

test("E8 n8n's guard against private addresses is named, and nothing is asked", async () => {
	const { told, got, tokenRequests } = await run({});
	expect(told).toMatch(SAYS);
	expect([got, tokenRequests]).toEqual([[], []]);
});

test('E8 n8n with that guard is not taken for one that ignores certificates', async () => {
	const { cert } = await makeAuthority('Root');
	expect((await run({ useCertificates: true, rootCertificates: cert })).told).toMatch(SAYS);
});
