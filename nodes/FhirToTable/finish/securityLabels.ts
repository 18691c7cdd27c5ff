import type { IDataObject } from 'n8n-workflow';
import { isObject, oneOrMore, textOf } from '../../shared/fhir/json';
import { type FinishingColumn, made } from './finishingColumn';

/** Says that parts of a record have labels of their own (v3-ActCode). */
const INLINE = 'PROCESSINLINELABEL';
/** The extension by which a part has one (FHIR Data Segmentation for Privacy). */
const INLINE_LABEL = /\/(?:extension-)?inline-sec-label$/;

const INLINE_WORDS = 'inline-sec-label';

/** The labels of a resource, kept for its next row. */
const LABELS = new WeakMap<IDataObject, string | null>();

/** The labels of a resource; every table has them. */
export const securityLabels: FinishingColumn = made(
	'security_labels',
	'string',
	'Codes of the security labels of the record, with | between them, e.g. R|42CFRPart2; PROCESSINLINELABEL where parts of it have labels of their own. That there is none proves nothing (meta.security).',
	(_, resource, __, ___, known) => {
		const before = LABELS.get(resource);
		if (before !== undefined) return before;
		const labels = labelsOf(resource, known?.text);
		LABELS.set(resource, labels);
		return labels;
	},
);

function labelsOf(resource: IDataObject, text: string | undefined): string | null {
	const { meta } = resource;
	const security = oneOrMore(isObject(meta) ? meta.security : undefined);
	const codes = security.flatMap(({ code }) => textOf(code) ?? []);
	// Walking through a resource takes as long as half of its parsing, and its text has the words or has not.
	const mayBeInline = text === undefined || text.includes(INLINE_WORDS);
	if (mayBeInline && !codes.includes(INLINE) && hasInlineLabel(resource)) codes.push(INLINE);
	return codes.join('|') || null;
}

/** Whether any part of it has a label, though the record itself does not say so. */
function hasInlineLabel(resource: IDataObject): boolean {
	const open: object[] = [resource];
	for (let part = open.pop(); part !== undefined; part = open.pop()) {
		if ('url' in part && typeof part.url === 'string' && INLINE_LABEL.test(part.url)) return true;
		for (const value of Array.isArray(part) ? part : Object.values(part)) {
			if (typeof value === 'object' && value !== null) open.push(value as object);
		}
	}
	return false;
}
