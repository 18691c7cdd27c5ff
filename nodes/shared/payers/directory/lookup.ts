import { isUsable, rowLabel, type Directory, type DirectoryPayer, type UnusableRow } from './directory';
import { nameKey } from './nameKey';

/** Which payer of a directory a roster means. */

/** Why no payer is asked: a sentence that ends an outcome's reason, without the value of the roster. */
export interface UnknownPayer {
	reason: string;
	whatToDo: string;
}

/** Finds payers by what rosters call them: key, name or NPI; case, spaces and signs do not count. Never by similarity. */
export class PayerLookup {
	private readonly byKey = new Map<string, DirectoryPayer | UnusableRow>();
	/** By name and NPI, each entry once. */
	private readonly byName = new Map<string, Array<DirectoryPayer | UnusableRow>>();

	/** @param today `YYYY-MM-DD`; a payer whose `validFrom` is later is not asked yet */
	constructor(
		{ entries }: Directory,
		private readonly today: string,
	) {
		for (const entry of entries) {
			const { key, name, npi } = entry.row;
			// Rows with one key are unusable, all of them.
			if (!this.byKey.has(nameKey(key))) this.byKey.set(nameKey(key), entry);
			for (const each of new Set([name, npi ?? ''].map(nameKey))) {
				const named = this.byName.get(each) ?? [];
				named.push(entry);
				this.byName.set(each, named);
			}
		}
	}

	/** The payer with this key. @param field where it stands, e.g. `The item's column 'directoryKey'` */
	ofKey(key: string, field: string): DirectoryPayer | UnknownPayer {
		const entry = this.byKey.get(nameKey(key));
		return entry ? this.checked(entry) : unknown(`${field} names no payer of the directory`, ADD_A_ROW);
	}

	/** The payer that a value of a roster names. @param field where it stands, e.g. `The column 'Previous Plan'` */
	find(value: string, field: string): DirectoryPayer | UnknownPayer {
		const wanted = nameKey(value);
		const ofKey = wanted === '' ? undefined : this.byKey.get(wanted);
		const named = (wanted === '' ? undefined : this.byName.get(wanted)) ?? [];
		const entry = ofKey ?? named.at(0);
		if (entry === undefined) return unknown(`${field} names no payer of the directory`, ADD_A_ROW);
		const isAlone = named.length === 0 || (named.length === 1 && named[0] === entry);
		if (isAlone) return this.checked(entry);
		// A name or an NPI can be that of several contracts of one organization, of which the key tells one.
		const isOneOrganization = ofKey !== undefined && named.includes(ofKey);
		if (isOneOrganization) return this.checked(ofKey);
		return ofKey
			? unknown(`${field} is the key of one payer of the directory and the name of another`, RENAME_ONE)
			: unknown(`${field} names several payers of the directory`, NAME_ONE);
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
const RENAME_ONE =
	"Give the payer another key in the directory, or write the payer's NPI into the roster. Then match the member.";
const CORRECT_THE_ROW =
	"Correct the row: the credential's Test names what is wrong with it. Then match the member.";
