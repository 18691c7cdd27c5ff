import { type FinishingColumn, made, type Row, textIn } from './finishingColumn';

/** What the tables of claims have in common. */

/** Amounts of money in the Tuva input layer. */
const AMOUNTS = {
	paid_amount: 'Amount that the payer paid',
	allowed_amount: 'Amount that the payer allowed',
	charge_amount: 'Amount that was billed',
	coinsurance_amount: 'Coinsurance of the member',
	copayment_amount: 'Copayment of the member',
	deductible_amount: 'Deductible of the member',
	total_cost_amount: 'Total cost',
} as const;

/** Columns for money, always empty: payers exchange no remittances and no cost-sharing (42 CFR 422.121(b)(4)(ii)(A)(1)). */
export function moneyColumns(...names: Array<keyof typeof AMOUNTS>): FinishingColumn[] {
	return names.map((name) =>
		made(name, 'decimal', `${AMOUNTS[name]}; always empty, because payers do not exchange amounts of money.`),
	);
}

/** Number of the claim. Tuva asks for one in every row. */
export const claimId: FinishingColumn = made(
	'claim_id',
	'string',
	'Number that the payer gave the claim (identifier of type uc), or else the key of the claim.',
	(row) => textIn(row, 'claim_id') ?? textIn(row, 'claim_key'),
);

/** Number of the line. A claim without lines has one row, with the number 1. */
export const lineNumber: FinishingColumn = made(
	'claim_line_number',
	'positiveInt',
	'Number of the line (item.sequence); 1 for a claim without lines.',
	({ claim_line_number: number }, _, __, index) => (typeof number === 'number' ? number : index + 1),
);

export const currentFlag: FinishingColumn = made(
	'current_flag',
	'integer',
	'1 for the claim as it stands: active, and not replaced by another one; 0 for any other. Only rows with 1 are to be counted.',
	(row) => (row.claim_status === 'active' && row.replaced_by_claim_id === null ? 1 : 0),
);

const IN_NETWORK: ReadonlyMap<unknown, number> = new Map([
	['innetwork', 1],
	['outofnetwork', 0],
]);

export const inNetworkFlag: FinishingColumn = made(
	'in_network_flag',
	'integer',
	'1 in the network, 0 out of it, empty where the claim does not tell: billing_network_status, else line_benefit_payment_status, else benefit_payment_status.',
	(row) =>
		['billing_network_status', 'line_benefit_payment_status', 'benefit_payment_status']
			.map((column) => IN_NETWORK.get(row[column]))
			.find((flag) => flag !== undefined) ?? null,
);

/** The ranks of the rows of a claim, kept so that it is sorted once and not for each of its rows. */
const RANKS = new WeakMap<readonly Row[], number[]>();

/**
 * Place of a diagnosis or procedure within its claim: the principal one first, then by sequence.
 *
 * @param what is ranked, in words
 * @param sequence name of the view's column with the sequence
 */
export function rank(what: string, sequence: string): FinishingColumn {
	return made(
		'rank',
		'positiveInt',
		`Place of the ${what} within the claim: the principal one is 1, the others follow by ${sequence}.`,
		(_, __, rows, index) => {
			const known = RANKS.get(rows) ?? ranksOf(rows, sequence);
			RANKS.set(rows, known);
			return known[index] ?? null;
		},
	);
}

function ranksOf(rows: readonly Row[], sequence: string): number[] {
	const ranks = rows.map(() => 0);
	rows
		.map((row, index) => ({
			index,
			later: row.is_principal === true ? 0 : 1,
			sequence: Number(row[sequence] ?? Number.MAX_SAFE_INTEGER),
		}))
		.sort((one, other) => one.later - other.later || one.sequence - other.sequence)
		.forEach(({ index }, place) => (ranks[index] = place + 1));
	return ranks;
}
