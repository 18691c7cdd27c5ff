import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { inputJson } from '../shared/exchange/envelope';
import { notNdjsonError, PartSplitter, partJson } from '../shared/files/ndjsonParts';
import { binaryProperty, storedFile } from '../shared/files/storedFile';
import { ExchangeError } from '../shared/n8n/exchangeError';
import type { Routed } from '../shared/n8n/items';
import { REPORT, RESOURCES_OR_PARTS } from './form';

/** Streams through a file once and lists its parts. Each part item carries the columns and the file of the input item. */
export async function splitFile(context: IExecuteFunctions, itemIndex: number): Promise<Routed[]> {
	const json = inputJson(context, itemIndex);
	const property = binaryProperty(context, itemIndex);
	const linesPerPart = positiveIntegerParameter(context, 'linesPerPart', 'Lines per Part', itemIndex);
	const file = await storedFile(context, itemIndex, property);
	const finder = new PartSplitter(linesPerPart);
	let isStartChecked = false;
	for await (const piece of file.chunksFrom(0, false)) {
		isStartChecked ||= checkStart(piece);
		finder.push(piece);
	}
	const parts = finder.end();
	const { binary } = context.getInputData()[itemIndex];
	const about: IDataObject = { ...json, ...(file.name !== undefined && { fileName: file.name }) };
	const lines = parts.reduce((sum, part) => sum + part.lines, 0);
	return [
		...parts.map((part, index) => ({
			output: RESOURCES_OR_PARTS,
			json: { ...about, part: index + 1, parts: parts.length, cursor: partJson(part) },
			binary: binary && { [property]: binary[property] },
		})),
		{ output: REPORT, json: { ...about, parts: parts.length, lines, bytes: file.bytes } },
	];
}

/** Whether the first text was seen. @throws ExchangeError if it does not start a JSON object */
function checkStart(piece: Buffer): boolean {
	const text = piece
		.subarray(0, 1024)
		.toString('utf8')
		.replace(/^\uFEFF/, '')
		.trimStart();
	if (text === '') return false;
	if (text.startsWith('{')) return true;
	throw notNdjsonError('it does not begin with "{"');
}

/** @throws ExchangeError if the parameter is not an integer of at least one */
export function positiveIntegerParameter(
	context: IExecuteFunctions,
	parameter: string,
	label: string,
	itemIndex: number,
): number {
	const value = context.getNodeParameter(parameter, itemIndex);
	if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
	throw new ExchangeError(`'${label}' must be a whole number of 1 or more`, {
		whatToDo: 'Correct the field in the node and run again. Nothing was read.',
	});
}
