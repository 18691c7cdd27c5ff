import { expectedOutcome } from '../../../demo/check';
import { member, truth } from '../../support/expectations';

/** A row of the data table Exchange outcomes, and of the CSV file. */
export interface OutcomeRow {
	exchangeId: string;
	memberId: string;
	tenant: string;
	outcome: string;
	reason: string;
	nextStep: string;
	askAgain: string;
	consentId: string;
	consentPolicy: string;
	requestedBy: string;
	requestedAt: string;
	finishedAt: string;
	jobId: string;
	transactionTime: string;
	resourcesByType: string;
	files: number;
	resources: number;
	rejected: number;
	deletions: number;
}

/** Outcomes after which the next run asks again; for all others a person does something first, or all is done. */
const ASKED_AGAIN = ['partial', 'failed', 'still-running', 'error'];
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** What the row of a sandbox member must say, from what the sandbox holds. */
export function expectedRow(key: string): Partial<OutcomeRow> {
	const { row } = member(key);
	const there = truth(key);
	const outcome = expectedOutcome(there) === 'empty' ? 'completed' : expectedOutcome(there);
	const isMatched = there.outcome === 'matched';
	const counts: Partial<OutcomeRow> = isMatched
		? { files: there.files.length, resources: there.resources }
		: { files: 0, resources: 0, jobId: '', transactionTime: '' };
	return {
		memberId: row.memberId,
		tenant: row.tenant,
		outcome,
		askAgain: ASKED_AGAIN.includes(outcome) ? 'yes' : 'no',
		consentId: row.consentId,
		consentPolicy: row.consentPolicy,
		rejected: 0,
		deletions: 0,
		...counts,
	};
}

/** Compares rows, in any order, with what the sandbox holds of these members, and looks at what else a row must have. */
export function expectRows(rows: OutcomeRow[], keys: string[], requestedBy: string): void {
	const sorted = [...rows].sort((one, other) => one.memberId.localeCompare(other.memberId));
	const expected = keys.map(expectedRow).sort((one, other) => one.memberId!.localeCompare(other.memberId!));
	expect(sorted).toEqual(expected.map((row) => expect.objectContaining(row) as OutcomeRow));
	for (const row of sorted) {
		expect(row).toMatchObject({
			requestedBy,
			requestedAt: expect.stringMatching(ISO) as string,
			finishedAt: expect.stringMatching(ISO) as string,
		});
		expect(Date.parse(row.requestedAt)).toBeLessThanOrEqual(Date.parse(row.finishedAt));
		expect(row.nextStep).toMatch(/\w/);
		if (row.outcome !== 'completed' || row.resources === 0) expect(row.reason).toMatch(/\w/);
		expect(byType(row.resourcesByType)).toEqual(countsOf(row));
	}
}

function byType(text: string): Record<string, number> {
	const parts = text === '' ? [] : text.split(', ').map((part) => part.split(' '));
	return Object.fromEntries(parts.map(([type, count]) => [type, Number(count)]));
}

function countsOf({ memberId, files }: OutcomeRow): Record<string, number> {
	const found = ROWS.find((each) => each.memberId === memberId);
	if (!found || files === 0) return {};
	return Object.fromEntries(
		Object.entries(truth(found.key).types).map(([type, { resources }]) => [type, resources]),
	);
}

const KEYS = [
	...['small', 'medium', 'accents', 'vietnamese', 'apostrophe', 'chinese', 'no-match', 'multiple-matches'],
	...['consent-refused', 'partial', 'failed', 'empty', 'consent-ended'],
];
const ROWS = KEYS.map((key) => ({ key, memberId: member(key).row.memberId }));
