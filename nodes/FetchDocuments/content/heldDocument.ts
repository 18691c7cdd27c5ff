import type { IExecuteFunctions } from 'n8n-workflow';
import { storeBinary } from '../../shared/files/binaryStore';
import type { Ending, Held, Named } from '../reportRow';
import { contentOf, type Content } from './contentMeter';
import { fileNameOf, storedType } from './mediaTypes';
import { compare, statedContent } from './statedContent';

/** How a document is called and stored, and how it ends once its bytes are there. */

/** The name under which a document is stored. @param mediaType undefined if none is known */
export function nameOf(
	{ about, documentType, documentId, attachment, part, content }: Named,
	mediaType?: string,
): string {
	const { payer, directoryKey, jobId, batch, line } = about;
	const client = directoryKey === undefined ? [] : [directoryKey];
	// Without an id, several of one type can come in one item: they differ in what is stated of them.
	const identity = documentId ?? [...client, jobId, batch, line, content];
	const parts = part === undefined ? [] : [part];
	return fileNameOf([payer, documentType, identity, ...parts], attachment, mediaType);
}

/** Stores bytes that are at hand. @throws ExchangeError if n8n cannot store them */
export async function storeBytes(
	context: IExecuteFunctions,
	named: Named,
	bytes: Buffer,
	answered?: string,
): Promise<Held> {
	const mediaType = statedContent(named.content).mediaType ?? answered;
	const data = await storeBinary(context, bytes, nameOf(named, mediaType), storedType(mediaType));
	return held(named, { data, content: contentOf(bytes), answered });
}

/** A stored document, compared with what was stated of it. @param answered the media type of the answer */
export function held(
	named: Named,
	{ data, content, answered }: { data: Held['data']; content: Content; answered?: string },
): Held {
	const stated = statedContent(named.content);
	const mediaType = stated.mediaType ?? answered;
	const fileName = nameOf(named, mediaType);
	return { data, fileName, content, mediaType, comparison: compare(content, stated, answered) };
}

/** Whether a document is what was stated of it. @param good its outcome if it is */
export function judged(document: Held, named: Named, good: 'fetched' | 'inline'): Ending {
	const { comparison, content } = document;
	const { size } = statedContent(named.content);
	if (content.bytes === 0 && size === undefined && comparison.hashOk !== true) {
		return { outcome: 'no-content', reason: 'The document that came is empty.', held: document };
	}
	if (comparison.inPlace !== undefined) {
		return { outcome: 'other-content', reason: `${comparison.inPlace}.`, held: document };
	}
	if (comparison.hashOk === false) {
		return {
			outcome: 'hash-differs',
			reason:
				'The hash of what came is not the one that the payer states: it is damaged, or another document.',
			held: document,
		};
	}
	if (comparison.sizeOk === false) {
		return {
			outcome: 'size-differs',
			reason: `The payer states ${size} bytes, and ${content.bytes} came: it is not whole, or another document.`,
			held: document,
		};
	}
	return { outcome: good, held: document };
}
