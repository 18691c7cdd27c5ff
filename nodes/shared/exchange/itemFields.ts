import type { IExecuteFunctions } from 'n8n-workflow';
import { GROUP_ID_PATTERN, JOB_ID_PATTERN, TENANT_PATTERN } from '../fhir/ids';
import { isObject } from '../fhir/json';
import { Misread, readText } from '../fhir/values';
import { emptyField, findingsError, type Finding } from '../n8n/findings';
import { columnSource, rawParameter } from '../n8n/parameters';
import { outputOf } from './envelope';

/** A value that comes from an output of another of these nodes. */
export interface FromOutput {
	parameter: string;
	label: string;
	/** Which one, e.g. `Matched of Member Match`; undefined where it can come from anywhere. */
	output?: string;
	/** What to do where the value is not there or is none of its kind. */
	otherwise: string;
}

/** A part of an address as an analyst can enter it. */
export interface PathPart extends FromOutput {
	/** What the part may look like; a part that could leave its place in the address is refused. */
	pattern: RegExp;
	/** Ends the sentence "'Group ID' must be …". */
	wanted: string;
}

export const TENANT: PathPart = {
	parameter: 'tenant',
	label: 'Tenant',
	pattern: TENANT_PATTERN,
	wanted: "the gateway's short name of the health plan, e.g. bison, without spaces: not the plan's own name",
	otherwise:
		'The tenant stands in a column of the item, in the field, or as Default Tenant in the credential; who runs the gateway has the list of tenants.',
};

export const GROUP_ID: PathPart = {
	parameter: 'groupId',
	label: 'Group ID',
	pattern: GROUP_ID_PATTERN,
	wanted:
		"the payer's own id of the member's group, such as cmk1cuald0005l701sdo7gs8c: the name of a group or of a person is none",
	output: 'Matched of Member Match',
	otherwise:
		'Connect the output Matched of Member Match to this node; the field takes its value from there: {{ $json.groupId }}.',
};

export const PATIENT_ID: PathPart = {
	parameter: 'patientId',
	label: 'Patient ID',
	pattern: GROUP_ID_PATTERN,
	wanted:
		"the payer's own id of the member, such as 3f6c1d0a-77f2: the member's name, or your own id of the member, is none",
	output: 'Matched of Member Match',
	otherwise:
		'Connect the output Matched of Member Match to this node; the field takes its value from there: {{ $json.patientId }}.',
};

export const JOB_ID: PathPart = {
	parameter: 'jobId',
	label: 'Job ID',
	pattern: JOB_ID_PATTERN,
	wanted: "the payer's own id of the export, such as 3f6c1d0a-77f2-4f0e-9b59-2b1f2a7c9d11",
	output: 'Start Export',
	otherwise: 'Connect Start Export to this node; the field takes its value from there: {{ $json.jobId }}.',
};

export const STATUS_URL: FromOutput = {
	parameter: 'statusUrl',
	label: 'Status URL',
	output: 'Start Export',
	otherwise:
		'Connect Start Export to this node; the field takes its value from there: {{ $json.statusUrl }}.',
};

export const FILE_URL: FromOutput = {
	parameter: 'url',
	label: 'URL',
	output: 'Completed of Wait For Export',
	otherwise:
		'Connect the output Completed of Wait For Export to this node; the field takes its value from there: {{ $json.url }}.',
};

/**
 * The finding for a value that should have come from another node: the item may be one of another output.
 * @param wanted ends the sentence "'Group ID' must be …"; undefined where the field is empty
 */
export function notFromOutput(
	context: IExecuteFunctions,
	{ parameter, label, output, otherwise }: FromOutput,
	itemIndex: number,
	wanted?: string,
): Finding {
	const origin = outputOf(context.getInputData()[itemIndex]?.json ?? {});
	const source = columnSource(context, parameter, itemIndex);
	if (wanted !== undefined) {
		return { parameter, says: `'${label}' must be ${wanted}`, columnSource: source, whatToDo: otherwise };
	}
	const crossed = output !== undefined && origin !== undefined && origin !== output;
	// Which output it came from says more than the columns that it has.
	return crossed
		? emptyField(label, parameter, undefined, `This item comes from ${origin}. ${otherwise}`)
		: emptyField(label, parameter, source, otherwise);
}

/**
 * A parameter that becomes a part of an address, or what is wrong with it.
 * @param fallback used where the parameter is empty
 */
export function readPathParameter(
	context: IExecuteFunctions,
	part: PathPart,
	itemIndex: number,
	fallback?: string,
): string | Finding {
	const text = readText(rawParameter(context, part.parameter, itemIndex)) ?? fallback;
	if (text === undefined) return notFromOutput(context, part, itemIndex);
	if (typeof text === 'string' && part.pattern.test(text)) return text;
	return notFromOutput(context, part, itemIndex, text instanceof Misread ? text.wanted : part.wanted);
}

/** The same. @throws ExchangeError where it is missing or could lead elsewhere */
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

/** The same where it may be missing. */
export function optionalPathParameter(
	context: IExecuteFunctions,
	part: PathPart,
	itemIndex: number,
): string | undefined {
	const value = readText(rawParameter(context, part.parameter, itemIndex));
	return value === undefined ? undefined : pathParameter(context, part, itemIndex);
}

/** Every value that an error must not repeat: what the item and the node's parameters hold for it. */
export function knownValues(context: IExecuteFunctions, itemIndex: number): unknown[] {
	const json: unknown = context.getInputData()[itemIndex]?.json;
	const entered = [TENANT, GROUP_ID, PATIENT_ID, JOB_ID].map(
		({ parameter }) => context.getNodeParameter(parameter, itemIndex, '') as unknown,
	);
	return [...(isObject(json) ? Object.values(json) : []), ...entered];
}
