import { isUsable, readDirectory } from '../../../../../nodes/shared/payers/directory/directory';
import { PayerLookup } from '../../../../../nodes/shared/payers/directory/lookup';

/** Rows of payers with a client secret. */
function lookupOf(rows: Record<string, object>): PayerLookup {
	const keys = Object.keys(rows);
	const table = keys.map((key, index) => [
		key,
		{ fhirBaseUrl: `https://fhir-${index}.example/r4`, signIn: 'secret', clientId: 'c', ...rows[key] },
	]);
	const secrets = keys.map((key, index) => [key, `secret ${index}`]);
	const read = readDirectory({
		payers: JSON.stringify(Object.fromEntries(table)),
		clientSecrets: JSON.stringify(Object.fromEntries(secrets)),
	});
	if ('problem' in read) throw new Error(read.problem);
	expect(read.entries.filter(isUsable)).toHaveLength(keys.length);
	return new PayerLookup(read, '2027-01-01');
}

/** The key of the payer, or why there is none. */
function found(lookup: PayerLookup, value: string): string {
	const result = lookup.find(value, 'It');
	return 'row' in result ? result.row.key : result.reason;
}

const NONE = 'It names no payer of the directory';
const SEVERAL = 'It names several payers of the directory';
const BOTH = 'It is the key of one payer of the directory and the name of another';

test.each<[what: string, rows: Record<string, object>, value: string, expected: string]>([
	[
		'a state in brackets that is a word too',
		{ in: { name: 'Heron (IN)' }, or: { name: 'Heron (OR)' } },
		'Heron (OR)',
		'or',
	],
	['another state in brackets', { in: { name: 'Heron (IN)' } }, 'Heron (OR)', NONE],
	['none, of a name with a state', { in: { name: 'Heron (IN)' } }, 'Heron', NONE],
	['a letter in brackets', { m: { name: 'Heron (M)' } }, 'Heron (F)', NONE],
	['a plus', { plan: { name: 'Plan A' } }, 'Plan A+', NONE],
	['a name whose end looks like a date', { a: { name: 'Heron' } }, 'Heron mm/dd/yyyy', NONE],
	[
		'a long name that differs at its end',
		{ a: { name: `${'x'.repeat(300)}1` } },
		`${'x'.repeat(300)}2`,
		NONE,
	],
	['signs alone', { a: {} }, '---', NONE],
	['a name in other signs and capitals', { a: { name: 'Heron & Sons, Inc.' } }, 'HERON and sons inc', NONE],
	['the same without the words', { a: { name: 'Heron & Sons, Inc.' } }, 'heron sons INC', 'a'],
	['a name beyond ASCII', { größe: {} }, 'GRÖSSE', NONE],
	['the same in another composition', { größe: {} }, 'gro\u0308ße', 'größe'],
	['a key that is digits', { 2: {}, 10: {} }, '10', '10'],
	['a name of two rows', { a: { name: 'Twin' }, b: { name: 'Twin' } }, 'twin', SEVERAL],
	['an NPI of two rows', { a: { npi: '1558444216' }, b: { npi: '1558444216' } }, '1558444216', SEVERAL],
	['a key of one that has the name too', { twin: { name: 'Twin' }, b: { name: 'Twin' } }, 'Twin', 'twin'],
	['a key of one that is the name of another', { b: { name: 'Bison' }, c: { name: 'B' } }, 'b', BOTH],
	[
		'a key of one that is the NPI of another',
		{ 1558444216: { name: 'A' }, c: { npi: '1558444216' } },
		'1558444216',
		BOTH,
	],
	['a name of such a row', { b: { name: 'Bison' }, c: { name: 'B' } }, 'bison', 'b'],
	['a property of every object', { a: {} }, 'constructor', NONE],
])('a roster that has %s', (_, rows, value, expected) => expect(found(lookupOf(rows), value)).toBe(expected));

test('an item names a payer by its key alone', () => {
	const lookup = lookupOf({ b: { name: 'Bison' }, c: { name: 'B' } });
	const keyOf = (value: string) => {
		const result = lookup.ofKey(value, 'It');
		return 'row' in result ? result.row.key : result.reason;
	};
	expect(['b', 'B', 'c', 'Bison'].map(keyOf)).toEqual(['b', 'b', 'c', NONE]);
});
