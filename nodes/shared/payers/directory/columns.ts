import { columnKey } from '../../exchange/columnKey';
import type { DirectoryRow } from './support';

/** The columns of a payer directory. They are found by their letters and digits, whatever case, spaces and signs are between. */

/** The columns, each with the other names under which it is read. Docs: `docs/getting-credentials.md`. */
export const DIRECTORY_COLUMNS = {
	name: ['payer name', 'plan name', 'organization', 'organization name'],
	npi: ['payer NPI'],
	fhirBaseUrl: ['FHIR base', 'base URL', 'gateway URL', 'address'],
	preset: ['payer software', 'software'],
	signIn: ['authentication', 'auth'],
	clientId: [],
	tokenUrl: ['token endpoint'],
	scope: ['scopes'],
	tenant: [],
	fileHosts: ['allowed file hosts', 'file host'],
	community: [],
	validFrom: [],
	contact: ['contacts'],
} satisfies Record<Exclude<keyof DirectoryRow, 'key'>, readonly string[]>;

/** The name of a column. */
export type DirectoryColumn = keyof typeof DIRECTORY_COLUMNS;

/** Notes of whoever keeps the table, which are not read. */
const NOTES = new Set(['notes', 'note', 'comment', 'checkedAt', 'reviewed'].map(columnKey));

const COLUMNS = new Map(
	Object.entries(DIRECTORY_COLUMNS).flatMap(([name, others]) =>
		[name, ...others].map((each): [string, string] => [columnKey(each), name]),
	),
);

function isColumn(name: string | undefined): name is DirectoryColumn {
	return name !== undefined && Object.hasOwn(DIRECTORY_COLUMNS, name);
}

/** What a key of a row is: a column, a note, or undefined for anything else. */
export function columnNamed(key: string): DirectoryColumn | 'note' | undefined {
	const column = COLUMNS.get(columnKey(key));
	if (isColumn(column)) return column;
	return NOTES.has(columnKey(key)) ? 'note' : undefined;
}

const SECRET_NAME =
	/secret|passw|passphrase|privatekey|apikey|token(?!url|endpoint)|assertion|authorization$|bearer/;
const SECRET_VALUE =
	/-----BEGIN [A-Z ]*PRIVATE KEY-----|"(?:d|k)"\s*:\s*"|^"?\s*(?:Bearer|Basic)\s+\S{8}|^"?\s*eyJ[\w-]{8,}\.[\w-]+\.|[?&](?:client_)?secret=/i;

/** Whether a key of a row is a word for a secret, such as `clientSecret`, and no secret itself. */
export function isSecretName(key: string): boolean {
	return /^[a-z _-]{1,30}$/i.test(key) && SECRET_NAME.test(columnKey(key));
}

/** Whether a key of a row, or its value, is that of a secret, which does not belong into the table. */
export function isSecret(key: string, written: string): boolean {
	return SECRET_NAME.test(columnKey(key)) || SECRET_VALUE.test(written);
}
