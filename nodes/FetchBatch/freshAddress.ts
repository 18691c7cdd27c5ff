import type { IExecuteFunctions } from 'n8n-workflow';
import type { Batch } from '../shared/files/batchIntake';
import { judgeJob } from '../shared/exportJob/statusAnswer';
import { textOf } from '../shared/fhir/json';
import { allPages } from '../shared/exportJob/manifestPages';
import { JOB_ID, TENANT } from '../shared/exchange/itemFields';
import type { JobReference, Payer } from '../shared/payers/payer';
import { ask, type OpenConnection } from '../shared/http/send';

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
	const job = jobOf(batch, connection);
	if (!job) return undefined;
	const reply = await ask(context, connection, connection.statusRequest(job), 'reading');
	const state = judgeJob(reply);
	if (state.state !== 'finished') return undefined;
	const { files, deletedFiles } = await allPages(context, connection, state.manifest);
	const file = [...files, ...deletedFiles][(batch.batch ?? 0) - 1];
	return file && file.type === batch.type ? file.url : undefined;
}

/** The job of a batch, where its item names it as the payer wants it named. */
function jobOf({ envelope }: Batch, { tenants, jobsBy }: Payer): JobReference | undefined {
	const tenant = tenants && (textOf(envelope.tenant) ?? tenants.standard);
	const jobId = textOf(envelope.jobId);
	const statusUrl = textOf(envelope.statusUrl);
	if (!jobId || !JOB_ID.pattern.test(jobId) || (tenants && !TENANT.pattern.test(tenant ?? '')))
		return undefined;
	return jobsBy === 'statusUrl' && !statusUrl ? undefined : { tenant, jobId, statusUrl };
}
