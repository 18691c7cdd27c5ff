import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { ecKey } from '../../sandbox/keys';
import type { StandardPayers } from './standardSandbox';
import type { RunningSandbox } from './sandbox';

/** A row of a directory for tests, and its secret. */
export interface TestRow {
	row: IDataObject;
	secret?: string;
}

/** A plan behind the sandbox's gateway. */
export function gatewayRow({ url, clientId, clientSecret }: RunningSandbox, tenant: string): TestRow {
	const row = { name: `Plan ${tenant}`, preset: '1upHealth', fhirBaseUrl: url, tenant, clientId };
	return { row, secret: clientSecret };
}

/** A payer of the sandbox that follows the standards, with a client secret. */
export function standardRow(payers: StandardPayers, changes: IDataObject = {}): TestRow {
	const { fhirBases, clientId, clientSecret } = payers;
	const row = { fhirBaseUrl: fhirBases['hrex-1.2'], signIn: 'secret', clientId, ...changes };
	return { row, secret: clientSecret };
}

/** The credential Payer Directory over these rows. */
export function directoryCredential(
	rows: Record<string, TestRow>,
	changes: ICredentialDataDecryptedObject = {},
): ICredentialDataDecryptedObject {
	const each = Object.entries(rows);
	return {
		payers: JSON.stringify(Object.fromEntries(each.map(([key, { row }]) => [key, row])), null, 2),
		clientSecrets: JSON.stringify(
			Object.fromEntries(each.flatMap(([key, { secret }]) => (secret === undefined ? [] : [[key, secret]]))),
		),
		testWith: '',
		requestingName: 'Prairie Health Plan',
		requestingNpi: '1234567893',
		privateKey: PRIVATE_KEY,
		keyId: 'prairie-2027',
		accessToken: '',
		...changes,
	};
}

const PRIVATE_KEY = ecKey().export({ type: 'pkcs8', format: 'pem' }).toString();
