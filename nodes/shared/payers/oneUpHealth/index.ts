import type { PayerKind } from '../payerKind';
import { oneUpDirectory } from './directory';
import { oneUpPayer } from './requests';

/** 1upHealth's payer-to-payer gateway, as described on its page "Payer implementation". */
export const oneUpHealth: PayerKind = {
	name: 'oneUpHealth',
	displayName: '1upHealth',
	description: "1upHealth's payer-to-payer gateway, which speaks for many health plans",
	credentials: [
		{
			type: 'oneUpHealthOAuth2Api',
			displayName: 'Client ID and Secret',
			description: 'Of a client in the 1up Dev Portal',
		},
	],
	takes: ['tenant', 'jobId', 'fullHrexRequest'],
	directory: oneUpDirectory,
	connect: oneUpPayer,
};
