import { askedMember } from '../../../../nodes/MemberMatch/answer/askedMember';
import { isBulkMatchResult, readBulkMatch } from '../../../../nodes/MemberMatch/answer/bulkAnswer';
import { bulkParameters } from '../../../../nodes/MemberMatch/request/bulkRequest';
import {
	groupMember as entry,
	matchedByCoverage,
	matchExtension,
	resultGroup as group,
	resultParameters as parameters,
} from '../../../support/bulkAnswers';

const MATCHED = { outcome: 'matched', groupId: 'g-match', patientId: 'p1' };
const ELSEWHERE = {
	...matchExtension('parameters', '#m'),
	url: 'https://x/StructureDefinition/base-ext-match-parameters',
};
const bundle = (entries: object[], more: object = {}) => ({
	resourceType: 'Bundle',
	type: 'batch-response',
	entry: entries,
	...more,
});
const COMPLAINT = (severity: string) => ({
	resourceType: 'OperationOutcome',
	issue: [{ severity, code: 'processing' }],
});
const unclear = (reason: RegExp) => ({ outcome: 'unclear', reason: expect.stringMatching(reason) as string });

test.each<[sentence: string, resources: object[], verdict: object, notWhole?: string]>([
	['in the group of the matched', [group('match', [entry('#m')])], MATCHED],
	['by an id without #', [group('match', [entry('m')])], MATCHED],
	['by an id with a type', [group('match', [entry('Patient/m')])], MATCHED],
	[
		'by an absolute reference of the payer',
		[group('match', [entry('#m', 'https://payer.example/r4/Patient/p1')])],
		MATCHED,
	],
	[
		'with an identifier',
		[group('match', [{ entity: { ...entry('#m').entity, identifier: { system: 'urn:u', value: 'U-1' } } }])],
		{ ...MATCHED, memberIdentifier: { system: 'urn:u', value: 'U-1' } },
	],
	[
		'with the extension beside the entity',
		[
			group('match', [
				{ extension: [matchExtension('parameters', '#m')], entity: { reference: 'Patient/p1' } },
			]),
		],
		MATCHED,
	],
	[
		'by an extension at another address',
		[group('match', [{ entity: { extension: [ELSEWHERE], reference: 'Patient/p1' } }])],
		MATCHED,
	],
	[
		'in a group that only a characteristic tells apart',
		[
			{
				...group('', [entry('#m')]),
				id: 'g-match',
				code: undefined,
				characteristic: [{ code: { coding: [{ code: 'match' }] } }],
			},
		],
		MATCHED,
	],
	['in a Parameters', [parameters(['MatchedMembers', group('match', [entry('#m')])])], MATCHED],
	[
		'in a Parameters whose groups have no code',
		[parameters(['MatchedMembers', { ...group('match', [entry('#m')]), code: undefined }])],
		MATCHED,
	],
	[
		'in the group of who was not matched',
		[group('match'), group('nomatch', [entry('#m', '#m')])],
		{ outcome: 'no-match' },
	],
	[
		'in that group, by its own reference alone',
		[group('match'), group('nomatch', [{ entity: { reference: '#m' } }])],
		{ outcome: 'no-match' },
	],
	[
		'in the group of constrained consents',
		[group('match'), group('consentconstraint', [entry('#m', '#m')])],
		{ outcome: 'consent-refused' },
	],
	['in no group', [group('match', [entry('#other')])], { outcome: 'no-match' }],
	[
		'A6 in no group, while an entry is of a member who was not asked for',
		[group('match', [entry('#1')])],
		unclear(/none of the members/),
	],
	[
		'A6 in no group, while an entry names nobody',
		[group('match', [{ entity: { reference: 'Patient/p1' } }])],
		unclear(/none of the members/),
	],
	['A6 beside one who was not asked for', [group('match', [entry('#m'), entry('#1')])], MATCHED],
	[
		'E5 in a Parameters that another one returns',
		[parameters(['return', parameters(['MatchedMembers', group('match', [entry('#m')])])])],
		MATCHED,
	],
	[
		'E5 in a part of a parameter, whose name alone tells the group',
		[
			{
				resourceType: 'Parameters',
				parameter: [
					{
						name: 'MatchedMembers',
						part: [{ name: 'group', resource: { ...group('match', [entry('#m')]), code: undefined } }],
					},
				],
			},
		],
		MATCHED,
	],
	[
		'E5 in a Bundle that another one holds',
		[bundle([{ resource: bundle([{ resource: group('match', [entry('#m')]) }]) }])],
		MATCHED,
	],
	['A6 beside a complaint', [group('match', [entry('#m')]), COMPLAINT('error')], MATCHED],
	['A6 in no group, beside a remark', [group('match'), COMPLAINT('information')], { outcome: 'no-match' }],
	['A6 in no group, while a line is a complaint', [group('match'), COMPLAINT('error')], unclear(/an error/)],
	[
		'A6 in no group, while an entry is a complaint',
		[bundle([{ resource: group('match') }, { resource: COMPLAINT('fatal') }])],
		unclear(/an error/),
	],
	[
		'A6 in no group, while the outcome of an entry is a complaint',
		[bundle([{ resource: group('match') }, { response: { outcome: COMPLAINT('error') } }])],
		unclear(/an error/),
	],
	[
		'A6 in no group, while a parameter is a complaint',
		[parameters(['MatchedMembers', group('match')], ['outcome', COMPLAINT('error')])],
		unclear(/an error/),
	],
	[
		'A6 in no group of a Bundle that goes on',
		[bundle([{ resource: group('match') }], { link: [{ relation: 'next', url: '/2' }] })],
		unclear(/goes on/),
	],
	['in no group, and the matched group is empty', [group('match')], { outcome: 'no-match' }],
	[
		'in no group of an answer that is not whole',
		[group('match')],
		unclear(/cut off/),
		'The answer is cut off',
	],
	['in a group of an answer that is not whole', [group('match', [entry('#m')])], MATCHED, 'cut off'],
	[
		'in no group, and there is no matched group',
		[group('nomatch', [entry('#x', '#x')])],
		unclear(/no group of matched/),
	],
	['in nothing', [], unclear(/no group of matched/)],
	[
		'in no group, and a group counts more than it lists',
		[group('match', [], { quantity: 1 })],
		unclear(/counts more/),
	],
	['in a group of an unknown kind', [group('match'), group('other', [entry('#m')])], unclear(/unknown kind/)],
	[
		'in two groups',
		[group('match', [entry('#m')]), group('nomatch', [entry('#m', '#m')])],
		unclear(/more than once/),
	],
	['twice in the same way', [group('match', [entry('#m'), entry('#m')])], MATCHED],
	[
		'twice, once for each coverage',
		[matchedByCoverage('m', ['p1', 'W1'], ['p2', 'W2'])],
		{ ...MATCHED, patientId: 'p1' },
	],
	[
		'twice, and no coverage is the one that was sent',
		[matchedByCoverage('m', ['p1', 'X'], ['p2', 'Y'])],
		unclear(/more than once/),
	],
	[
		'without group and patient',
		[group('match', [entry('#m', '#m')], { id: undefined })],
		unclear(/neither group nor patient/),
	],
])('a member that the answer names %s', (...[, resources, verdict, notWhole]) => {
	const asked = [{ requestId: 'm', coverageId: 'W1' }, { requestId: 'other' }];
	expect(readBulkMatch(resources as never, asked, notWhole).get('m')).toMatchObject(verdict);
});

test.each<[is: boolean, body: unknown]>([
	[true, group('match')],
	[true, parameters(['MatchedMembers', group('match')])],
	[true, { resourceType: 'Bundle', entry: [{ resource: parameters(['MatchedMembers', group('match')]) }] }],
	[false, { resourceType: 'Bundle', entry: [{ resource: { resourceType: 'OperationOutcome' } }] }],
	[false, parameters(['MemberIdentifier', {}])],
	[false, { resourceType: 'OperationOutcome' }],
	[false, { output: [] }],
	[false, 'Group'],
])('whether an answer is the result itself: %s', (is, body) => expect(isBulkMatchResult(body)).toBe(is));

test.each<[status: string, outcome: string]>([
	['200 OK', 'no-match'],
	['207', 'no-match'],
	['500 Internal Server Error', 'unclear'],
])('E5 a member whom a Bundle does not name, where another entry is %s', (status, outcome) => {
	const groups = parameters(['MatchedMembers', group('match')]);
	const entry = [{ response: { status: '200 OK' }, resource: groups }, { response: { status } }];
	const bundle = { resourceType: 'Bundle', type: 'batch-response', entry };
	expect(readBulkMatch([bundle] as never, [{ requestId: 'm' }]).get('m')).toMatchObject({ outcome });
});

test('a request for many has a bundle for each, and no id of a coverage twice', () => {
	const one = (id: string) => ({
		resourceType: 'Parameters' as const,
		parameter: [
			{ name: 'MemberPatient' as const, resource: { resourceType: 'Patient', id } },
			{ name: 'CoverageToMatch' as const, resource: { resourceType: 'Coverage', id: 'c' } },
		],
	});
	const body = bulkParameters([one('a'), one('b'), one('c')]);
	expect(body.parameter.map(({ name }) => name)).toEqual(['MemberBundle', 'MemberBundle', 'MemberBundle']);
	expect(body.parameter.map(({ part }) => part.map(({ resource }) => resource))).toMatchObject([
		[{ id: 'a' }, { id: 'c' }],
		[{ id: 'b' }, { id: 'c-2' }],
		[{ id: 'c' }, { id: 'c-3' }],
	]);
});

describe('A6 the copy of the Patient that an entry points to', () => {
	const sent = (id: string, family: string, birthDate: string) => ({
		resourceType: 'Patient' as const,
		id,
		name: [{ family, given: ['Ada'] }],
		birthDate,
	});
	const rows = [sent('1', 'Lovelace', '1984-03-12'), sent('2', 'Hopper', '1990-01-01')];
	const asked = rows.map((patient) => ({
		requestId: patient.id,
		...askedMember({ resourceType: 'Parameters', parameter: [{ name: 'MemberPatient', resource: patient }] }),
	}));
	const answer = (...contained: object[]) => [
		{ ...group('match', [entry('#1', 'Patient/p1'), entry('#2', 'Patient/p2')]), contained },
	];
	const outcomes = (...contained: object[]) =>
		[...readBulkMatch(answer(...contained) as never, asked).values()].map(({ outcome }) => outcome);

	test.each<[sentence: string, contained: object[], expected: string[]]>([
		['as sent', rows, ['matched', 'matched']],
		[
			'numbered anew, so that each has the id of another',
			[
				{ ...rows[1], id: '1' },
				{ ...rows[0], id: '2' },
			],
			['unclear', 'unclear'],
		],
		['of one other person', [rows[0], { ...rows[1], birthDate: '1991-01-01' }], ['matched', 'unclear']],
		['with an id only', [{ resourceType: 'Patient', id: '1' }, rows[1]], ['matched', 'matched']],
		['not contained', [], ['matched', 'matched']],
	])('%s', (_, contained, expected) => expect(outcomes(...contained)).toEqual(expected));
});
