import { createHash } from 'crypto';
import { textOf } from '../../shared/fhir/json';

/** Media types of documents: what a payer states is a claim, and becomes a header, a type in n8n's store, and the end of a file name. */

const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,100}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}$/;
export const OCTET_STREAM = 'application/octet-stream';
/** What a browser would run or render as a page, which n8n's editor may open: it is stored as bytes. */
const ACTIVE = /^(?:text|application)\/(?:html|xml|xsl|(?:x-)?(?:java|ecma|live)script)$|\+(?:xml|html)$/;
const HTML_TYPES = ['text/html', 'application/xhtml+xml'];
const FHIR_JSON_TYPES = ['application/fhir+json', 'application/json+fhir'];

const EXTENSIONS: Readonly<Record<string, string>> = {
	'application/dicom': 'dcm',
	'application/fhir+json': 'json',
	'application/fhir+xml': 'xml',
	'application/hl7-cda+xml': 'xml',
	'application/json': 'json',
	'application/msword': 'doc',
	'application/pdf': 'pdf',
	'application/rtf': 'rtf',
	'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
	'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
	'application/xhtml+xml': 'html',
	'application/xml': 'xml',
	'application/zip': 'zip',
	'audio/mpeg': 'mp3',
	'audio/wav': 'wav',
	'image/bmp': 'bmp',
	'image/gif': 'gif',
	'image/jpeg': 'jpg',
	'image/png': 'png',
	'image/tiff': 'tif',
	'image/webp': 'webp',
	'text/csv': 'csv',
	'text/html': 'html',
	'text/markdown': 'md',
	'text/plain': 'txt',
	'text/rtf': 'rtf',
	'text/xml': 'xml',
	'video/mp4': 'mp4',
};

/** A media type in small letters, without its parameters; undefined if the text is none. */
export function mediaTypeOf(value: unknown): string | undefined {
	const type = textOf(value)?.split(';', 1)[0].trim().toLowerCase();
	return type !== undefined && MEDIA_TYPE.test(type) ? type : undefined;
}

/** The type under which n8n stores a document. */
export function storedType(mediaType: string | undefined): string {
	return mediaType === undefined || ACTIVE.test(mediaType) ? OCTET_STREAM : mediaType;
}

/** What is asked for at the payer: the type that is stated, else any. Of a Binary, FHIR gives the bytes themselves then. */
export function acceptOf(mediaType: string | undefined): string {
	return mediaType === undefined ? '*/*' : `${mediaType}, */*;q=0.1`;
}

export function isHtmlType(mediaType: string | undefined): boolean {
	return mediaType !== undefined && HTML_TYPES.includes(mediaType);
}

/** JSON of any kind, FHIR among it. */
export function isJsonType(mediaType: string | undefined): boolean {
	return mediaType !== undefined && /[/+]json$|^application\/json\+/.test(mediaType);
}

export function isFhirJsonType(mediaType: string | undefined): boolean {
	return mediaType !== undefined && FHIR_JSON_TYPES.includes(mediaType);
}

/** The name of a stored document: the same each time, and free of member data, since a payer may make its ids of such. */
export function fileNameOf(identity: readonly unknown[], attachment: number, mediaType?: string): string {
	const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16);
	const known = mediaType !== undefined && Object.hasOwn(EXTENSIONS, mediaType);
	return `document-${hash}-${attachment}.${known ? EXTENSIONS[mediaType] : 'bin'}`;
}
