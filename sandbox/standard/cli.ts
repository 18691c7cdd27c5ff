/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import type { JSONWebKeySet } from 'jose';
import { readPort, sayNotStarted, settingFlag } from '../commandLine';
import type { Setting } from '../settings';
import { fhirBasesOf, payersTable, writeCredentialFiles } from './credentialFiles';
import { startStandardSandbox } from './server';
import { standardSettingsTable, type StandardSettings } from './settings';
import { CLIENT_ID, CLIENT_SECRET } from './tokens';

interface Flags extends StandardSettings {
	port: number;
	clientJwks?: string;
	mtls?: boolean;
	udap?: boolean;
	json?: boolean;
	folder: string;
}

/** Left out of the repository by .gitignore. */
const FOLDER = join(__dirname, '..', '..', 'sandbox-credentials');

/**
 * Starts the payers that follow the standards. A person gets a table and files to enter; a program, with `--json`, one line that says
 * where the payers are and what their client has.
 */
async function main(): Promise<void> {
	const program = new Command('sandbox:standard')
		.description('Payers that follow HRex, PDex, FHIR Bulk Data and SMART Backend Services, on this computer')
		.option('--port <number>', 'the port on 127.0.0.1 (0: any free one)', readPort, 8788)
		.option('--client-jwks <file>', 'public keys of the client (JWKS); not said: keys are made')
		.option('--mtls', 'over TLS, and a client certificate is wanted; certificates are made')
		.option('--udap', 'they offer UDAP too; a trust community is made, with a certificate of the client')
		.option('--folder <path>', 'where the files to enter in n8n are written', FOLDER)
		.option('--json', 'print one line of JSON with everything, and write no files');
	Object.entries(standardSettingsTable).forEach(([name, setting]) =>
		program.addOption(settingFlag(name, setting as Setting<unknown>)),
	);
	const { port, clientJwks, mtls, udap, json, folder, ...settings } = program.parse().opts<Flags>();
	const jwks = clientJwks && (JSON.parse(readFileSync(clientJwks, 'utf8')) as JSONWebKeySet);
	const sandbox = await startStandardSandbox(port, {
		settings,
		jwks: jwks || undefined,
		mtls,
		udap,
	});
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
	if (json) {
		const client = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
		process.stdout.write(`${JSON.stringify({ ...sandbox, fhirBases: fhirBasesOf(sandbox), ...client })}\n`);
		return;
	}
	const written = { ...sandbox, hasOwnKey: jwks !== undefined };
	await writeCredentialFiles(folder, written);
	process.stdout.write(payersTable(written, relative(process.cwd(), folder) || '.'));
}

main().catch(sayNotStarted);
