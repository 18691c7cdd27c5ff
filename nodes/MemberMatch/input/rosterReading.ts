import { readDateColumn, type DateColumn } from '../../shared/exchange/dateColumns';
import { DATE_FORMATS, type DateFormat, type DateReading } from '../../shared/exchange/rosterDates';

/** How the values of this run's items are read. */
export interface RosterReading extends Omit<DateReading, 'column'> {
	/** What each column of dates shows, by the path of the parameter. */
	columns: ReadonlyMap<string, DateColumn>;
	/** Paths of the parameters whose days a node before may have made the day before. */
	daysBefore: ReadonlySet<string>;
}

/** Path of the collection whose fields are a coverage to link. */
export const LINK_PATH = 'coverageToLink.coverage.';
/** Path of the collection of further fields. */
export const ADDITIONAL_PATH = 'additionalFields.';

/** The parameters that are dates. */
export const DATE_PARAMETERS: readonly string[] = [
	'birthDate',
	'consentStart',
	'consentEnd',
	...[ADDITIONAL_PATH, LINK_PATH].flatMap((path) => [`${path}periodStart`, `${path}periodEnd`]),
];

/**
 * Looks at the dates of all items, because one date does not always show whether its day or its month comes first.
 * @param valueOf a parameter's value for an item, by the parameter's path
 */
export function dateColumns(
	itemCount: number,
	valueOf: (parameter: string, itemIndex: number) => unknown,
): Map<string, DateColumn> {
	const items = Array.from({ length: itemCount }, (_, itemIndex) => itemIndex);
	return new Map(
		DATE_PARAMETERS.map((parameter) => [
			parameter,
			readDateColumn(items.map((itemIndex) => valueOf(parameter, itemIndex))),
		]),
	);
}

/** The parameter Date Format; automatic for what is none of its values. */
export function dateFormatOf(value: unknown): DateFormat {
	return DATE_FORMATS.find((format) => format === value) ?? 'automatic';
}
