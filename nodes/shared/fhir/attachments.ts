import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from './json';

/** The attachments of the resource types that carry documents (R4). */
const ATTACHMENTS: Readonly<Record<string, (resource: IDataObject) => unknown[]>> = {
	DocumentReference: ({ content }) => objectsOf(content).map(({ attachment }) => attachment),
	DiagnosticReport: ({ presentedForm }) => objectsOf(presentedForm),
	Media: ({ content }) => [content],
	Communication: ({ payload }) => objectsOf(payload).map(({ contentAttachment }) => contentAttachment),
	Consent: ({ sourceAttachment }) => [sourceAttachment],
};

/** How many documents a resource names by their address (`Attachment.url`), without holding them. */
export function documentsByAddress(resource: IDataObject): number {
	const { resourceType } = resource;
	if (typeof resourceType !== 'string' || !Object.hasOwn(ATTACHMENTS, resourceType)) return 0;
	const isByAddress = (attachment: unknown) =>
		isObject(attachment) && textOf(attachment.url) !== undefined && textOf(attachment.data) === undefined;
	return ATTACHMENTS[resourceType](resource).filter(isByAddress).length;
}
