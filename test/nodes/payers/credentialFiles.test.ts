/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject, ICredentialType, INodePropertyOptions } from 'n8n-workflow';
import { FhirPayerOAuth2Api } from '../../../credentials/FhirPayerOAuth2Api.credentials';
import { SmartBackendServicesApi } from '../../../credentials/SmartBackendServicesApi.credentials';
import { UdapPayerApi } from '../../../credentials/UdapPayerApi.credentials';
import { ALL_DIALECTS } from '../../../sandbox/standard/dialects';
import { runSteps, type CredentialName } from '../../support/engine';
import { truth, typesOf } from '../../support/expectations';
import { memberRow } from '../../support/standardRuns';
import { fourSteps } from '../../support/steps';

const ROOT = join(__dirname, '..', '..', '..');
const CREDENTIALS: ICredentialType[] = [new FhirPayerOAuth2Api(), new SmartBackendServicesApi()];

let folder: string;
let printed = '';
let stop: (() => Promise<void>) | undefined;

/** Starts the payers as a person does, and waits for the last line. */
async function start(...flags: string[]): Promise<void> {
	const args = ['--import', 'tsx', 'sandbox/standard/cli.ts', '--port', '0', '--folder', folder, ...flags];
	const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	stop = async () => {
		child.kill('SIGTERM');
		await ended;
	};
	printed = '';
	await new Promise<void>((resolve, reject) => {
		child.stdout.on('data', (text: Buffer) => {
			printed += text.toString();
			if (printed.includes('Ctrl+C')) resolve();
		});
		child.once('exit', (code) => reject(new Error(`The payers ended with code ${code}`)));
	});
}

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'payer-credentials-'))));
afterEach(async () => {
	await stop?.();
	rmSync(folder, { recursive: true, force: true });
});

const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown;

/** What n8n stores of a form that a person has filled in from a file. */
function filledIn(
	form: Record<string, unknown>,
	{ properties }: ICredentialType,
): ICredentialDataDecryptedObject {
	const fields = Object.entries(form).map(([label, value]) => {
		const field = properties.find(({ displayName }) => displayName === label);
		expect([label, field?.name]).not.toContain(undefined);
		const options = field?.type === 'options' ? (field.options as INodePropertyOptions[]) : [];
		const option = options.find(({ name }) => name === value);
		return [field?.name, typeof value === 'object' ? JSON.stringify(value) : (option?.value ?? value)];
	});
	const defaults = properties.map((field) => [field.name, field.default]);
	return Object.fromEntries([...defaults, ...fields]) as ICredentialDataDecryptedObject;
}

async function fetched(credentialType: string, credential: ICredentialDataDecryptedObject): Promise<object> {
	const sets = { payerApi: 'pdex', pdexAuthentication: credentialType };
	const run = await runSteps({
		items: [memberRow('small')],
		steps: fourSteps({ waitForExport: { pollEvery: 1 } }).map((step) => ({
			...step,
			parameters: { ...step.parameters, ...sets },
		})),
		credential,
		credentialType: credentialType as CredentialName,
	});
	expect(run.error?.message).toBeUndefined();
	return typesOf(run.json('fetchBatch'));
}

test('F9 sandbox:standard prints a short table, and each file holds a credential that fetches a member', async () => {
	writeFileSync(join(folder, 'client-certificate.pem'), 'of an earlier start');
	writeFileSync(join(folder, 'mine.txt'), 'kept');
	await start('--running-polls', '0');
	const lines = printed.trim().split('\n');
	expect(lines.length).toBeLessThanOrEqual(ALL_DIALECTS.length + 10);
	expect(lines.filter((line) => line.includes('│') && line.length > 100)).toEqual([]);
	for (const dialect of ALL_DIALECTS) {
		const [, address, client, file] =
			/│ (\S+) +│ (\S+) +│ (\S+) +│$/.exec(lines.find((line) => line.includes(`│ ${dialect} `)) ?? '') ?? [];
		const forms = read(file) as Record<string, Record<string, unknown>>;
		for (const type of CREDENTIALS) {
			const form = forms[type.displayName];
			expect([form['FHIR Base URL'], form['Client ID']]).toEqual([address, client]);
			expect([dialect, await fetched(type.name, filledIn(form, type))]).toEqual([
				dialect,
				truth('small').types,
			]);
		}
	}
	const imported = read('n8n-credentials.json') as Array<{
		type: string;
		data: ICredentialDataDecryptedObject;
	}>;
	expect(imported).toHaveLength(ALL_DIALECTS.length);
	for (const { type, data } of imported.slice(-2)) {
		expect(await fetched(type, data)).toEqual(truth('small').types);
	}
	const files = readdirSync(folder);
	expect(files).not.toContain('client-certificate.pem');
	expect(files).toContain('mine.txt');
	const written = files.filter((name) => name !== 'mine.txt');
	expect(written.filter((name) => (statSync(join(folder, name)).mode & 0o77) !== 0)).toEqual([]);
}, 300_000);

test('F9 with certificates, they are in the files and fetch a member; a key of the client is in none', async () => {
	const jwks = join(folder, 'jwks.json');
	writeFileSync(jwks, '{ "keys": [] }');
	await start('--running-polls', '0', '--mtls', '--client-jwks', jwks);
	const type = CREDENTIALS[0];
	const form = (read('pdex-2.2.json') as Record<string, Record<string, unknown>>)[type.displayName];
	expect(await fetched(type.name, filledIn(form, type))).toEqual(truth('small').types);
	expect(readdirSync(folder).filter((name) => name.startsWith('private-key'))).toEqual([]);
	expect(readFileSync(join(folder, 'client-certificate.pem'), 'utf8')).toContain('BEGIN CERTIFICATE');
}, 300_000);

test('F9 with UDAP, a certificate of the community is in the files and fetches a member', async () => {
	await start('--running-polls', '0', '--udap');
	const type = new UdapPayerApi();
	const form = (read('pdex-2.2.json') as Record<string, Record<string, unknown>>)[type.displayName];
	expect(await fetched(type.name, filledIn(form, type))).toEqual(truth('small').types);
	const imported = read('n8n-credentials.json') as Array<{ type: string; data: object }>;
	const own = imported.filter((each) => each.type === type.name);
	expect(own).toHaveLength(ALL_DIALECTS.length);
	expect(await fetched(type.name, own[1].data as ICredentialDataDecryptedObject)).toEqual(
		truth('small').types,
	);
	for (const name of ['udap-certificate-chain.pem', 'udap-trust-anchor.pem']) {
		expect(readFileSync(join(folder, name), 'utf8')).toContain('BEGIN CERTIFICATE');
	}
	expect(readdirSync(folder).filter((name) => (statSync(join(folder, name)).mode & 0o77) !== 0)).toEqual([]);
}, 300_000);
