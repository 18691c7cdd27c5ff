import { itemSpans, memberSpans, type Span } from '../../shared/fhir/jsonSpans';
import { inListEdit } from './lineEdits';
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
	for (const target of patients.length > 0 ? targets : []) {
		const reference = wholeIn(text, target, rules);
		if (!reference) continue;
		edits.push({ ...target, text: patients.map((id) => `{"reference":"Patient/${id}"}`).join(',') });
		sources.push(source(identifiers.identifier(reference.type, reference.sourceId)));
	}
	return [...edits, inListEdit(text, top, 'entity', sources.join(','))];
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
