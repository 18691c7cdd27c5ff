import { payerMessage, readIssues } from '../../../../nodes/shared/fhir/operationOutcome';
import { issueSentence, plainWords } from '../../../../nodes/shared/fhir/payerWords';
import { outcome } from '../../../support/helpers';

test.each<[sentence: string, text: string, plain: string]>([
	['a tag', 'Call <b>now</b>', 'Call now'],
	['a link', 'See <a href="https://evil.example/x">this page</a>.', 'See this page .'],
	['a tag that does not end', 'See <a href="https://evil.example/x"', 'See'],
	['a tag in a tag', '<<b>script>alert(1)<</b>/script>', '‹ script›alert(1)‹ /script›'],
	['an image', 'x <img src=x onerror=alert(1)> y', 'x y'],
	['a tag written with entities', 'See &lt;a href="//evil.example"&gt;this&lt;/a&gt;', 'See this'],
	['a tag escaped twice', '&amp;lt;b&amp;gt;x&amp;lt;/b&amp;gt;', 'x'],
	['a tag in numbers', '&#60;b&#x3e;x', 'x'],
	['a link of Markdown', 'See [the page](https://evil.example/x "t").', 'See the page.'],
	['an image of Markdown', '![pixel](https://evil.example/p.png) x', 'pixel x'],
	['an address', 'Go to https://evil.example/x?y=1 now', 'Go to [link] now'],
	['an address in brackets', '(https://evil.example)', '[link]'],
	['an address of another scheme', 'javascript:alert(1) mailto:a@b.example', '[link] [link]'],
	[
		'an address without a scheme',
		'www.evil.example or evil.example/x or //evil.example',
		'[link] or [link] or [link]',
	],
	['an address written with entities', 'https&colon;&sol;&sol;evil.example', '[link]'],
	['control characters', 'a\u001b[31m\u0000b\r\nc', 'a [31m b c'],
	['what turns the direction of text', 'a\u202egnp\u2066b', 'a gnp b'],
	['what cannot be seen', 'a\u200b\ufeffb', 'a b'],
])('D5 words in data hold no %s', (_, text, plain) => {
	expect(plainWords(text)).toBe(plain);
});

test.each([
	[
		"No member 'O’Connor' of age < 65 and > 18 fits (see 3.1).",
		/^No member 'O’Connor' of age ‹ 65 and › 18 fits \(see 3\.1\)\.$/,
	],
	['Nguyễn Văn A, 李明, José: not found', /^Nguyễn Văn A, 李明, José: not found$/],
	['Coverage/CV-1 and Patient/1 are unknown', /^Coverage\/CV-1 and Patient\/1 are unknown$/],
])('D5 words in data stay readable: %p', (text, expected) => {
	expect(plainWords(text)).toMatch(expected);
});

test('D5 words in data have at most 1,000 letters', () => {
	expect(plainWords('x'.repeat(999))).toBe('x'.repeat(999));
	expect(plainWords('x'.repeat(5_000))).toBe(`${'x'.repeat(999)}…`);
	const long = outcome('processing', `<b>${'y'.repeat(5_000)}`);
	expect(readIssues(long)[0].text).toHaveLength(1_000);
	expect(payerMessage(long)?.length).toBeLessThanOrEqual(1_000);
});

test('D5 each issue type of FHIR has a sentence, and any other text none', () => {
	expect(issueSentence('not-found')).toBe(
		'It gives the code not-found: it does not have what was asked for.',
	);
	expect(readIssues(outcome('<a href="//e.example">x</a>', ''))[0].code).toBe('x');
});
