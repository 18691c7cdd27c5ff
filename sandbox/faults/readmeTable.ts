import { z } from 'zod';
import { faultTable, type Fault } from './table';

function parameter(name: string, schema: z.ZodTypeAny): string {
	if (schema instanceof z.ZodOptional)
		return `${parameter(name, schema.unwrap() as z.ZodTypeAny)} (optional)`;
	if (schema instanceof z.ZodDefault) {
		const preset = JSON.stringify(schema.parse(undefined)).replaceAll('"', '');
		return `${parameter(name, schema.removeDefault() as z.ZodTypeAny)} = ${preset}`;
	}
	if (!(schema instanceof z.ZodEnum)) return `\`${name}\``;
	return `\`${name}\` (${(schema.options as string[]).join(', ')})`;
}

function row(name: string, { about, on, parameters }: Fault): string {
	const list = Object.entries(parameters).map((pair) => parameter(...pair));
	return `| \`${name}\` | ${on.length === 5 ? 'any' : on.join(', ')} | ${list.join('; ') || '–'} | ${about} |`;
}

/** The README's table of faults. */
export function faultRows(): string {
	const rows = Object.entries(faultTable).map(([name, fault]) => row(name, fault as unknown as Fault));
	return ['| fault | on | parameters | what happens |', '|---|---|---|---|', ...rows].join('\n');
}
