import { Misread, readText } from '../../shared/fhir/values';
import { emptyField, type ColumnSource, type Finding } from '../../shared/n8n/findings';

/** Values as they come from the parameters, by parameter name. */
export type RawValues = Record<string, unknown>;

type Reader<T> = (value: unknown) => T | undefined | Misread;

/** A field of the form: its name there, and how its value is read. */
export interface Field<T> {
	label: string;
	read: Reader<T>;
	required?: boolean;
}

/** Reads one of some words, in whatever letters it is written. */
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

/** How the form names a group of fields, and where their values come from. */
export interface FieldGroup {
	/** Stands before the field's name where the form has several of that name, e.g. `Coverage to Link: `. */
	label?: string;
	/** Where the fields read columns of the item: which column was looked for and which the item has. */
	columnSource?: (parameter: string) => ColumnSource;
}

/** Reads fields of the form one by one; what is wrong is added to `findings`. */
export class FieldReader {
	constructor(
		private readonly values: RawValues,
		private readonly findings: Finding[],
		private readonly group: FieldGroup = {},
	) {}

	/** @returns undefined where there is no value, or none that can be used: then there is a finding, or the field may be empty */
	read<T>(parameter: string, field: Field<T>): T | undefined {
		const { label: group = '', columnSource } = this.group;
		const value = field.read(this.values[parameter]);
		if (value instanceof Misread) {
			this.findings.push({
				parameter,
				says: `'${group}${field.label}' must be ${value.wanted}`,
				...(columnSource && { columnSource: columnSource(parameter) }),
			});
			return undefined;
		}
		if (value === undefined && field.required) {
			this.findings.push(emptyField(group + field.label, parameter, columnSource?.(parameter)));
		}
		return value;
	}
}
