import { isObject, oneOrMore, textOf } from '../../shared/fhir/json';
import { type FinishingColumn, made } from './finishingColumn';

/** The labels of a resource; every table has them. */
export const securityLabels: FinishingColumn = made(
	'security_labels',
	'string',
	'Codes of the security labels of the record, with | between them, e.g. R|42CFRPart2; PROCESSINLINELABEL where parts of it have labels of their own. That there is none proves nothing (meta.security).',
	(_, { meta }) => {
		const labels = oneOrMore(isObject(meta) ? meta.security : undefined);
		return labels.flatMap(({ code }) => textOf(code) ?? []).join('|') || null;
	},
);
