import type { IExecuteFunctions } from 'n8n-workflow';
import type { Batch } from '../shared/batch';
import { judgeJob } from '../shared/exportJob/jobState';
import { textOf } from '../shared/json';
import { allPages } from '../shared/manifestPages';
import { JOB_ID, TENANT } from '../shared/parameters';
import { oneUpHealth } from '../shared/payerApis/oneUpHealth';
import { ask, type OpenConnection } from '../shared/transport';

/**
 * Asks the export job once more where its file is: the addresses of a manifest can expire.
 *
 * @returns the address of the same file in the manifest of now; undefined where the job does not list it, or the item does not
 *   say which job it is of
 */
export async function freshAddress(
	context: IExecuteFunctions,
	connection: OpenConnection,
	batch: Batch,
): Promise<string | undefined> {
	const tenant = textOf(batch.envelope.tenant) ?? connection.defaultTenant;
	const jobId = textOf(batch.envelope.jobId);
	if (!tenant || !jobId || !TENANT.pattern.test(tenant) || !JOB_ID.pattern.test(jobId)) return undefined;
	const reply = await ask(
		context,
		connection,
		oneUpHealth.statusRequest(connection, tenant, jobId),
		'reading',
	);
	const state = judgeJob(reply);
	if (state.state !== 'finished') return undefined;
	const { files, deletedFiles } = await allPages(context, connection, state.manifest);
	const file = [...files, ...deletedFiles][(batch.batch ?? 0) - 1];
	return file && file.type === batch.type ? file.url : undefined;
}
