import { emptyField, type Finding, type LookedFor } from '../../shared/n8n/findings';
import { Misread, readText } from '../../shared/fhir/values';

/** Values as they come from the parameters, by parameter name. */
export type RawValues = Record<string, unknown>;

type Reader = (value: unknown) => string | string[] | undefined | Misread;

/** A field of the form: its name there, and how its value is read. */
export interface Field {
	label: string;
	read: Reader;
	required?: boolean;
}

/** Reads one of some words, in whatever letters it is written. */
export function oneOf(allowed: readonly string[]): Reader {
	return (value) => {
		const text = readText(value);
		if (typeof text !== 'string') return text;
		return (
			allowed.find((each) => each.toLowerCase() === text.toLowerCase()) ??
			new Misread(`one of: ${allowed.join(', ')}`)
		);
	};
}

/**
 * Reads fields of the form; what is wrong is added to `findings`.
 *
 * @param group what stands before the field's name where the form has several of that name, e.g. `Coverage to Link: `
 * @param lookedFor where the fields read columns of the item: which column was looked for and which the item has
 */
export function readFields(
	fields: Record<string, Field>,
	values: RawValues,
	findings: Finding[],
	{ group = '', lookedFor }: { group?: string; lookedFor?: (parameter: string) => LookedFor } = {},
): Record<string, unknown> {
	const result: Record<string, unknown> = {};
	for (const [parameter, field] of Object.entries(fields)) {
		const value = field.read(values[parameter]);
		if (value instanceof Misread) {
			findings.push({
				parameter,
				says: `'${group}${field.label}' must be ${value.wanted}`,
				...(lookedFor && { lookedFor: lookedFor(parameter) }),
			});
		} else if (value === undefined && field.required) {
			findings.push(emptyField(group + field.label, parameter, lookedFor?.(parameter)));
		} else {
			result[parameter] = value;
		}
	}
	return result;
}
