/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { Listr } from 'listr2';
import type { N8nWorkflow } from '../local-n8n/rest';
import { installN8n, type N8nRuntime } from '../local-n8n/install';
import { members } from '../sandbox/members';
import { startSandbox, type Sandbox } from '../sandbox/server';
import { linesOf, truthOf } from '../sandbox/truth';
import { differences, textDifferences } from './check';
import { bundleTexts, memberOutcomes, STEPS, type MemberOutcome } from './outcomes';
import { samePersonTwice, takeIn, type Intake } from './ownServer';
import { practiceClient, practicePlans, practiceText } from './practice';
import { outcomeTable, totalResources, writeFiles } from './report';
import {
	asBundleTexts,
	asPrepared,
	buildProject,
	createCredential,
	exampleWorkflow,
	openStage,
	runWorkflow,
	type Stage,
} from './stage';

const OUTPUT = join(__dirname, '..', 'demo-output');

/** What the steps hand on to each other. */
interface Show {
	runtime: N8nRuntime;
	sandbox: Sandbox;
	stage: Stage;
	workflow: N8nWorkflow;
	workflowId: string;
	outcomes: MemberOutcome[];
	/** The Bundles of the second run, as the text that came. */
	texts: string[];
	/** What a server holds after the third run: one person at two payers. */
	taken: Intake;
}

const program = new Command()
	.name('demo')
	.description(
		'Runs the whole exchange on this computer: a real n8n with the nodes installed, against the sandbox gateway.',
	)
	.option('--keep-open', 'leave the n8n editor open afterwards, until Ctrl+C')
	.parse();

void main(program.opts<{ keepOpen?: boolean }>().keepOpen === true);

async function main(keepOpen: boolean): Promise<void> {
	const show: Partial<Show> = {};
	const began = Date.now();
	process.exitCode = 1;
	try {
		await steps(keepOpen).run(show as Show);
		process.exitCode = await tellResult(show as Show, began);
		if (keepOpen) await untilInterrupted(show as Show);
	} catch (error) {
		say(`\n${error instanceof Error ? error.message : String(error)}\n`);
	} finally {
		await show.stage?.close();
		await show.sandbox?.close();
	}
}

/** @param keepOpen whether a person will work with the sandbox: its client then has a secret that is easily copied */
function steps(keepOpen: boolean): Listr<Show> {
	return new Listr<Show>(
		[
			{
				title: 'n8n on this computer (the first time: a few minutes, 3 GB), and the nodes built',
				task: async (show, task) => {
					// Side by side: npm unpacks on one processor, so the compiler has the other.
					const [runtime] = await Promise.all([
						installN8n({ report: (text) => (task.output = text) }),
						buildProject(),
					]);
					show.runtime = runtime;
					task.title = `n8n ${runtime.version}`;
				},
			},
			{
				title: 'Sandbox gateway',
				task: async (show, task) => {
					show.sandbox = await startSandbox({ retryAfter: '1' }, 0, keepOpen ? practiceClient : undefined);
					task.title = `Sandbox gateway at ${show.sandbox.url}`;
				},
			},
			{
				title: 'n8n with the packed nodes installed',
				task: async (show, task) => {
					show.stage = await openStage(show.runtime, (text) => (task.output = text));
					task.title = `n8n with the packed nodes installed, at ${show.stage.n8n.url}`;
				},
			},
			{
				title: 'Workflow "From a roster to FHIR resources"',
				task: async (show, task) => {
					show.workflow = await exampleWorkflow(
						'roster-to-fhir.json',
						await createCredential(show.stage.client, show.sandbox, plansOf(show.sandbox)),
					);
					const { workflowId, execution } = await runToTheEnd(show, show.workflow, task);
					Object.assign(show, { workflowId, outcomes: memberOutcomes(execution) });
				},
			},
			{
				title: 'The same as text: FHIR Bundles as Text',
				task: async (show, task) => {
					const { execution } = await runToTheEnd(show, asBundleTexts(show.workflow), task);
					show.texts = bundleTexts(execution);
				},
			},
			{
				title: 'One person at two payers, with the same ids, for a server of the plan’s own',
				task: async (show, task) => {
					const [person] = members.filter(({ key }) => key === 'small');
					const workflow = asPrepared(show.workflow, samePersonTwice(person.row));
					const { execution } = await runToTheEnd(show, workflow, task);
					show.taken = takeIn(bundleTexts(execution), linesOf(person).size);
				},
			},
			{
				title: 'Files',
				task: async ({ outcomes }, task) => {
					await writeFiles(OUTPUT, outcomes);
					task.title = `Resources (NDJSON) and outcomes (CSV) in ${relative(process.cwd(), OUTPUT)}/`;
				},
			},
		],
		{ rendererOptions: { collapseSubtasks: false } },
	);
}

/** Both plans of the sandbox's gateway: a plan that the credential does not list is not asked. */
function plansOf(sandbox: Sandbox): string {
	return [practicePlans(sandbox), 'Heron Health Plan = heron'].join('\n');
}

async function runToTheEnd(
	{ stage }: Show,
	workflow: N8nWorkflow,
	task: { output: string },
): ReturnType<typeof runWorkflow> {
	const run = await runWorkflow(stage.client, workflow, STEPS.trigger, (text) => (task.output = text));
	const { status, error } = run.execution;
	if (status === 'success') return run;
	task.output = error?.message ?? '';
	throw new Error(`The workflow ended as ${status}: ${error?.message ?? ''}`);
}

/** @returns the exit code: 0 where everything agrees with what the sandbox holds */
async function tellResult(show: Show, began: number): Promise<number> {
	const { outcomes, texts, taken } = show;
	const roster = members.filter(({ inRoster }) => inRoster);
	const exported = roster.filter(({ outcome }) => outcome === 'matched');
	const lines = new Map(exported.flatMap((member) => [...linesOf(member)]));
	const found = [
		...differences(
			outcomes,
			roster.map((member) => truthOf(member)),
		),
		...textDifferences(texts, lines),
		...taken.problems,
	];
	say(`\n${outcomeTable(outcomes)}\n`);
	const seconds = ((Date.now() - began) / 1000).toFixed(1);
	say(
		`${outcomes.length} members, ${totalResources(outcomes)} resources, ${seconds} s in all. The members are synthetic.\n`,
	);
	if (found.length === 0) {
		say('Every outcome and every resource agrees with what the sandbox holds, as text to the last digit.\n');
		const counts = [...taken.resources.values()].join(' and ');
		say(
			`Two payers with the same ids, taken into one server twice: ${counts} resources, nothing overwritten, every reference inside its payer.\n`,
		);
		return await Promise.resolve(0);
	}
	say(`This does not agree with what the sandbox holds:\n${found.map((text) => `  ${text}\n`).join('')}`);
	return 1;
}

async function untilInterrupted({ stage, sandbox, workflowId }: Show): Promise<void> {
	const { url, email, password } = stage.n8n;
	say(`\nThe editor is open:  ${url}/workflow/${workflowId}\n    log in with      ${email}   ${password}\n`);
	say(practiceText(sandbox));
	say('Ctrl+C stops n8n and the sandbox; what you change in the editor is then gone.\n');
	await new Promise((resolve) => {
		process.once('SIGINT', resolve);
		process.once('SIGTERM', resolve);
	});
}

function say(text: string): void {
	process.stdout.write(text);
}
