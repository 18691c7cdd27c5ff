import type { ExportMember } from '../../../nodes/shared/exchange/exportMembers';
import { queryWithoutEnded } from '../../../nodes/StartExport/consent';

const m = (name: string, patientId: string | undefined = `p-${name}`): ExportMember => ({
	memberId: name,
	patientId,
});
const nameless = (name: string): ExportMember => ({ memberId: name });

test.each<
	[
		sentence: string,
		inForce: ExportMember[],
		ended: ExportMember[],
		patients: string[],
		named: string[] | 'all' | 'error',
	]
>([
	['nobody', [m('a')], [], [], 'all'],
	['one of two', [m('a')], [m('b')], [], ['p-a']],
	['one without an id, the others have theirs', [m('a')], [nameless('b')], [], ['p-a']],
	['one, another has no id', [nameless('a'), m('c')], [m('b')], [], 'error'],
	['the same person by another consent, by id', [m('a')], [{ memberId: 'x', patientId: 'p-a' }], [], 'all'],
	['the same person by another consent, by member', [nameless('a')], [nameless('a')], [], 'all'],
	['two without anything that tells who they are', [{}], [{}], [], 'error'],
	['one of those in the option Patients', [m('a')], [m('b')], ['p-a', 'p-b'], ['p-a']],
	['one who is not in the option Patients', [m('a')], [m('b')], ['p-x'], ['p-x']],
	['all of the option Patients', [m('a')], [m('b')], ['p-b'], 'error'],
	['one without an id, with the option Patients', [m('a')], [nameless('b')], ['p-a', 'p-c'], 'error'],
])('A11 the consent of %s has ended', (_, inForce, ended, patients, named) => {
	const before: Array<[string, string]> = [
		['_type', 'Patient'],
		...patients.map((id): [string, string] => ['patient', `Patient/${id}`]),
	];
	const query = () => queryWithoutEnded(before, patients, { inForce, ended });
	if (named === 'error') return expect(query).toThrow(/its group holds a member whose consent has ended/);
	const ids = named === 'all' ? patients : named;
	expect(query()).toEqual([['_type', 'Patient'], ...ids.map((id) => ['patient', `Patient/${id}`])]);
});
