/** How much of a directory is read: it is written by others, and anybody may be in it. */
export const IMPORT_LIMITS = {
	/** Pages of a search. */
	pages: 50,
	/** Letters of all pages together. */
	letters: 50_000_000,
	/** Organizations and endpoints together. */
	resources: 10_000,
	rows: 5000,
	/** Entries of a list inside one resource: extensions, identifiers, references. */
	list: 100,
	/** Certificates of one endpoint, and the letters of each. */
	certificates: 5,
	certificateLetters: 100_000,
	nameLetters: 120,
	addressLetters: 1000,
	codeLetters: 64,
	/** Letters of the table: as many as the credential takes. */
	tableLetters: 2_000_000,
};
