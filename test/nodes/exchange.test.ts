import { rosterMembers } from '../../sandbox/members';
import { truthOf } from '../../sandbox/truth';
import { credentialFor, runSteps } from '../support/engine';
import { pairs, typesOf } from '../support/expectations';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { fourSteps } from '../support/steps';

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

	const matched = rosterMembers.filter(({ outcome }) => outcome === 'matched');
	const notMatched = rosterMembers.filter(({ outcome }) => outcome !== 'matched');
	expect(run.json('memberMatch').map(({ memberId }) => memberId)).toEqual(
		matched.map(({ row }) => row.memberId),
	);
	expect(run.json('memberMatch', 1).map(({ memberId, outcome }) => [memberId, outcome])).toEqual(
		notMatched.map(({ row, outcome }) => [row.memberId, outcome]),
	);
	expect(pairs(run.outputs('memberMatch')[1])).toEqual(notMatched.map((each) => rosterMembers.indexOf(each)));

	const broken = matched.filter((each) => each.export === 'partial' || each.export === 'failed');
	expect(run.json('waitForExport', 2).map(({ memberId, outcome }) => [memberId, outcome])).toEqual(
		broken.map((each) => [each.row.memberId, each.export]),
	);

	const batches = run.json('waitForExport');
	const resources = run.outputs('fetchBatch')[0];
	for (const each of matched) {
		const own = resources.filter(
			(_, index) => batches[pairs(resources)[index]].memberId === each.row.memberId,
		);
		const held = each.export === 'failed' ? {} : truthOf(each).types;
		expect(typesOf(own.map(({ json }) => json))).toEqual(held);
	}
	expect(run.json('fetchBatch', 1).every(({ outcome }) => outcome === 'complete')).toBe(true);
	expect(run.json('fetchBatch', 1)).toHaveLength(batches.length);

	const hintsOf = (name: string) =>
		run.raw.data.resultData.runData[name][0].hints?.map(({ message }) => message);
	const total = rosterMembers.length;
	expect(hintsOf('memberMatch')).toEqual([
		`${matched.length} of ${total} members were matched. The others are on the output Not Matched, each with its reason.`,
	]);
	expect(hintsOf('waitForExport')).toEqual([
		`${broken.length} exports failed or came in part. The output Failed says what is missing.`,
	]);
	expect(hintsOf('fetchBatch')).toEqual([]);

	const tokenRequests = (await sandbox.requests()).filter(({ path }) => path.endsWith('/token'));
	expect(tokenRequests).toHaveLength(1);
});
