import { AT_ONCE } from '../../../nodes/CheckPayer/rows';
import type { CheckLine } from '../../../nodes/CheckPayer/judge/lines';
import { rowOfFindings, verdictOf } from '../../../nodes/CheckPayer/row';
import { CHECK_TIMEOUT_MS, PROBE_TIMEOUT_MS } from '../../../nodes/shared/fhir/limits';

const line = (state: CheckLine['state'], says: string, whatToDo?: string): CheckLine => ({
	check: 'reach',
	state,
	says,
	whatToDo,
});

test.each<[CheckLine['state'][], string]>([
	[[], 'ready'],
	[['works', 'note'], 'ready'],
	[['works', 'limits'], 'works with limits'],
	[['limits', 'blocks', 'works'], 'does not work'],
])('%j is %s', (states, status) => {
	expect(verdictOf(states.map((state) => line(state, state))).status).toBe(status);
});

test('sentences stand each once, those of notes not at all, what to do of all', () => {
	const lines = [
		line('works', 'A works'),
		line('note', 'Only a note', 'Do this.'),
		line('limits', 'B is limited', 'Do that'),
		line('blocks', 'B is limited', 'Do that'),
	];
	expect(verdictOf(lines)).toEqual({
		status: 'does not work',
		works: 'A works.',
		doesNotWork: 'B is limited.',
		whatToDo: 'Do this. Do that.',
	});
});

test('a row of findings has every column of a row', () => {
	const row = rowOfFindings({ payerKey: 'bison' }, [
		{ says: 'The key stands twice', whatToDo: 'Remove one.' },
	]);
	expect(row).toMatchObject({
		payerKey: 'bison',
		status: 'does not work',
		doesNotWork: 'The key stands twice.',
		whatToDo: 'Remove one.',
		signIn: 'not checked',
	});
});

test('K2 ten payers that are all silent end within 30 seconds, by the time that each question has', () => {
	expect(PROBE_TIMEOUT_MS).toBeLessThanOrEqual(CHECK_TIMEOUT_MS);
	expect(Math.ceil(10 / AT_ONCE) * CHECK_TIMEOUT_MS).toBeLessThan(30_000);
});
