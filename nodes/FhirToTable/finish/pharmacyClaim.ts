import { claimId, currentFlag, inNetworkFlag, lineNumber, moneyColumns } from './claims';
import { elevenDigits } from './codeSystems';
import { type FinishingColumn, firstOf, made, textIn } from './finishingColumn';
import { standingColumns } from './standing';

/** Finishing columns of the table pharmacy_claim. */
export const pharmacyClaim: FinishingColumn[] = [
	claimId,
	lineNumber,
	currentFlag,
	...standingColumns,
	made(
		'dispensing_date',
		'date',
		'Day the drug was dispensed: service_date, or else service_period_start.',
		firstOf('service_date', 'service_period_start'),
	),
	made(
		'ndc_code',
		'code',
		'National Drug Code of the drug in 11 digits, where the groups of its digits are known (item.productOrService).',
		(row) => elevenDigits(textIn(row, 'ndc_code')),
	),
	inNetworkFlag,
	...moneyColumns(
		'paid_amount',
		'allowed_amount',
		'charge_amount',
		'coinsurance_amount',
		'copayment_amount',
		'deductible_amount',
	),
];
