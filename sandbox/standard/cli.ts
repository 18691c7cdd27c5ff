/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { Command } from 'commander';
import { DIALECTS } from './dialects';
import { startStandardSandbox } from './server';
import { CLIENT_ID, CLIENT_SECRET } from './tokens';

/** Starts the payers that follow the standards, and says on one line where they are and what their client has. */
async function main(): Promise<void> {
	const { port } = new Command('sandbox:standard')
		.description('Payers that follow HRex, PDex, FHIR Bulk Data and SMART Backend Services, on this computer')
		.option('--port <number>', 'any free one where not said', '0')
		.parse()
		.opts<{ port: string }>();
	const { url, keys, close } = await startStandardSandbox(Number(port));
	const fhirBases = Object.fromEntries(DIALECTS.map((dialect) => [dialect, `${url}/${dialect}/fhir`]));
	process.stdout.write(
		`${JSON.stringify({ url, fhirBases, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, keys })}\n`,
	);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close());
}

main().catch((error: Error) => {
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 1;
});
