/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { N8nRuntime } from '../../local-n8n/install';
import { N8nClient } from '../../local-n8n/rest';
import { startN8n, type N8nServer } from '../../local-n8n/server';
import { createCredential, exampleWorkflow, type Gateway } from '../stage';
import { rebuildOnChange } from './rebuild';

const PACKAGE = 'n8n-nodes-payer-to-payer';
const EXAMPLE = 'roster-to-fhir.json';

/** What to work on. */
export interface LoopOptions {
	runtime: N8nRuntime;
	/** The project's folder. */
	root: string;
	/** n8n's user folder, kept: workflows and credentials are there again at the next start. */
	userFolder: string;
	/** For which a new user folder gets a credential. */
	gateway: Gateway;
	report: (text: string) => void;
}

/** A running loop. */
export interface Loop {
	n8n: N8nServer;
	client: N8nClient;
	/** Ends n8n and the build. */
	stop: () => Promise<void>;
}

/**
 * Starts a build that goes on, and an n8n that has the built nodes and loads them again after each build. A new user folder
 * gets a credential for the gateway and an example workflow.
 *
 * The package stands as a real folder where n8n keeps installed ones: behind a link n8n would watch the whole project, and
 * would not find in its module cache what it has to forget.
 *
 * @throws when a part does not start; what was started is stopped
 */
export async function startLoop(options: LoopOptions): Promise<Loop> {
	const { runtime, root, userFolder, gateway, report } = options;
	// n8n writes this file at its first start.
	const isNew = !existsSync(join(userFolder, '.n8n', 'config'));
	const started: Array<() => Promise<void>> = [];
	const stop = async () => {
		for (const end of started.splice(0).reverse()) await end();
	};
	const start = async (): Promise<Loop> => {
		await mkdir(userFolder, { recursive: true });
		const build = await rebuildOnChange({
			root,
			packageFolder: join(userFolder, '.n8n', 'nodes', 'node_modules', PACKAGE),
			logFile: join(userFolder, 'assets.log'),
			report,
		});
		started.push(build.stop);
		const n8n = await startN8n({ runtime, userFolder, report, extraEnv: { N8N_DEV_RELOAD: 'true' } });
		started.push(n8n.stop);
		const client = new N8nClient(n8n.url);
		await client.login(n8n);
		if (isNew) {
			const credentialId = await createCredential(client, gateway);
			await client.createWorkflow(await exampleWorkflow(EXAMPLE, credentialId));
		}
		return { n8n, client, stop };
	};
	return await start().catch(async (error: Error) => {
		await stop();
		return await Promise.reject(error);
	});
}
