import { expectedOutcome } from '../../../demo/check';
import { member, truth } from '../../support/expectations';

/** A row of Member Outcomes, as far as the examples use it. */
export interface OutcomeRow {
	exchangeId: string;
	memberId: string;
	tenant: string;
	outcome: string;
	reason: string;
	nextStep: string;
	askAgain: boolean | null;
	consentId: string;
	consentPolicy: string;
	askedBy: string;
	askedAt: string;
	fetchedAt: string | null;
	jobId: string | null;
	transactionTime: string | null;
	resourcesByType: string | null;
	files: number | null;
	resources: number;
	rejected: number | null;
	deletions: number | null;
}

/** Outcomes after which the payer may be asked again; for all others a person does something first, or all is done. */
const ASKED_AGAIN = ['partial', 'failed', 'still-running', 'error'];
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** What the row of a sandbox member must say, from what the sandbox holds. */
export function expectedRow(key: string): Partial<OutcomeRow> {
	const { row } = member(key);
	const there = truth(key);
	const outcome = expectedOutcome(there) === 'completed' ? 'complete' : expectedOutcome(there);
	const isFetched = there.outcome === 'matched' && outcome !== 'failed';
	const counts: Partial<OutcomeRow> = isFetched
		? { files: there.files.length, resources: there.resources }
		: { files: null, resources: 0, transactionTime: null };
	return {
		memberId: row.memberId,
		tenant: row.tenant,
		outcome,
		askAgain: ASKED_AGAIN.includes(outcome),
		consentId: row.consentId,
		consentPolicy: row.consentPolicy,
		...counts,
	};
}

/** Compares rows, in any order, with what the sandbox holds of these members, and looks at what else a row must have. */
export function expectRows(rows: OutcomeRow[], keys: string[], askedBy: string): void {
	const sorted = [...rows].sort((one, other) => one.memberId.localeCompare(other.memberId));
	const expected = keys.map(expectedRow).sort((one, other) => one.memberId!.localeCompare(other.memberId!));
	expect(sorted).toEqual(expected.map((row) => expect.objectContaining(row) as OutcomeRow));
	for (const row of sorted) {
		expect(row).toMatchObject({ askedBy, exchangeId: expect.stringMatching(/^[\w-]{36}$/) as string });
		if (row.outcome !== 'consent-not-in-force') expect(row.askedAt).toMatch(ISO);
		if (row.fetchedAt) expect(Date.parse(row.askedAt)).toBeLessThanOrEqual(Date.parse(row.fetchedAt));
		expect(row.nextStep).toMatch(/\w/);
		if (row.outcome !== 'complete') expect(row.reason).toMatch(/\w/);
		if (row.resources > 0) expect(byType(row.resourcesByType ?? '')).toEqual(countsOf(row));
	}
}

function byType(text: string): Record<string, number> {
	const parts = text === '' ? [] : text.split(', ').map((part) => part.split(' '));
	return Object.fromEntries(parts.map(([type, count]) => [type, Number(count)]));
}

function countsOf({ memberId }: OutcomeRow): Record<string, number> {
	const found = ROWS.find((each) => each.memberId === memberId);
	if (!found) return {};
	return Object.fromEntries(
		Object.entries(truth(found.key).types).map(([type, { resources }]) => [type, resources]),
	);
}

const KEYS = [
	...['small', 'medium', 'accents', 'vietnamese', 'apostrophe', 'chinese', 'no-match', 'multiple-matches'],
	...['consent-refused', 'partial', 'failed', 'empty', 'consent-ended'],
];
const ROWS = KEYS.map((key) => ({ key, memberId: member(key).row.memberId }));
