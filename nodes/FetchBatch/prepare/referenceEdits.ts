import { nextToken, type Span } from '../../shared/fhir/jsonSpans';
import { afterString } from '../../shared/fhir/numbers';
import { skipSpace } from './escapedKeys';
import type { LineRules, PreparedLine } from './lineRules';
import type { Edit } from './textEdits';
import { uriReferences } from './uriReferences';

/** Puts our ids in the place of the payer's in every `Reference.reference`, and notes them. */
export function referenceEdits(
	text: string,
	line: Span,
	{ rules, made, keys }: { rules: LineRules; made: PreparedLine; keys: ReferenceKeys },
	edits: Edit[],
): void {
	// What stands within a part that is replaced as a whole is replaced with it.
	const isReplaced = made.type === 'Provenance' ? placesIn(edits) : () => false;
	let uris: ReadonlySet<number> | undefined;
	for (let at = keys.next(line.start); at < line.end; at = keys.next(at + KEY.length)) {
		// Within a string, a quote is escaped; a string that says no more than this has no colon behind it.
		if (text.charCodeAt(at - 1) === BACKSLASH) continue;
		if (text.charCodeAt(skipSpace(text, at + KEY.length, line.end)) !== COLON) continue;
		const value = nextToken(text, at + KEY.length, line.end);
		if (value >= line.end || text.charCodeAt(value) !== QUOTE) continue;
		if (isReplaced(at)) continue;
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
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const WITH_ADDRESS = new Set(['DetectedIssue', 'Immunization']);
/** Contained, of an entry of a Bundle, or an address of another server. */
const ELSEWHERE = /^(?:#|urn:|[a-z][a-z0-9+.-]*:(?:\\?\/){2})/i;

/** Where the key `reference` stands in a text, which is searched once from its beginning to its end. */
export class ReferenceKeys {
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

/** Whether a place, which is never smaller than the one asked for before, lies within a part that an edit replaces. */
function placesIn(edits: readonly Edit[]): (at: number) => boolean {
	const replaced = edits.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
	let next = 0;
	return (at) => {
		while (next < replaced.length && replaced[next].end <= at) next += 1;
		return next < replaced.length && replaced[next].start < at;
	};
}
