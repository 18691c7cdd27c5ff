import { ColumnProblem } from '../../shared/exchange/columnProblems';
import { columnFinding } from '../../shared/exchange/fieldValues';
import { asSeen, damageOf, isFiller, withoutFillers } from '../../shared/exchange/rosterValues';
import { Misread, readText } from '../../shared/fhir/values';
import { emptyField, type ColumnSource, type Finding } from '../../shared/n8n/findings';

/** Unvalidated values by parameter name; a `ColumnProblem` where the column of a field cannot be told. */
export type RawValues = Record<string, unknown>;

type Reader<T> = (value: unknown) => T | undefined | Misread;

/** A form field: its label, and the reader of its value. */
export interface Field<T> {
	label: string;
	read: Reader<T>;
	required?: boolean;
}

/** A reader for a fixed set of values, ignoring case. */
export function oneOf<T extends string>(allowed: readonly T[]): Reader<T> {
	return (value) => {
		const text = readText(value);
		if (typeof text !== 'string') return text;
		return (
			allowed.find((each) => each.toLowerCase() === text.toLowerCase()) ??
			new Misread(`one of: ${allowed.join(', ')}`)
		);
	};
}

/** A group of fields: its label, and where the values come from. */
export interface FieldGroup {
	/** Prefix for labels that occur in several groups, e.g. `Coverage to Link: `. */
	label?: string;
	/** Looks up the source column of a parameter; set if the fields read columns of the item. */
	columnSource?: (parameter: string) => ColumnSource;
}

const FILLER_IS_EMPTY =
	'What only stands for no value, such as NULL, None, N/A or a hyphen, counts as empty. A person of such a name can be sent in the Input Mode FHIR Resources.';

/** Reads form fields and collects problems in `findings`. */
export class FieldReader {
	constructor(
		private readonly values: RawValues,
		private readonly findings: Finding[],
		private readonly group: FieldGroup = {},
	) {}

	/** @returns undefined if there is no valid value; a finding is added if the value is invalid, or missing but required */
	read<T>(parameter: string, field: Field<T>): T | undefined {
		const { label: group = '', columnSource } = this.group;
		const raw = this.values[parameter];
		if (raw instanceof ColumnProblem) {
			this.findings.push(columnFinding(raw, group + field.label, parameter));
			return undefined;
		}
		const value = damageOf(raw) ?? field.read(withoutFillers(asSeen(raw)));
		if (value instanceof Misread) {
			this.findings.push({
				parameter,
				says: `'${group}${field.label}' must be ${value.wanted}`,
				...(columnSource && { columnSource: columnSource(parameter) }),
				whatToDo: value.whatToDo,
			});
			return undefined;
		}
		if (value === undefined && field.required) {
			const advice = isFiller(raw) ? FILLER_IS_EMPTY : undefined;
			this.findings.push(emptyField(group + field.label, parameter, columnSource?.(parameter), advice));
		}
		return value;
	}
}
