import type { IExecuteFunctions } from 'n8n-workflow';
import { mayBeDayBefore } from '../../shared/exchange/dateAndTime';
import { todayIn } from '../../shared/fhir/values';
import { optionsOf } from '../../shared/n8n/parameters';
import { ColumnUse } from './columnUse';
import { DATE_PARAMETERS, dateColumns, dateFormatOf, type RosterReading } from './rosterReading';
import { FORM_LABELS, RowFields, type MemberColumn } from './rowFields';

/** The items of a run, as rows of a roster. */
export class Roster {
	/** Which columns are read, for the hint after the run. */
	readonly use = new ColumnUse(FORM_LABELS);
	/** How values are read; the dates of all rows are looked at together. */
	readonly reading: RosterReading;
	private readonly rows = new Map<number, RowFields>();
	private readonly columns = new Map<string, string | undefined>();

	constructor(private readonly context: IExecuteFunctions) {
		const timeZone = context.getTimezone();
		const columns = dateColumns(context.getInputData().length, (path, itemIndex) =>
			this.valueAt(path, itemIndex),
		);
		this.reading = {
			format: dateFormatOf(optionsOf(context, 0).dateFormat),
			columns,
			daysBefore: this.daysBefore(timeZone),
			today: todayIn(timeZone),
			timeZone,
		};
	}

	/** The fields of one item. @throws ExchangeError if the expression of an option cannot be evaluated */
	row(itemIndex: number): RowFields {
		const row =
			this.rows.get(itemIndex) ??
			new RowFields(this.context, itemIndex, this.use, (parameter) => this.columnOf(parameter));
		this.rows.set(itemIndex, row);
		return row;
	}

	/** Whether something holds for any row that can be read. */
	some(holds: (row: RowFields) => boolean): boolean {
		return this.context.getInputData().some((_, itemIndex) => {
			try {
				return holds(this.row(itemIndex));
			} catch {
				// Reported with the item, when it is prepared.
				return false;
			}
		});
	}

	/**
	 * The column by which any row has a field that is left empty; undefined if none has one. n8n leaves empty cells of a file out of its items, so
	 * the column of a field can be missing in one row only.
	 */
	private columnOf(parameter: MemberColumn): string | undefined {
		if (!this.columns.has(parameter)) {
			let column: string | undefined;
			this.some((row) => (column = row.read(parameter).column) !== undefined);
			this.columns.set(parameter, column);
		}
		return this.columns.get(parameter);
	}

	/** The dates, read by name, that n8n's node Date & Time may have made the day before. */
	private daysBefore(timeZone: string): Set<string> {
		const { context } = this;
		const before = context.getParentNodes(context.getNode().name, { includeNodeParameters: true });
		const columns = new Map<string, boolean>();
		const isBefore = (column: string): boolean => {
			const known = columns.get(column) ?? mayBeDayBefore(column, before, timeZone);
			columns.set(column, known);
			return known;
		};
		return new Set(
			DATE_PARAMETERS.filter((path) =>
				[...this.rows.values()].some((row) => {
					const column = row.columnAt(path);
					return column !== undefined && isBefore(column);
				}),
			),
		);
	}

	private valueAt(path: string, itemIndex: number): unknown {
		try {
			return this.row(itemIndex).valueAt(path);
		} catch {
			// Reported with the item, when it is prepared.
			return undefined;
		}
	}
}
