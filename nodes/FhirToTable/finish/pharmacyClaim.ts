import { claimId, currentFlag, inNetworkFlag, lineNumber, moneyColumns } from './claims';
import { elevenDigits } from './codeSystems';
import { firstOf, textIn, type FinishingColumn } from './finishingColumn';

/** Finishing columns of the table pharmacy_claim. */
export const pharmacyClaim: FinishingColumn[] = [
	claimId,
	lineNumber,
	currentFlag,
	{
		name: 'dispensing_date',
		type: 'date',
		description: 'Day the drug was dispensed: service_date, or else service_period_start.',
		value: firstOf('service_date', 'service_period_start'),
	},
	{
		name: 'ndc_code',
		type: 'code',
		description:
			'National Drug Code of the drug in 11 digits, where it can be told how they are grouped (item.productOrService).',
		value: (row) => elevenDigits(textIn(row, 'ndc_code')),
	},
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
