import type { IDataObject } from 'n8n-workflow';
import { readAsked, type Asked } from '../exchange/asked';
import { listedMembers } from '../exchange/exportMembers';
import { countOf, flagOf, idText, statedCount, textOf } from '../fhir/json';
import { isResourceType } from '../fhir/resourceTypes';

/** One output file to fetch, as the input item describes it. */
export interface Batch {
	/** memberId or members, tenant, groupId, jobId and transactionTime. */
	envelope: IDataObject;
	/** The export holds several members, so that only a resource itself says whose it is. */
	isShared: boolean;
	/** Position in the manifest, from 1; undefined for an export without files. */
	batch?: number;
	/** How many files the export has. */
	batchCount?: number;
	type?: string;
	/** What the manifest states: number of resources, bytes, checksum as written. */
	count?: number;
	size?: number;
	checksum?: string;
	/** What the export was asked for; undefined if it was asked for everything. */
	asked?: Asked;
	requiresAccessToken: boolean;
	isEmptyExport: boolean;
	/** The file lists resources deleted at the payer, and contains no resources of the member. */
	isDeleted: boolean;
	/** Lines of the file before the part that is read. */
	linesBefore?: number;
}

/** Reads a batch from the Completed item of Wait For Export. */
export function readBatch(json: IDataObject, envelope: IDataObject): Batch {
	return {
		envelope,
		isShared: listedMembers(json) !== undefined,
		batch: countOf(json.batch),
		batchCount: countOf(json.batchCount),
		type: textOf(json.type),
		count: statedCount(json.count),
		size: statedCount(json.fileSize),
		checksum: textOf(json.checksum),
		asked: readAsked(json.asked),
		requiresAccessToken: flagOf(json.requiresAccessToken) !== false,
		isEmptyExport: json.batchCount === 0,
		isDeleted: flagOf(json.deleted) === true,
	};
}

/** Media type of an NDJSON file of FHIR resources. */
export const NDJSON_TYPE = 'application/fhir+ndjson';

/** The name of the stored file: unique across batches, jobs and payers of a directory, and free of member data. */
export function fileName({ envelope, batch, type }: Batch): string {
	// A payer could call a type by any name.
	const known = type !== undefined && isResourceType(type) ? type : undefined;
	const { directoryKey, jobId } = envelope;
	const parts = [idText(directoryKey), textOf(jobId), batch, known].filter((part) => part !== undefined);
	return `${
		parts
			.join('-')
			.replace(/[^A-Za-z0-9._-]/g, '_')
			.slice(-150) || 'batch'
	}.ndjson`;
}

/** The columns of the item of a stored file. @param stored its name, and what is known of its contents */
export function fileJson(
	{ envelope, batch, type, requiresAccessToken }: Batch,
	stored: IDataObject,
): IDataObject {
	return { ...envelope, batch, type, requiresAccessToken, ...stored };
}
