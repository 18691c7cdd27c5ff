import { differences, type StoredOutcome, type StoredResource } from '../../demo/queue/check';
import { queueEnvironment } from '../../demo/queue/cluster';
import { expectedOutcome } from '../../demo/check';
import { crowdMember } from '../../sandbox/crowd';
import { withFirst } from '../../sandbox/exportJobs';
import { resourcesOf } from '../../sandbox/resources';
import { truthOf } from '../../sandbox/truth';

// Completed, no match, partial.
const NUMBERS = [1, 7, 27];
const COMPLETED = 'CROWD-000001';

function tables(): { outcomes: StoredOutcome[]; resources: StoredResource[] } {
	const members = NUMBERS.map(crowdMember);
	const outcomes = members.map((member) => {
		const truth = truthOf(member);
		const { memberId } = truth;
		return { memberId, outcome: expectedOutcome(truth), reason: '', resources: String(truth.resources) };
	});
	const resources = members.flatMap((member) =>
		withFirst(member.batches)
			.filter(({ fails }) => !fails)
			.flatMap((batch) =>
				Array.from(resourcesOf(member, member.batches, batch), (resource) => ({
					memberId: member.row.memberId,
					type: resource.resourceType,
					id: String(resource.id),
					json: JSON.stringify(resource),
				})),
			),
	);
	return { outcomes, resources };
}

type Tables = ReturnType<typeof tables>;

const cases: Array<[string, (stored: Tables) => void, RegExp[]]> = [
	['all as it should be', () => {}, []],
	['a member without an outcome', ({ outcomes }) => outcomes.shift(), [/0 outcomes/]],
	['two outcomes', ({ outcomes }) => outcomes.push(outcomes[0]), [/2 outcomes/]],
	[
		'another outcome',
		({ outcomes }) => (outcomes[2] = { ...outcomes[2], outcome: 'completed' }),
		[/outcome completed, expected partial/],
	],
	[
		'an outcome that is not final',
		({ outcomes }) => (outcomes[2] = { ...outcomes[2], resources: '' }),
		[/counts no resources/],
	],
	['a resource missing', ({ resources }) => resources.pop(), [/resources stored/, /differ from/]],
	[
		'a resource twice',
		({ resources }) => resources.push(resources[0]),
		[/resources stored/, /more than once/, /differ from/],
	],
	[
		'a resource changed',
		({ resources }) => (resources[0] = { ...resources[0], json: resources[0].json.replace('{', '{"a":1,') }),
		[/the Patient resources differ/],
	],
	[
		'somebody else',
		({ outcomes }) => outcomes.push({ ...outcomes[0], memberId: 'SYN-1001' }),
		[/SYN-1001: not on the roster/],
	],
];

test.each(cases)('the check sees: %s', (_name, spoil, expected) => {
	const stored = tables();
	expect(stored.resources.some(({ memberId }) => memberId === COMPLETED)).toBe(true);
	spoil(stored);
	const found = differences(NUMBERS, stored.outcomes, stored.resources);
	expect(found).toHaveLength(expected.length);
	expected.forEach((text, index) => expect(found[index]).toMatch(text));
});

test('all n8n processes are told the same key, database and queue', () => {
	const postgres = { host: '127.0.0.1', port: 1, user: 'u', password: 'p' };
	const redis = { host: '127.0.0.1', port: 2, password: 'q' };
	expect(queueEnvironment(postgres, redis, 'k')).toMatchObject({
		EXECUTIONS_MODE: 'queue',
		N8N_ENCRYPTION_KEY: 'k',
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_PORT: '1',
		QUEUE_BULL_REDIS_PORT: '2',
	});
});
