import type { IDataObject } from 'n8n-workflow';
import { attachmentsOf, DOCUMENT_TYPES } from '../../shared/fhir/attachments';
import { isObject, objectsOf, oneOrMore, textOf } from '../../shared/fhir/json';
import { TEXT_LIMITS } from '../../shared/fhir/limits';
import { isResourceType } from '../../shared/fhir/resourceTypes';
import { targetAnywhere, targetOf, type Target } from './references';

/** The documents that a resource names. */

/** One document: an Attachment, or what is read like one. */
export interface NamedDocument {
	/** The resource that holds the Attachment. */
	documentType: string;
	documentId?: string;
	/** Which of its attachments, from 1; of a prior authorization, which of its `supportingInfo`. */
	attachment: number;
	/** Which one of several that are called by the same number, from 2. */
	part?: number;
	/** `contentType`, `data`, `url`, `size` and `hash` as the payer sent them. */
	content: IDataObject;
	/** The prior authorization that it belongs to, if that holds or names it itself. */
	priorAuthId?: string;
}

/** A document that a prior authorization names, and another resource holds. */
export interface NamedElsewhere {
	/** `Type/id`; undefined if the reference names no resource of this payer. */
	target?: string;
	attachment: number;
	priorAuthId?: string;
}

/** The type of prior authorizations. */
export const PRIOR_AUTHORIZATION = 'ExplanationOfBenefit';
const ADDITIONAL_INFORMATION = 'additionalInformation';

/** The documents that a resource holds, or names by their address. */
export function documentsIn(resource: IDataObject, fhirBase: string | undefined): NamedDocument[] {
	if (isPriorAuthorization(resource)) {
		return oneOrMore(resource.supportingInfo).flatMap((info, index) =>
			inSupportingInfo(resource, info, index + 1, fhirBase),
		);
	}
	const held = { documentType: typeOf(resource), ...documentIdOf(resource) };
	return attachmentsOf(resource).map((attachment, index) => ({
		...held,
		attachment: index + 1,
		content: heldContent(resource, attachment),
	}));
}

/** The documents that a prior authorization names, and other resources hold. */
export function namedElsewhere(resource: IDataObject, fhirBase: string | undefined): NamedElsewhere[] {
	if (!isPriorAuthorization(resource)) return [];
	const { documentId: priorAuthId } = documentIdOf(resource);
	return oneOrMore(resource.supportingInfo).flatMap((info, index) => {
		const { valueReference } = info;
		if (!isObject(valueReference) || isContained(valueReference)) return [];
		const target = targetOf(valueReference.reference, fhirBase);
		if (binaryNamed(valueReference, fhirBase) || !isDocument(info, valueReference, target)) return [];
		return [
			{
				...(target && { target: `${target.type}/${target.id}` }),
				attachment: index + 1,
				priorAuthId,
			},
		];
	});
}

function inSupportingInfo(
	resource: IDataObject,
	info: IDataObject,
	attachment: number,
	fhirBase: string | undefined,
): NamedDocument[] {
	const { valueAttachment, valueReference } = info;
	const { documentId: priorAuthId } = documentIdOf(resource);
	const own = { documentType: typeOf(resource), documentId: priorAuthId, attachment, priorAuthId };
	if (isObject(valueAttachment)) return [{ ...own, content: heldContent(resource, valueAttachment) }];
	if (!isObject(valueReference)) return [];
	if (isContained(valueReference)) {
		const contained = containedIn(resource, valueReference.reference);
		// A document is named, and it is not there.
		if (!contained) return isDocument(info, valueReference) ? [{ ...own, content: {} }] : [];
		const contents = contained.resourceType === 'Binary' ? [contained] : attachmentsOf(contained);
		return contents.map((content, index) => ({
			...own,
			...(index > 0 && { part: index + 1 }),
			content: heldContent(resource, content),
		}));
	}
	const binary = binaryNamed(valueReference, fhirBase);
	if (!binary) return [];
	const { id: documentId, url } = binary;
	return [{ documentType: 'Binary', documentId, attachment, priorAuthId, content: { url } }];
}

/** The Binary that a reference names, and its address: at whose server it is, is for the request to tell. */
function binaryNamed(
	{ reference }: IDataObject,
	fhirBase: string | undefined,
): { id: string; url: string } | undefined {
	const own = targetOf(reference, fhirBase);
	if (own) return own.type === 'Binary' ? { id: own.id, url: `Binary/${own.id}` } : undefined;
	const other = targetAnywhere(reference);
	return other?.type === 'Binary' ? { id: other.id, url: textOf(reference) ?? '' } : undefined;
}

/** Whether what a prior authorization refers to is a document, by its type; where none is known, by what it was sent in for. */
function isDocument(info: IDataObject, { reference, type: stated }: IDataObject, target?: Target): boolean {
	const type = (target ?? targetAnywhere(reference))?.type ?? textOf(stated);
	return type === undefined
		? isAdditionalInformation(info)
		: DOCUMENT_TYPES.includes(type) || type === 'Binary';
}

/** An Attachment whose address names a Binary that the resource contains: with its data. */
function heldContent(resource: IDataObject, content: IDataObject): IDataObject {
	const { url, ...rest } = content;
	if (typeof url !== 'string' || !url.trim().startsWith('#')) return content;
	const { data, contentType } = containedIn(resource, url.trim()) ?? {};
	return { contentType, ...rest, data: rest.data ?? data };
}

function isPriorAuthorization({ resourceType, use }: IDataObject): boolean {
	return resourceType === PRIOR_AUTHORIZATION && use === 'preauthorization';
}

/** Whether it is what the provider sent in for the request (PAS, `PASSupportingInfoType`). */
function isAdditionalInformation({ category }: IDataObject): boolean {
	return isObject(category) && objectsOf(category.coding).some(({ code }) => code === ADDITIONAL_INFORMATION);
}

function isContained({ reference }: IDataObject): boolean {
	return typeof reference === 'string' && reference.startsWith('#');
}

function containedIn(resource: IDataObject, reference: unknown): IDataObject | undefined {
	return oneOrMore(resource.contained).find(({ id }) => `#${String(id)}` === reference);
}

/** A payer could call a type, or give an id, of any text. */
function typeOf({ resourceType }: IDataObject): string {
	return typeof resourceType === 'string' && isResourceType(resourceType) ? resourceType : 'unknown';
}

function documentIdOf({ id }: IDataObject): { documentId?: string } {
	const text = textOf(id);
	return text === undefined || text.length > TEXT_LIMITS.code ? {} : { documentId: text };
}
