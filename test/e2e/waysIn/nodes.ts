import { DATE_COLUMNS } from './roster';

/** A node of n8n on the way of a roster. */
export interface WayNode {
	type: string;
	typeVersion: number;
	parameters: object;
	credentials?: object;
}

export const base = (type: string, typeVersion: number, parameters: object): WayNode => ({
	type: `n8n-nodes-base.${type}`,
	typeVersion,
	parameters,
});

/** A file on the item, and the node that reads it. */
export function fileNodes(
	bytes: Buffer,
	fileName: string,
	operation: string,
	options: object = {},
): WayNode[] {
	const jsonOutput = JSON.stringify({ file: bytes.toString('base64') });
	return [
		base('set', 3.4, { mode: 'raw', jsonOutput, options: {} }),
		base('convertToFile', 1.1, {
			operation: 'toBinary',
			sourceProperty: 'file',
			binaryPropertyName: 'data',
			options: { fileName },
		}),
		base('extractFromFile', 1.1, { operation, binaryPropertyName: 'data', options }),
	];
}

/** Items as a node gives them that reads from a service on the network. */
export function itemNodes(rows: object[]): WayNode[] {
	return [
		base('set', 3.4, { mode: 'raw', jsonOutput: JSON.stringify({ rows }), options: {} }),
		base('splitOut', 1, { fieldToSplitOut: 'rows', options: {} }),
	];
}

/** A node Date & Time for each column of days. */
export function dateAndTime(operation: string, parameters: object, options: object = {}): WayNode[] {
	return DATE_COLUMNS.map((column) =>
		base('dateTime', 2, {
			operation,
			date: `={{ $json["${column}"] }}`,
			outputFieldName: column,
			...parameters,
			options: { includeInputFields: true, ...options },
		}),
	);
}

/** Edit Fields with an expression for each column of days. @param value with the column's value as `DAY` */
export function editFields(value: string, type: 'string' | 'object' = 'string'): WayNode {
	const assignments = DATE_COLUMNS.map((column) => ({
		id: column,
		name: column,
		type,
		value: `={{ ${withDay(value, column)} }}`,
	}));
	return base('set', 3.4, {
		mode: 'manual',
		includeOtherFields: true,
		options: { dotNotation: false },
		assignments: { assignments },
	});
}

/** Parameters of Member Match with an expression for each day, as a person writes them. */
export function enteredDays(value: string): object {
	const [birthDate, consentStart, consentEnd] = DATE_COLUMNS.map(
		(column) => `={{ ${withDay(value, column)} }}`,
	);
	return { birthDate, consentStart, consentEnd };
}

function withDay(value: string, column: string): string {
	return value.replace('DAY', `$json["${column}"]`);
}

/** The rows of a table in PostgreSQL. */
export function postgresNode(version: number, table: string, credentials: object): WayNode {
	const parameters = {
		operation: 'select',
		schema: { __rl: true, mode: 'name', value: 'public' },
		table: { __rl: true, mode: 'name', value: table },
		returnAll: true,
		options: {},
	};
	return { ...base('postgres', version, parameters), credentials };
}

/** A Data Table: rows in, and the same rows out. */
export function dataTableNodes(table: string): WayNode[] {
	const dataTableId = { __rl: true, mode: 'name', value: table };
	return [
		base('dataTable', 1.1, {
			resource: 'row',
			operation: 'insert',
			dataTableId,
			columns: { mappingMode: 'autoMapInputData', value: {}, matchingColumns: [], schema: [] },
		}),
		base('limit', 1, { maxItems: 1 }),
		base('dataTable', 1.1, {
			resource: 'row',
			operation: 'get',
			dataTableId,
			filters: {},
			returnAll: true,
		}),
	];
}
