import { isSameHost } from './address';
import { IMPORT_LIMITS } from './limits';
import type { ImportedRow } from './rows';

/**
 * The rows as text for the field 'Payers' of the credential Payer Directory, to be pasted after review: of each row what can be used, and
 * the columns that the payer itself has to tell, empty.
 * @returns how many rows did not fit
 */
export function tableOf(rows: readonly ImportedRow[]): { table: string; left: number } {
	const parts: string[] = [];
	let letters = 4;
	for (const row of rows) {
		const part = `  ${JSON.stringify(row.payerKey)}: ${JSON.stringify(cellsOf(row), undefined, 2).replaceAll('\n', '\n  ')}`;
		letters += part.length + 2;
		if (letters > IMPORT_LIMITS.tableLetters) break;
		parts.push(part);
	}
	// Put together by hand: an object would sort keys that are numbers.
	const table = parts.length === 0 ? '{}' : `{\n${parts.join(',\n')}\n}`;
	return { table, left: rows.length - parts.length };
}

/** The columns of the credential Payer Directory, in the order in which a person fills them in. */
function cellsOf(row: ImportedRow): Record<string, string> {
	return {
		name: row.name,
		npi: row.npi,
		fhirBaseUrl: row.fhirBaseUrl,
		preset: row.preset,
		signIn: row.signIn,
		clientId: '',
		// A client's secret is sent there: on another host, a person has to say that it is right.
		tokenUrl: isSameHost(row.tokenUrl, row.fhirBaseUrl) ? row.tokenUrl : '',
		scope: '',
		tenant: '',
		fileHosts: '',
		community: row.community,
		validFrom: row.validFrom,
		contact: row.contact,
	};
}
