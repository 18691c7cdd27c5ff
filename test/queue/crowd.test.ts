import { crowdByCoverage, crowdByGroup, crowdGroupId, crowdMember, isSlow } from '../../sandbox/crowd';
import { withFirst } from '../../sandbox/exportJobs';
import { groupIdOf, memberOfGroup } from '../../sandbox/matchAnswers';
import { judge } from '../../sandbox/memberMatch';
import { memberByKey } from '../../sandbox/members';
import { resourcesOf } from '../../sandbox/resources';
import { truthOf } from '../../sandbox/truth';

const TODAY = '2026-11-01';
const crowd = Array.from({ length: 400 }, (_, index) => crowdMember(index + 1));

function asked(number: number) {
	const { givenName, familyName, birthDate, coverageId, consentStart, consentEnd } = crowdMember(number).row;
	const given = [givenName];
	return { given, family: familyName, birthDate, coverageIds: [coverageId], consentStart, consentEnd };
}

describe('the crowd', () => {
	it('differs in member id, coverage id and group id', () => {
		const ids = crowd.flatMap((member) => [
			member.row.memberId,
			member.row.coverageId,
			groupIdOf('bison', member),
		]);
		expect(new Set(ids).size).toBe(3 * crowd.length);
	});

	it('has 5 to 40 resources a member, each with an id of its own', () => {
		for (const member of crowd.filter(({ export: outcome }) => outcome === 'completed')) {
			const data = withFirst(member.batches).flatMap((batch) => [
				...resourcesOf(member, member.batches, batch),
			]);
			expect(data.length).toBeGreaterThanOrEqual(5);
			expect(data.length).toBeLessThanOrEqual(40);
			expect(new Set(data.map(({ resourceType, id }) => `${resourceType}/${id}`)).size).toBe(data.length);
			expect(truthOf(member).resources).toBe(data.length);
		}
	});

	it('comes out in every way, and its slow members are completed', () => {
		const ways = crowd.map(({ outcome, export: came }) => came ?? outcome);
		expect([...new Set(ways)].sort()).toEqual([
			'completed',
			'consent-refused',
			'empty',
			'failed',
			'no-match',
			'partial',
		]);
		const slow = crowd.filter((_, index) => isSlow(index + 1));
		expect(slow.map(({ export: came }) => came)).toEqual(Array(16).fill('completed'));
	});

	it.each([
		[1, 'matched'],
		[7, 'no-match'],
		[17, 'consent-refused'],
		[27, 'matched'],
		[999_999, 'matched'],
	])('member %i is judged: %s', (number, outcome) => {
		expect(judge(asked(number), TODAY).outcome).toBe(outcome);
	});

	it.each([
		['another family name', { family: 'Somebody' }],
		['another birth date', { birthDate: '1900-01-01' }],
		["another member's coverage", { coverageIds: ['CRD-000002'] }],
		['a coverage of nobody', { coverageIds: ['CRD-000000'] }],
		['a coverage that is no number', { coverageIds: ['CRD-00000x'] }],
	])('is not found with %s', (_name, change) => {
		expect(judge({ ...asked(1), ...change }, TODAY).outcome).toBe('no-match');
	});

	it('is found by the group id that its tenant gives out, and by no other', () => {
		const groupId = groupIdOf('bison', crowdMember(4711));
		expect(groupId).toMatch(/^c[a-z0-9]{24}$/);
		expect(memberOfGroup('bison', groupId)?.row.memberId).toBe('CROWD-004711');
		expect(memberOfGroup('heron', groupId)).toBeUndefined();
		expect(memberOfGroup('bison', `c0${groupId.slice(2)}`)).toBeUndefined();
		expect(memberOfGroup('bison', groupIdOf('bison', crowdMember(17)))).toBeUndefined();
	});

	it('leaves the known members alone', () => {
		const small = memberByKey('small');
		expect(crowdGroupId('bison', small)).toBeUndefined();
		expect(crowdByGroup('bison', groupIdOf('bison', small))).toBeUndefined();
		expect(memberOfGroup('bison', groupIdOf('bison', small))).toBe(small);
		expect(crowdByCoverage([small.row.coverageId])).toEqual([]);
	});
});
