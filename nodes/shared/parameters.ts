import type { IDataObject, IExecuteFunctions, INodeParameters } from 'n8n-workflow';
import { ExchangeError } from './exchangeError';
import { findingsError } from './findings';
import { GROUP_ID_FORM, JOB_ID_FORM, TENANT_FORM } from './ids';
import { isObject } from './json';
import type { Payer } from './payerApis/payerApi';
import { Misread, readText } from './values';

/** A column that an expression reads: `{{ $json.memberId }}` or `{{ $json["Member ID"] }}`. */
const COLUMN = /\$json\s*(?:\.\s*([\p{L}_$][\p{L}\p{N}_$]*)|\[\s*(["'])(.+?)\2\s*\])/u;

/**
 * Says for a parameter that is empty or not allowed which column was looked for and which columns the item has: names, never
 * values.
 */
export function whereLooked(context: IExecuteFunctions, parameter: string, itemIndex: number): string {
	const written = writtenParameter(context, parameter);
	const match = COLUMN.exec(written);
	const column = written === 'fromItem' ? parameter : (match?.[1] ?? match?.[3]);
	const columns = Object.keys(context.getInputData()[itemIndex]?.json ?? {});
	const has =
		columns.length > 0 ? `the item has: ${columns.slice(0, 40).join(', ')}` : 'the item has no columns';
	return column
		? `Looked for the column "${column}"; ${has}.`
		: `Enter a value or drag a column into it; ${has}.`;
}

/** The parameter as the analyst wrote it, or its default: the expression, not its result. */
function writtenParameter(context: IExecuteFunctions, parameter: string): string {
	const own: INodeParameters = context.getNode().parameters;
	const written = parameter in own ? own[parameter] : `={{ $json.${parameter} }}`;
	return typeof written === 'string' ? written : '';
}

/** A parameter's value as n8n evaluates it: whatever the expression gives, `undefined` where it gives nothing. */
export function rawParameter(context: IExecuteFunctions, parameter: string, itemIndex: number): unknown {
	return context.getNodeParameter(parameter, itemIndex, undefined) as unknown;
}

/** A part of an address as an analyst can enter it. */
export interface PathPart {
	parameter: string;
	label: string;
	/** What the part may look like; a part that could leave its place in the address is refused. */
	pattern: RegExp;
	/** Ends the sentence "'Group ID' must be …". */
	wanted: string;
}

/**
 * A parameter that becomes a part of an address.
 *
 * @param fallback used where the parameter is empty
 * @throws ExchangeError where it is missing or could lead elsewhere
 */
export function pathParameter(
	context: IExecuteFunctions,
	part: PathPart,
	itemIndex: number,
	fallback?: string,
): string {
	const value = readText(rawParameter(context, part.parameter, itemIndex));
	const text = value ?? fallback;
	const refuse = (says: string) =>
		findingsError('The request', [{ parameter: part.parameter, says: `'${part.label}' ${says}` }]);
	if (text === undefined) throw refuse(`is empty. ${whereLooked(context, part.parameter, itemIndex)}`);
	const wanted = text instanceof Misread ? text.wanted : part.wanted;
	if (text instanceof Misread || !part.pattern.test(text)) {
		throw refuse(`must be ${wanted}. ${whereLooked(context, part.parameter, itemIndex)}`);
	}
	return text;
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

export const TENANT: PathPart = {
	parameter: 'tenant',
	label: 'Tenant',
	pattern: TENANT_FORM,
	wanted: 'letters, digits, "-", "_" and "." and nothing else, as the gateway names the payer, e.g. bison',
};

/**
 * The health plan that is asked, at a gateway that speaks for several; undefined at any other payer.
 * @throws ExchangeError where it is missing or could lead elsewhere
 */
export function tenantParameter(
	context: IExecuteFunctions,
	{ tenants }: Payer,
	itemIndex: number,
): string | undefined {
	return tenants && pathParameter(context, TENANT, itemIndex, tenants.standard);
}

export const GROUP_ID: PathPart = {
	parameter: 'groupId',
	label: 'Group ID',
	pattern: GROUP_ID_FORM,
	wanted: 'the group id of the Matched item: letters, digits, "-", "_", "~" and "." and nothing else',
};

export const PATIENT_ID: PathPart = {
	parameter: 'patientId',
	label: 'Patient ID',
	pattern: GROUP_ID_FORM,
	wanted: 'the patient id of the Matched item: letters, digits, "-", "_", "~" and "." and nothing else',
};

export const JOB_ID: PathPart = {
	parameter: 'jobId',
	label: 'Job ID',
	pattern: JOB_ID_FORM,
	wanted: 'the job id of the Start Export item: letters, digits, "-", "_", "~" and "." and nothing else',
};

const ERROR_KEYS = ['error', 'message', 'details'];

/**
 * The JSON of an input item.
 * @throws ExchangeError where the item is the error of an earlier node, passed on by its On Error setting
 */
export function inputJson(context: IExecuteFunctions, itemIndex: number): IDataObject {
	const { json } = context.getInputData()[itemIndex];
	if (json.error && Object.keys(json).every((key) => ERROR_KEYS.includes(key))) {
		throw new ExchangeError('The input item is the error of an earlier step, not a member', {
			whatToDo: `Set On Error of that node to 'Continue (using error output)', so that its errors leave by an output of their own.`,
		});
	}
	return json;
}

/** The keys of the envelope that an item carries from node to node, so that each step can say whose data it is about. */
const ENVELOPE = [
	'memberId',
	'members',
	'tenant',
	'groupId',
	'patientId',
	'jobId',
	'statusUrl',
	'transactionTime',
] as const;

/** The envelope of an input item, without keys that it does not have. */
export function envelope(json: IDataObject): IDataObject {
	return Object.fromEntries(ENVELOPE.filter((key) => json[key] !== undefined).map((key) => [key, json[key]]));
}

/** Every value that an error must not repeat: what the item and the node's parameters hold for it. */
export function knownValues(context: IExecuteFunctions, itemIndex: number): unknown[] {
	const json: unknown = context.getInputData()[itemIndex]?.json;
	const entered = [TENANT, GROUP_ID, PATIENT_ID, JOB_ID].map(
		({ parameter }) => context.getNodeParameter(parameter, itemIndex, '') as unknown,
	);
	return [...(isObject(json) ? Object.values(json) : []), ...entered];
}
