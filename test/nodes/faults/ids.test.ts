import type { IDataObject } from 'n8n-workflow';
import { credentialFor, runSteps, type NodeName } from '../../support/engine';
import { row } from '../../support/expectations';
import { startScriptedGateway, type ScriptedGateway } from '../../support/scriptedGateway';

/** Row 16 of the fault matrix: what would lead elsewhere is refused before anything is sent. */

const JOB = { ...row('small'), groupId: 'g1', jobId: 'j1', requiresAccessToken: true };
const FILE = '/v1/bison/bulk-data/r4/$export/file';

const BAD_IDS = [
	'../admin',
	'..',
	'.',
	'a/b',
	'a?b=c',
	'a#b',
	'a b',
	'a\r\nHost: evil.example',
	'a%2f..%2fb',
	'a\\b',
	'https://evil.example',
	'//evil.example',
	'user:password@evil.example',
	'a\0b',
	' ',
	'é',
	'a'.repeat(1001),
];

const PLACES: Array<[label: string, node: NodeName, parameter: string]> = [
	['Tenant', 'memberMatch', 'tenant'],
	['Tenant', 'startExport', 'tenant'],
	['Group ID', 'startExport', 'groupId'],
	['Tenant', 'waitForExport', 'tenant'],
	['Job ID', 'waitForExport', 'jobId'],
];

const BAD_URLS: Array<[what: string, url: string]> = [
	['dots that lead away', `GATEWAY${FILE}/../../../../../auth/realms/dev-portal`],
	['encoded dots', `GATEWAY${FILE}/%2e%2e/job/j1`],
	['doubly encoded dots', `GATEWAY${FILE}/%252e%252e%252fx`],
	['an encoded slash', `GATEWAY${FILE}/a%2Fb`],
	['a backslash', `GATEWAY${FILE}/..\\..\\x`],
	['a line break', `GATEWAY${FILE}/a\r\nX-Evil: 1`],
	['another path of the gateway', 'GATEWAY/v1/bison/member-match/$member-match'],
	['another host', 'https://evil.example/bucket/a.ndjson'],
	['a host without a scheme', '//evil.example/bucket/a.ndjson'],
	['an address of the inner network', 'http://169.254.169.254/latest/meta-data'],
	['a user and a password', `http://user:password@127.0.0.1${FILE}/a`],
	['another scheme', `ftp://127.0.0.1${FILE}/a`],
	['a file of this computer', 'file:///etc/passwd'],
	['a script', 'javascript:alert(1)'],
	['data', 'data:application/fhir+ndjson,{}'],
	['spaces', '   '],
];

let gateway: ScriptedGateway;
beforeAll(async () => {
	gateway = await startScriptedGateway([{ body: {} }]);
});
afterAll(async () => await gateway.close());

async function refusal(node: NodeName, item: IDataObject) {
	const before = gateway.got.length + gateway.tokenRequests.length;
	const run = await runSteps({ items: [item], steps: [{ node }], credential: credentialFor(gateway) });
	expect(gateway.got.length + gateway.tokenRequests.length).toBe(before);
	return `${run.error?.message} ${run.error?.description}`;
}

describe.each(PLACES)("16 · '%s' of %s", (label, node, parameter) => {
	test.each(BAD_IDS)('%j is refused before sending', async (value) => {
		const said = await refusal(node, { ...JOB, [parameter]: value });
		expect(said).toContain(`'${label}'`);
		expect(said).toMatch(/must be|is empty/);
		expect(said).not.toContain('evil');
	});
});

test.each(BAD_URLS)("16 · 'URL' of fetchBatch with %s is refused before sending", async (_, url) => {
	const said = await refusal('fetchBatch', { ...JOB, url: url.replace('GATEWAY', gateway.url) });
	expect(said).toMatch(/address of the file|not kept by the gateway|'URL'/);
	expect(said).not.toMatch(/password|passwd|meta-data/);
});
