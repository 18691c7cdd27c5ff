import { readGroup } from '../../../../nodes/MemberMatch/answer/groupId';

const ID = 'cmk1cuald0005l701sdo7gs8c';
const parameters = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter });
const group = (change: object = {}) => ({ resourceType: 'Group', id: ID, ...change });
const code = (value: string) => ({ code: { coding: [{ code: value }] } });
const member = [{ entity: { reference: 'Patient/1' } }];

type Row = [sentence: string, answer: unknown, path?: string];

describe('the group id is found in', () => {
	test.each<Row>([
		['a field groupId', { groupId: ID }],
		['a field group_id', { group_id: ID }],
		['a field groupID', { groupID: ID }],
		['a field with a reference', { groupId: `Group/${ID}` }],
		['a parameter groupId', parameters({ name: 'groupId', valueString: ID })],
		['a parameter group-id', parameters({ name: 'group-id', valueId: ID })],
		[
			'a parameter groupId with an Identifier',
			parameters({ name: 'groupId', valueIdentifier: { value: ID } }),
		],
		[
			'a parameter groupId with a Reference',
			parameters({ name: 'GroupId', valueReference: { reference: `Group/${ID}` } }),
		],
		[
			'the HRex answer with a Group',
			parameters(
				{ name: 'MemberIdentifier', valueIdentifier: { system: 'urn:x', value: '55678' } },
				{ name: 'MemberId', valueReference: { reference: 'Patient/P-1' } },
				{ name: 'Group', valueReference: { reference: `Group/${ID}` } },
			),
		],
		[
			'an absolute reference',
			parameters({ name: 'Group', valueReference: { reference: `https://payer.example/r4/Group/${ID}` } }),
		],
		[
			'a reference to a version',
			parameters({ name: 'Group', valueReference: { reference: `Group/${ID}/_history/2` } }),
		],
		[
			'a MatchedMembers group that counts',
			parameters({ name: 'MatchedMembers', resource: group({ quantity: 1 }) }),
		],
		[
			'a MatchedMembers group that lists',
			parameters({ name: 'MatchedMembers', resource: group({ member }) }),
		],
		[
			'a MatchedMembers group beside an empty other one',
			parameters(
				{ name: 'NonMatchedMembers', resource: { resourceType: 'Group', id: 'other', member: [] } },
				{ name: 'MatchedMembers', resource: group({ member }) },
			),
		],
		['a Group', group()],
		['a Group that counts', group({ quantity: 1 })],
		['a Group of matches', group({ ...code('match'), member })],
		['a place nobody foresaw', { result: { group: { id: ID } } }, 'result.group.id'],
		['a place in a list', { results: [{ id: 'x' }, { id: ID }] }, 'results.1.id'],
		['a place in a list, in brackets', { results: [{ id: ID }] }, 'results[0].id'],
		['a place with a reference', { result: { group: `Group/${ID}` } }, 'result.group'],
		['the place named before any other', { groupId: 'another', real: ID }, 'real'],
		['the usual place where the one named is empty', { groupId: ID }, 'result.group.id'],
		['a place in a list of answers', [{ id: ID }], '0.id'],
		['a place that holds a number', { result: { id: 4711 } }, 'result.id'],
		['a field that holds a number', { groupId: 4711 }],
	])('%s', (_, answer, ...[path]) => {
		const expected = JSON.stringify(answer).includes('4711') ? '4711' : ID;
		expect(readGroup(answer, path)).toEqual({ groupId: expected });
	});
});

describe('nobody was matched, says', () => {
	test.each<[string, unknown, string]>([
		[
			'an empty MatchedMembers group',
			parameters({ name: 'MatchedMembers', resource: group({ member: [] }) }),
			'no-match',
		],
		[
			'a MatchedMembers group of none',
			parameters({ name: 'MatchedMembers', resource: group({ quantity: 0 }) }),
			'no-match',
		],
		[
			'a MatchedMembers group without members',
			parameters({ name: 'MatchedMembers', resource: group() }),
			'no-match',
		],
		[
			'a NonMatchedMembers group',
			parameters({ name: 'NonMatchedMembers', resource: group({ member }) }),
			'no-match',
		],
		[
			'an empty MatchedMembers group beside NonMatchedMembers',
			parameters(
				{ name: 'MatchedMembers', resource: group({ member: [] }) },
				{ name: 'NonMatchedMembers', resource: group({ member }) },
			),
			'no-match',
		],
		[
			'an empty MatchedMembers group beside ConsentConstrainedMembers',
			parameters(
				{ name: 'MatchedMembers', resource: group({ member: [] }) },
				{ name: 'NonMatchedMembers', resource: group({ member: [] }) },
				{ name: 'ConsentConstrainedMembers', resource: group({ member }) },
			),
			'consent-refused',
		],
		[
			'a ConsentConstrainedMembers group',
			parameters({ name: 'ConsentConstrainedMembers', resource: group({ quantity: 1 }) }),
			'consent-refused',
		],
		['a Group by the code nomatch', group({ ...code('nomatch'), member }), 'no-match'],
		[
			'a Group by the code consentconstraint',
			group({ ...code('consentconstraint'), member }),
			'consent-refused',
		],
		['an empty Group', group({ member: [] }), 'no-match'],
	])('%s', (_, answer, expected) => {
		expect(readGroup(answer)).toEqual({ notMatched: expected });
	});

	test.each(['NonMatchedMembers', 'ConsentConstrainedMembers'])(
		'a reference to the group of %s: it is no match',
		(name) => {
			const answer = parameters({ name, valueReference: { reference: `Group/${ID}` } });
			expect(readGroup(answer).groupId).toBeUndefined();
		},
	);
});

describe('nothing is read from', () => {
	test.each<Row>([
		['an empty object', {}],
		['a text', 'groupId'],
		['a list', [{ groupId: ID }]],
		['null', null],
		['a blank groupId', { groupId: ' ' }],
		['another resource', { resourceType: 'Patient', id: ID }],
		['a Parameters without anything', parameters()],
		[
			'a Parameters of other things',
			parameters({ name: 'MemberIdentifier', valueIdentifier: { value: '1' } }),
		],
		[
			'a reference to a Patient',
			parameters({ name: 'MemberId', valueReference: { reference: 'Patient/1' } }),
		],
		[
			'a matched Group without an id',
			parameters({ name: 'MatchedMembers', resource: group({ id: undefined, member }) }),
		],
		['what every object inherits', {}, 'constructor.name'],
		['a place that is no text', { result: { id: { deep: ID } } }, 'result.id'],
	])('%s', (_, answer, ...[path]) => {
		expect(readGroup(answer, path)).toEqual({});
	});
});
