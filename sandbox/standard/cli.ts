/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { JSONWebKeySet } from 'jose';
import { readPort, sayNotStarted, settingFlag } from '../commandLine';
import type { Setting } from '../settings';
import { ALL_DIALECTS } from './dialects';
import { startStandardSandbox } from './server';
import { standardSettingsTable, type StandardSettings } from './settings';
import { CLIENT_ID, CLIENT_SECRET } from './tokens';

interface Flags extends StandardSettings {
	port: number;
	clientJwks?: string;
	mtls?: boolean;
}

/** Starts the payers that follow the standards, and says on one line where they are and what their client has. */
async function main(): Promise<void> {
	const program = new Command('sandbox:standard')
		.description('Payers that follow HRex, PDex, FHIR Bulk Data and SMART Backend Services, on this computer')
		.option('--port <number>', 'the port on 127.0.0.1 (0: any free one)', readPort, 0)
		.option('--client-jwks <file>', 'public keys of the client (JWKS); not said: keys are made and printed')
		.option('--mtls', 'over TLS, and a client certificate is wanted; certificates are made and printed');
	Object.entries(standardSettingsTable).forEach(([name, setting]) =>
		program.addOption(settingFlag(name, setting as Setting<unknown>)),
	);
	const { port, clientJwks, mtls, ...settings } = program.parse().opts<Flags>();
	const jwks = clientJwks && (JSON.parse(readFileSync(clientJwks, 'utf8')) as JSONWebKeySet);
	const { close, ...running } = await startStandardSandbox(port, {
		settings,
		jwks: jwks || undefined,
		mtls,
	});
	const fhirBases = Object.fromEntries(
		ALL_DIALECTS.map((dialect) => [dialect, `${running.url}/${dialect}/fhir`]),
	);
	process.stdout.write(
		`${JSON.stringify({ ...running, fhirBases, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET })}\n`,
	);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close());
}

main().catch(sayNotStarted);
