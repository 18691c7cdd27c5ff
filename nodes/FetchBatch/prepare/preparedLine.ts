import { isObject } from '../../shared/fhir/json';
import { memberSpans, type Span } from '../../shared/fhir/jsonSpans';
import { isMemberDataType } from '../../shared/fhir/resourceTypes';
import { escapedKeys, skipSpace } from './escapedKeys';
import { identifiersOf } from './identifiers';
import { identifierEdits, linkEdits } from './lineEdits';
import type { LineRules, PreparedLine } from './lineRules';
import { isSourceId } from './ownIds';
import { provenanceEdits } from './provenanceEdits';
import { ReferenceKeys, referenceEdits } from './referenceEdits';
import { hasTags } from './sourceTags';
import { stringAt } from './textAt';
import { edited, type Edit } from './textEdits';

/** The members of a resource that are edited, or say what it is. */
const TOP = new Set(['resourceType', 'id', 'meta', 'identifier']);
/** The same of types that have more of them. Their lines are few, and read to the end. */
const TOP_OF: Readonly<Record<string, ReadonlySet<string>>> = {
	Patient: new Set([...TOP, 'link']),
	Provenance: new Set([...TOP, 'target', 'entity']),
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
	const whole = { start: 0, end: line.length };
	const plain = line.includes('\\u') ? edited(line, whole, escapedKeys(line, whole)) : line;
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
	if (text[line.start] !== '{') return undefined;
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
	if (type === 'Provenance') for (const edit of provenanceEdits(text, made, top, rules)) edits.push(edit);
	else edits.push(...identifierEdits(text, made, top, rules));
	if (rules.tags) edits.push(...rules.tags.edits(text, top.get('meta'), idSpan.end));
	if (type === 'Patient') edits.push(...linkEdits(text, made, top, rules));
	referenceEdits(text, line, { rules, made, keys }, edits);
	return made;
}

/** The index of the brace with which a line begins; its end, if it begins with something else. */
function nextBrace(text: string, start: number, end: number): number {
	const at = skipSpace(text, start, end);
	return text[at] === '{' ? at : end;
}
