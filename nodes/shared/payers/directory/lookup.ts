import { columnKey } from '../../exchange/columnKey';
import { isUsable, rowLabel, type Directory, type DirectoryPayer, type UnusableRow } from './directory';

/** Which payer of a directory a roster means. */

/** Why no payer is asked: a sentence that ends an outcome's reason, without the value of the roster. */
export interface UnknownPayer {
	reason: string;
	whatToDo: string;
}

/** Finds payers by what rosters call them: key, name or NPI; case, spaces and signs do not count. Never by similarity. */
export class PayerLookup {
	private readonly byName = new Map<string, Array<DirectoryPayer | UnusableRow>>();

	/** @param today `YYYY-MM-DD`; a payer whose `validFrom` is later is not asked yet */
	constructor(
		{ entries }: Directory,
		private readonly today: string,
	) {
		for (const entry of entries) {
			const { key, name, npi } = entry.row;
			for (const each of new Set([key, name, npi ?? ''].map(columnKey))) {
				if (each !== '') this.byName.set(each, [...(this.byName.get(each) ?? []), entry]);
			}
		}
	}

	/** The payer that a value of a roster names. @param field where it stands, e.g. `The column 'Previous Plan'` */
	find(value: string, field: string): DirectoryPayer | UnknownPayer {
		const found = this.byName.get(columnKey(value)) ?? [];
		// A key stands in the table once; a name or an NPI can be that of several contracts of one organization.
		const [entry, ...others] = found
			.filter(({ row }) => columnKey(row.key) === columnKey(value))
			.concat(found);
		if (entry === undefined) return unknown(`${field} names no payer of the directory`, ADD_A_ROW);
		const isKey = columnKey(entry.row.key) === columnKey(value);
		const isOne = isKey || others.every((other) => other === entry);
		if (!isOne) return unknown(`${field} names several payers of the directory`, NAME_ONE);
		return this.checked(entry);
	}

	/** Why a row cannot be used today, or the payer. */
	private checked(entry: DirectoryPayer | UnusableRow): DirectoryPayer | UnknownPayer {
		const label = rowLabel(entry.row);
		if (!isUsable(entry)) {
			const [first, ...others] = entry.problems;
			const more = others.length > 0 ? ` (and ${others.length} more)` : '';
			return unknown(`The directory's row ${label} cannot be used: ${first}${more}`, CORRECT_THE_ROW);
		}
		const { validFrom } = entry.row;
		return validFrom !== undefined && this.today < validFrom
			? unknown(`The directory's row ${label} holds from ${validFrom} only`, 'Match the member then.')
			: entry;
	}
}

function unknown(reason: string, whatToDo: string): UnknownPayer {
	return { reason, whatToDo };
}

const ADD_A_ROW =
	'Correct the name in the roster, or add the payer to the credential Payer Directory. Then match the member.';
const NAME_ONE = "Write the payer's key of the directory into the roster. Then match the member.";
const CORRECT_THE_ROW =
	"Correct the row: the credential's Test names what is wrong with it. Then match the member.";
