/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { isNextStep, NEXT_STEPS } from '../../../../nodes/shared/n8n/nextSteps';
import { GOOD_OUTCOMES, isOutcome, OPEN_OUTCOMES } from '../../../../nodes/shared/n8n/outcomes';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const NODES = join(__dirname, '..', '..', '..', '..', 'nodes');

test.each(OPEN_OUTCOMES)('F6 the outcome %s has a next step in plain words', (outcome) => {
	const step = NEXT_STEPS[outcome];
	expect(step).toMatch(/^[A-Z].{30,250}\.$/);
	expect(isNextStep(step)).toBe(true);
});

test('F6 every outcome that a node writes is in the list', () => {
	const written = readdirSync(NODES, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.flatMap((name) => [...readFileSync(join(NODES, name), 'utf8').matchAll(/\boutcome: '([a-z-]+)'/g)])
		.map(([, outcome]) => outcome);
	expect(written.length).toBeGreaterThan(15);
	expect(written.filter((outcome) => !isOutcome(outcome))).toEqual([]);
	expect(new Set([...GOOD_OUTCOMES, ...OPEN_OUTCOMES]).size).toBe(
		GOOD_OUTCOMES.length + OPEN_OUTCOMES.length,
	);
});
