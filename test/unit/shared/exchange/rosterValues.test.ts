import {
	asSeen,
	damageOf,
	isFiller,
	readGender,
	readPersonName,
	readPersonNames,
	readRosterFhirId,
	readRosterId,
	withoutFillers,
} from '../../../../nodes/shared/exchange/rosterValues';
import { ownIdOf } from '../../../../nodes/shared/exchange/ownId';
import { Misread } from '../../../../nodes/shared/fhir/values';

const REFUSED = 'refused';
const shown = (value: unknown) => (value instanceof Misread ? REFUSED : value);

test.each([
	...['NULL', 'null', ' Null ', '(null)', 'N/A', 'n / a', '#N/A', 'n/a', '-', '--', '—', 'none', 'None'],
	...['NaN', 'nil', 'undefined', '\\N', '(blank)'],
])('F4 %p stands for no value', (filler) => {
	expect(isFiller(filler)).toBe(true);
	expect(withoutFillers(filler)).toBeUndefined();
	expect(withoutFillers(['Ada', filler])).toEqual(['Ada']);
});

test.each(['Na', 'NA', 'Nulle', 'Nonez', '0', 'A-', '', ' ', 'unknown', 0, null, undefined, false])(
	'F4 %p stands for itself',
	(value) => {
		expect(isFiller(value)).toBe(false);
		expect(withoutFillers(value)).toBe(value);
	},
);

test.each([
	...['="0004"', '=A1', '=0004', '#REF!', '#VALUE!', '#DIV/0!', '#NAME?', '#NUM!', '#NULL!', '########'],
	...[
		'1.23457E+17',
		'1,23457E+17',
		'1E+17',
		'1.5e3',
		'["Ada","Maria"]',
		'[object Object]',
		'{"a":1}',
		'"0004"',
		...['JosÃ©', 'MuÃ±oz', 'ZoÃ«', 'Ã‰mile', 'Oâ€™Brien', 'Pe\uFFFDa', 'O&#39;Brien', 'A&amp;B'],
	],
])('F4 %p is damage that says what to do', (value) => {
	expect(damageOf(value)).toMatchObject({ whatToDo: expect.stringMatching(/\w.*\.$/) as string });
	expect(damageOf(['Ada', value])).toBeInstanceOf(Misread);
	expect(damageOf(value)?.wanted).not.toContain('Maria');
});

test.each([
	'João',
	'SÃO',
	'Â',
	'AT&T',
	'R&D; x',
	'’t Hooft',
	'0004',
	'Ada',
	'12E5',
	'E+1',
	'#12',
	'a=b',
	'[a',
	'1,234',
	17,
	null,
	undefined,
	'',
])('F4 %p is no damage', (value) => {
	expect(damageOf(value)).toBeUndefined();
});

test.each<[value: unknown, gender: string | undefined]>([
	...['M', 'm', 'Male', 'MALE', 'man', '1', 1].map((value): [unknown, string] => [value, 'male']),
	...['F', 'f', ' Female ', 'woman', '2', 2].map((value): [unknown, string] => [value, 'female']),
	...['U', 'UNK', 'Unknown'].map((value): [unknown, string] => [value, 'unknown']),
	['other', 'other'],
	['O', 'other'],
	['', undefined],
	[undefined, undefined],
	...['X', 'W', 'MF', '0', 0, '9', 9, '3', 3, -1, 1.5, true, 'toString'].map((value): [unknown, string] => [
		value,
		REFUSED,
	]),
])('F4 the gender %p is %s', (value, gender) => {
	expect(shown(readGender(value))).toBe(gender);
});

test.each<[value: unknown, name: string | undefined]>([
	["O'Connor", "O'Connor"],
	["'t Hooft", "'t Hooft"],
	['Ng', 'Ng'],
	['李', '李'],
	['John 3rd', 'John 3rd'],
	['ada@example.org', REFUSED],
	['1984-03-12', REFUSED],
	['12345', REFUSED],
	[12345, REFUSED],
	['?', REFUSED],
])('F4 the name %p is %s', (value, name) => {
	expect(shown(readPersonName(value))).toBe(name);
	expect(shown(readPersonNames(['Ada', value]))).toEqual(name === REFUSED ? REFUSED : ['Ada', name]);
});

test.each<[value: unknown, id: string | undefined, fhirId: string | undefined]>([
	[1001, '1001', '1001'],
	['0004', '0004', '0004'],
	['A/7', 'A/7', REFUSED],
	[2 ** 53, REFUSED, REFUSED],
	[1.5, REFUSED, REFUSED],
	['1001.0', REFUSED, REFUSED],
	["'0004", REFUSED, REFUSED],
	['1001.5', '1001.5', '1001.5'],
	...[
		...['ada@example.org', '*****1234', 'XXX-XX-1234', '••••1234', 'TBD', 'unknown', '????', 'PM–1', 'М-1'],
		'１００１',
	].map((value): [string, string, string] => [value, REFUSED, REFUSED]),
	['XXX1234', 'XXX1234', 'XXX1234'],
	['A*1', 'A*1', REFUSED],
	[undefined, undefined, undefined],
])('F4 the id %p is %s, or %s in FHIR', (value, id, fhirId) => {
	expect([shown(readRosterId(value)), shown(readRosterFhirId(value))]).toEqual([id, fhirId]);
});

test.each([
	[1001, '1001', 1001],
	['1001', '1001', '1001'],
	[' M-1 ', 'M-1', ' M-1 '],
	[undefined, 'M-1', 'M-1'],
	['', 'M-1', 'M-1'],
	['M\u200B-1', 'M-1', 'M\u200B-1'],
])('F7 the member ID %p, read as %s, leaves as %p', (value, text, own) => {
	expect(ownIdOf(value, text)).toBe(own);
});

test.each([
	['Ada\u200B', 'Ada'],
	['\uFEFFM-\u00AD1\u200E', 'M-1'],
	['Mary\u00A0Ann', 'Mary Ann'],
	[
		['Ada\u2060', 1],
		['Ada', 1],
	],
	['نرگس\u200Cها', 'نرگس\u200Cها'],
	[1001, 1001],
	[undefined, undefined],
])('F4 what nobody sees is not sent: %p', (value, seen) => {
	expect(asSeen(value)).toEqual(seen);
});
