/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { join } from 'node:path';
import { Command } from 'commander';
import { installN8n } from '../../local-n8n/install';
import { readPort } from '../../sandbox/commandLine';
import { startSandbox, type Sandbox } from '../../sandbox/server';
import { startLoop, type Loop } from './loop';

const ROOT = join(__dirname, '..', '..');

const program = new Command()
	.name('dev')
	.description(
		'A real n8n with these nodes, built again and loaded again on each change, and the sandbox gateway beside it.',
	)
	.option('--port <number>', 'the port of the sandbox', readPort, 8787)
	.option('--folder <path>', "n8n's user folder, kept", join(ROOT, '.n8n-local', 'dev'))
	.parse();

void main(program.opts<{ port: number; folder: string }>());

async function main({ port, folder }: { port: number; folder: string }): Promise<void> {
	let loop: Loop | undefined;
	let sandbox: Sandbox | undefined;
	try {
		const runtime = await installN8n({ report: say });
		// A credential that is kept names the port, so it is the same at each start.
		sandbox = await startSandbox({ retryAfter: '1' }, port);
		loop = await startLoop({ runtime, root: ROOT, userFolder: folder, gateway: sandbox, report: say });
		say(explanation(loop, sandbox));
		await new Promise((resolve) => {
			process.once('SIGINT', resolve);
			process.once('SIGTERM', resolve);
		});
	} catch (error) {
		say(error instanceof Error ? error.message : String(error));
		process.exitCode = 1;
	} finally {
		await loop?.stop();
		await sandbox?.close();
	}
}

function explanation({ n8n }: Loop, sandbox: Sandbox): string {
	return [
		'',
		`n8n              ${n8n.url}`,
		`    log in with  ${n8n.email}   ${n8n.password}`,
		`    its log      ${n8n.logFile}`,
		`Sandbox gateway  ${sandbox.url}   members: ${sandbox.url}/sandbox/members`,
		'',
		'Change a file in nodes/ or credentials/, wait for "Watching for file changes", and reload the page of the editor.',
		'Ctrl+C ends everything; workflows and credentials are kept.',
		'',
	].join('\n');
}

function say(text: string): void {
	process.stdout.write(`${text}\n`);
}
