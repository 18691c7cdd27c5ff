import { isColumnName } from '../../shared/n8n/columnNames';
import { pluralize, type Hint } from '../../shared/n8n/hints';

/** Counts, over a run, which columns the empty fields were read from, and how many rows took a default. */
export class ColumnUse {
	private readonly columns = new Map<string, Map<string, number>>();
	private readonly defaults = new Map<string, number>();
	private readonly without = new Map<string, number>();

	/** @param labels of the fields, in the order of the form, in which they are listed */
	constructor(private readonly labels: readonly string[] = []) {}

	/** A field was read from a column. @param label of the field */
	read(label: string, column: string): void {
		const ofField = this.columns.get(label) ?? new Map<string, number>();
		this.columns.set(label, ofField);
		ofField.set(column, (ofField.get(column) ?? 0) + 1);
	}

	/** A row had no value, and took a default. @param what the default, e.g. `the Default Tenant of the credential` */
	tookDefault(what: string): void {
		this.defaults.set(what, (this.defaults.get(what) ?? 0) + 1);
	}

	/** A row goes without a value that it need not have. @param label of the field */
	wentWithout(label: string): void {
		this.without.set(label, (this.without.get(label) ?? 0) + 1);
	}

	/** What was read from where, for the analyst to look at after the run. @param rows how many there were */
	hints(rows: number): Hint[] {
		const byForm = [...this.columns].sort(([one], [other]) => this.place(one) - this.place(other));
		const columns = byForm.map(([label, ofField]) => {
			const names = [...ofField].map(([name, count]) => shown(name, count, rows));
			return `${label} from ${names.join(' and ')}`;
		});
		const defaults = [...this.defaults].map(
			([what, count]) => `${pluralize(count, 'row', 'rows')} of ${rows} took ${what}`,
		);
		const without = [...this.without].map(
			([label, count]) => `${pluralize(count, 'row', 'rows')} of ${rows} had no ${label}`,
		);
		const sentences = [
			...(columns.length > 0 ? [`Empty fields were read by name: ${columns.join(', ')}.`] : []),
			...(defaults.length > 0 ? [`${defaults.join('; ')}.`] : []),
			...(without.length > 0 ? [`${without.join('; ')}.`] : []),
		];
		return sentences.length === 0 ? [] : [{ message: sentences.join(' '), type: 'info' }];
	}

	private place(label: string): number {
		return this.labels.includes(label) ? this.labels.indexOf(label) : this.labels.length;
	}
}

function shown(column: string, count: number, rows: number): string {
	const name = isColumnName(column) ? `"${column}"` : 'a column of a name of its own';
	return count === rows ? name : `${name} (${pluralize(count, 'row', 'rows')})`;
}
