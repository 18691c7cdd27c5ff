/**
 * Which columns of an item an error may name. A CSV file without a header row makes columns named after the first member, and no rule tells
 * the name of a person from the name of a column. So a name is listed only if each of its words is one that columns of rosters, or of the
 * items of this package, are named with; the others are counted.
 */

const WORDS = new Set(
	`a account active address administrative age alt and answer applicant as asked at attributed authority base batch batches begin body
	beneficiary benefit billing birth birthdate birthday by bytes carrier case category cell city claim client code column comment consent
	co company consented contact contract contractor count country county coverage coverages covered created current custodian data date day dd
	dependent description directory dob dod done dt e eff effective eid email employee employer end ended ending enrolled enrollee
	enrollment error event execution exp expiration expires expiry export external family fax fhir field file files
	finished first firstname fname former for forename from full fullname gender given group health holder hmo home id identification identifier identity ids
	in index insurance insured insurer is issuer item job key language last lastname legal level line link list lname local mail
	mailing manifest match matched maternal mbi mbr medicaid mco medical medicare member mem memberid members memid membership message meta method middle mm
	mobile month mrn name names new nbr next no not note notes npi num number object of old on opt opted optional option org organization out
	original other outcome own output our part parts party past patient patients payer payor performer period permit person phone
	plan policy poll polls postal postcode preferred prefix previous prev primary prior product progress provider pt ptd purpose reason
	record ref reference rejected relation relationship representative request requested requesting required requires reset resource
	resources response responding result revocation revoked role roster row scope secondary sender sensitive sent seq sequence sex since
	size sms source ssn start started starting state status step street sub subgroup subject subscriber suffix surname
	system tag tel telephone tenant term termination text time timestamp title to token total town transaction type uid unique until
	updated uri url user uuid valid value version visit withdrawal withdrawn year yy yyyy zip zipcode`.split(
		/\s+/,
	),
);
/** Most characters of a column name that is listed. */
const MAX_NAME_CHARS = 60;

/** The columns that an error may name. */
export interface ShownColumns {
	names: string[];
	/** How many there are besides. */
	others: number;
	/** A column is named like a value: most likely the file has no header row. Then none is listed. */
	looksLikeData: boolean;
}

/** Sorts the columns of an item into those that an error may name, and the others. */
export function shownColumns(columns: readonly string[]): ShownColumns {
	if (columns.some(isLikeData)) return { names: [], others: columns.length, looksLikeData: true };
	const names = columns.filter(isColumnName);
	return { names, others: columns.length - names.length, looksLikeData: false };
}

/** Whether a column is named by words of {@link WORDS} only; the last may carry one digit, as in `Address 2`. Or by one small letter, as in `c12`. */
export function isColumnName(column: string): boolean {
	if (column.length > MAX_NAME_CHARS) return false;
	const words = column
		.replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
		.split(/[\s_.\-/()#:?*"'[\],]+/)
		.filter(Boolean);
	return words.length > 0 && words.every(isKnownWord);
}

function isKnownWord(word: string, index: number, all: readonly string[]): boolean {
	const plain = index === all.length - 1 && /\D\d$/.test(word) ? word.slice(0, -1) : word;
	if (/^[a-z]\d{0,2}$/.test(word) && all.length === 1) return true;
	return WORDS.has(plain.toLowerCase()) || (index > 0 && index === all.length - 1 && /^\d$/.test(word));
}

/** Dates, numbers, e-mail addresses, ids: what is the name of no column. */
function isLikeData(column: string): boolean {
	const name = column.slice(0, 500).trim();
	const digits = name.replace(/\D/g, '').length;
	return /^\d+$/.test(name) || digits >= 4 || name.includes('@');
}
