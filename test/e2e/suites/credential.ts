import { row } from '../../support/expectations';
import { startForeignHost } from '../../support/foreignHost';
import { startScriptedGateway, type Answer } from '../../support/scriptedGateway';
import { credentialFor, theBench, tokenRequests } from '../bench';
import { run, runAgain, start } from '../workflows';

const MATCH = {
	rows: [row('small')],
	steps: [{ node: 'memberMatch' as const, parameters: { options: { keepTryingFor: 0.05 } } }],
};
const WRONG_SECRET = 'a-wrong-secret-marker';

/** What a person changes in the form, and what the Test button must say. */
const MISTAKES: Array<[string, () => Record<string, unknown>, RegExp]> = [
	['a wrong secret', () => ({ clientSecret: WRONG_SECRET }), /refused this Client ID and Client Secret/],
	['a wrong client', () => ({ clientId: 'nobody' }), /refused this Client ID and Client Secret/],
	['an empty client', () => ({ clientId: '' }), /Fill in the Client ID/],
	[
		'a gateway that is not there',
		() => ({ gatewayUrl: 'http://127.0.0.1:9' }),
		/refused the connection.*Gateway URL/,
	],
	[
		'an address without a token endpoint',
		() => ({ gatewayUrl: `${theBench().sandbox.url}/elsewhere` }),
		/no token endpoint at this address.*Gateway URL/,
	],
	['a plain http gateway elsewhere', () => ({ gatewayUrl: 'http://gateway.example.com' }), /https/],
	['a gateway that is no address', () => ({ gatewayUrl: 'gateway' }), /Gateway URL/],
	[
		'a scope that the client may not have',
		() => ({ scope: 'other' }),
		/refused the Scope.*member-match\|read/,
	],
];

/** The credential: its Test button, its form, its token. */
export function credentialSuite(): void {
	describe('the Test button', () => {
		test.each([
			['the right secret', () => ({})],
			['a trailing slash', () => ({ gatewayUrl: `${theBench().sandbox.url}/` })],
			['spaces around the address', () => ({ gatewayUrl: ` ${theBench().sandbox.url}// ` })],
		])('%s passes', async (_, changes) => {
			const { client, credentialId } = theBench();
			expect(await client.testCredential(credentialId, changes())).toMatchObject({ status: 'OK' });
		});

		test.each(MISTAKES)('%s is told in plain words, without the secret', async (_, changes, says) => {
			const { client, credentialId, sandbox } = theBench();
			const { status, message } = await client.testCredential(credentialId, changes());
			expect([status, message]).toEqual(['Error', expect.stringMatching(says)]);
			expect(message).not.toContain(WRONG_SECRET);
			expect(message).not.toContain(sandbox.clientSecret);
		});
	});

	describe('D3 a redirect of the Test', () => {
		const secret = 'a-secret-marker';
		test.each([301, 302, 303, 307, 308])(
			'%d: neither secret nor token goes to another host',
			async (status) => {
				const foreign = await startForeignHost();
				const elsewhere: Answer = (response) => {
					response.writeHead(status, { location: `${foreign.url}/token` });
					response.end();
				};
				let asked = 0;
				const token: Answer = (response, request) => {
					asked += 1;
					// n8n signs in first and then sends the Test's own request, which is the token request again.
					if (asked > 1) return elsewhere(response, request);
					response.writeHead(200, { 'content-type': 'application/json' });
					response.end(JSON.stringify({ access_token: secret, token_type: 'Bearer', expires_in: 300 }));
				};
				const gateway = await startScriptedGateway([elsewhere], token);
				const { client, credentialId } = theBench();
				const oneUp = { gatewayUrl: gateway.url, clientId: 'c', clientSecret: secret };
				const standard = await client.createCredential({
					name: 'Redirects',
					type: 'fhirPayerOAuth2Api',
					data: {
						fhirBaseUrl: `${gateway.url}/fhir`,
						tokenUrl: `${gateway.url}/first/openid-connect/token`,
						clientId: 'c',
						clientSecret: secret,
					},
				});
				const verdicts = [await client.testCredential(credentialId, oneUp)];
				asked = 0;
				verdicts.push(await client.testCredential(standard));
				await Promise.all([gateway.close(), foreign.close()]);
				expect(verdicts.map((verdict) => verdict.status)).toEqual(['Error', 'Error']);
				expect(gateway.got.length + gateway.tokenRequests.length).toBeGreaterThan(2);
				expect(foreign.got).toEqual([]);
			},
		);
	});

	describe('the token', () => {
		test('is fetched once, kept over runs, and renewed once when the gateway revokes it', async () => {
			const { sandbox } = theBench();
			const credentialId = await credentialFor(sandbox);
			await sandbox.revokeTokens();
			await sandbox.forget();
			const { workflowId, executionId } = await start({ ...MATCH, credentialId });
			await theBench().client.waitForExecution(executionId, { timeoutMs: 30_000 });
			expect((await runAgain(workflowId)).status).toBe('success');
			const before = await tokenRequests();
			expect(before).toBeLessThanOrEqual(1);

			await sandbox.revokeTokens();
			expect((await runAgain(workflowId)).status).toBe('success');
			expect(await tokenRequests()).toBe(before + 1);
		});

		test('is renewed once where fifteen members at a time find it revoked', async () => {
			const { sandbox } = theBench();
			const rows = Array.from({ length: 15 }, () => row('small'));
			const steps = [{ node: 'memberMatch' as const, parameters: { options: { concurrency: 15 } } }];
			await run({ rows, steps });
			await sandbox.revokeTokens();
			await sandbox.forget();
			const execution = await run({ rows, steps });
			expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
			expect(await tokenRequests()).toBe(1);
		});

		test('an edited secret counts at once, wrong and right again', async () => {
			const { client, sandbox } = theBench();
			const credentialId = await credentialFor(sandbox);
			const { workflowId, executionId } = await start({ ...MATCH, credentialId });
			const first = await client.waitForExecution(executionId, { timeoutMs: 30_000 });
			expect(first.status).toBe('success');

			await client.updateCredential(credentialId, { clientSecret: WRONG_SECRET });
			const refused = await runAgain(workflowId);
			expect(refused.status).toBe('error');
			expect(refused.error?.message).toMatch(/gave no access token/);
			expect(refused.error?.description).toMatch(/refused this Client ID and Client Secret.*press Test/);

			await client.updateCredential(credentialId, { clientSecret: sandbox.clientSecret });
			expect((await runAgain(workflowId)).status).toBe('success');
		});

		test.each([
			['a scope that the gateway does not offer', { scope: 'everything' }, /Scope/],
			[
				'a gateway that is not there',
				{ gatewayUrl: 'http://127.0.0.1:9' },
				/refused the connection.*Gateway URL/,
			],
		])('a run with %s says so', async (_, changes, says) => {
			const { client, sandbox } = theBench();
			const credentialId = await credentialFor(sandbox);
			await client.updateCredential(credentialId, changes);
			const { status, error } = await run({ ...MATCH, credentialId });
			expect([status, `${error?.message} ${error?.description}`]).toEqual([
				'error',
				expect.stringMatching(says),
			]);
		});
	});
}
