import type { IDataObject } from 'n8n-workflow';
import { statedCount, textOf } from '../../shared/fhir/json';
import { TEXT_LIMITS } from '../../shared/fhir/limits';
import { fromBase64 } from './base64';
import { beginsAsFhirAnswer, beginsAsHtml, beginsAsJson, typeNotShown } from './beginning';
import type { Content } from './contentMeter';
import { isHtmlType, isJsonType, mediaTypeOf } from './mediaTypes';

/** What an Attachment states of its document, and the comparison with what came. */
export interface StatedContent {
	/** `type/subtype`; undefined if none is stated, or what stands there is none. */
	mediaType?: string;
	size?: number;
	/** As written. */
	hash?: string;
}

/** How what came compares with what was stated. */
export interface Comparison {
	/** Null where no size is stated. */
	sizeOk: boolean | null;
	/** Null where no hash is stated, or it is of a kind that is not known. */
	hashOk: boolean | null;
	/** What came in place of the document, as the subject of a sentence; undefined if nothing did, as far as can be told. */
	inPlace?: string;
}

export function statedContent({ contentType, size, hash }: IDataObject): StatedContent {
	const text = textOf(hash);
	return {
		mediaType: mediaTypeOf(contentType),
		size: statedCount(size),
		hash: text === undefined || text.length > TEXT_LIMITS.free ? undefined : text,
	};
}

/** @param answered the media type that the answer states */
export function compare(
	content: Content,
	{ mediaType, size, hash }: StatedContent,
	answered?: string,
): Comparison {
	const hashOk = hash === undefined ? null : isHashOf(content, hash);
	return {
		sizeOk: size === undefined ? null : size === content.bytes,
		hashOk,
		// A payer may call the type of a document by a wrong name; by its hash it is the one.
		...(hashOk !== true && content.bytes > 0 && { inPlace: inPlaceOf(content.head, mediaType, answered) }),
	};
}

function inPlaceOf(
	head: string,
	mediaType: string | undefined,
	answered: string | undefined,
): string | undefined {
	if ((beginsAsHtml(head) || isHtmlType(answered)) && !isHtmlType(mediaType)) {
		return 'A web page came in place of the document, such as a form to log in or a message';
	}
	if (beginsAsFhirAnswer(head)) return 'A FHIR resource came in place of the document, such as an error';
	const isOtherJson = mediaType !== undefined && !isJsonType(mediaType) && isJsonType(answered);
	if (isOtherJson && beginsAsJson(head)) {
		return 'JSON data came in place of the document, such as the report of an error';
	}
	const missed = typeNotShown(head, mediaType);
	return missed && `What came does not begin as a file of the type ${missed} does`;
}

/**
 * Whether a stated hash is that of the content: base64 of its SHA-1 (R4, `Attachment.hash`). Payers write SHA-256 or digits in base 16 as
 * well; a match of these is one.
 * @returns null for a hash of another kind
 */
function isHashOf({ sha1, sha256 }: Content, hash: string): boolean | null {
	const digits = hexOf(hash);
	if (digits?.length === sha1.length) return digits === sha1;
	if (digits?.length === sha256.length) return digits === sha256;
	return null;
}

const HEX = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;

function hexOf(hash: string): string | undefined {
	if (HEX.test(hash)) return hash.toLowerCase();
	const bytes = fromBase64(hash);
	const text = bytes?.toString('latin1') ?? '';
	return HEX.test(text) ? text.toLowerCase() : bytes?.toString('hex');
}
