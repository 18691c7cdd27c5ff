import type { IExecuteFunctions } from 'n8n-workflow';
import { todayIn } from '../../shared/fhir/values';
import { optionsOf } from '../../shared/n8n/parameters';
import { ColumnUse } from './columnUse';
import { dateColumns, dateFormatOf, type RosterReading } from './rosterReading';
import { FORM_LABELS, RowFields } from './rowFields';

/** The items of a run, as rows of a roster. */
export class Roster {
	/** Which columns are read, for the hint after the run. */
	readonly use = new ColumnUse(FORM_LABELS);
	/** How values are read; the dates of all rows are looked at together. */
	readonly reading: RosterReading;
	private readonly rows = new Map<number, RowFields>();

	constructor(private readonly context: IExecuteFunctions) {
		const timeZone = context.getTimezone();
		this.reading = {
			format: dateFormatOf(optionsOf(context, 0).dateFormat),
			columns: dateColumns(context.getInputData().length, (path, itemIndex) => this.valueAt(path, itemIndex)),
			today: todayIn(timeZone),
			timeZone,
		};
	}

	/** The fields of one item. @throws ExchangeError if the expression of an option cannot be evaluated */
	row(itemIndex: number): RowFields {
		const row = this.rows.get(itemIndex) ?? new RowFields(this.context, itemIndex, this.use);
		this.rows.set(itemIndex, row);
		return row;
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
