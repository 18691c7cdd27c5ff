import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { patientIdOf } from '../exchange/exportMembers';
import { omitEmpty } from '../fhir/json';
import type { Batch } from './batchItem';

/** The option Add Origin, shared by all nodes that output FHIR resources as items. */
export const ORIGIN_OPTION: INodeProperties = {
	displayName: 'Add Origin',
	name: 'addOrigin',
	type: 'boolean',
	default: false,
	description:
		'Whether to wrap each resource as {memberId, tenant, jobId, batch, line, resource}, so that later nodes, such as a database, see whose data it is',
};

/**
 * Wraps a resource with its origin (option Add Origin). The resource itself is not changed.
 * @param header header of its block, if the file is organized in blocks
 */
export function withOrigin(
	{ envelope, batch, memberIds }: Batch,
	line: number,
	resource: IDataObject,
	header?: string,
): IDataObject {
	const { tenant, jobId } = envelope;
	// In an export of several members, only the resource says whose it is.
	const patientId = memberIds && patientIdOf(resource);
	const memberId = memberIds ? memberIds.get(patientId ?? '') : envelope.memberId;
	return omitEmpty<IDataObject>({
		memberId,
		patientId,
		tenant,
		jobId,
		batch,
		line,
		header,
		resource,
	});
}
