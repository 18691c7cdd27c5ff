import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { directoryCredential, gatewayRow, standardRow, type TestRow } from '../../support/directories';
import { runSteps } from '../../support/engine';
import { truth, typesOf } from '../../support/expectations';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { memberRow } from '../../support/standardRuns';
import { startStandardPayers, type StandardPayers } from '../../support/standardSandbox';
import { fourSteps } from '../../support/steps';

/** Check Payer over the rows of a Payer Directory. */

let gateway: RunningSandbox;
let payers: StandardPayers;
beforeAll(async () => {
	[gateway, payers] = await Promise.all([startSandbox(), startStandardPayers('--udap')]);
});
beforeEach(async () => {
	await Promise.all([gateway.reset(), payers.reset()]);
});
afterAll(async () => {
	await Promise.all([gateway.stop(), payers.stop()]);
});

/** What a plan signs in by at payers that are asked by UDAP. */
function udapIdentity(): ICredentialDataDecryptedObject {
	const { udap } = payers;
	if (!udap) throw new Error('The payers do not offer UDAP');
	return {
		useUdap: true,
		certificateChain: udap.chain,
		udapPrivateKey: udap.key,
		udapPrivateKeyPassphrase: '',
		trustAnchors: udap.anchor,
		organizationId: 'https://prairie.example/org',
		purposeOfUse: '',
		consentPolicy: '',
		community: '',
		subjectUri: '',
		contacts: 'p2p@prairie.example',
	};
}

function rows(): Record<string, TestRow> {
	return {
		bison: gatewayRow(gateway, gateway.tenant),
		heron: standardRow(payers, { name: 'Heron Health', npi: '1558444216' }),
		insecure: standardRow(payers, { fhirBaseUrl: 'http://payer.example/fhir' }),
		wrong: { ...standardRow(payers), secret: 'a wrong secret' },
		gone: standardRow(payers, { fhirBaseUrl: 'http://127.0.0.1:9/fhir' }),
		grebe: { row: { fhirBaseUrl: payers.fhirBases['hrex-1.2'], signIn: 'UDAP', scope: 'system/*.rs' } },
	};
}

async function check(
	parameters: IDataObject,
	directory = rows(),
	changes: ICredentialDataDecryptedObject = {},
): Promise<IDataObject[]> {
	const run = await runSteps({
		items: [{}],
		steps: [{ node: 'checkPayer', parameters: { payerApi: 'directory', ...parameters } }],
		credential: directoryCredential(directory, { ...udapIdentity(), ...changes }),
		credentialType: 'payerDirectoryApi',
	});
	if (run.error) throw new Error(`${run.error.message} ${run.error.description}`);
	return run.json('checkPayer');
}

test('K1 K2 each row of the directory gives one row: what works, or what to do', async () => {
	const checked = await check({});
	expect(checked.map(({ payerKey, status }) => [payerKey, status])).toEqual([
		['bison', expect.stringMatching(/ready|works with limits/)],
		['heron', 'ready'],
		['insecure', 'does not work'],
		['wrong', 'does not work'],
		['gone', 'does not work'],
		['grebe', 'does not work'],
	]);
	const says = Object.fromEntries(checked.map(({ payerKey, doesNotWork }) => [payerKey, doesNotWork]));
	expect(says).toMatchObject({
		insecure: expect.stringMatching(/must begin with https/) as string,
		wrong: expect.stringMatching(/token/) as string,
		grebe: expect.stringMatching(/'clientId' is empty/) as string,
	});
	expect(checked[1]).toMatchObject({ payerName: 'Heron Health', signIn: 'yes' });
	const asked = (await payers.requests()).map(({ path }) => path.split('?')[0]);
	const isOfDiscovery = (path: string) => /\/(?:metadata|\.well-known\/[a-z-]+|token)$/.test(path);
	expect(asked.filter((path) => !isOfDiscovery(path))).toEqual([]);
});

test('Only These Payers: the others are not asked, and a key that is not there is told', async () => {
	const checked = await check({ onlyPayers: 'Heron, nobody' });
	expect(checked.map(({ payerKey, status }) => [payerKey, status])).toEqual([
		['heron', 'ready'],
		['', 'does not work'],
	]);
	expect(await gateway.requests()).toEqual([]);
});

test('a secret without a row has a row of its own', async () => {
	const { heron, bison } = rows();
	const credential = {
		clientSecrets: JSON.stringify({ heron: heron.secret, herron: 'x', bison: bison.secret }),
	};
	const checked = await check({}, { heron, bison }, credential);
	expect(checked.at(-1)).toMatchObject({
		status: 'does not work',
		doesNotWork: expect.stringMatching(/has an entry 'herron' for which 'Payers' has no payer/) as string,
	});
});

test('U3 Register gives the client ID of a row that has none; with it, the row goes through the four nodes', async () => {
	const { grebe, heron } = rows();
	await payers.resetUdap(false);
	const [registered, other] = await check({ operation: 'register' }, { grebe, heron });
	expect(registered).toMatchObject({ payerKey: 'grebe', status: 'registered' });
	expect(other).toMatchObject({ payerKey: 'heron', status: 'not registered' });
	const clientId = String(registered.clientId);
	const directory = { grebe: { row: { ...grebe.row, clientId } }, heron };
	expect(await check({ onlyPayers: 'grebe' }, directory)).toMatchObject([{ status: 'ready', signIn: 'yes' }]);
	const run = await runSteps({
		items: [{ ...memberRow('small'), 'Previous Payer': 'grebe' }],
		steps: fourSteps().map((step) => ({ ...step, parameters: { payerApi: 'directory' } })),
		credential: directoryCredential(directory, udapIdentity()),
		credentialType: 'payerDirectoryApi',
	});
	expect(run.error).toBeUndefined();
	expect(typesOf(run.json('fetchBatch'))).toEqual(truth('small').types);
	expect(await payers.violations()).toEqual([]);
});
