import type { IDataObject } from 'n8n-workflow';
import { memberIdsByPatient } from '../exchange/exportMembers';
import { countOf, textOf } from '../fhir/json';

/** One output file to be fetched: what the input item says of it. */
export interface Batch {
	/** memberId or members, tenant, groupId, jobId and transactionTime. */
	envelope: IDataObject;
	/** Where the export holds several members: their ids by that of their Patient. */
	memberIds?: ReadonlyMap<string, IDataObject[string]>;
	/** Place in the manifest, from 1; undefined for an export without files. */
	batch?: number;
	type?: string;
	/** Resources that the manifest promises. */
	count?: number;
	requiresAccessToken: boolean;
	isEmptyExport: boolean;
	/** The file names what was deleted at the payer; it holds no resources of the member. */
	isDeleted: boolean;
	/** Lines of the file before those that are read here. */
	linesBefore?: number;
}

/** Reads a batch from the Completed item of Wait For Export. */
export function readBatch(json: IDataObject, envelope: IDataObject): Batch {
	return {
		envelope,
		memberIds: memberIdsByPatient(json),
		batch: countOf(json.batch),
		type: textOf(json.type),
		count: countOf(json.count),
		requiresAccessToken: json.requiresAccessToken !== false,
		isEmptyExport: json.batchCount === 0,
		isDeleted: json.deleted === true,
	};
}

/** Media type of an NDJSON file of FHIR resources. */
export const NDJSON_TYPE = 'application/fhir+ndjson';

/** A name for the stored file that tells batches of many jobs apart and holds nothing of the member. */
export function fileName({ envelope, batch, type }: Batch): string {
	const parts = [textOf(envelope.jobId), batch, type].filter((part) => part !== undefined);
	return `${
		parts
			.join('-')
			.replace(/[^A-Za-z0-9._-]/g, '_')
			.slice(-150) || 'batch'
	}.ndjson`;
}
