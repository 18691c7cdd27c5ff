import {
	asSeen,
	damageOf,
	isFiller,
	readGender,
	readPersonName,
	readPersonNames,
	readPostalCode,
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
	...['NaN', 'nil', 'undefined', '\\N', '(blank)', 'N\\A', 'n/k'],
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
		...[
			'Jos√©',
			'Jos├⌐',
			'Nguyá»…n',
			'Å¡ime',
			'GÃ\u00B6bel',
			'WÅ‚odek',
			'Ð˜Ð²Ð°Ð½',
			'Ann\u00C2\u00A0Marie',
			'O%27Neil',
		],
		...['Jos%C3%A9', "O\\'Connor"],
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
	'100% Plan',
	'ÅSA',
	'ÄÖÜ',
	'ÉMILE’S',
	'RENÉ\u00A0MARIE',
	'Иван',
	'Škoda',
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
	['Smith, Jr.', 'Smith, Jr.'],
	['Smith, III', 'Smith, III'],
	['Smith, Jr., M.D.', 'Smith, Jr., M.D.'],
	['García Márquez', 'García Márquez'],
	['Van der Berg-Ó Néill', 'Van der Berg-Ó Néill'],
	['Jose\u0301', 'Jose\u0301'],
	...['DOE, ADA', 'Doe,', 'Ada; Maria', 'Ada|Maria', 'Mu?oz', '?ada', "O''Connor"].map(
		(value): [string, string] => [value, REFUSED],
	),
	...['Unknown', 'TBD', 'Not provided', 'No first name', '1-Mar', '3/12/1984'].map(
		(value): [string, string] => [value, REFUSED],
	),
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
		...['0', '00000', '000-00-0000', '-1', 'NA', 'n.a.', 'Not on file', 'None provided', 'xxx', '1,234,567'],
		...['12-Mar', 'Mar-12', '1-Mar-26', '2026-03-01', '3/12/1984', '2026-03-01T00:00:00.000Z'],
		...['AB\u200D12', 'AB\u200C12', '123456789012345000'],
	].map((value): [string, string, string] => [value, REFUSED, REFUSED]),
	[0, REFUSED, REFUSED],
	[-1, REFUSED, REFUSED],
	[1234567890123450, REFUSED, REFUSED],
	[1234567890123456, '1234567890123456', '1234567890123456'],
	['1234567890123450', '1234567890123450', '1234567890123450'],
	['0000', '0000', '0000'],
	['0-1', '0-1', '0-1'],
	['MAR12', 'MAR12', 'MAR12'],
	['NA-1', 'NA-1', 'NA-1'],
	['123-4-567', '123-4-567', '123-4-567'],
	['9876-54-32', '9876-54-32', '9876-54-32'],
	['12/34/5678', '12/34/5678', REFUSED],
	['XXX1234', 'XXX1234', 'XXX1234'],
	['A*1', 'A*1', REFUSED],
	[undefined, undefined, undefined],
])('F4 the id %p is %s, or %s in FHIR', (value, id, fhirId) => {
	expect([shown(readRosterId(value)), shown(readRosterFhirId(value))]).toEqual([id, fhirId]);
});

test.each<[value: unknown, code: string | undefined]>([
	['02138', '02138'],
	['02138-1234', '02138-1234'],
	['021381234', '021381234'],
	['K1A 0B1', 'K1A 0B1'],
	[45402, '45402'],
	...[2138, '2138', '601', 21381234, '6011234'].map((value): [unknown, string] => [value, REFUSED]),
])('F4 the postal code %p is %s', (value, code) => {
	expect(shown(readPostalCode(value))).toBe(code);
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
	['Jose\u0301', 'Jos\u00E9'],
	['M\u061C-\u034F1\uFE0F\u180E', 'M-1'],
	['12\u3164', '12'],
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
