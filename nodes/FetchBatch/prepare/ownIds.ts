import { hash } from 'crypto';
import { isMemberDataType, isResourceType, resourceTypeOf } from '../../shared/fhir/resourceTypes';
import { tryParseUrl } from '../../shared/http/addresses';

/**
 * The ids under which a plan's own server stores what a payer sent (PDex, "Data Management": resources get new ids and references are
 * rewritten). They follow from the payer, the type and the payer's id, so that a second load stores the same.
 */

/** Hexadecimal digits of the SHA-256 that an id has. */
const HASH_DIGITS = 40;
/** A FHIR id has 64 letters; one is the dash. */
export const MAX_PREFIX_CHARS = 64 - HASH_DIGITS - 1;
/** The first letters of an id, before the dash. */
export const PREFIX_PATTERN = new RegExp(`^[A-Za-z0-9][A-Za-z0-9.-]{0,${MAX_PREFIX_CHARS - 1}}$`);

/** Hashes of references that are kept, and the longest of these references. */
const MAX_KNOWN = 50_000;
const MAX_KNOWN_CHARS = 256;
/** Longest id of a payer, and longest reference, that are read. */
const MAX_ID_CHARS = 1000;
const MAX_REFERENCE_CHARS = 2000;
/** Each of its letters may be written in six. */
const MAX_TOKEN_CHARS = 6 * MAX_REFERENCE_CHARS;

/** Whose ids they are. */
export interface IdSource {
	/** Key of the payer (`payerKey.ts`). */
	payer: string;
	/** Base of the payer's addresses, if it is known: an absolute reference below it counts as a relative one. */
	fhirBase?: string;
	/** For readers; at most {@link MAX_PREFIX_CHARS} letters. */
	prefix?: string;
}

/** A literal reference to a resource of the payer. */
export interface PayerReference {
	type: string;
	/** The payer's id. */
	sourceId: string;
	/** Ours. */
	id: string;
	/** `Type/id`, with our id. */
	url: string;
	/** A part of its hash, to count by. */
	key: number;
	/** Whether the type can be data of a member. */
	isMemberData: boolean;
}

/** Hexadecimal digits that a number holds. */
const KEY_DIGITS = 13;

/** A part of the hash in an id of ours. */
export function keyOf(id: string): number {
	return Number.parseInt(id.slice(-KEY_DIGITS), 16) || 1;
}

/** `Type/id`, also of a version; what follows a `?` or `#` makes it something else. */
const RELATIVE = /^\.?\/?([A-Za-z]{1,64})\/([^/?#|\s]+)(?:\/_history\/[^/?#\s]*)?$/;
const FHIR_TYPE = /^[A-Z][A-Za-z]{0,63}$/;

/** Makes ids, and reads references, of one payer. */
export class OwnIds {
	private readonly known = new Map<string, PayerReference | undefined>();
	private readonly base?: string;

	constructor(private readonly source: IdSource) {
		this.base = source.fhirBase === undefined ? undefined : comparable(source.fhirBase)?.replace(/\/+$/, '');
	}

	/** The id for a resource of the payer. @param sourceId its id there */
	idOf(type: string, sourceId: string): string {
		const { payer, prefix } = this.source;
		const digits = hash('sha256', `${payer}|${type}|${sourceId}`, 'hex').slice(0, HASH_DIGITS);
		return prefix === undefined ? digits : `${prefix}-${digits}`;
	}

	/**
	 * Reads a literal reference; undefined if it names nothing of this payer: a contained resource, an address elsewhere, a search, a text
	 * that is no reference.
	 * @param token the JSON string as it is written, between its quotes
	 */
	referenceIn(token: string): PayerReference | undefined {
		const known = this.known.get(token);
		if (known !== undefined || this.known.has(token)) return known;
		if (token.length > MAX_TOKEN_CHARS) return undefined;
		// A part of a text keeps the whole text in memory; what is read of the token outlives the lines it was found in.
		const own = copyOf(token);
		const text = unescaped(own);
		const read = text === undefined ? undefined : this.readReference(text);
		if (this.known.size < MAX_KNOWN && own.length <= MAX_KNOWN_CHARS) this.known.set(own, read);
		return read;
	}

	/** The same of an unescaped text. */
	readReference(text: string): PayerReference | undefined {
		if (text.length > MAX_REFERENCE_CHARS) return undefined;
		const [, written, sourceId] = RELATIVE.exec(this.withoutBase(text)) ?? [];
		if (written === undefined || sourceId === undefined || !isSourceId(sourceId)) return undefined;
		const type = isResourceType(written) ? written : (resourceTypeOf(written) ?? written);
		if (!FHIR_TYPE.test(type)) return undefined;
		const id = this.idOf(type, sourceId);
		return { type, sourceId, id, url: `${type}/${id}`, key: keyOf(id), isMemberData: isMemberDataType(type) };
	}

	private withoutBase(text: string): string {
		if (this.base === undefined || !/^https?:/i.test(text)) return text;
		const address = comparable(text);
		if (address?.toLowerCase().startsWith(`${this.base.toLowerCase()}/`) !== true) return text;
		return address.slice(this.base.length + 1);
	}
}

/** Whether an id of a payer can be told apart from others; it need not be one that FHIR allows. */
export function isSourceId(id: unknown): id is string {
	return typeof id === 'string' && id !== '' && id.length <= MAX_ID_CHARS && !/^\.+$/.test(id);
}

/** An address without its scheme, which a proxy may change; the port stands in it only where it is not that of the scheme. */
function comparable(address: string): string | undefined {
	const url = tryParseUrl(address);
	if (!url) return undefined;
	return `//${url.host}${url.pathname}${url.search}${url.hash}`;
}

/** What stands between the quotes of a JSON string, as JavaScript has it. */
function unescaped(token: string): string | undefined {
	if (!token.includes('\\')) return token;
	try {
		return String(JSON.parse(`"${token}"`));
	} catch {
		return undefined;
	}
}

/** A text of its own, letter for letter. */
function copyOf(text: string): string {
	return Buffer.from(text, 'utf16le').toString('utf16le');
}
