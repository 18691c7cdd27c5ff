import type { Span } from '../../shared/fhir/jsonSpans';
import { identifiersOf } from './identifiers';
import type { LineRules, PreparedLine } from './lineRules';
import { atEndOf, type Edit } from './textEdits';

type Members = ReadonlyMap<string, Span>;

/** The payer's id, added to the identifiers of a resource. */
export function identifierEdits(
	text: string,
	{ type, sourceId }: PreparedLine,
	top: Members,
	{ identifiers }: LineRules,
): Edit[] {
	const kind = identifiersOf(type);
	const span = top.get('identifier');
	// A single one, or what stands there against the standard, is not ours to replace.
	if (kind === 'none' || (span && (kind === 'single' || text[span.start] === '{'))) return [];
	const identifier = identifiers.identifier(type, sourceId);
	if (kind === 'list') return inListEdits(text, top, 'identifier', identifier);
	const { end } = afterId(top);
	return [{ start: end, end, text: `,"identifier":${identifier}` }];
}

/** The link of a payer's Patient to the plan's own. */
export function linkEdits(
	text: string,
	{ sourceId, ownPatients }: PreparedLine,
	top: Members,
	{ linkOf }: LineRules,
): Edit[] {
	const own = linkOf(sourceId);
	if (own === undefined) return [];
	ownPatients.push(sourceId);
	const link = JSON.stringify({ other: { reference: `Patient/${own}` }, type: 'seealso' });
	return inListEdits(text, top, 'link', link);
}

/**
 * Adds to a list of a resource, which is made where there is none; a single item that stands in no list gets one.
 * @param items JSON text, divided by commas
 */
export function inListEdits(text: string, top: Members, name: string, items: string): Edit[] {
	const list = top.get(name);
	if (!list) {
		const { end } = afterId(top);
		return [{ start: end, end, text: `,"${name}":[${items}]` }];
	}
	const { start, end } = list;
	if (text[start] === '[') return [atEndOf(text, list, items)];
	// Its references are edited as well, so it is not replaced.
	if (text[start] === '{') {
		return [
			{ start, end: start, text: '[' },
			{ start: end, end, text: `,${items}]` },
		];
	}
	return [{ start, end, text: `[${items}]` }];
}

/** Where a member can be inserted: every resource that is prepared has an id. */
function afterId(top: Members): Span {
	return top.get('id') ?? { start: 0, end: 0 };
}
