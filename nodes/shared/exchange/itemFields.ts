import type { IExecuteFunctions } from 'n8n-workflow';
import { GROUP_ID_PATTERN, JOB_ID_PATTERN, TENANT_PATTERN } from '../fhir/ids';
import { isObject } from '../fhir/json';
import { Misread, readText } from '../fhir/values';
import { emptyField, findingsError, type Finding } from '../n8n/findings';
import { columnSource } from '../n8n/parameters';
import { sourceOutput } from './envelope';
import { columnFinding, passedOnValue, type FieldValue } from './fieldValues';
import { asSeen, withoutFillers } from './rosterValues';

/** A field whose value comes from another node of this package. */
export interface FieldFromOutput {
	parameter: string;
	label: string;
	/** The output it comes from, e.g. `Matched of Member Match`; undefined if the source does not matter. */
	output?: string;
	/** Advice if the value is missing or invalid. */
	whatToDo: string;
}

/** A field that becomes a segment of a URL path. */
export interface PathPart extends FieldFromOutput {
	/** Allowed characters. A value that could change the rest of the path is rejected. */
	pattern: RegExp;
	/** Ends the sentence "'Group ID' must be …". */
	wanted: string;
}

export const TENANT: PathPart = {
	parameter: 'tenant',
	label: 'Tenant',
	pattern: TENANT_PATTERN,
	wanted: "the gateway's short name of the health plan, e.g. bison, without spaces: not the plan's own name",
	whatToDo:
		'The tenant stands in a column of the item, in the field, or as Default Tenant in the credential; who runs the gateway has the list of tenants.',
};

export const GROUP_ID: PathPart = {
	parameter: 'groupId',
	label: 'Group ID',
	pattern: GROUP_ID_PATTERN,
	wanted:
		"the payer's own id of the member's group, such as cmk1cuald0005l701sdo7gs8c: the name of a group or of a person is none",
	output: 'Matched of Member Match',
	whatToDo:
		'Connect the output Matched of Member Match to this node; left empty, the field reads it from there (groupId).',
};

export const PATIENT_ID: PathPart = {
	parameter: 'patientId',
	label: 'Patient ID',
	pattern: GROUP_ID_PATTERN,
	wanted:
		"the payer's own id of the member, such as 3f6c1d0a-77f2: the member's name, or your own id of the member, is none",
	output: 'Matched of Member Match',
	whatToDo:
		'Connect the output Matched of Member Match to this node; left empty, the field reads it from there (patientId).',
};

export const JOB_ID: PathPart = {
	parameter: 'jobId',
	label: 'Job ID',
	pattern: JOB_ID_PATTERN,
	wanted: "the payer's own id of the export, such as 3f6c1d0a-77f2-4f0e-9b59-2b1f2a7c9d11",
	output: 'Start Export',
	whatToDo: 'Connect Start Export to this node; left empty, the field reads it from there (jobId).',
};

export const STATUS_URL: FieldFromOutput = {
	parameter: 'statusUrl',
	label: 'Status URL',
	output: 'Start Export',
	whatToDo: 'Connect Start Export to this node; left empty, the field reads it from there (statusUrl).',
};

export const FILE_URL: FieldFromOutput = {
	parameter: 'url',
	label: 'URL',
	output: 'Completed of Wait For Export',
	whatToDo:
		'Connect the output Completed of Wait For Export to this node; left empty, the field reads it from there (url).',
};

/**
 * The finding for a missing or invalid value that another node should have supplied. Says so if the item comes from the
 * wrong output.
 * @param wanted ends the sentence "'Group ID' must be …"; undefined if the field is empty
 * @param column that an empty field was read from, by one of its names
 */
export function missingOutputValue(
	context: IExecuteFunctions,
	{ parameter, label, output, whatToDo }: FieldFromOutput,
	itemIndex: number,
	wanted?: string,
	column?: string,
): Finding {
	const origin = sourceOutput(context.getInputData()[itemIndex]?.json ?? {});
	const source = {
		...columnSource(context, parameter, itemIndex, column),
		...(column !== undefined && { isFound: true }),
	};
	if (wanted !== undefined) {
		return { parameter, says: `'${label}' must be ${wanted}`, columnSource: source, whatToDo };
	}
	const isFromOtherOutput = output !== undefined && origin !== undefined && origin !== output;
	// The actual source is more helpful than a list of columns.
	return isFromOtherOutput
		? emptyField(label, parameter, undefined, `This item comes from ${origin}. ${whatToDo}`)
		: emptyField(label, parameter, source, whatToDo, output !== undefined);
}

/** The value of a field that another node fills. @throws ExchangeError if its expression cannot be evaluated */
export function outputValue(
	context: IExecuteFunctions,
	field: FieldFromOutput,
	itemIndex: number,
): FieldValue {
	return passedOnValue(context, { path: field.parameter, label: field.label }, itemIndex);
}

/**
 * Reads a field that becomes a URL path segment; returns a finding if it is missing or invalid.
 * @param fallback used if the field has no value
 * @param read what the field holds, if it is not read as another node fills it
 * @param idOf the id for a name, where the field takes names too
 */
export function readPathParameter(
	context: IExecuteFunctions,
	part: PathPart,
	itemIndex: number,
	fallback?: string,
	read = outputValue(context, part, itemIndex),
	idOf?: (name: string) => string | undefined,
): string | Finding {
	if (read.problem) return columnFinding(read.problem, part.label, part.parameter);
	const entered = readText(withoutFillers(asSeen(read.value))) ?? fallback;
	const text = typeof entered === 'string' ? (idOf?.(entered) ?? entered) : entered;
	const missing = (wanted?: string) => missingOutputValue(context, part, itemIndex, wanted, read.column);
	if (text === undefined) return missing();
	if (typeof text === 'string' && part.pattern.test(text)) return text;
	return missing(text instanceof Misread ? text.wanted : part.wanted);
}

/** Like `readPathParameter`. @throws ExchangeError if the value is missing or invalid */
export function pathParameter(
	context: IExecuteFunctions,
	part: PathPart,
	itemIndex: number,
	fallback?: string,
): string {
	const read = readPathParameter(context, part, itemIndex, fallback);
	if (typeof read !== 'string') throw findingsError('The request', [read]);
	return read;
}

/** Like `pathParameter`, but the value may be missing. @throws ExchangeError if it is invalid */
export function optionalPathParameter(
	context: IExecuteFunctions,
	part: PathPart,
	itemIndex: number,
): string | undefined {
	const { value, problem } = outputValue(context, part, itemIndex);
	return readText(withoutFillers(value)) === undefined && problem === undefined
		? undefined
		: pathParameter(context, part, itemIndex);
}

/** Values that an error must not repeat: those of the item and of the node's id parameters. */
export function knownValues(context: IExecuteFunctions, itemIndex: number): unknown[] {
	const json: unknown = context.getInputData()[itemIndex]?.json;
	const entered = [TENANT, GROUP_ID, PATIENT_ID, JOB_ID].map(
		(part) => outputValue(context, part, itemIndex).value,
	);
	return [...(isObject(json) ? Object.values(json) : []), ...entered];
}
