import type { IDataObject } from 'n8n-workflow';
import { judgePerson, personOf, type Verdict } from '../../../../nodes/shared/exchange/person';
import { HashedPerson, hashPerson } from '../../../../nodes/shared/exchange/personHashes';

const patient = (family: string, given: string[], birthDate?: string, more: object = {}): IDataObject => ({
	resourceType: 'Patient',
	name: [{ family, given }],
	...(birthDate !== undefined && { birthDate }),
	...more,
});
const BORN = '1984-03-12';
const ADA = patient('Lovelace', ['Ada'], BORN);
const MRN = { identifier: [{ system: 'urn:plan', value: 'MB-1' }] };
const names = (...name: object[]) => ({ resourceType: 'Patient', birthDate: BORN, name });

type Case = [sentence: string, asked: IDataObject, found: IDataObject, verdict: Verdict];

const CASES: Case[] = [
	['the same names and birth date', ADA, ADA, 'same'],
	['another birth date', ADA, patient('Lovelace', ['Ada'], '1984-03-13'), 'other'],
	['day and month exchanged', ADA, patient('Lovelace', ['Ada'], '1984-12-03'), 'other'],
	['the year alone, fitting', ADA, patient('Lovelace', ['Ada'], '1984'), 'same'],
	['the year alone, another', ADA, patient('Lovelace', ['Ada'], '1985'), 'other'],
	['year and month, another month', patient('Lovelace', ['Ada'], '1984-04'), ADA, 'other'],
	['a birth date with a time', ADA, patient('Lovelace', ['Ada'], `${BORN}T08:00:00Z`), 'same'],
	['no birth date', ADA, patient('Lovelace', ['Ada']), 'unclear'],
	['no name', ADA, { resourceType: 'Patient', birthDate: BORN }, 'unclear'],
	['nothing but an id', ADA, { resourceType: 'Patient', id: '1' }, 'unclear'],
	[
		'gender never decides',
		patient('Lovelace', ['Ada'], BORN, { gender: 'female' }),
		patient('Lovelace', ['Ada'], BORN, { gender: 'male' }),
		'same',
	],
	// Family names.
	['case and accents', patient('Núñez', ['José'], BORN), patient('NUNEZ', ['JOSE'], BORN), 'same'],
	['ü as ue', patient('Müller', ['Jan'], BORN), patient('Mueller', ['Jan'], BORN), 'same'],
	['ü as u', patient('Müller', ['Jan'], BORN), patient('Muller', ['Jan'], BORN), 'same'],
	['ß as ss', patient('Groß', ['Jan'], BORN), patient('GROSS', ['Jan'], BORN), 'same'],
	['decomposed letters', patient('Mu\u0308ller', ['Jan'], BORN), patient('Mueller', ['Jan'], BORN), 'same'],
	['ø as oe and o', patient('Sørensen', ['Jan'], BORN), patient('Soerensen', ['Jan'], BORN), 'same'],
	['punctuation', patient("O'Connor", ['Jan'], BORN), patient('OConnor', ['Jan'], BORN), 'same'],
	['a space in it', patient('Mc Donald', ['Jan'], BORN), patient('McDonald', ['Jan'], BORN), 'same'],
	['half of a double name', patient('Meyer-Schulz', ['Jan'], BORN), patient('Schulz', ['Jan'], BORN), 'same'],
	[
		'double against single, the other way',
		patient('Garcia', ['Jan'], BORN),
		patient('Garcia Lopez', ['Jan'], BORN),
		'same',
	],
	[
		'a common particle is no name',
		patient('van der Berg', ['Jan'], BORN),
		patient('van der Meer', ['Jan'], BORN),
		'unclear',
	],
	[
		'two letters in common are no part',
		patient('Li-Wang', ['Jan'], BORN),
		patient('Li-Chen', ['Jan'], BORN),
		'unclear',
	],
	['a short whole name', patient('Li', ['Jan'], BORN), patient('LI', ['Jan'], BORN), 'same'],
	['no Latin letters', patient('王', ['伟'], BORN), patient('王', ['伟'], BORN), 'same'],
	['a marriage', ADA, patient('King', ['Ada'], BORN), 'unclear'],
	[
		'a marriage, with the maiden name kept',
		ADA,
		names({ use: 'official', family: 'King', given: ['Ada'] }, { use: 'maiden', family: 'Lovelace' }),
		'same',
	],
	[
		'a marriage, with the old name kept',
		ADA,
		names({ use: 'old', family: 'Lovelace', given: ['Ada'] }, { family: 'King', given: ['Ada'] }),
		'same',
	],
	[
		'a marriage, with our old name',
		names({ family: 'King', given: ['Ada'] }, { use: 'old', family: 'Lovelace' }),
		ADA,
		'same',
	],
	['a name as text only', ADA, names({ text: 'Ada Lovelace' }), 'same'],
	// Given names.
	['twins', ADA, patient('Lovelace', ['Ruth'], BORN), 'unclear'],
	['an initial', patient('Lovelace', ['A.'], BORN), ADA, 'same'],
	[
		'the second given name',
		patient('Lovelace', ['Maria'], BORN),
		patient('Lovelace', ['Ada', 'Maria'], BORN),
		'same',
	],
	['no given name', patient('Lovelace', [], BORN), ADA, 'same'],
	...[
		'Baby',
		'Boy',
		'Girl',
		'Newborn',
		'BB',
		'BG',
		'Infant',
		'Twin A',
		'Baby Boy 1',
		"Ruth's Girl",
		'BabyGirl',
	].map((given): Case => [`a newborn: ${given}`, ADA, patient('Lovelace', [given], BORN), 'same']),
	['a newborn, asked for as such', patient('Lovelace', ['Baby Girl'], BORN), ADA, 'same'],
	['newborn twins', patient('Lovelace', ['Twin A'], BORN), patient('Lovelace', ['Twin B'], BORN), 'unclear'],
	...[
		['Baby Boy A', 'Baby Boy B'],
		['TwinA', 'TwinB'],
		['BB', 'BG'],
		['BabyBoy', 'BabyGirl'],
	].map(
		([one, other]): Case => [
			`newborn twins: ${one}`,
			patient('Lovelace', [one], BORN),
			patient('Lovelace', [other], BORN),
			'unclear',
		],
	),
	[
		'newborn twins, in two given names',
		patient('Lovelace', ['Twin', 'A'], BORN),
		patient('Lovelace', ['Twin', 'B'], BORN),
		'unclear',
	],
	[
		'a text with another given name',
		patient('Lovelace', ['Lena'], BORN),
		names({ text: 'Ruth Lovelace' }),
		'unclear',
	],
	[
		'a text whose family name is our given name',
		patient('Thomas', ['James'], BORN),
		names({ text: 'Thomas Jones' }),
		'unclear',
	],
	[
		'a given name as a text',
		ADA,
		{ ...patient('Lovelace', [], BORN), name: [{ family: 'Lovelace', given: 'Ruth' }] },
		'unclear',
	],
	[
		'newborn twins, boy and girl',
		patient('Lovelace', ['Baby Boy'], BORN),
		patient('Lovelace', ['Baby Girl'], BORN),
		'unclear',
	],
	['a newborn of another day', ADA, patient('Lovelace', ['Baby'], '1984-03-13'), 'other'],
	// Too long, odd or hostile.
	[
		'names that are no text',
		ADA,
		{ birthDate: BORN, name: [{ family: 7, given: [{}, null] }, 'x'] },
		'unclear',
	],
	['a birth date that is none', ADA, patient('Lovelace', ['Ada'], 'unknown'), 'unclear'],
	['a name of a million letters', ADA, patient('x'.repeat(1e6), ['Ada'], BORN), 'unclear'],
];

describe('who somebody is', () => {
	test.each(CASES)('A5 %s', (_, asked, found, verdict) => {
		expect(judgePerson(personOf(asked), personOf(found)).verdict).toBe(verdict);
	});

	test.each(CASES)('A5 by hashes: %s', (_, asked, found, verdict) => {
		const ids = { memberId: 'M-1', groupId: 'g', patientId: undefined };
		const person = HashedPerson.read(hashPerson(personOf(asked), ids), ids);
		expect(person?.judge(personOf(found)).verdict).toBe(verdict);
	});

	test.each<Case>([
		['outweighs a family name', { ...ADA, ...MRN }, patient('King', ['Ada'], BORN, MRN), 'same'],
		['never a birth date', { ...ADA, ...MRN }, patient('Lovelace', ['Ada'], '2014-01-01', MRN), 'other'],
		['counts where names are missing', { ...ADA, ...MRN }, { ...MRN }, 'same'],
		[
			'of another system is another',
			{ ...ADA, ...MRN },
			{ identifier: [{ system: 'urn:x', value: 'MB-1' }] },
			'unclear',
		],
		[
			'without a system is compared by value',
			{ ...ADA, identifier: [{ value: 'MB-1' }] },
			{ ...MRN },
			'same',
		],
		['does not tell twins apart', { ...ADA, ...MRN }, patient('Lovelace', ['Ruth'], BORN, MRN), 'unclear'],
	])('A5 an identifier %s', (_, asked, found, verdict) => {
		expect(judgePerson(personOf(asked), personOf(found)).verdict).toBe(verdict);
	});

	it('A5 an identifier that a family shares names nobody', () => {
		const child = patient('Lovelace', ['Ruth'], '2014-01-01', { identifier: [{ value: 'SUB-1' }] });
		const parent = patient('King', ['Ada'], BORN, { identifier: [{ value: 'SUB-1' }] });
		expect(judgePerson(personOf(child, new Set(['SUB-1'])), personOf(parent)).verdict).toBe('other');
		const unknown = patient('King', ['Ruth'], '2014-01-01', { identifier: [{ value: 'SUB-1' }] });
		expect(judgePerson(personOf(child, new Set(['SUB-1'])), personOf(unknown)).verdict).toBe('unclear');
		const number = [{ type: { coding: [{ code: 'SN' }] }, value: 'SUB-2' }];
		expect(personOf({ identifier: number }).identifiers.size).toBe(0);
	});
});

describe('hashes of a person', () => {
	const hashes = hashPerson(personOf(ADA), { memberId: 7, groupId: 'g', patientId: 'p' });

	it('hold nothing that can be read, and have 8 bytes each', () => {
		expect(hashes).not.toMatch(/ada|lovelace|1984/i);
		for (const each of hashes?.split(' ').slice(2) ?? []) {
			expect(Buffer.from(each.slice(2), 'base64url')).toHaveLength(8);
		}
	});

	test.each<[sentence: string, text: unknown, ids: IDataObject, isRead: boolean]>([
		['with the ids of the item', hashes, { memberId: 7, groupId: 'g' }, true],
		['with a number that became a text', hashes, { memberId: '7', groupId: 'g', patientId: 'x' }, true],
		['with another group', hashes, { memberId: 7, groupId: 'h' }, false],
		['with another member', hashes, { memberId: 8, groupId: 'g' }, false],
		['without a group', hashes, { memberId: 7, patientId: 'p' }, false],
		['that are none', 'p1 x', { memberId: 7, groupId: 'g' }, false],
		['that are a number', 7, { memberId: 7, groupId: 'g' }, false],
		['of no text', undefined, { memberId: 7, groupId: 'g' }, false],
	])('are read %s', (_, text, { memberId, groupId, patientId }, isRead) => {
		expect(HashedPerson.read(text, { memberId, groupId, patientId }) !== undefined).toBe(isRead);
	});
});
