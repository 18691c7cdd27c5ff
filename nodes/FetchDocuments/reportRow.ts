import type { IBinaryData, IDataObject } from 'n8n-workflow';
import { exchangeState } from '../shared/exchange/exchange';
import { itemPayer } from '../shared/exchange/payerKey';
import { omitEmpty } from '../shared/fhir/json';
import type { GOOD_DOCUMENTS, OTHER_DOCUMENTS } from '../shared/n8n/outcomes';
import type { Routed } from '../shared/n8n/items';
import type { Content } from './content/contentMeter';
import { statedContent, type Comparison } from './content/statedContent';
import { DOCUMENTS, REPORT } from './outputs';
import type { NamedDocument } from './read/namedDocuments';

/** A document, and the columns that say where its resource comes from. */
export interface Named extends NamedDocument {
	about: IDataObject;
}

export type DocumentOutcome =
	| (typeof GOOD_DOCUMENTS)[number]
	| (typeof OTHER_DOCUMENTS)[number]
	| 'refused'
	| 'failed'
	| 'consent-ended';

/** A document that is at hand. */
export interface Held {
	data: IBinaryData;
	fileName: string;
	content: Content;
	/** The media type that goes with it: the stated one, else that of the answer. */
	mediaType?: string;
	comparison: Comparison;
}

/** What became of a document, and the sentence that says why, where it is not whole. */
export interface Ending {
	outcome: DocumentOutcome;
	reason?: string;
	held?: Held;
}

/** The items of one document: the document itself if it is whole, as far as that can be told, and its row of the report. */
export function itemsOf(named: Named, { outcome, reason, held }: Ending): Routed[] {
	const { about, content } = named;
	const { memberId, tenant, jobId, transactionTime, batch, line } = about;
	const isWhole = outcome === 'fetched' || outcome === 'inline';
	const stated = statedContent(content);
	const whose = { memberId, ...itemPayer(about), tenant, jobId };
	const document = {
		documentType: named.documentType,
		documentId: named.documentId ?? null,
		attachment: named.attachment,
		part: named.part,
		priorAuthId: named.priorAuthId ?? null,
		contentType: held?.mediaType ?? stated.mediaType ?? null,
		bytes: held?.content.bytes ?? null,
		sha256: held?.content.sha256 ?? null,
		fileName: held?.fileName ?? null,
	};
	const json = omitEmpty<IDataObject>({
		...whose,
		transactionTime,
		batch,
		line,
		...document,
		declaredSize: stated.size ?? null,
		declaredHash: stated.hash ?? null,
		sizeOk: held?.comparison.sizeOk ?? null,
		hashOk: held?.comparison.hashOk ?? null,
		outcome,
		reason: reason ?? null,
		...exchangeState(about),
	});
	const binary = held && { data: held.data };
	const { exchangeId, consentEnd } = about;
	return [
		...(isWhole && binary
			? [
					{
						output: DOCUMENTS,
						json: omitEmpty<IDataObject>({ ...whose, ...document, exchangeId, consentEnd }),
						binary,
					},
				]
			: []),
		// What came and is not what was stated is kept, apart from the documents.
		{ output: REPORT, json, ...(!isWhole && binary && { binary }) },
	];
}
