import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';
import { textOf } from '../shared/fhir/json';
import { tryParseUrl } from '../shared/http/addresses';
import { ExchangeError } from '../shared/n8n/exchangeError';
import { tryAsValue } from '../shared/n8n/items';
import type { OpenConnection } from '../shared/payers/connection';
import { nameKey } from '../shared/payers/directory/nameKey';
import { chosenKind } from '../shared/payers/form';
import { openPayers, payersOfDirectory } from '../shared/payers/runPayers';
import { rowOfFindings, type CheckRow } from './row';

/** One payer that is to be checked. */
export interface Target {
	/** Its key, where it is one of several. */
	key?: string;
	connection: OpenConnection;
	/** The fields by which it was opened, and of which credential type they are. */
	credentials: ICredentialDataDecryptedObject;
	credentialType: string;
}

/**
 * The payers to check: of the credential that is chosen in the node, or of each row of the directory. Where a field is wrong, nothing can be
 * asked, and the row is finished.
 * @param isRegistration whether a Client ID may be missing, since it is to be got
 * @throws ExchangeError if no credential is chosen, or the directory cannot be read
 */
export async function targetsOf(
	context: IExecuteFunctions,
	isRegistration = false,
): Promise<Array<Target | CheckRow>> {
	const chosen = chosenKind(context);
	if (!chosen) return await directoryTargets(context, isRegistration);
	const { credentialType } = chosen;
	// Without one there is nobody to check.
	if (!context.getNode().credentials?.[credentialType]) await openPayers(context);
	const credentials = await context.getCredentials(credentialType);
	const connection = await tryAsValue(async () => (await openPayers(context)).ofItem({}));
	if (!(connection instanceof Error)) return [{ connection, credentials, credentialType }];
	return [rowOfFindings(namesOf(credentials), [findingOf(connection)])];
}

async function directoryTargets(
	context: IExecuteFunctions,
	isRegistration: boolean,
): Promise<Array<Target | CheckRow>> {
	const { payers, problems } = await payersOfDirectory(context, isRegistration);
	const only = (textOf(context.getNodeParameter('onlyPayers', 0, '')) ?? '').split(/[,;\n]/);
	const wanted = new Set(only.map(nameKey).filter((key) => key !== ''));
	const known = new Set(payers.map(({ row }) => nameKey(row.key)));
	const isMissing = [...wanted].some((key) => !known.has(key));
	const rows = payers
		.filter(({ row }) => wanted.size === 0 || wanted.has(nameKey(row.key)))
		.map((payer): Target | CheckRow => {
			const { row } = payer;
			if (!('problems' in payer)) return { key: row.key, ...payer };
			const names = { payerKey: row.key, payerName: row.name };
			return rowOfFindings(
				names,
				payer.problems.map((says) => ({ says: capitalized(says), whatToDo: CORRECT_THE_ROW })),
			);
		});
	const beside = wanted.size === 0 ? problems : [];
	return [
		...rows,
		...beside.map((says) => rowOfFindings({}, [{ says, whatToDo: CORRECT_THE_SECRETS }])),
		...(isMissing ? [rowOfFindings({}, [NOT_THERE])] : []),
	];
}

const CORRECT_THE_ROW = 'Open the credential Payer Directory and correct this row.';
const CORRECT_THE_SECRETS =
	'Open the credential Payer Directory: take the secret out, or add the row that it belongs to.';
const NOT_THERE = {
	says: "'Only These Payers' names a key that the directory does not hold",
	whatToDo: 'Correct the field, or add the payer to the credential Payer Directory.',
};

function capitalized(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
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
