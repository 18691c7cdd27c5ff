import { rosterMembers } from '../../../sandbox/members';
import { credentialFor, runSteps } from '../../support/engine';
import { expectRosterExchanged } from '../../support/expectations';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { fourSteps } from '../../support/steps';

let sandbox: RunningSandbox;
beforeAll(async () => {
	sandbox = await startSandbox('--retry-after', '1');
});
afterAll(async () => await sandbox.stop());

test('the roster goes through four nodes in a row in which nothing was entered', async () => {
	const run = await runSteps({
		items: rosterMembers.map(({ row }) => ({ ...row })),
		steps: fourSteps(),
		credential: credentialFor(sandbox),
	});
	expect(run.error).toBeUndefined();

	expectRosterExchanged(run);

	const hintsOf = (name: string) =>
		run.raw.data.resultData.runData[name][0].hints?.map(({ message }) => message);
	const broken = rosterMembers.filter((each) => each.export === 'partial' || each.export === 'failed');
	expect(hintsOf('memberMatch')).toEqual([
		`${rosterMembers.filter(({ outcome }) => outcome === 'matched').length} of ${rosterMembers.length} members were matched. ${rosterMembers.filter(({ outcome }) => outcome !== 'matched').length} left by the output Not Matched, each with its reason and what to do next.`,
		expect.stringMatching(
			/^Empty fields were read by name: Tenant from "tenant", Member ID from "memberId", .*, Consent Policy from/,
		),
	]);
	expect(hintsOf('waitForExport')).toEqual([
		`${broken.length} exports failed or came in part. The output Failed says what is missing.`,
	]);
	expect(hintsOf('fetchBatch')).toEqual([
		expect.stringMatching(/^\d+ numbers read otherwise in an item than the payer wrote them/),
	]);

	const tokenRequests = (await sandbox.requests()).filter(({ path }) => path.endsWith('/token'));
	expect(tokenRequests).toHaveLength(1);
});
