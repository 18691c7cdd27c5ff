import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { inputJson } from '../exchange/envelope';
import { resourcesOf, type FoundResource } from './itemResources';
import { binaryProperty } from './storedFile';
import { readStored, type OnStoredResource } from './storedResources';

/** What the resources of an input item are read for. */
export interface ItemReader {
	/** Whether a Bundle is wanted itself, and not what is in it. */
	keepsBundles?: boolean;
	/** The payer of a file that does not say it itself; empty if it is not known. */
	payerKey: string;
	/** Receives a resource that the item holds. */
	onFound(found: FoundResource): void;
	/** Receives a resource of the item's file. */
	onStored: OnStoredResource;
	/** Called now and then, and at the end; what it returns is waited for. */
	afterChunk(): Promise<void>;
	/** Called before a file is read. @returns false to leave it closed */
	opensFile?(property: string): Promise<boolean>;
}

/**
 * Reads the resources of an input item: those that it holds, or those of its file.
 *
 * @returns the report of a file; `nothing` if the item holds neither
 * @throws ExchangeError if it cannot be read
 */
export async function readItemOrFile(
	context: IExecuteFunctions,
	itemIndex: number,
	{ keepsBundles, payerKey, onFound, onStored, afterChunk, opensFile }: ItemReader,
): Promise<IDataObject | 'nothing' | undefined> {
	const found = resourcesOf(inputJson(context, itemIndex), keepsBundles);
	found?.forEach(onFound);
	await afterChunk();
	if (found) return undefined;
	const property = binaryProperty(context, itemIndex);
	if (context.getInputData()[itemIndex].binary?.[property] === undefined) return 'nothing';
	if ((await opensFile?.(property)) === false) return undefined;
	return await readStored(context, itemIndex, { property, payerKey }, onStored, afterChunk);
}
