import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { jobOfItem } from '../shared/exportJob/jobReference';
import { readAllPages } from '../shared/exportJob/manifestPages';
import { judgeStatus } from '../shared/exportJob/statusAnswer';
import { RETRY_BUDGET_MS } from '../shared/fhir/limits';
import type { Batch } from '../shared/files/batchItem';
import { REPEAT } from '../shared/http/repeat';
import { send } from '../shared/http/send';
import type { OpenConnection } from '../shared/payers/connection';
import type { RunAddresses } from './runAddresses';

/**
 * Reads the manifest again to get a new URL for a file, because URLs of a manifest can expire.
 *
 * @param url the URL that has expired
 * @returns the current URL of the same file; undefined if it is not certain that the job lists it, or the item does not identify the job
 */
export async function currentFileUrl(
	context: IExecuteFunctions,
	connection: OpenConnection,
	batch: Batch,
	{ item, url, addresses }: { item: IDataObject; url: string; addresses: RunAddresses },
): Promise<string | undefined> {
	const job = jobOfItem(batch.envelope, connection);
	if (!job) return undefined;
	const reply = await send(context, connection, connection.statusRequest(job), {
		answer: 'manifest',
		repeat: REPEAT.read,
	});
	const status = judgeStatus(reply);
	if (status.state !== 'finished') return undefined;
	const manifest = await readAllPages(context, connection, status.manifest, Date.now() + RETRY_BUDGET_MS);
	if (!manifest) return undefined;
	const { type, count, isDeleted } = batch;
	const listed = isDeleted ? manifest.deletedFiles : manifest.files;
	const total = manifest.files.length + manifest.deletedFiles.length;
	return addresses.currentUrl(item, { url, type, count }, listed, total);
}
