import { type FinishingColumn, made, textIn } from './finishingColumn';

/** Source of Payment Typology: the first digit says the line of business. */
const SOURCE_OF_PAYMENT = ['https://nahdo.org/sopt', 'urn:oid:2.16.840.1.113883.3.221.5'];
const PAYER_TYPES: ReadonlyMap<string, string> = new Map([
	['1', 'medicare'],
	['2', 'medicaid'],
	['5', 'commercial'],
	['6', 'commercial'],
]);

/** Finishing columns of the table eligibility. */
export const eligibility: FinishingColumn[] = [
	made(
		'payer_type',
		'string',
		'medicare, medicaid or commercial, where the type of the coverage is a code of the Source of Payment Typology; else empty.',
		(row) => {
			if (!SOURCE_OF_PAYMENT.includes(textIn(row, 'coverage_type_system') ?? '')) return null;
			return PAYER_TYPES.get((textIn(row, 'coverage_type_code') ?? '').slice(0, 1)) ?? null;
		},
	),
];
