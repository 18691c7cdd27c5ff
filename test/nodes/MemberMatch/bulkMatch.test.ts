import axios from 'axios';
import { rosterMembers } from '../../../sandbox/members';
import { truthOf } from '../../../sandbox/truth';
import {
	bulkManifest,
	groupMember,
	resultGroup as group,
	resultParameters as parameters,
} from '../../support/bulkAnswers';
import { runSteps, type Step } from '../../support/engine';
import { pairs, row, typesOf } from '../../support/expectations';
import { ndjson } from '../../support/ndjson';
import type { Answer } from '../../support/scriptedGateway';
import { runAgainst } from '../../support/standardRuns';
import { standardCredential, startStandardPayers, type StandardPayers } from '../../support/standardSandbox';
import { fourSteps } from '../../support/steps';

let payers: StandardPayers;
let origin: string;
beforeAll(async () => {
	payers = await startStandardPayers();
	origin = new URL(payers.fhirBases['pdex-2.2']).origin;
});
afterAll(async () => await payers.stop());

const BULK_DIALECTS = ['pdex-2.1', 'pdex-2.2'] as const;
type BulkDialect = (typeof BULK_DIALECTS)[number] | 'hrex-1.2';

const set = async (settings: Parameters<StandardPayers['set']>[0]) => await payers.set(settings);
/** How often the payers were asked for this since the last time. */
async function countAsked(path: RegExp): Promise<number> {
	const requests = await payers.requests();
	await axios.delete(`${origin}/sandbox/requests`);
	return requests.filter((request) => path.test(`${request.method} ${request.path}`)).length;
}

async function run(dialect: BulkDialect, items: object[], steps: Step[]) {
	const { credential, credentialType } = standardCredential(payers, dialect, 'ES384 as JWK');
	const payer = { payerApi: 'pdex', pdexAuthentication: credentialType };
	return await runSteps({
		items: items.map((item) => ({ ...item })),
		steps: steps.map((step) => ({
			...step,
			parameters: {
				...(step.node === 'memberMatch' && { matchMode: 'together' }),
				...step.parameters,
				...payer,
			},
		})),
		credential,
		credentialType,
	});
}

const ORIGIN = { options: { addOrigin: true } };
const roster = rosterMembers.map(({ row: { tenant, ...fields } }) => (void tenant, { ...fields }));
const matched = rosterMembers.filter(({ outcome }) => outcome === 'matched');
const notMatched = rosterMembers.filter(({ outcome }) => outcome !== 'matched');
/** PDex has one group for both. */
const asGroups = (outcome: string) => (outcome === 'multiple-matches' ? 'no-match' : outcome);

/** Types that no member owns. */
const NOBODYS = ['Organization', 'Practitioner', 'PractitionerRole', 'Location', 'Medication', 'Provenance'];

describe.each(BULK_DIALECTS)('at the payer %s', (dialect) => {
	afterEach(async () => await set({ bulkMatchFiles: 'dialect', matchCoverage: 'dialect' }));

	test.each<[sentence: string, settings: object, membersPerRequest: number, requests: number]>([
		['by one request', {}, 500, 1],
		['with Groups and Parameters in the answer', { bulkMatchFiles: 'both' }, 500, 1],
		['with the matched coverage named', { matchCoverage: 'always' }, 500, 1],
		['by a request for every four members', { matchCoverage: 'never' }, 4, 4],
	])('the roster goes through four nodes %s', async (_, settings, membersPerRequest, requests) => {
		await set(settings);
		await countAsked(/./);
		const result = await run(
			dialect,
			roster,
			fourSteps({ memberMatch: { options: { membersPerRequest } }, fetchBatch: ORIGIN }),
		);
		expect(result.error).toBeUndefined();
		expect(await payers.violations()).toEqual([]);
		expect(await countAsked(/POST .*bulk-member-match/)).toBe(requests);

		const members = result.json('memberMatch');
		expect(members.map(({ memberId }) => memberId)).toEqual(matched.map((each) => each.row.memberId));
		expect(members.every(({ memberId, requestMemberId }) => memberId === requestMemberId)).toBe(true);
		expect(result.json('memberMatch', 1).map(({ memberId, outcome }) => [memberId, outcome])).toEqual(
			notMatched.map((each) => [each.row.memberId, asGroups(each.outcome)]),
		);
		expect(pairs(result.outputs('memberMatch')[1])).toEqual(
			notMatched.map((each) => rosterMembers.indexOf(each)),
		);

		// One export for each group, paired to every item that asked for it.
		const groups = [...new Set(members.map(({ groupId }) => groupId))];
		expect(result.json('startExport').map(({ groupId }) => groupId)).toEqual(groups);
		expect(result.outputs('startExport')[0].map(({ pairedItem }) => [pairedItem].flat().length)).toEqual(
			groups.map((groupId) => members.filter((each) => each.groupId === groupId).length),
		);

		// Each resource can be traced to its member, but for what is nobody's own.
		const resources = result.json('fetchBatch') as Array<{ memberId?: string; resource: object }>;
		const ofNobody = typesOf(resources.flatMap((each) => (each.memberId ? [] : [each.resource])));
		const shared = Object.keys(ofNobody);
		expect(shared.filter((type) => !NOBODYS.includes(type))).toEqual([]);
		for (const each of matched) {
			const own = resources.filter(({ memberId }) => memberId === each.row.memberId);
			const held = Object.entries(each.export === 'failed' ? {} : truthOf(each).types);
			expect(typesOf(own.map(({ resource }) => resource))).toEqual(
				Object.fromEntries(held.filter(([type]) => !shared.includes(type))),
			);
		}
		const all = matched.filter((each) => each.export !== 'failed').map((each) => truthOf(each).resources);
		expect(resources).toHaveLength(all.reduce((sum, each) => sum + each, 0));
	});
});

test('a request under way is asked for by the items that come back, and never sent again', async () => {
	await set({ runningPolls: 3 });
	await countAsked(/./);
	const first = await run('pdex-2.2', roster, [
		{ node: 'memberMatch', parameters: { options: { giveUpAfter: 0 } } },
	]);
	const waiting = first.json('memberMatch', 1).filter(({ outcome }) => outcome === 'still-matching');
	expect(waiting).toHaveLength(roster.length - 1);
	expect(first.json('memberMatch')).toEqual([]);
	await set({ runningPolls: 1 });
	const second = await run('pdex-2.2', waiting, [{ node: 'memberMatch' }]);
	expect(second.error).toBeUndefined();
	expect(second.json('memberMatch').map(({ memberId }) => memberId)).toEqual(
		matched.map((each) => each.row.memberId),
	);
	expect(second.json('memberMatch')[0]).toMatchObject({
		consentId: 'consent-SYN-1001',
		consentPolicy: 'regular',
	});
	expect(await countAsked(/POST .*bulk-member-match/)).toBe(1);
});

test('a member twice: with On Error Continue its second item alone is refused, else nothing is sent', async () => {
	await countAsked(/./);
	const small = roster[0];
	const step: Step = { node: 'memberMatch', onError: 'continueErrorOutput' };
	const twice = await run('pdex-2.2', [small, small], [step]);
	expect(twice.json('memberMatch')).toHaveLength(1);
	expect(twice.json('memberMatch', 2)[0].error).toMatch(/'Member ID' is the same as that of row 1/);
	await countAsked(/./);
	const stopped = await run('pdex-2.2', [small, small], [{ node: 'memberMatch' }]);
	expect(stopped.error?.message).toMatch(/'Member ID' is the same as that of row 1/);
	expect(await countAsked(/POST .*bulk-member-match/)).toBe(0);
});

test.each<[sentence: string, dialect: BulkDialect, settings: object, says: RegExp]>([
	['does not know the operation', 'hrex-1.2', {}, /Each Item by Its Own Request/],
	['takes fewer members', 'pdex-2.2', { mostMembers: 2 }, /code too-costly.*Members per Request to fewer/],
])('a payer that %s is told of in words', async (_, dialect, settings, says) => {
	await set(settings);
	const result = await run(dialect, roster.slice(0, 4), [{ node: 'memberMatch' }]);
	await set({ mostMembers: 10_000 });
	expect(result.status).toBe('error');
	expect(result.error?.description).toMatch(says);
});

describe('a payer that answers in its own way', () => {
	const ID = row('small').memberId;
	const matchedGroup = group('match', [groupMember(`#${ID}`)]);
	const line = (resource: object): Answer => ({ body: ndjson(resource) });
	const started: Answer = { status: 202, headers: { 'content-location': '/jobs/1' } };
	const stated =
		(facts: object, more: object = {}): Answer =>
		(response, { headers }) => {
			const list = { type: 'Group', url: `http://${String(headers.host)}/file/1`, ...facts };
			response.writeHead(200, { 'content-type': 'application/json' });
			response.end(JSON.stringify({ ...bulkManifest([list]), ...more }));
		};
	const file = stated({});
	const UNCLEAR = { outcome: 'unclear' };
	const MATCHED = { outcome: 'matched', groupId: 'g-match', patientId: 'p1' };

	test.each<[sentence: string, answers: Answer[], output: number, says: object]>([
		['at once, by a Group', [{ body: matchedGroup }], 0, MATCHED],
		['at once, by a Parameters', [{ body: parameters(['MatchedMembers', matchedGroup]) }], 0, MATCHED],
		['at once, by a manifest', [file, line(matchedGroup)], 0, MATCHED],
		['with 202 and a relative address', [started, file, line(matchedGroup)], 0, MATCHED],
		['after a trouble in passing', [started, { status: 503 }, file, line(matchedGroup)], 0, MATCHED],
		[
			'with nobody matched and no file',
			[started, { body: bulkManifest([]) }],
			1,
			{ outcome: 'unclear', reason: expect.stringMatching(/no group of matched/) },
		],
		['B5 with a count', [stated({ count: 1 }), line(group('match'))], 1, { outcome: 'no-match' }],
		['B5 with a count of members', [stated({ count: 0 }), line(group('match'))], 1, { outcome: 'no-match' }],
		['B5 with fewer lines than stated', [stated({ count: 2 }), line(group('match'))], 1, UNCLEAR],
		['B5 with fewer bytes than stated', [stated({ fileSize: 9999 }), line(group('match'))], 1, UNCLEAR],
		['B5 with other bytes', [stated({ checksum: 'a'.repeat(64) }), line(group('match'))], 1, UNCLEAR],
		[
			'B5 with other bytes, and named',
			[stated({ checksum: 'a'.repeat(64) }), line(matchedGroup)],
			0,
			MATCHED,
		],
		['that a part failed', [stated({}, { status: 'partial' }), line(group('match'))], 1, UNCLEAR],
		['with an empty group', [started, file, line(group('match'))], 1, { outcome: 'no-match' }],
		[
			'with an unknown kind',
			[started, file, line(group('other', [groupMember(`#${ID}`, '#x')]))],
			1,
			{ outcome: 'unclear', response: expect.anything() },
		],
		[
			'with a line that is no JSON',
			[started, file, { body: `${ndjson(group('match'))}{"re\n` }],
			1,
			{ outcome: 'unclear' },
		],
		[
			'that the job failed',
			[started, { status: 400, body: 'no' }],
			1,
			{ outcome: 'match-failed', httpStatus: 400 },
		],
		[
			'with a file that is gone',
			[started, file, { status: 410 }],
			1,
			{ error: expect.stringMatching(/HTTP 410/) },
		],
	])('%s', async (_, answers, output, says) => {
		const { run: result, got } = await runAgainst(answers, {
			parameters: { memberMatch: { matchMode: 'together', options: { pollEvery: 1 } } },
			onError: 'continueRegularOutput',
		});
		expect(result.json('memberMatch', output)).toMatchObject([says]);
		expect(got[0].headers.prefer).toBe('respond-async');
		expect(got.filter(({ method }) => method === 'POST')).toHaveLength(1);
	});
});
