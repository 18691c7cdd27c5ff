import { installN8n } from '../../local-n8n/install';
import type { N8nClient } from '../../local-n8n/rest';
import type { N8nVersion } from '../../local-n8n/versions';
import { createCredential, openStage, type Stage } from '../../demo/stage';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { say } from '../support/say';
import { startScriptedGateway, type Answer, type ScriptedGateway } from '../support/scriptedGateway';

/** What all e2e tests share: one n8n with the packed nodes, a sandbox, and a credential for it. */
export interface Bench extends Stage {
	sandbox: RunningSandbox;
	credentialId: string;
}

/** Client id and secret in which every character is one that a form, a URL or a header could spoil. */
const DIFFICULT = { clientId: 'client +/=&%| 20%25', clientSecret: 's3cret+/=&%| with spaces \'"' };

let bench: Bench | undefined;

/** Installs n8n where that was not done before, and starts everything. @param extraEnv more environment variables of n8n */
export async function openBench(version?: N8nVersion, extraEnv: Record<string, string> = {}): Promise<void> {
	const report = () => undefined;
	const runtime = await installN8n({ version, report: say });
	const sandbox = await startSandbox(
		...['--retry-after', '1'],
		...['--client-id', DIFFICULT.clientId, '--client-secret', DIFFICULT.clientSecret],
	);
	const stage = await openStage(runtime, report, { N8N_LOG_LEVEL: 'debug', ...extraEnv }).catch(
		async (error: Error) => {
			await sandbox.stop();
			return await Promise.reject(error);
		},
	);
	const credentialId = await createCredential(stage.client, sandbox);
	bench = { ...stage, sandbox, credentialId };
}

/** Stops everything that `openBench` started. */
export async function closeBench(): Promise<void> {
	await bench?.close();
	await bench?.sandbox.stop();
}

/** The bench; there is one from the first test on. */
export function theBench(): Bench {
	if (!bench) throw new Error('The bench is not open');
	return bench;
}

/** A credential of its own for a test that changes it, or for another gateway. */
export async function credentialFor(
	gateway: { url: string; clientId: string; clientSecret: string },
	client: N8nClient = theBench().client,
): Promise<string> {
	return await createCredential(client, { ...gateway, tenant: 'bison' });
}

/** How many token requests the sandbox has seen since `forget`. */
export async function tokenRequests(sandbox: RunningSandbox = theBench().sandbox): Promise<number> {
	return (await sandbox.requests()).filter(({ path }) => path.endsWith('/token')).length;
}

/** Changes settings of the shared sandbox for a piece of work, and puts them back however it ends. */
export async function withSettings<T>(settings: Record<string, unknown>, work: () => Promise<T>): Promise<T> {
	const { sandbox } = theBench();
	const before = await sandbox.get<Record<string, unknown>>('/sandbox/settings');
	await sandbox.set(settings);
	return await work().finally(async () => await sandbox.set(before));
}

/** A gateway that answers as told, for a piece of work. */
export async function withGateway<T>(
	answers: Answer[],
	token: Answer | undefined,
	work: (gateway: ScriptedGateway) => Promise<T>,
): Promise<T> {
	const gateway = await startScriptedGateway(answers, token);
	return await work(gateway).finally(gateway.close);
}
