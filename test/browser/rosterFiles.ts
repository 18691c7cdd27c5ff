/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownRoster, ownRosterCsv } from '../../sandbox/roster';
import { dayNumber, sheetJs } from '../support/sheetJs';

const US_DATE = /^(\d\d)\/(\d\d)\/(\d{4})$/;

/** The roster as a CSV file. @returns its path, in a temporary folder */
export function rosterAsCsv(): string {
	return file('own-roster.csv', ownRosterCsv());
}

/** A roster as Excel saves it: days are numbers that are shown as dates. @returns its path, in a temporary folder */
export async function rosterAsXlsx(
	rows: ReadonlyArray<Record<string, string>> = ownRoster(),
): Promise<string> {
	const { utils, write } = await sheetJs();
	const book = utils.book_new();
	const table = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row).map(cell))];
	utils.book_append_sheet(book, utils.aoa_to_sheet(table), 'Roster');
	return file('own-roster.xlsx', write(book, { type: 'buffer', bookType: 'xlsx' }));
}

/** A cell as Excel keeps it. Format 14 is what it gives a date that somebody enters. */
function cell(text: string): unknown {
	const [, month, day, year] = US_DATE.exec(text) ?? [];
	return year === undefined ? text : { t: 'n', v: dayNumber(`${year}-${month}-${day}`), z: 'm/d/yy' };
}

function file(name: string, content: string | Buffer): string {
	const path = join(mkdtempSync(join(tmpdir(), 'payer-roster-')), name);
	writeFileSync(path, content);
	return path;
}
