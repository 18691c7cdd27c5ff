import { isObject, textOf } from '../../shared/fhir/json';
import { type FinishingColumn, made } from './finishingColumn';

/** Finishing columns of the table document. */
export const document: FinishingColumn[] = [
	made(
		'url_host',
		'string',
		'Host of the file; its whole address is left out, as it may let anybody in (content.attachment.url).',
		(_, resource, __, index) => {
			const content: unknown = Array.isArray(resource.content) ? resource.content[index] : undefined;
			const attachment = isObject(content) ? content.attachment : undefined;
			const address = textOf(isObject(attachment) ? attachment.url : undefined) ?? '';
			return /^https?:\/\/(?:[^/?#@]*@)?([^/?#@]+)/i.exec(address)?.[1].toLowerCase() ?? null;
		},
	),
];
