import type { IDataObject } from 'n8n-workflow';
import { rosterMembers } from '../../../sandbox/members';
import { directoryCredential, gatewayRow, standardRow, type TestRow } from '../../support/directories';
import { hostilePayer, MATCHED_ID } from '../../support/hostilePayer';
import { startScriptedGateway, type ScriptedGateway } from '../../support/scriptedGateway';
import { memberRow } from '../../support/standardRuns';
import { startStandardPayers, type StandardPayers } from '../../support/standardSandbox';
import { fourSteps } from '../../support/steps';
import { theBench } from '../bench';
import { jsonOf, run, type Step } from '../workflows';

const TYPE = 'payerDirectoryApi';
const KEYS = ['bison', 'heron', 'otter', 'swift'];

async function stored(rows: Record<string, TestRow>, changes: object = {}): Promise<string> {
	const data = { ...directoryCredential(rows), ...changes };
	return await theBench().client.createCredential({ name: 'Payers', type: TYPE, data });
}

function steps(nodes: readonly Step[] = fourSteps()): Step[] {
	return nodes.map((step) => ({
		...step,
		parameters: {
			...step.parameters,
			payerApi: 'directory',
			...(step.node === 'waitForExport' && { pollEvery: 1, giveUpAfter: 1 }),
		},
	}));
}

/** The credential Payer Directory in a real n8n. */
export function payerDirectorySuite(): void {
	describe('the Payer Directory', () => {
		let standard: StandardPayers[];
		beforeAll(async () => {
			standard = await Promise.all([1, 2, 3].map(async () => await startStandardPayers()));
		});
		afterAll(async () => {
			await Promise.all(standard.map(async (each) => await each.stop()));
		});

		const rows = (): Record<string, TestRow> => {
			const { sandbox } = theBench();
			const [heron, otter, swift] = standard;
			return {
				bison: gatewayRow(sandbox, sandbox.tenant),
				heron: standardRow(heron, { name: 'Heron Health' }),
				otter: standardRow(otter, { signIn: 'secret in body' }),
				swift: standardRow(swift),
			};
		};

		test('R1 the roster over four payers, each with a refused token: all comes, and what is stored stays as it was', async () => {
			const { client, sandbox } = theBench();
			const credentialId = await stored(rows());
			const items = rosterMembers.map(({ row: { tenant, ...row } }, index): IDataObject => {
				void tenant;
				return { ...row, 'Previous Payer': KEYS[index % 4] };
			});
			const warm = steps([{ node: 'memberMatch' }]);
			await run({ rows: items.slice(0, 4), steps: warm, credentialId, credentialType: TYPE });
			const before = await client.getCredential(credentialId);
			for (const each of [sandbox, ...standard]) await each.revokeTokens();
			const execution = await run({ rows: items, steps: steps(), credentialId, credentialType: TYPE });
			expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
			const matched = rosterMembers.filter(({ outcome }) => outcome === 'matched');
			expect(jsonOf(execution, 'memberMatch').map(({ memberId }) => memberId)).toEqual(
				matched.map(({ row }) => row.memberId),
			);
			// The time of the last change is among what is compared.
			expect(await client.getCredential(credentialId)).toEqual(before);
			const logs = await Promise.all(standard.map(async (each) => await each.requests()));
			const refused = logs.map((log) => log.filter(({ status }) => status === 401).length);
			expect(refused.every((count) => count > 0)).toBe(true);
			const bearers = logs.map((log) => log.filter(({ authorization }) => authorization === 'Bearer'));
			const tokens = bearers.map((log) => new Set(log.map(({ tokenHash }) => tokenHash)));
			const all = tokens.flatMap((each) => [...each]);
			expect(new Set(all).size).toBe(all.length);
		});

		test.each([
			['a file on another server, with the token', true],
			['a file on another server, without the token', false],
		])('R2 a payer that names %s of another payer: nothing is sent there', async (_, requiresAccessToken) => {
			const [victim] = standard;
			await victim.reset();
			const gateway = await hostilePayer((base) => ({
				status: {
					body: {
						transactionTime: '2027-01-01T00:00:00Z',
						requiresAccessToken,
						error: [],
						output: [
							{ type: 'Patient', url: `${victim.fhirBases['hrex-1.2']}/files/1.ndjson` },
							{ type: 'Patient', url: base.replace('/hostile/', '/beside/') + '/files/1.ndjson' },
						],
					},
				},
			}));
			const row = { fhirBaseUrl: gateway.base, tokenUrl: gateway.tokenUrl, signIn: 'secret', clientId: 'c' };
			const beside = { ...row, fhirBaseUrl: gateway.base.replace('/hostile/', '/beside/') };
			const credentialId = await stored({
				hostile: { row, secret: 'of hostile' },
				victim: standardRow(victim),
				beside: { row: beside, secret: 'of beside' },
			});
			const execution = await run({
				rows: [{ ...memberRow('small'), 'Previous Payer': 'hostile' }],
				steps: steps().map((step) => ({ ...step, onError: 'continueRegularOutput' as const })),
				credentialId,
				credentialType: TYPE,
			});
			await gateway.close();
			expect(jsonOf(execution, 'memberMatch')).toMatchObject([{ patientId: MATCHED_ID }]);
			expect(await victim.requests()).toEqual([]);
			expect(gateway.got.filter(({ url }) => !url.startsWith('/hostile/'))).toEqual([]);
		});

		test('the Test: green, or up to five rows with what is wrong, or what Test With lacks', async () => {
			const { client } = theBench();
			const credentialId = await stored(rows());
			const test = async (changes: object) => await client.testCredential(credentialId, { ...changes });
			for (const testWith of ['', ...KEYS]) {
				expect([testWith, await test({ testWith })]).toMatchObject([testWith, { status: 'OK' }]);
			}
			expect(await test({ testWith: 'nobody' })).toMatchObject({
				status: 'Error',
				message: expect.stringMatching(/'Test With' must be the key of a payer/) as string,
			});
			const bad = Object.fromEntries(
				[1, 2, 3, 4, 5, 6, 7].map((n) => [
					`bad-${n}`,
					{ fhirBaseUrl: 'http://payer.example', clientId: 'c' },
				]),
			);
			const { status, message } = await test({ payers: JSON.stringify(bad) });
			expect(status).toBe('Error');
			expect(message.match(/'bad-\d'/g)).toHaveLength(5);
			expect(message).toMatch(/must begin with https.*and \d more/s);
			expect(await test({ payers: '{"a": ' })).toMatchObject({
				message: expect.stringMatching(/'Payers' cannot be read as JSON/) as string,
			});
		});

		describe('payers that are taken out, put in and renamed', () => {
			const gateways: Record<string, ScriptedGateway> = {};
			const names = ['adder', 'badger', 'curlew', 'dipper'];
			beforeAll(async () => {
				for (const name of names) gateways[name] = await startScriptedGateway([{ status: 401 }]);
			});
			afterAll(async () => {
				await Promise.all(Object.values(gateways).map(async (each) => await each.close()));
			});

			const rowOf = (name: string): TestRow => ({
				row: { preset: '1upHealth', fhirBaseUrl: gateways[name].url, tenant: 't', clientId: name },
				secret: `secret of ${name}`,
			});
			/** The secrets that each payer was sent since the last look. */
			const sent = () =>
				names.map((name) => {
					const bodies = gateways[name].tokenRequests.splice(0).map(({ body }) => new URLSearchParams(body));
					return [...new Set(bodies.map((body) => body.get('client_secret')))];
				});
			const ask = async (credentialId: string, keys: readonly string[]) => {
				const rows = keys.map((key) => ({ ...memberRow('small'), 'Previous Payer': key }));
				const match = steps([{ node: 'memberMatch', onError: 'continueRegularOutput' }]);
				return await run({ rows, steps: match, credentialId, credentialType: TYPE });
			};

			test('each payer gets its own secret and no other', async () => {
				const { client } = theBench();
				const [adder, badger, curlew, dipper] = names.map(rowOf);
				const credentialId = await stored({ adder, badger, curlew });
				await ask(credentialId, ['adder', 'badger', 'curlew']);
				expect(sent()).toEqual([['secret of adder'], ['secret of badger'], ['secret of curlew'], []]);

				// Each 401 has n8n ask for a new token, so that the secrets are seen. As the form has it: n8n shows no secret.
				const { data } = await client.getCredential(credentialId);
				const shown = String(data.clientSecrets);
				expect(shown).not.toContain('secret of');
				const isMaskedEach = shown.includes('adder');
				const masks = isMaskedEach ? (JSON.parse(shown) as Record<string, string>) : undefined;
				const { adder: gone, ...others } = masks ?? {};
				void gone;
				const all = { badger: badger.secret, curlew: curlew.secret, dipper: dipper.secret };
				await client.updateCredential(credentialId, {
					payers: JSON.stringify({ dipper: dipper.row, badger: badger.row, curlew: curlew.row }),
					clientSecrets: JSON.stringify(masks ? { dipper: dipper.secret, ...others } : all),
				});
				const execution = await ask(credentialId, ['adder', 'badger', 'curlew', 'dipper']);
				expect(sent()).toEqual([[], ['secret of badger'], ['secret of curlew'], ['secret of dipper']]);
				expect(jsonOf(execution, 'memberMatch', 1)[0]).toMatchObject({ outcome: 'payer-unknown' });
				if (!masks) return;

				// Renamed, a mask has no secret behind it any more: that payer is not asked, with whatever text.
				const { curlew: mask, ...kept } = JSON.parse(
					String((await client.getCredential(credentialId)).data.clientSecrets),
				) as Record<string, string>;
				await client.updateCredential(credentialId, {
					payers: JSON.stringify({ badger: badger.row, whimbrel: curlew.row, dipper: dipper.row }),
					clientSecrets: JSON.stringify({ ...kept, whimbrel: mask }),
				});
				const renamed = await ask(credentialId, ['badger', 'whimbrel', 'dipper']);
				expect(sent()).toEqual([[], ['secret of badger'], [], ['secret of dipper']]);
				expect(jsonOf(renamed, 'memberMatch', 1)).toEqual(
					expect.arrayContaining([
						expect.objectContaining({
							outcome: 'payer-unknown',
							reason: expect.stringMatching(/has no entry for its key|is the mask of a secret/) as string,
						}),
					]),
				);
			});
		});
	});
}
