import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { exchangeOfResource } from '../exchange/exchange';
import { omitEmpty } from '../fhir/json';
import type { Batch } from './batchItem';
import type { Owner } from './exportPatients';

/** The option Add Origin, shared by all nodes that output FHIR resources as items. */
export const ORIGIN_OPTION: INodeProperties = {
	displayName: 'Add Origin',
	name: 'addOrigin',
	type: 'boolean',
	default: true,
	description:
		'Whether to wrap each resource as {memberId, payer, tenant, jobId, transactionTime, exchangeId, batch, line, resource}, so that later nodes, such as a database, see whose data it is',
};

/** The option Resources of Other Patients, shared by the same nodes. */
export const OTHER_PATIENTS_OPTION: INodeProperties = {
	displayName: 'Resources of Other Patients',
	name: 'otherPatients',
	type: 'options',
	default: 'apart',
	options: [
		{
			name: 'Give',
			value: 'give',
			description: 'They leave by the first output like all others; with Add Origin, without a Member ID',
		},
		{
			name: 'Keep Apart',
			value: 'apart',
			description: 'They are kept in the file other-patients.ndjson of the report',
		},
	],
	description:
		'What to do with resources of patients who were not asked for. The report counts them and says partial. A file that is stored whole keeps them.',
};

/**
 * Wraps a resource with its origin (option Add Origin). The resource itself is not changed. In an export of one member, what is known to be
 * of another patient has no member ID; in one of several, what is not known to be of one of them has none.
 * @param header header of its block, if the file is organized in blocks
 */
export function withOrigin(
	{ envelope, batch, isShared, requiresAccessToken }: Batch,
	line: number,
	resource: IDataObject,
	owner: Owner,
	header?: string,
): IDataObject {
	const { payer, payerName, directoryKey, fhirBase, tenant, jobId, transactionTime } = envelope;
	const isOther = owner.kind === 'other';
	const memberId = memberIdOf(owner, isShared ? undefined : envelope.memberId);
	return omitEmpty<IDataObject>({
		memberId,
		patientId: (isShared || isOther) && 'patientId' in owner ? owner.patientId : undefined,
		payer,
		payerName,
		directoryKey,
		fhirBase,
		tenant,
		jobId,
		transactionTime,
		...exchangeOfResource(envelope, memberId),
		requiresAccessToken,
		batch,
		line,
		header,
		resource,
	});
}

/** @param single the member ID of an export of one member */
export function memberIdOf(owner: Owner, single: IDataObject[string]): IDataObject[string] {
	if (owner.kind === 'other' || owner.kind === 'unreadable') return undefined;
	return single ?? (owner.kind === 'ours' ? owner.memberId : undefined);
}
