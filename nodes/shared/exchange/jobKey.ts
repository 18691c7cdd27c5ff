import type { IDataObject } from 'n8n-workflow';

/**
 * What identifies an export job among the items of a run. Each payer counts its jobs for itself, and two rows of a directory at one address are
 * two clients of one server, each with jobs of its own.
 */
export function jobKey({ payer, directoryKey, tenant, jobId, statusUrl }: IDataObject): string {
	return JSON.stringify([payer, directoryKey, tenant, jobId, statusUrl].map((each) => each ?? ''));
}
