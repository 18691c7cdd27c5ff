import { dayNumber, type BookType, type SheetJs } from '../../support/sheetJs';

/** A day in a cell, as Excel-like programs keep it. */
export const cell = {
	/** A number that is shown as a date. */
	date: (day: string) => ({ t: 'n', v: dayNumber(day), z: 'm/d/yy' }),
	dateFrom1904: (day: string) => ({ t: 'n', v: dayNumber(day) - 1462, z: 'm/d/yy' }),
	/** A text in ISO 8601 that is marked as a date. */
	isoDate: (day: string) => ({ t: 'd', v: new Date(day), z: 'm/d/yy' }),
};

/** A workbook with a sheet that has a row of names and then the rows. */
export function workbook(
	{ utils, write }: SheetJs,
	rows: Array<Record<string, unknown>>,
	bookType: BookType,
	{ cellDates, date1904 }: { cellDates?: boolean; date1904?: boolean } = {},
): Buffer {
	const book = utils.book_new();
	const table = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row))];
	utils.book_append_sheet(book, utils.aoa_to_sheet(table), 'Roster');
	if (date1904) Object.assign(book, { Workbook: { WBProps: { date1904 } } });
	return write(book, { type: 'buffer', bookType, ...(cellDates && { cellDates }) });
}

/** A CSV file as Excel writes it, with a byte order mark. */
export function csv(rows: Array<Record<string, string>>, delimiter: string): Buffer {
	const lines = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row))];
	return Buffer.from(`\uFEFF${lines.map((line) => line.join(delimiter)).join('\r\n')}`);
}
