import { issueCertificate, makeAuthority } from '../../../sandbox/certificates';
import { row } from '../../support/expectations';
import { theBench } from '../bench';
import { run } from '../workflows';

/** In an n8n before 2.20, which leaves the certificates of a credential out without a word. */
export function ignoredCertificatesSuite(): void {
	test('T6 certificates that n8n would leave out: told by Test and node, and nothing is sent after the token request', async () => {
		const { client, sandbox } = theBench();
		const { url, clientId, clientSecret } = sandbox;
		const { cert, key } = await issueCertificate(await makeAuthority('Root'), 'client');
		const type = 'oneUpHealthOAuth2Api';
		const certificates = { useCertificates: true, clientCertificate: cert, clientCertificateKey: key };
		const data = { gatewayUrl: url, clientId, clientSecret, defaultTenant: 'bison', ...certificates };
		const credentialId = await client.createCredential({ name: 'with a certificate', type, data });
		await sandbox.forget();
		const says = expect.stringMatching(/older than 2\.20.*n8n 2\.20 or newer/) as string;
		expect(await client.testCredential(credentialId)).toMatchObject({ status: 'Error', message: says });
		const execution = await run({ rows: [row('small')], steps: [{ node: 'memberMatch' }], credentialId });
		expect(execution.status).toBe('error');
		expect(execution.error).toMatchObject({ description: says });
		const asked = await sandbox.requests();
		expect(asked.map(({ path }) => path)).toEqual(
			asked.map(() => expect.stringMatching(/\/token$/) as string),
		);
	});
}
