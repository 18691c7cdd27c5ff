import { itemSpans, memberSpans, type Span } from '../../shared/fhir/jsonSpans';
import { inListEdits } from './lineEdits';
import type { LineRules, PreparedLine } from './lineRules';
import type { PayerReference } from './ownIds';
import { stringAt } from './textAt';
import type { Edit } from './textEdits';

const REFERENCE = new Set(['reference']);

/**
 * What is edited in a Provenance of the payer besides its references. Its own id, and targets that stand for all that was sent and never come
 * (the Bundle of an answer, the Group that was asked for), are kept among its sources; in the place of such a target the members' Patients
 * are put, where they are known (PDex: the targets of a received Provenance are rewritten too).
 */
export function provenanceEdits(
	text: string,
	{ type, sourceId }: PreparedLine,
	top: ReadonlyMap<string, Span>,
	rules: LineRules,
): Edit[] {
	const { identifiers } = rules;
	const [edits, sources] = [[] as Edit[], [source(identifiers.identifier(type, sourceId))]];
	const list = top.get('target');
	const targets = list && text[list.start] === '[' ? itemSpans(text, list) : [];
	const patients = targets.length > 0 ? rules.memberPatients() : [];
	const kept = new Set<string>();
	for (const [index, target] of patients.length > 0 ? targets.entries() : []) {
		const reference = wholeIn(text, target, rules);
		if (!reference) continue;
		// The Patients stand in the place of the first; another is taken out, with the comma before it.
		if (kept.size === 0) {
			edits.push({ ...target, text: patients.map((id) => `{"reference":"Patient/${id}"}`).join(',') });
		} else edits.push({ start: targets[index - 1].end, end: target.end, text: '' });
		if (kept.has(reference.url)) continue;
		kept.add(reference.url);
		sources.push(source(identifiers.identifier(reference.type, reference.sourceId)));
	}
	return edits.concat(inListEdits(text, top, 'entity', sources.join(',')));
}

/** The reference of a target that stands for all that was sent. */
function wholeIn(text: string, target: Span, { ids }: LineRules): PayerReference | undefined {
	if (text[target.start] !== '{') return undefined;
	const written = stringAt(text, memberSpans(text, target, { names: REFERENCE }).get('reference'));
	const reference = written === undefined ? undefined : ids.readReference(written);
	return reference && (!reference.isMemberData || reference.type === 'Group') ? reference : undefined;
}

/** @param identifier JSON text */
function source(identifier: string): string {
	return `{"role":"source","what":{"identifier":${identifier}}}`;
}
