import type { IDataObject } from 'n8n-workflow';
import { isObject, oneOrMore, textOf } from './json';

/** Stands for a content that R4 wants, and that holds no attachment: a document is named there. */
const NONE: IDataObject = {};
const orNone = (attachment: unknown) => (isObject(attachment) ? attachment : NONE);

/** The attachments of the resource types that carry documents (R4). */
const ATTACHMENTS: Readonly<Record<string, (resource: IDataObject) => unknown[]>> = {
	DocumentReference: ({ content }) => {
		const all = oneOrMore(content).map(({ attachment }) => orNone(attachment));
		return all.length > 0 ? all : [NONE];
	},
	DiagnosticReport: ({ presentedForm }) => oneOrMore(presentedForm),
	Media: ({ content }) => [orNone(content)],
	Communication: ({ payload }) => oneOrMore(payload).map(({ contentAttachment }) => contentAttachment),
	Consent: ({ sourceAttachment }) => [sourceAttachment],
};

/** The resource types that carry documents. */
export const DOCUMENT_TYPES: readonly string[] = Object.keys(ATTACHMENTS);

/**
 * The attachments of a resource, in their order, those without data and address among them; none of a type that carries no documents. Of one
 * that is a document (DocumentReference, Media) at least one.
 */
export function attachmentsOf(resource: IDataObject): IDataObject[] {
	const { resourceType } = resource;
	if (typeof resourceType !== 'string' || !Object.hasOwn(ATTACHMENTS, resourceType)) return [];
	return ATTACHMENTS[resourceType](resource).filter(isObject);
}

/** How many documents a resource names by their address (`Attachment.url`), without holding them. */
export function documentsByAddress(resource: IDataObject): number {
	const isByAddress = ({ url, data }: IDataObject) => textOf(url) !== undefined && textOf(data) === undefined;
	return attachmentsOf(resource).filter(isByAddress).length;
}
