import type { PayerChoice } from '../payerKind';

/** The option of Payer API for which each item says which payer is asked. */
export const DIRECTORY_CHOICE: PayerChoice = {
	name: 'directory',
	displayName: 'From the Directory',
	description: 'Many payers in one node: a column of each row says which of the credential Payer Directory',
	credentials: [
		{
			type: 'payerDirectoryApi',
			displayName: 'Payer Directory',
			description: 'The payers as a table, with what your plan signs in by',
		},
	],
	// The health plan of a gateway is part of the payer's row. What a single payer does not take is not read for its items.
	takes: ['jobId', 'statusUrl', 'patientId', 'bulkMatch', 'deleteJob', 'standardQuery', 'fullHrexRequest'],
};
