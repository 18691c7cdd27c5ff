import { registerClient } from '../../signIn/udap/registration';
import type { PayerKind } from '../payerKind';
import { standardDirectory } from './directory';
import { standardPayer } from './requests';
import { readStandardSettings } from './settings';
import { suggestedSoftware } from './software';
import { udapHints } from './udapSignIn';

const UDAP = 'udapPayerApi';

/**
 * Any payer that follows Da Vinci HRex (`$member-match`), PDex (`$davinci-data-export`) and FHIR Bulk Data Access 1 to 4. The
 * credential configures the details.
 */
export const pdex: PayerKind = {
	name: 'pdex',
	displayName: 'Da Vinci PDex / FHIR Bulk Data',
	description: 'Any payer whose FHIR server follows the Da Vinci guides',
	credentials: [
		{
			type: 'smartBackendServicesApi',
			displayName: 'SMART Backend Services',
			description: 'A key of your own signs each request for a token; what PDex asks for',
		},
		{
			type: 'fhirPayerOAuth2Api',
			displayName: 'Client ID and Secret',
			description: 'For payers that give you a client secret',
		},
		{
			type: UDAP,
			displayName: 'UDAP (Certificate)',
			description: 'A certificate of a trust community, to which the payer belongs too',
			register: registerClient,
		},
	],
	takes: ['statusUrl', 'patientId', 'bulkMatch', 'deleteJob', 'standardQuery'],
	directory: standardDirectory,
	connect: (credentials, credentialType) => ({
		...standardPayer(readStandardSettings(credentials), credentialType),
		suggestedSoftware: (stated) => suggestedSoftware(credentials.payerSoftware, stated),
		...(credentialType === UDAP && { hints: udapHints(credentials) }),
	}),
};
