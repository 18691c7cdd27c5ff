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
	if (kind === 'list') return [inListEdit(text, top, 'identifier', identifier)];
	const { end } = afterId(top);
	return [{ start: end, end, text: `,"identifier":${identifier}` }];
}

/** The link of a payer's Patient to the plan's own. */
export function linkEdits(
	text: string,
	{ sourceId }: PreparedLine,
	top: Members,
	{ linkOf }: LineRules,
): Edit[] {
	const own = linkOf(sourceId);
	if (own === undefined) return [];
	const link = JSON.stringify({ other: { reference: `Patient/${own}` }, type: 'seealso' });
	return [inListEdit(text, top, 'link', link)];
}

/**
 * Adds to a list of a resource, which is made where there is none.
 * @param items JSON text, divided by commas
 */
export function inListEdit(text: string, top: Members, name: string, items: string): Edit {
	const list = top.get(name);
	if (list && text[list.start] === '[') return atEndOf(text, list, items);
	if (list) return { ...list, text: `[${items}]` };
	const { end } = afterId(top);
	return { start: end, end, text: `,"${name}":[${items}]` };
}

/** Where a member can be inserted: every resource that is prepared has an id. */
function afterId(top: Members): Span {
	return top.get('id') ?? { start: 0, end: 0 };
}
