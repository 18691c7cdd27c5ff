import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';
import { textOf } from '../shared/fhir/json';
import { tryParseUrl } from '../shared/http/addresses';
import { ExchangeError } from '../shared/n8n/exchangeError';
import { tryAsValue } from '../shared/n8n/items';
import { openConnection, type OpenConnection } from '../shared/payers/connection';
import { chosenKind } from '../shared/payers/form';
import { rowOfFindings, type CheckRow } from './row';

/** One payer that is to be checked. */
export interface Target {
	/** Its key, where it is one of several. */
	key?: string;
	connection: OpenConnection;
	/** The fields by which it was opened. */
	credentials: ICredentialDataDecryptedObject;
}

/**
 * The payers to check: of the credential that is chosen in the node. Where a field of it is wrong, nothing can be asked, and the row is
 * finished.
 * @throws ExchangeError if no credential is chosen
 */
export async function targetsOf(context: IExecuteFunctions): Promise<Array<Target | CheckRow>> {
	const { credentialType } = chosenKind(context);
	// Without one there is nobody to check.
	if (!context.getNode().credentials?.[credentialType]) await openConnection(context);
	const credentials = await context.getCredentials(credentialType);
	const connection = await tryAsValue(async () => await openConnection(context));
	if (!(connection instanceof Error)) return [{ connection, credentials }];
	return [rowOfFindings(namesOf(credentials), [findingOf(connection)])];
}

function namesOf(credentials: ICredentialDataDecryptedObject): Pick<CheckRow, 'payer' | 'payerName'> {
	const address = textOf(credentials.fhirBaseUrl) ?? textOf(credentials.gatewayUrl) ?? '';
	return { payer: tryParseUrl(address)?.host ?? '', payerName: textOf(credentials.respondingName) ?? '' };
}

function findingOf(error: Error): { says: string; whatToDo: string } {
	return {
		says: error.message,
		whatToDo:
			error instanceof ExchangeError ? error.details.whatToDo : 'Open the credential and check each field.',
	};
}
