import { dayNumber, type BookType, type SheetJs } from '../../support/sheetJs';
import { cell, csv, workbook } from './files';
import {
	base,
	dataTableNodes,
	dateAndTime,
	editFields,
	enteredDays,
	fileNodes,
	itemNodes,
	postgresNode,
	type WayNode,
} from './nodes';
import { DATE_COLUMNS, rosterOf, underscored, written } from './roster';

/** Where a way is run. */
export interface Place {
	/** The zone of the workflow; where it has none, that of n8n. */
	zone: string;
	/** The zone of the n8n process, its TZ. */
	process: string;
}

/** A way of a roster into Member Match. */
export interface Way {
	name: string;
	/** The nodes in a row. @param way its number, with which its member ids begin */
	nodes: (way: number) => WayNode[];
	/** Of Member Match; otherwise nothing is entered. */
	parameters?: object;
	/** Whether its dates are errors at a place; otherwise they are read. */
	isRefused?: (place: Place) => boolean;
	/** A table that is there before: its rows, and the type of its columns of days. */
	table?: { kind: 'postgres' | 'dataTable'; type: string; rows: (way: number) => object[] };
}

const EAST = ['Asia/Kolkata', 'Pacific/Guam'];
const isEastOfUtc = ({ zone, process }: Place) => EAST.includes(zone) || EAST.includes(process);
/** Date & Time writes a day in the workflow's zone, after it was a midnight further east. */
const goesWest = ({ zone, process }: Place) =>
	zone === 'America/New_York' || (process === 'Pacific/Guam' && zone !== process);
const always = () => true;

/** All ways but those out of PostgreSQL. @param sheets writes the files */
export function waysIn(sheets: SheetJs): Way[] {
	return [...filesIn(sheets), ...fromSheets, ...byDateAndTime, ...byExpressions, ...fromDataTables];
}

function filesIn(sheets: SheetJs): Way[] {
	const book = (name: string, bookType: BookType, write: (day: string) => unknown, how = {}): Way => ({
		name,
		nodes: (way) =>
			fileNodes(workbook(sheets, rosterOf(way, write), bookType, how), `roster.${bookType}`, bookType),
	});
	return [
		book('Excel, dates', 'xlsx', cell.date),
		book('Excel, dates as ISO texts in the file', 'xlsx', cell.isoDate, { cellDates: true }),
		book('Excel, texts in US order', 'xlsx', written.us),
		book('Excel of before 2007, dates', 'xls', cell.date),
		book('LibreOffice, dates', 'ods', cell.date),
		{
			...book('Excel, days from 1904', 'xlsx', cell.dateFrom1904, { date1904: true }),
			parameters: { options: { dateFormat: 'excel1904' } },
		},
		{
			name: 'CSV with a byte order mark, US order',
			nodes: (way) => fileNodes(csv(rosterOf(way, written.us), ','), 'roster.csv', 'csv'),
		},
		{
			name: 'CSV with semicolons, day first',
			nodes: (way) =>
				fileNodes(csv(rosterOf(way, written.german), ';'), 'roster.csv', 'csv', { delimiter: ';' }),
		},
	];
}

const items = (write: (day: string) => unknown) => (way: number) => itemNodes(rosterOf(way, write));

const fromSheets: Way[] = [
	{ name: 'Google Sheets, as shown', nodes: items(written.usShort) },
	{ name: 'Google Sheets, serial numbers', nodes: items(dayNumber) },
];

function thenDateAndTime(
	name: string,
	write: (day: string) => unknown,
	nodes: WayNode[],
	isRefused: Way['isRefused'],
): Way {
	return { name: `Date & Time, ${name}`, nodes: (way) => [...items(write)(way), ...nodes], isRefused };
}
const format = (as: string, options = {}) => dateAndTime('formatDate', { format: as }, options);
const midnight = dateAndTime('roundDate', { mode: 'roundDown', toNearest: 'day' });

const byDateAndTime: Way[] = [
	thenDateAndTime('numbers into ISO texts', dayNumber, format('yyyy-MM-dd'), always),
	thenDateAndTime('numbers into US order', dayNumber, format('MM/dd/yyyy'), always),
	thenDateAndTime('ISO texts into US order', written.iso, format('MM/dd/yyyy'), isEastOfUtc),
	thenDateAndTime('US order into ISO texts', written.us, format('yyyy-MM-dd'), isEastOfUtc),
	thenDateAndTime('into a time in seconds', written.us, format('X'), always),
	thenDateAndTime(
		'with From Date Format',
		written.us,
		format('yyyy-MM-dd', { fromFormat: 'MM/dd/yyyy' }),
		isEastOfUtc,
	),
	thenDateAndTime('in the workflow’s zone', written.iso, format('yyyy-MM-dd', { timezone: true }), goesWest),
	thenDateAndTime('rounded to the day', written.us, midnight, goesWest),
];

const byExpressions: Way[] = [
	...(['string', 'object'] as const).map((type) => ({
		name: `Edit Fields, new Date() as ${type}`,
		nodes: (way: number) => [...items(written.us)(way), editFields('new Date(DAY)', type)],
		// The text is in quotation marks then.
		...(type === 'string' && { isRefused: always }),
	})),
	{
		name: 'Edit Fields, DateTime.fromFormat()',
		nodes: (way) => [...items(written.us)(way), editFields("DateTime.fromFormat(DAY, 'MM/dd/yyyy')")],
	},
	{
		name: "Edit Fields, toDateTime('excel')",
		nodes: (way) => [...items(dayNumber)(way), editFields("DAY.toDateTime('excel')")],
	},
	{
		name: 'entered, DateTime.fromFormat()',
		nodes: items(written.us),
		parameters: enteredDays("DateTime.fromFormat(DAY, 'MM/dd/yyyy')"),
	},
	{ name: 'entered, new Date()', nodes: items(written.us), parameters: enteredDays('new Date(DAY)') },
	{
		name: 'Code, new Date()',
		nodes: (way) => [
			...items(written.iso)(way),
			base('code', 2, {
				jsCode: `for (const { json } of $input.all()) for (const column of ${JSON.stringify(DATE_COLUMNS)}) json[column] = new Date(json[column]);
return $input.all();`,
			}),
		],
	},
];

const fromDataTables: Way[] = (
	[
		['ISO texts', written.iso],
		['US order', written.us],
		['midnight in UTC', (day: string) => `${day}T00:00:00.000Z`],
	] as const
).map(([name, write]) => {
	const rows = (way: number) => rosterOf(way, write).map(underscored);
	return {
		name: `Data Table with dates, inserted as ${name}`,
		nodes: (way) => [...itemNodes(rows(way)), ...dataTableNodes(tableName(way))],
		table: { kind: 'dataTable', type: 'date', rows },
	};
});

/** The name of the table of a way. */
export function tableName(way: number): string {
	return `roster_${way}`;
}

/** The newest version of n8n's node, and the last one that gave date objects. */
const POSTGRES_NODES = [2.7, 2.6];

/** The ways out of tables in PostgreSQL. @param credentials of its node */
export function waysFromPostgres(credentials: object): Way[] {
	const isNeither = (midnightIn: string) => (place: Place) =>
		place.zone !== midnightIn && place.process !== midnightIn;
	const kinds: Array<[name: string, write: (day: string) => string, isRefused?: Way['isRefused']]> = [
		['date', written.iso],
		['timestamp', written.iso],
		['timestamptz', (day) => `${day} 00:00 UTC`],
		['timestamptz', (day) => `${day} 00:00 America/New_York`, isNeither('America/New_York')],
		['timestamptz', (day) => `${day} 12:00 UTC`, always],
	];
	return kinds.flatMap(([type, write, isRefused]) =>
		POSTGRES_NODES.map(
			(version): Way => ({
				name: `Postgres ${version}, ${type}, ${write('a day')}`,
				nodes: (way) => [postgresNode(version, tableName(way), credentials)],
				isRefused,
				table: { kind: 'postgres', type, rows: (way) => rosterOf(way, write) },
			}),
		),
	);
}
