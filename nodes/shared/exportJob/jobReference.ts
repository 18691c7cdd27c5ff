import type { IDataObject } from 'n8n-workflow';
import { JOB_ID, TENANT } from '../exchange/itemFields';
import { textOf } from '../fhir/json';
import { tenantIn, type OpenConnection } from '../payers/connection';
import type { JobReference } from '../payers/payer';

/** The job of an item; undefined if the item does not identify it in the way that the payer needs. */
export function jobOfItem(item: IDataObject, connection: OpenConnection): JobReference | undefined {
	const { takes } = connection;
	const tenant = takes('tenant') ? tenantIn(connection, item) : undefined;
	if (takes('tenant') && !TENANT.pattern.test(tenant ?? '')) return undefined;
	const jobId = textOf(item.jobId) ?? '';
	const statusUrl = textOf(item.statusUrl);
	const isNamed =
		(takes('statusUrl') && statusUrl !== undefined) || (takes('jobId') && JOB_ID.pattern.test(jobId));
	return isNamed ? { tenant, jobId, statusUrl } : undefined;
}
