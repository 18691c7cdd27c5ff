import type { IDataObject } from 'n8n-workflow';
import { attachmentsOf, DOCUMENT_TYPES } from '../../shared/fhir/attachments';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import { TEXT_LIMITS } from '../../shared/fhir/limits';
import { isResourceType } from '../../shared/fhir/resourceTypes';
import { targetOf } from './references';

/** The documents that a resource names. */

/** One document: an Attachment, or what is read like one. */
export interface NamedDocument {
	/** The resource that holds the Attachment. */
	documentType: string;
	documentId?: string;
	/** Which of its attachments, from 1; of a prior authorization, which of its `supportingInfo`. */
	attachment: number;
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

/** The documents that a resource holds, or names by their address. A DocumentReference without any counts as one without content. */
export function documentsIn(resource: IDataObject, fhirBase: string | undefined): NamedDocument[] {
	if (isPriorAuthorization(resource)) {
		return objectsOf(resource.supportingInfo).flatMap((info, index) =>
			inSupportingInfo(resource, info, index + 1, fhirBase),
		);
	}
	const found = attachmentsOf(resource);
	const isBare = found.length === 0 && resource.resourceType === 'DocumentReference';
	const held = { documentType: typeOf(resource), ...documentIdOf(resource) };
	return (isBare ? [{}] : found).map((content, index) => ({ ...held, attachment: index + 1, content }));
}

/** The documents that a prior authorization names, and other resources hold. */
export function namedElsewhere(resource: IDataObject, fhirBase: string | undefined): NamedElsewhere[] {
	if (!isPriorAuthorization(resource)) return [];
	const { documentId: priorAuthId } = documentIdOf(resource);
	return objectsOf(resource.supportingInfo).flatMap((info, index) => {
		const { valueReference } = info;
		if (!isObject(valueReference) || isContained(valueReference)) return [];
		const target = targetOf(valueReference.reference, fhirBase);
		const type = target?.type ?? textOf(valueReference.type);
		if (type === 'Binary' && target) return [];
		const isDocument =
			type === undefined ? isAdditionalInformation(info) : DOCUMENT_TYPES.includes(type) || type === 'Binary';
		if (!isDocument) return [];
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
	{ valueAttachment, valueReference }: IDataObject,
	attachment: number,
	fhirBase: string | undefined,
): NamedDocument[] {
	const { documentId: priorAuthId } = documentIdOf(resource);
	const own = { documentType: typeOf(resource), documentId: priorAuthId, attachment, priorAuthId };
	if (isObject(valueAttachment)) return [{ ...own, content: valueAttachment }];
	if (!isObject(valueReference)) return [];
	if (isContained(valueReference)) {
		const contained = containedIn(resource, valueReference);
		if (!contained) return [];
		const contents = contained.resourceType === 'Binary' ? [contained] : attachmentsOf(contained);
		return contents.map((content) => ({ ...own, content }));
	}
	const target = targetOf(valueReference.reference, fhirBase);
	if (target?.type !== 'Binary') return [];
	const { type: documentType, id: documentId } = target;
	return [{ documentType, documentId, attachment, priorAuthId, content: { url: `Binary/${documentId}` } }];
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

function containedIn(resource: IDataObject, { reference }: IDataObject): IDataObject | undefined {
	return objectsOf(resource.contained).find(({ id }) => `#${String(id)}` === reference);
}

/** A payer could call a type, or give an id, of any text. */
function typeOf({ resourceType }: IDataObject): string {
	return typeof resourceType === 'string' && isResourceType(resourceType) ? resourceType : 'unknown';
}

function documentIdOf({ id }: IDataObject): { documentId?: string } {
	const text = textOf(id);
	return text === undefined || text.length > TEXT_LIMITS.code ? {} : { documentId: text };
}
