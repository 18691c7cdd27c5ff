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
	updated uri url user uuid valid value version visit withdrawal withdrawn year yy yyyy zip zipcode
	cancelled canceled cancellation captured cd choice collected commercial concurrent decision declined denied disclosure earlier exchange flag granted
	has ind indicator ins insur legal losing n nm obtained pln ppo preceding provided received recorded refusal refused release relinquishing
	rescinded revoke sending share sharing signed thru through transferring withdraw y yes`.split(/\s+/),
);
/** Most characters of a column name that is listed. */
const MAX_NAME_CHARS = 60;

/** The columns that an error may name. */
export interface ShownColumns {
	names: string[];
	/** How many there are besides. */
	others: number;
	/** Why no column may have the name that its file gives it, by how they are named; ends the sentence "the item has 1 column, …". Then none is listed. */
	misreadAs?: string;
}

const SPREAD_IN_ONE =
	'which holds all of them: set Options > Delimiter of Extract from File to the character that divides them';
const NO_NAMES =
	'half of them or more without a name: the header is not in the first line of the file. In Extract from File, set Options > Range (Excel) to the number of lines above the header, or Starting Line (CSV) to the line of the header';
const NO_HEADER =
	'named like values rather than like columns, so they are not listed: check that the file has a header row, and that Options > Header Row of Extract from File is on';

/** Sorts the columns of an item into those that an error may name, and the others. */
export function shownColumns(columns: readonly string[]): ShownColumns {
	const none = (misreadAs: string) => ({ names: [], others: columns.length, misreadAs });
	const [only] = columns;
	if (columns.length === 1 && /[;\t|,].*[;\t|,]/.test(only.slice(0, MAX_LOOKED_AT)))
		return none(SPREAD_IN_ONE);
	if (columns.length > 0 && columns.filter(isNameless).length >= columns.length / 2) return none(NO_NAMES);
	if (columns.some(isLikeData) || (columns.length === 1 && only === 'row')) return none(NO_HEADER);
	const names = columns.filter(isColumnName);
	return { names, others: columns.length - names.length };
}

/** As SheetJS names a column without a header. */
function isNameless(column: string): boolean {
	return /^(?:__EMPTY)?(?:_\d+)?$/.test(column);
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

/** What shows of a name what it is. */
const MAX_LOOKED_AT = 500;

/** Dates, numbers, e-mail addresses, ids: what is the name of no column. */
function isLikeData(column: string): boolean {
	const name = column.slice(0, MAX_LOOKED_AT).trim();
	const digits = name.replace(/\D/g, '').length;
	return /^\d+$/.test(name) || digits >= 4 || name.includes('@');
}
