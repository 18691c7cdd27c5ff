import { KeptAnswers } from '../../../../nodes/shared/http/keptAnswers';

const answer = (text: string) => ({ status: 200, headers: {}, text, json: JSON.parse(text) as unknown });

test.each<[sentence: string, text: string, kept: number]>([
	['many JSON values', `{"a":[${'{},'.repeat(99_999)}{}]}`, 4],
	['many letters', JSON.stringify({ a: 'x'.repeat(10 * 1024 * 1024) }), 3],
])('C the answers that items carry are bounded by their sum: %s', (_, text, kept) => {
	const answers = new KeptAnswers();
	const seen = Array.from({ length: 6 }, () => answers.json(answer(text)));
	expect(seen.map(({ response }) => response !== undefined)).toEqual(
		seen.map((_each, index) => index < kept),
	);
	expect(seen.at(-1)).toEqual({ responseOmitted: true });
	// What is small still has its place.
	expect(answers.json(answer('{"groupId":"g"}'))).toEqual({ response: { groupId: 'g' } });
});
