import { credentialFor, runSteps } from '../../support/engine';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { standardCredential } from '../../support/standardSandbox';
import { Payers } from '../../support/standardRuns';
import { ALL_DIALECTS } from '../../../sandbox/standard/dialects';

const payers = new Payers();
let gateway: RunningSandbox;
beforeAll(async () => {
	gateway = await startSandbox();
});
afterAll(async () => await gateway.stop());

const CREDENTIAL = { respondingNpi: '1558444216' };

describe('K1 a healthy payer is ready, and sees nothing but what is open and a token request:', () => {
	test.each(ALL_DIALECTS)('%s', async (dialect) => {
		await payers.running.reset();
		const { credential, credentialType } = standardCredential(payers.running, dialect, 'basic', CREDENTIAL);
		const run = await runSteps({
			items: [{ memberId: 'M-1', familyName: 'Lark' }, {}],
			steps: [{ node: 'checkPayer', parameters: { payerApi: 'pdex', pdexAuthentication: credentialType } }],
			credential,
			credentialType,
		});
		console.log(JSON.stringify(run.error ?? run.json('checkPayer'), null, 1));
		console.log(
			(await payers.running.requests()).map(({ method, path, status }) => `${method} ${path} ${status}`),
		);
	});
	test('1up', async () => {
		const run = await runSteps({
			items: [{ memberId: 'M-1', familyName: 'Lark' }, {}],
			steps: [{ node: 'checkPayer' }],
			credential: credentialFor(gateway, { defaultTenant: 'bison' }),
		});
		console.log(JSON.stringify(run.error ?? run.json('checkPayer'), null, 1));
		console.log((await gateway.requests()).map(({ method, path, status }) => `${method} ${path} ${status}`));
	});
});
