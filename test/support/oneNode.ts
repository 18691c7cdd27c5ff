import { credentialFor, runSteps, type EngineRun, type Step } from './engine';
import { startScriptedGateway, type Answer, type ScriptedGateway } from './scriptedGateway';

/** A scripted gateway, and other settings of the run. */
export interface Scripted {
	answers: Answer[];
	/** Response of the token endpoint, if it is not a token. */
	token?: Answer;
	/** Runs as if an AI agent had called the node as a tool. */
	asTool?: boolean;
}

/** Runs one node against a scripted gateway, which records the requests and is closed afterwards. */
export async function runOneNode(
	step: Step,
	items: object[],
	{ answers, token, asTool }: Scripted,
): Promise<{ run: EngineRun; gateway: ScriptedGateway }> {
	const gateway = await startScriptedGateway(answers, token);
	const run = await runSteps({
		items: items as never,
		steps: [step],
		credential: credentialFor(gateway),
		asTool,
	});
	await gateway.close();
	return { run, gateway };
}
