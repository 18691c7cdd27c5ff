/** What the first bytes of a document tell of it. Texts are read as Latin-1, so that each letter is a byte. */

/** As much as is looked at; readers of PDF look for its mark that far. */
export const HEAD_BYTES = 1024;

const BLANK = String.raw`^(?:\xEF\xBB\xBF)?\s*`;
const HTML = new RegExp(`${BLANK}(?:<!doctype\\s+html|<html)[\\s>]`, 'i');
const JSON_OBJECT = new RegExp(`${BLANK}\\{`);
const JSON_TEXT = new RegExp(`${BLANK}[{[]`);
const FHIR_JSON = /"resourceType"\s*:\s*"(?:OperationOutcome|Binary)"/;
const FHIR_XML = new RegExp(`${BLANK}(?:<\\?xml[^>]*>\\s*)?<(?:\\w+:)?(?:OperationOutcome|Binary)[\\s>]`);

/** It begins as a web page does. */
export function beginsAsHtml(head: string): boolean {
	return HTML.test(head);
}

/** It begins as a JSON object does. */
export function beginsAsObject(head: string): boolean {
	return JSON_OBJECT.test(head);
}

/** It begins as a JSON object or a list does. */
export function beginsAsJson(head: string): boolean {
	return JSON_TEXT.test(head);
}

/** It begins as a resource that is never a document itself: the report of an error, or a document in its wrapping. */
export function beginsAsFhirAnswer(head: string): boolean {
	return beginsAsObject(head) ? FHIR_JSON.test(head) : FHIR_XML.test(head);
}

const OLE = '\xD0\xCF\x11\xE0';
const ZIP = /^PK/;
// With a password, they are in the older container.
const OFFICE = new RegExp(`^(?:PK|${OLE})`);
const RTF = /^\s*\{\\rtf/;
// UTF-8, or UTF-16 with its mark.
const XML = new RegExp(`${BLANK}<|^\\xFF\\xFE<\\0|^\\xFE\\xFF\\0<`);

/** The types that a file can be told by. */
const SIGNATURES: Readonly<Record<string, RegExp>> = {
	'application/fhir+xml': XML,
	'application/hl7-cda+xml': XML,
	'application/pdf': /%PDF-/,
	'application/rtf': RTF,
	'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': OFFICE,
	'application/vnd.openxmlformats-officedocument.wordprocessingml.document': OFFICE,
	'application/xml': XML,
	'application/zip': ZIP,
	'image/bmp': /^BM/,
	'image/gif': /^GIF8/,
	'image/jpeg': /^\xFF\xD8\xFF/,
	'image/png': /^\x89PNG\r\n/,
	'image/tiff': /^(?:II[*+]\0|MM\0[*+])/,
	'image/webp': /^RIFF[^]{4}WEBP/,
	'text/rtf': RTF,
	'text/xml': XML,
};

/** The type of which it shows no sign, if that is one that shows; undefined else. */
export function typeNotShown(head: string, mediaType: string | undefined): string | undefined {
	if (mediaType === undefined || !Object.hasOwn(SIGNATURES, mediaType)) return undefined;
	return SIGNATURES[mediaType].test(head) ? undefined : mediaType;
}
