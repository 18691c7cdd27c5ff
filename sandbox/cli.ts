/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { Command } from 'commander';
import { readPort, sayNotStarted, settingFlag } from './commandLine';
import { defaultClient, startSandbox, type Sandbox } from './server';
import { settingsTable, type Setting, type Settings } from './settings';

interface Flags extends Settings {
	port: number;
	clientId: string;
	clientSecret: string;
	explain?: boolean;
}

function command(): Command {
	const program = new Command('sandbox')
		.description(
			'A payer gateway on this computer that answers as the 1upHealth payer-to-payer contract says, with synthetic ' +
				'members. Where the contract is silent, a setting chooses the answer.',
		)
		.option('--port <number>', 'the port on 127.0.0.1 (0: any free one)', readPort, 8787)
		.option('--client-id <text>', 'the client that may do everything', defaultClient.clientId)
		.option('--client-secret <text>', 'the secret of this client', defaultClient.clientSecret)
		.option('--explain', 'say on stderr how to use it (done by itself on a terminal)');
	Object.entries(settingsTable).forEach(([name, setting]) =>
		program.addOption(settingFlag(name, setting as Setting<unknown>)),
	);
	return program;
}

function explanation({ url, tenant, clientId }: Sandbox): string {
	return [
		`Sandbox payer gateway at ${url} (tenants: ${tenant}, heron). All members are synthetic.`,
		`Client id ${clientId}; the secret is in the line on stdout. Members and what they show: ${url}/sandbox/members`,
		'Stop with Ctrl+C. Everything else: sandbox/README.md',
		'',
	].join('\n');
}

async function main(): Promise<void> {
	const { port, clientId, clientSecret, explain, ...settings } = command().parse().opts<Flags>();
	const sandbox = await startSandbox(settings, port, { clientId, clientSecret });
	const stop = (): void => {
		void sandbox.close().then(() => process.exit(0));
	};
	process.once('SIGTERM', stop);
	process.once('SIGINT', stop);

	const { url, tenant } = sandbox;
	process.stdout.write(`${JSON.stringify({ ready: true, url, clientId, clientSecret, tenant })}\n`);
	if (explain || process.stdout.isTTY) process.stderr.write(explanation(sandbox));
}

main().catch(sayNotStarted);
