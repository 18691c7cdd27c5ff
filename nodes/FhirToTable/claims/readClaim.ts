import type { IDataObject } from 'n8n-workflow';
import { isObject, oneOrMore, textOf } from '../../shared/fhir/json';
import type { Origin } from '../../shared/files/rowOrigin';
import { hashOf, type Hash } from './hashes';
import {
	bestIdentifier,
	containedResource,
	hasCode,
	organizationIdentifiers,
	shortText,
} from './identifiers';
import { keyOf } from './references';

/** Statuses of an ExplanationOfBenefit (R4), and `other` for none and for what is no such status. */
export const STATUSES = ['active', 'cancelled', 'draft', 'entered-in-error', 'other'] as const;
export type Status = (typeof STATUSES)[number];

/** Whose claim it is, as it says itself: an identifier, or the key of an Organization that may have one. */
export interface Insurer {
	name: string;
	isKey: boolean;
	/** All identifiers that stand in the claim. */
	identifiers: readonly string[];
}

/** A claim or prior authorization as far as it tells which of several stands. */
export interface ClaimFacts {
	/** Key of the resource: payer, type and id. */
	key: string;
	status: Status;
	/** Its number (CARIN: identifier of type uc); of a prior authorization none. */
	number?: string;
	/** It has several numbers, so that it cannot be said which claim it is. */
	hasSeveralNumbers: boolean;
	insurer: Insurer;
	/** Numbers of the claims that it replaces. */
	replaces: readonly string[];
	/** Numbers of the claims that replace it. */
	replacedBy: readonly string[];
	/** Whether it says that it is replaced, by whatever number. */
	isReplaced: boolean;
	/** `meta.lastUpdated` in milliseconds, else the time of the export, else 0. */
	updated: number;
	/** Time of the export in seconds; 0 if it is not known. */
	exported: number;
	/** Of the text of the resource. */
	content: Hash;
}

const IDENTIFIER_TYPE = 'c4bbidentifiertype';
const REPLACED_BY = 'c4bbrelatedclaimrelationshipcodes';
const PRIOR = 'ex-relatedclaimrelationship';

/**
 * What a resource says of which claim it is; undefined if it is no claim or prior authorization.
 * @param text of the line, where it is at hand
 */
export function readClaim(resource: IDataObject, origin: Origin, text?: string): ClaimFacts | undefined {
	const isAuthorization = resource.use === 'preauthorization';
	if (resource.resourceType !== 'ExplanationOfBenefit' || (resource.use !== 'claim' && !isAuthorization)) {
		return undefined;
	}
	const content = hashOf(text?.trim() ?? JSON.stringify(resource));
	const id = textOf(resource.id) ?? ` ${content.high} ${content.low}`;
	const numbers = isAuthorization ? [] : claimNumbers(resource.identifier);
	const [number] = numbers;
	const exported = instantMs(origin.transactionTime) ?? 0;
	const status = STATUSES.find((each) => each === resource.status) ?? 'other';
	return {
		key: `${origin.keyPrefix}ExplanationOfBenefit/${id}`,
		status,
		...(numbers.length === 1 && { number }),
		hasSeveralNumbers: numbers.length > 1,
		insurer: insurerOf(resource, origin),
		...relatedClaims(isAuthorization ? undefined : resource.related),
		updated: instantMs(isObject(resource.meta) ? resource.meta.lastUpdated : undefined) ?? exported,
		exported: Math.floor(exported / 1000),
		content,
	};
}

function claimNumbers(identifiers: unknown): string[] {
	const numbers = oneOrMore(identifiers).flatMap(({ type, value }) =>
		hasCode(type, IDENTIFIER_TYPE, 'uc') ? (shortText(value) ?? []) : [],
	);
	return [...new Set(numbers)];
}

function relatedClaims(related: unknown): Pick<ClaimFacts, 'replaces' | 'replacedBy' | 'isReplaced'> {
	const replaces: string[] = [];
	const replacedBy: string[] = [];
	let isReplaced = false;
	for (const { relationship, reference } of oneOrMore(related)) {
		// An Identifier, in spite of its name (R4, ExplanationOfBenefit.related.reference).
		const number = isObject(reference) ? shortText(reference.value) : undefined;
		if (hasCode(relationship, REPLACED_BY, 'replacedby')) {
			isReplaced = true;
			if (number !== undefined) replacedBy.push(number);
		} else if (hasCode(relationship, PRIOR, 'prior') && number !== undefined) replaces.push(number);
	}
	return { replaces, replacedBy, isReplaced };
}

function insurerOf(resource: IDataObject, origin: Origin): Insurer {
	const insurer = isObject(resource.insurer) ? resource.insurer : {};
	const reference = shortText(insurer.reference) ?? '';
	const identifiers = [
		...organizationIdentifiers(insurer.identifier),
		...organizationIdentifiers(containedResource(resource, reference)?.identifier),
	];
	const best = bestIdentifier(identifiers);
	if (best !== undefined) return { name: best, isKey: false, identifiers };
	const key = keyOf(reference, 'Organization', resource, origin);
	// A claim without a readable insurer is taken for one of the payer that sent it.
	return { name: key ?? origin.payer ?? '', isKey: key !== undefined, identifiers };
}

const INSTANT = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)?)?$/;

/** A moment in milliseconds, with parts of them; without a time zone it is of UTC. Undefined for what is none. */
export function instantMs(value: unknown): number | undefined {
	const [, day, time = '00:00', fraction = '0', zone = 'Z'] = INSTANT.exec(textOf(value) ?? '') ?? [];
	const seconds = Date.parse(`${day}T${time}${zone}`);
	return Number.isNaN(seconds) ? undefined : seconds + Number(`0.${fraction}`) * 1000;
}
