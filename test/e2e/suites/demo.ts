import type { N8nWorkflow } from '../../../local-n8n/rest';
import { members } from '../../../sandbox/members';
import { linesOf, truthOf } from '../../../sandbox/truth';
import { differences, textDifferences } from '../../../demo/check';
import { bundleTexts, memberOutcomes, STEPS } from '../../../demo/outcomes';
import { samePersonTwice, takeIn } from '../../../demo/ownServer';
import { asBundleTexts, asPrepared, exampleWorkflow, runWorkflow } from '../../../demo/stage';
import { theBench, tokenRequests } from '../bench';

const LIMIT_MS = 5 * 60_000;

/** The example workflow with the whole roster. */
export function demoSuite(): void {
	test(
		"the demo's workflow accounts for every member and every resource",
		async () => {
			const { client, credentialId, sandbox } = theBench();
			await sandbox.forget();
			const workflow = await exampleWorkflow('roster-to-fhir.json', credentialId);
			const { execution } = await runWorkflow(client, workflow, STEPS.trigger, () => undefined);
			expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);

			const outcomes = memberOutcomes(execution);
			const truths = members.filter(({ inRoster }) => inRoster).map((member) => truthOf(member));
			expect(differences(outcomes, truths)).toEqual([]);
			expect(outcomes).toHaveLength(truths.length);
			expect(truths.length).toBeGreaterThanOrEqual(12);
			expect(await tokenRequests()).toBeLessThanOrEqual(1);
		},
		LIMIT_MS,
	);

	test(
		"the demo's workflow as Bundle texts gives every resource as the sandbox wrote it",
		async () => {
			const { client, credentialId } = theBench();
			const workflow = asBundleTexts(await exampleWorkflow('roster-to-fhir.json', credentialId));
			const { execution } = await runWorkflow(client, workflow, STEPS.trigger, () => undefined);
			expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);

			const matched = members.filter(({ inRoster, outcome }) => inRoster && outcome === 'matched');
			const lines = new Map(matched.flatMap((member) => [...linesOf(member)]));
			const texts = bundleTexts(execution);
			expect(textDifferences(texts, lines)).toEqual([]);
			// What reads numbers and writes them again is seen: one digit less in one place, and nothing else.
			const rewritten = texts.map((text) => JSON.stringify(JSON.parse(text)));
			expect(textDifferences(rewritten, lines).length).toBeGreaterThan(50);
		},
		LIMIT_MS,
	);

	test(
		'one person at two payers with the same ids: prepared, both stand whole in one server, twice the same',
		async () => {
			const { client, credentialId } = theBench();
			const [person] = members.filter(({ key }) => key === 'small');
			const run = async (prepared: boolean) => {
				const example = await exampleWorkflow('roster-to-fhir.json', credentialId);
				const workflow = asPrepared(example, samePersonTwice(person.row));
				const { execution } = await runWorkflow(
					client,
					prepared ? workflow : withoutPreparing(workflow),
					STEPS.trigger,
					() => undefined,
				);
				expect([execution.status, execution.error?.message]).toEqual(['success', undefined]);
				return takeIn(bundleTexts(execution), linesOf(person).size);
			};
			expect(await run(true)).toMatchObject({ problems: [] });
			expect((await run(false)).problems.length).toBeGreaterThan(0);
		},
		LIMIT_MS,
	);
}

function withoutPreparing(workflow: N8nWorkflow): N8nWorkflow {
	const nodes = workflow.nodes.map((node) => {
		const { name } = node as { name: string };
		return name === STEPS.fetch ? { ...node, parameters: { outputAs: 'bundlesText' } } : node;
	});
	return { ...workflow, nodes };
}
