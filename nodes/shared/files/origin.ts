import type { INodeProperties } from 'n8n-workflow';

/** The option Add Origin, for every node that gives FHIR resources as items (`withOrigin` in `batch.ts`). */
export const ORIGIN_OPTION: INodeProperties = {
	displayName: 'Add Origin',
	name: 'addOrigin',
	type: 'boolean',
	default: false,
	description:
		'Whether to wrap each resource as {memberId, tenant, jobId, batch, line, resource}, so that later nodes, such as a database, see whose data it is',
};
