import { isObject, textOf, tryParseJson } from '../../shared/fhir/json';
import { memberSpans, nextToken, type Span } from '../../shared/fhir/jsonSpans';
import { afterString } from '../../shared/fhir/numbers';
import { isMemberDataType } from '../../shared/fhir/resourceTypes';
import { identifiersOf, type IdentifierWriter } from './identifiers';
import { isSourceId, type OwnIds, type PayerReference } from './ownIds';
import { hasTags, type TagWriter } from './sourceTags';
import { atEndOf, edited, type Edit } from './textEdits';
import { uriReferences } from './uriReferences';

/** What is put in the place of what. */
export interface LineRules {
	ids: OwnIds;
	/** The id of ours that a reference to a Patient of the payer gets: that of the plan's own Patient, or the new one. */
	patientIdOf(sourceId: string, newId: string): string;
	/** The plan's own Patient that a Patient of the payer is linked with (`Patient.link`). */
	linkOf(sourceId: string): string | undefined;
	identifiers: IdentifierWriter;
	tags?: TagWriter;
}

/** A resource as it is written for the plan's own server. */
export interface PreparedLine {
	type: string;
	/** The payer's id, and ours. */
	sourceId: string;
	id: string;
	/** The resources of the payer that it refers to; not the plan's own Patient. */
	references: PayerReference[];
	/** References that are neither to a resource of this payer nor to a place of their own (contained, `urn:`, another host). */
	unreadable: number;
	/** Payer's ids of Patients in whose place the plan's own was put. */
	ownPatients: string[];
}

/** The members of a resource that are edited, or say what it is. */
const TOP = new Set(['resourceType', 'id', 'meta', 'identifier']);
/** The same of types that have more of them. Their lines are few, and read to the end. */
const TOP_OF: Readonly<Record<string, ReadonlySet<string>>> = {
	Patient: new Set([...TOP, 'link']),
	Provenance: new Set([...TOP, 'entity']),
};

/**
 * Writes the resources of some lines for the plan's own server: new ids, references to new ids, the payer's id as identifier, tags. All else
 * stays byte for byte: digits of numbers, order of keys, escapes. A line that is no resource to be stored stays as it is.
 *
 * Lines are read as far as the members that are edited; whoever parses them finds out whether that was enough (`isAsPrepared`).
 *
 * @param lines of NDJSON; of text that is none, what comes out means nothing, and `JSON.parse` refuses it
 * @param isWanted whether the lines of a type are written now
 * @returns each line, and what it holds; undefined for those that stayed
 */
export function prepareLines(
	lines: string,
	rules: LineRules,
	isWanted: (type: string) => boolean,
): { texts: string[]; made: Array<PreparedLine | undefined> } {
	const made: Array<PreparedLine | undefined> = [];
	const texts: string[] = [];
	const mayBeEscaped = lines.includes('\\u');
	const keys = new ReferenceKeys(lines);
	for (let start = 0; start < lines.length; ) {
		const newline = lines.indexOf('\n', start);
		const end = newline < 0 ? lines.length : newline;
		const isPlain = !mayBeEscaped || escapedKeys(lines, { start, end }).length === 0;
		const edits: Edit[] = [];
		const span = { start: nextBrace(lines, start, end), end };
		const line = isPlain ? prepareSpan(lines, span, rules, { isWanted, keys }, edits) : undefined;
		texts.push(line ? edited(lines, { start, end }, edits) : lines.slice(start, end));
		made.push(line);
		start = end + 1;
	}
	return { texts, made };
}

/**
 * The same of one line, read to its end: of keys that stand twice the last counts, and keys that are spelled with escapes are read.
 * @returns undefined if it is no resource that could be stored: no member data, no id
 */
export function prepareThoroughly(
	line: string,
	rules: LineRules,
): { text: string; made: PreparedLine } | undefined {
	const plain = line.includes('\\u') ? withPlainKeys(line) : line;
	const edits: Edit[] = [];
	const end = plain.length;
	const made = prepareSpan(
		plain,
		{ start: nextBrace(plain, 0, end), end },
		rules,
		{ isWanted: () => true, keys: new ReferenceKeys(plain), isThorough: true },
		edits,
	);
	return made && { text: edited(plain, { start: 0, end }, edits), made };
}

/**
 * Whether a parsed resource is what was prepared. It is not, where a key stands twice and only its first place was edited.
 * @param resource parsed from the prepared text
 */
export function isAsPrepared(
	resource: Record<string, unknown>,
	{ type, id, sourceId }: PreparedLine,
	{ tags }: Pick<LineRules, 'tags'>,
): boolean {
	if (resource.resourceType !== type || resource.id !== id) return false;
	if (tags && !hasTags(resource.meta, tags.tags)) return false;
	if (identifiersOf(type) !== 'list') return true;
	const { identifier } = resource;
	const last: unknown = Array.isArray(identifier) ? identifier.at(-1) : undefined;
	return isObject(identifier) || (isObject(last) && last.value === sourceId);
}

interface HowToPrepare {
	isWanted: (type: string) => boolean;
	keys: ReferenceKeys;
	isThorough?: boolean;
}

/** @param edits gets what is to be edited, if the line is prepared */
function prepareSpan(
	text: string,
	line: Span,
	rules: LineRules,
	{ isWanted, keys, isThorough = false }: HowToPrepare,
	edits: Edit[],
): PreparedLine | undefined {
	const first = memberSpans(text, line, { names: TOP, isFirstEnough: !isThorough });
	const type = stringAt(text, first.get('resourceType'));
	const idSpan = first.get('id');
	const sourceId = stringAt(text, idSpan);
	if (type === undefined || !isMemberDataType(type) || !isWanted(type)) return undefined;
	if (!idSpan || !isSourceId(sourceId)) return undefined;
	const names = Object.hasOwn(TOP_OF, type) ? TOP_OF[type] : undefined;
	const top = names ? memberSpans(text, line, { names }) : first;

	const id = rules.ids.idOf(type, sourceId);
	const made: PreparedLine = { type, sourceId, id, references: [], unreadable: 0, ownPatients: [] };
	edits.push({ ...idSpan, text: `"${id}"` });
	edits.push(identifierEdit(text, made, top, rules) ?? NO_EDIT);
	if (rules.tags) edits.push(...rules.tags.edits(text, top.get('meta'), idSpan.end));
	if (type === 'Patient') edits.push(linkEdit(text, made, top, rules) ?? NO_EDIT);
	if (edits.includes(NO_EDIT)) edits.splice(0, edits.length, ...edits.filter((edit) => edit !== NO_EDIT));
	referenceEdits(text, line, rules, { made, keys }, edits);
	return made;
}

const NO_EDIT: Edit = { start: 0, end: 0, text: '' };

/** Puts our ids in the place of the payer's in every `Reference.reference`, and notes them. */
function referenceEdits(
	text: string,
	line: Span,
	rules: LineRules,
	{ made, keys }: { made: PreparedLine; keys: ReferenceKeys },
	edits: Edit[],
): void {
	let uris: ReadonlySet<number> | undefined;
	for (let at = keys.next(line.start); at < line.end; at = keys.next(at + KEY.length)) {
		const value = nextToken(text, at + KEY.length);
		// Within a string, a quote is escaped, so that this stands before a value only.
		if (text.charCodeAt(at - 1) === BACKSLASH || text.charCodeAt(value) !== QUOTE) continue;
		const end = afterString(text, value + 1, line.end);
		const token = text.slice(value + 1, end - 1);
		const reference = rules.ids.referenceIn(token);
		if (!reference) {
			if (!ELSEWHERE.test(token)) made.unreadable += 1;
			continue;
		}
		const { type, sourceId, id, isMemberData } = reference;
		// Elements of that name that are an address lead to no data of a member, but for those of two types.
		if (!isMemberData || WITH_ADDRESS.has(made.type)) {
			uris ??= uriReferences(text, line, made.type);
			if (uris.has(value)) continue;
		}
		const ours = type === 'Patient' ? rules.patientIdOf(sourceId, id) : id;
		if (ours === id) made.references.push(reference);
		else made.ownPatients.push(sourceId);
		edits.push({ start: value, end, text: `"${type}/${ours}"` });
	}
}

const KEY = '"reference"';
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const WITH_ADDRESS = new Set(['DetectedIssue', 'Immunization']);
/** Contained, of an entry of a Bundle, or an address of another server. */
const ELSEWHERE = /^(?:#|urn:|[a-z][a-z0-9+.-]*:(?:\\?\/){2})/i;

/** Where the key `reference` stands in a text, which is searched once from its beginning to its end. */
class ReferenceKeys {
	private at: number;

	constructor(private readonly text: string) {
		this.at = text.indexOf(KEY);
	}

	/** The first at an index or behind it, which is never smaller than before; infinity if there is none. */
	next(from: number): number {
		if (this.at >= 0 && this.at < from) this.at = this.text.indexOf(KEY, from);
		return this.at < 0 ? Infinity : this.at;
	}
}

/** The payer's id, added to the identifiers; of a Provenance, which has none, to its sources. */
function identifierEdit(
	text: string,
	{ type, sourceId }: PreparedLine,
	top: ReadonlyMap<string, Span>,
	{ identifiers }: LineRules,
): Edit | undefined {
	const kind = identifiersOf(type);
	if (kind === 'none' && type !== 'Provenance') return undefined;
	const identifier = identifiers.identifier(type, sourceId);
	const after = top.get('id')?.end ?? 0;
	if (type === 'Provenance') {
		const entity = `{"role":"source","what":{"identifier":${identifier}}}`;
		return inListEdit(text, 'entity', top.get('entity'), after, entity);
	}
	const span = top.get('identifier');
	if (kind === 'single') {
		return span ? undefined : { start: after, end: after, text: `,"identifier":${identifier}` };
	}
	// What stands there against the standard is not ours to mend.
	if (span && text[span.start] === '{') return undefined;
	return inListEdit(text, 'identifier', span, after, identifier);
}

/** The link of a payer's Patient to the plan's own. */
function linkEdit(
	text: string,
	{ sourceId }: PreparedLine,
	top: ReadonlyMap<string, Span>,
	{ linkOf }: LineRules,
): Edit | undefined {
	const own = linkOf(sourceId);
	if (own === undefined) return undefined;
	const json = JSON.stringify({ other: { reference: `Patient/${own}` }, type: 'seealso' });
	return inListEdit(text, 'link', top.get('link'), top.get('id')?.end ?? 0, json);
}

/** Adds an item to a list, which is made where there is none. @param after where the list may be inserted, after another member */
function inListEdit(text: string, name: string, list: Span | undefined, after: number, item: string): Edit {
	if (list && text[list.start] === '[') return atEndOf(text, list, item);
	if (list) return { ...list, text: `[${item}]` };
	return { start: after, end: after, text: `,"${name}":[${item}]` };
}

/** Keys that are spelled with escapes, as hardly any program writes them. */
function escapedKeys(text: string, { start, end }: Span): Span[] {
	const keys: Span[] = [];
	for (let at = text.indexOf('"', start); at >= 0 && at < end; ) {
		const after = afterString(text, at + 1, end);
		const isKey = text[skipSpace(text, after, end)] === ':';
		if (isKey && text.slice(at, after).includes('\\u')) keys.push({ start: at, end: after });
		at = text.indexOf('"', after);
	}
	return keys;
}

function withPlainKeys(text: string): string {
	const edits = escapedKeys(text, { start: 0, end: text.length }).flatMap((span): Edit[] => {
		const key = tryParseJson(text.slice(span.start, span.end));
		return key === undefined ? [] : [{ ...span, text: JSON.stringify(key) }];
	});
	return edited(text, { start: 0, end: text.length }, edits);
}

/** The index of the brace with which a line begins; its end, if it begins with something else. */
function nextBrace(text: string, start: number, end: number): number {
	const at = skipSpace(text, start, end);
	return text[at] === '{' ? at : end;
}

function skipSpace(text: string, start: number, end: number): number {
	let at = start;
	while (at < end && ' \t\r\uFEFF'.includes(text[at])) at += 1;
	return at;
}

function stringAt(text: string, span: Span | undefined): string | undefined {
	if (!span || text.charCodeAt(span.start) !== QUOTE) return undefined;
	const token = text.slice(span.start, span.end);
	return token.includes('\\') ? textOf(tryParseJson(token)) : token.slice(1, -1);
}
