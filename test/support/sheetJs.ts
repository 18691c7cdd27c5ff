/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createRequire } from 'node:module';
import { installN8n } from '../../local-n8n/install';
import { say } from './say';

/** What the tests use of SheetJS, which reads and writes Excel's files. n8n brings it. */
export interface SheetJs {
	utils: {
		aoa_to_sheet(rows: unknown[][]): object;
		book_new(): object;
		book_append_sheet(book: object, sheet: object, name: string): void;
		sheet_to_json(sheet: object): Array<Record<string, unknown>>;
	};
	read(bytes: Buffer): { SheetNames: string[]; Sheets: Record<string, object> };
	write(book: object, how: { type: 'buffer'; bookType: BookType; cellDates?: boolean }): Buffer;
}

/** Excel's format, that of Excel before 2007, and that of LibreOffice. */
export type BookType = 'xlsx' | 'xls' | 'ods';

const SHEET_JS = ['@e965/xlsx', 'xlsx'];
const DAY_MS = 86_400_000;

/** The SheetJS of the n8n that is installed. */
export async function sheetJs(): Promise<SheetJs> {
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

/** Excel's number of a day. @param day `YYYY-MM-DD`, from March 1900 on */
export function dayNumber(day: string): number {
	return (Date.parse(day) - Date.UTC(1899, 11, 30)) / DAY_MS;
}
