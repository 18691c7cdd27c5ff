import type { IDataObject } from 'n8n-workflow';
import { codesOf, isObject, objectsOf, textOf } from '../fhir/json';

/** What an ExplanationOfBenefit says of a prior authorization, as far as the rule asks (42 CFR 422.121(b)(4)(ii)). */

/** X12 306: the code of a certification action that was not certified. */
const DENIED = 'A3';
const ACTIONS = 'https://codesystem.x12.org/external/306';
/** The action is an extension of an extension of the adjudication of a line. */
const MAX_DEPTH = 8;
/** CARIN and PDex: the category of an adjudication that says why a line was denied. */
const DENIAL_REASON = 'denialreason';
const NDC = 'http://hl7.org/fhir/sid/ndc';
const DOCUMENT = /(?:^|\/)DocumentReference\/./;

export function isPriorAuthorization({ resourceType, use }: IDataObject): boolean {
	return resourceType === 'ExplanationOfBenefit' && use === 'preauthorization';
}

/** By the action of the review, or because each of its lines has a reason of denial. */
export function isDenied({ extension, item, adjudication }: IDataObject): boolean {
	if (holdsDenial([extension, item, adjudication], 0)) return true;
	const lines = objectsOf(item);
	return lines.length > 0 && lines.every(hasDenialReason);
}

function holdsDenial(value: unknown, depth: number): boolean {
	if (depth > MAX_DEPTH) return false;
	if (Array.isArray(value)) return value.some((each) => holdsDenial(each, depth));
	if (!isObject(value)) return false;
	const isAction = value.code === DENIED && value.system === ACTIONS;
	return (
		isAction || Object.values(value).some((each) => typeof each === 'object' && holdsDenial(each, depth + 1))
	);
}

function hasDenialReason(line: IDataObject): boolean {
	return objectsOf(line.adjudication).some(({ category }) => codesOf(category).includes(DENIAL_REASON));
}

/** By its type, or because a line names a drug by its NDC. */
export function isForDrugs({ type, item }: IDataObject): boolean {
	return codesOf(type).includes('pharmacy') || objectsOf(item).some(isDrug);
}

function isDrug({ productOrService }: IDataObject): boolean {
	return (
		isObject(productOrService) && objectsOf(productOrService.coding).some(({ system }) => system === NDC)
	);
}

/** Whether it is in force and names no document that a provider sent for it, or holds one. */
export function lacksDocuments(resource: IDataObject): boolean {
	if (resource.status !== 'active') return false;
	const contained = objectsOf(resource.contained).filter(
		({ resourceType }) => resourceType === 'DocumentReference',
	);
	const ids = new Set(contained.flatMap(({ id }) => textOf(id) ?? []).map((id) => `#${id}`));
	return !objectsOf(resource.supportingInfo).some(({ valueReference, valueAttachment }) => {
		if (isObject(valueAttachment)) return true;
		if (!isObject(valueReference)) return false;
		const reference = textOf(valueReference.reference) ?? '';
		return valueReference.type === 'DocumentReference' || DOCUMENT.test(reference) || ids.has(reference);
	});
}
