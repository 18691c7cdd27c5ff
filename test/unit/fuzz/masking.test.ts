import fc from 'fast-check';
import { maskValues } from '../../../nodes/shared/fhir/masking';
import { payerMessageForError } from '../../../nodes/shared/fhir/operationOutcome';
import { outcome } from '../../support/helpers';
import { fuzz, text } from './fuzz';

/** FHIR's own words, which stay readable even where they are somebody's name. */
const OWN_WORDS = [
	'memberpatient',
	'coveragetomatch',
	'coveragetolink',
	'consent',
	'permit',
	'active',
	'error',
];

const LETTERS = Array.from('abcxyzABCXYZßẞæœþðøłđıİñéèüöäçãőşğžśńỳễọẹảνίκοςΝΣάжёйїЖשלא김민수देवAaa');
const letter = fc.constantFrom(...LETTERS);
const word = fc.array(letter, { minLength: 3, maxLength: 10 }).map((all) => all.join(''));
const real = fc.constantFrom(
	"O'Connor",
	'Sørensen',
	'Łukasz',
	'Weiß',
	'Olúwaṣẹ́gun',
	'Nguyễn',
	'Νίκος',
	'Müller-Lüdenscheidt',
	'Mary Ann',
	'Æsa',
	'Diyarbakır',
	'İpek',
	'D. J. (Ted)',
	'a+b*c?',
);
const value = fc
	.oneof(
		word,
		real,
		fc.tuple(word, fc.constantFrom(' ', '-', "'", '. '), word).map((parts) => parts.join('')),
	)
	// A name has letters; marks alone are none.
	.filter((each) => (each.normalize('NFD').match(/\p{L}/gu) ?? []).length >= 3)
	.filter((each) => !OWN_WORDS.includes(each.toLowerCase()));

const withoutMarks = (all: string) => all.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC');
const CHANGES: Array<(all: string) => string> = [
	(all) => all,
	(all) => all.toUpperCase(),
	(all) => all.toLowerCase(),
	(all) => withoutMarks(all),
	(all) => withoutMarks(all).toUpperCase(),
	(all) => withoutMarks(all.toUpperCase()),
	(all) => all.normalize('NFD'),
	(all) => all.normalize('NFD').toUpperCase(),
	(all) => Array.from(all, (each, index) => (index % 2 ? each.toUpperCase() : each)).join(''),
];
const before = fc.constantFrom(
	'',
	'No match for ',
	'"',
	'name=',
	'(',
	'Patient/',
	'[',
	'é ',
	'. ',
	'👩 ',
	'x: ',
);
const after = fc.constantFrom('', ' is unknown', '"', ')', ', born', '/x', ' é', '?', ' 👩', ']');

/** Letters alone, whatever their case and accents: how somebody who looks for a name compares. */
const letters = (all: string) =>
	withoutMarks(all.normalize('NFKD').toLowerCase().toUpperCase().normalize('NFKD')).toUpperCase();

fuzz(
	'no known value remains in a sentence of the payer, whatever became of its case and accents',
	fc.record({
		value,
		change: fc.constantFrom(...CHANGES),
		others: fc.array(fc.oneof(value, text), { maxLength: 2 }),
		around: fc.tuple(text, before, after, text),
		deep: fc.boolean(),
	}),
	({ value: known, change, others, around: [start, left, right, end], deep }) => {
		const sentence = `${start} ${left}${change(known)}${right} ${end}`;
		const all = deep ? [{ name: [{ family: known, given: others }] }] : [known, ...others];
		for (const words of [
			maskValues(sentence, all),
			payerMessageForError(outcome('x', sentence), all) ?? '',
		]) {
			const rest = letters(words.replaceAll(/\[(?:value|date|id)\]/g, '\u0001'));
			// The rest of the sentence is arbitrary: it may hold the letters by chance, but not where the value stood.
			if (letters(`${start} ${end}`).includes(letters(known))) continue;
			expect(rest).not.toContain(letters(known));
		}
	},
);

test.each([
	['Sørensen', 'SORENSEN'],
	['Weiß', 'WEISS'],
	['Olúwaṣẹ́gun', 'Oluwasegun'],
	['Νίκος', 'ΝΙΚΟΣ'],
	['Łukasz', 'Lukasz'],
	['Ægir', 'AEGIR'],
	['O’Connor', "O'CONNOR"],
	['Diyarbakır', 'DIYARBAKIR'],
	['İpek', 'ipek'],
])('%s is not left as %s', (known, written) => {
	expect(maskValues(`No ${written} here`, [known])).toBe('No [value] here');
});
