/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installN8n } from '../../local-n8n/install';
import { ownRoster, ownRosterCsv } from '../../sandbox/roster';
import { say } from '../support/say';

/** What this test uses of SheetJS, which writes Excel's files. n8n brings it. */
interface SheetJs {
	utils: {
		aoa_to_sheet(rows: unknown[][]): object;
		book_new(): object;
		book_append_sheet(book: object, sheet: object, name: string): void;
	};
	write(book: object, how: { type: 'buffer'; bookType: 'xlsx' }): Buffer;
}

const SHEET_JS = ['@e965/xlsx', 'xlsx'];
const US_DATE = /^(\d\d)\/(\d\d)\/(\d{4})$/;
const DAY_MS = 86_400_000;

/** The roster as a CSV file. @returns its path, in a temporary folder */
export function rosterAsCsv(): string {
	return file('own-roster.csv', ownRosterCsv());
}

/** The roster as Excel saves it: days are numbers that are shown as dates. @returns its path, in a temporary folder */
export async function rosterAsXlsx(): Promise<string> {
	const { utils, write } = await sheetJs();
	const rows = ownRoster();
	const book = utils.book_new();
	const table = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row).map(cell))];
	utils.book_append_sheet(book, utils.aoa_to_sheet(table), 'Roster');
	return file('own-roster.xlsx', write(book, { type: 'buffer', bookType: 'xlsx' }));
}

/** A cell as Excel keeps it. Format 14 is what it gives a date that somebody enters. */
function cell(text: string): unknown {
	const [, month, day, year] = US_DATE.exec(text) ?? [];
	if (year === undefined) return text;
	const days = (Date.UTC(Number(year), Number(month) - 1, Number(day)) - Date.UTC(1899, 11, 30)) / DAY_MS;
	return { t: 'n', v: days, z: 'm/d/yy' };
}

async function sheetJs(): Promise<SheetJs> {
	const { bin } = await installN8n({ report: say });
	const require = createRequire(bin);
	const found = SHEET_JS.find((name) => {
		try {
			return require.resolve(name) !== '';
		} catch {
			return false;
		}
	});
	if (found === undefined) throw new Error('This n8n has no SheetJS to write Excel files with.');
	return require(found) as SheetJs;
}

function file(name: string, content: string | Buffer): string {
	const path = join(mkdtempSync(join(tmpdir(), 'payer-roster-')), name);
	writeFileSync(path, content);
	return path;
}
