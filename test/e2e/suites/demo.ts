import { members } from '../../../sandbox/members';
import { truthOf } from '../../../sandbox/truth';
import { differences } from '../../../demo/check';
import { memberOutcomes, STEPS } from '../../../demo/outcomes';
import { exampleWorkflow, runWorkflow } from '../../../demo/stage';
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
}
