import { askedMember } from '../../../../nodes/MemberMatch/answer/askedMember';
import { judgeMatch } from '../../../../nodes/MemberMatch/answer/matchAnswer';
import type { MatchParameters } from '../../../../nodes/MemberMatch/request/matchRequest';

/** Whether an answer about one member names that member. */

const PATIENT = {
	resourceType: 'Patient',
	id: 'M-1',
	name: [{ family: 'Lovelace', given: ['Ada'] }],
	birthDate: '1984-03-12',
	identifier: [{ system: 'urn:old', value: 'MB-1' }],
};
const REQUEST: MatchParameters = {
	resourceType: 'Parameters',
	parameter: [
		{ name: 'MemberPatient', resource: PATIENT },
		{
			name: 'CoverageToMatch',
			resource: { resourceType: 'Coverage', identifier: [{ value: 'CV-7' }], subscriberId: 'SUB-9' } as never,
		},
	],
};
const asked = askedMember(REQUEST);
const judge = (json: unknown, identifiesBy: 'group' | 'member' = 'member') =>
	judgeMatch({ status: 200, headers: {}, text: JSON.stringify(json), json }, [], { identifiesBy, asked });
const parameters = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter });
const identifier = (value: string, system?: string) => ({
	name: 'MemberIdentifier',
	valueIdentifier: { system, value },
});
const returned = (...more: object[]) => ({
	name: 'MemberPatient',
	resource: { ...PATIENT, identifier: [...PATIENT.identifier, ...more] },
});
const typed = (code: string, value: string) => ({ type: { coding: [{ code }] }, system: 'urn:payer', value });
const STRANGER = { ...PATIENT, birthDate: '1991-02-03', name: [{ family: 'Hopper', given: ['Grace'] }] };

test.each<[sentence: string, answer: object, expected: object]>([
	[
		'an identifier of the payer',
		parameters(identifier('U-1', 'urn:payer')),
		{ outcome: 'matched', memberIdentifier: { system: 'urn:payer', value: 'U-1' } },
	],
	[
		'our identifier, and nothing else',
		parameters(identifier('MB-1', 'urn:old')),
		{ outcome: 'matched', isEcho: true },
	],
	['our identifier without its system', parameters(identifier('MB-1')), { isEcho: true }],
	[
		'our number in a numbering of the payer',
		parameters(identifier('MB-1', 'urn:payer')),
		{ memberIdentifier: { system: 'urn:payer', value: 'MB-1' } },
	],
	['our coverage id', parameters(identifier('CV-7', 'urn:payer')), { isEcho: true }],
	['our subscriber id', parameters(identifier('SUB-9')), { isEcho: true }],
	[
		'ours, and its own in the Patient',
		parameters(identifier('MB-1'), returned(typed('UMB', 'U-1'))),
		{ outcome: 'matched', memberIdentifier: { system: 'urn:payer', value: 'U-1' } },
	],
	[
		'ours, and its own as member number',
		parameters(identifier('MB-1'), returned(typed('MB', 'U-2'))),
		{ memberIdentifier: { value: 'U-2' } },
	],
	[
		'ours, and two of its own',
		parameters(identifier('MB-1'), returned(typed('UMB', 'U-1'), typed('UMB', 'U-2'))),
		{ isEcho: true },
	],
	[
		'ours, and another number of no kind',
		parameters(identifier('MB-1'), returned({ value: 'X' })),
		{ isEcho: true },
	],
	[
		'only the Patient, with its own number',
		parameters(returned(typed('UMB', 'U-1'))),
		{ outcome: 'matched', memberIdentifier: { value: 'U-1' } },
	],
	['only the Patient as we sent it', parameters(returned()), { outcome: 'unclear' }],
	['two identifiers', parameters(identifier('U-1'), identifier('U-2')), { outcome: 'unclear' }],
	[
		'two Patients',
		parameters(
			...['1', '2'].map((id) => ({ name: 'MemberId', valueReference: { reference: `Patient/${id}` } })),
		),
		{ outcome: 'unclear' },
	],
	[
		'our own Patient id',
		parameters({ name: 'MemberId', valueReference: { reference: 'Patient/M-1' } }),
		{ outcome: 'unclear' },
	],
	[
		'our own Patient id and our identifier',
		parameters(identifier('MB-1'), { name: 'MemberId', valueReference: { reference: 'Patient/M-1' } }),
		{ isEcho: true },
	],
])('A4 the payer answers with %s', (_, answer, expected) => {
	expect(judge(answer)).toMatchObject(expected);
});

test('A4 an identifier that is no echo is not called one', () => {
	expect(judge(parameters(identifier('U-1')))).not.toHaveProperty('isEcho');
});

const GROUP = { name: 'groupId', valueString: 'g-1' };
const patient = (resource: object) => ({ name: 'MemberPatient', resource });

test.each<[sentence: string, answer: object, outcome: string]>([
	['a stranger beside a group id', parameters(GROUP, patient(STRANGER)), 'unclear'],
	['a stranger beside an identifier', parameters(identifier('U-1'), patient(STRANGER)), 'unclear'],
	['another birth date', parameters(GROUP, patient({ ...PATIENT, birthDate: '1984-03-21' })), 'unclear'],
	[
		'a twin',
		parameters(
			GROUP,
			patient({ ...PATIENT, name: [{ family: 'Lovelace', given: ['Ruth'] }], identifier: [] }),
		),
		'unclear',
	],
	['a stranger in a part', parameters(GROUP, { name: 'x', part: [patient(STRANGER)] }), 'unclear'],
	['a stranger in a Group', { resourceType: 'Group', id: 'g-1', contained: [STRANGER] }, 'unclear'],
	['a stranger beside a field groupId', { groupId: 'g-1', patient: STRANGER }, 'unclear'],
	['the member', parameters(GROUP, patient(PATIENT)), 'matched'],
	['the member and who pays for her', parameters(GROUP, patient(PATIENT), patient(STRANGER)), 'matched'],
	[
		'a stranger beside the Patient that we sent',
		parameters(GROUP, patient(PATIENT), patient({ ...STRANGER, id: '999' })),
		'unclear',
	],
	[
		'a stranger in a Bundle',
		parameters(GROUP, patient({ resourceType: 'Bundle', entry: [{ resource: STRANGER }] })),
		'unclear',
	],
	['a Patient without names', parameters(GROUP, patient({ resourceType: 'Patient', id: 'p1' })), 'matched'],
	['nobody', parameters(GROUP), 'matched'],
])('A2 an answer that shows %s is %s', (_, answer, outcome) => {
	expect(judge(answer, 'group')).toMatchObject({ outcome });
});
