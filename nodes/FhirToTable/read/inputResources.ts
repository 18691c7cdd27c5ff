import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { textOf } from '../../shared/fhir/json';
import { readItemOrFile } from '../../shared/files/itemOrFile';
import { originOf, type Origin } from '../../shared/files/rowOrigin';
import { parameterValue } from '../../shared/n8n/parameters';

/** What an input item is read for. */
export interface InputReader {
	/** Whether a Bundle is wanted itself, and not what is in it. */
	keepsBundles: boolean;
	/** Receives a resource. @param text its line as written, where the item is a file */
	onResource(resource: IDataObject, origin: Origin, line: number | null, text?: string): void;
	/** Called now and then, and at the end; what it returns is waited for. */
	afterChunk(): Promise<void>;
	/** Called before a file is read. */
	beforeFile?(property: string): Promise<void>;
}

/** The payer of resources that do not say it themselves, from the form; empty if it is not known. */
export function payerKeyOf(context: IExecuteFunctions, itemIndex: number): string {
	return textOf(parameterValue(context, 'payerKey', 'Payer Key', itemIndex)) ?? '';
}

/**
 * Reads the resources of an input item: those that it holds, or those of its file.
 * @returns the report of a file; `nothing` if the item holds neither
 * @throws ExchangeError if it cannot be read
 */
export async function readInput(
	context: IExecuteFunctions,
	itemIndex: number,
	{ keepsBundles, onResource, afterChunk, beforeFile }: InputReader,
): Promise<IDataObject | 'nothing' | undefined> {
	const payerKey = payerKeyOf(context, itemIndex);
	return await readItemOrFile(context, itemIndex, {
		keepsBundles,
		payerKey,
		onFound: ({ resource, about, line }) => onResource(resource, originOf(about, payerKey), line ?? null),
		onStored: onResource,
		afterChunk,
		opensFile: async (property) => {
			await beforeFile?.(property);
			return true;
		},
	});
}
