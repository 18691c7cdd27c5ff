import type { IExecuteFunctions } from 'n8n-workflow';
import { jobOfItem } from '../shared/exportJob/jobReference';
import { readAllPages } from '../shared/exportJob/manifestPages';
import { judgeStatus } from '../shared/exportJob/statusAnswer';
import { RETRY_BUDGET_MS } from '../shared/fhir/limits';
import type { Batch } from '../shared/files/batchItem';
import { REPEAT } from '../shared/http/repeat';
import { send } from '../shared/http/send';
import type { OpenConnection } from '../shared/payers/connection';

/**
 * Reads the manifest again to get a new URL for a file, because URLs of a manifest can expire.
 *
 * @returns the current URL of the same file; undefined if the job does not list it, or the item does not identify the job
 */
export async function currentFileUrl(
	context: IExecuteFunctions,
	connection: OpenConnection,
	batch: Batch,
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
	const { files, deletedFiles } = manifest;
	const file = [...files, ...deletedFiles][(batch.batch ?? 0) - 1];
	return file && file.type === batch.type ? file.url : undefined;
}
