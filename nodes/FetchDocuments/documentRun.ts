import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readConsentEnd, whileConsentHolds } from '../shared/exchange/consentEnd';
import { readPayerKey } from '../shared/exchange/payerKey';
import { DOCUMENT_TYPES } from '../shared/fhir/attachments';
import { flagOf, textOf } from '../shared/fhir/json';
import { ExchangeError, rethrown } from '../shared/n8n/exchangeError';
import { tryAsValue, type Routed } from '../shared/n8n/items';
import { concurrencyOf, optionsOf } from '../shared/n8n/parameters';
import { tenantIn } from '../shared/payers/connection';
import type { RunPayers } from '../shared/payers/runPayers';
import { comparedPayer } from '../shared/payers/otherPayer';
import { fromBase64 } from './content/base64';
import { judged, storeBytes } from './content/heldDocument';
import { fetchDocument } from './fetchDocument';
import { readInput } from './read/inputResources';
import { documentsIn, PRIOR_AUTHORIZATION } from './read/namedDocuments';
import { PriorAuthorizations } from './read/priorAuthorizations';
import { itemsOf, type Ending, type Named } from './reportRow';
import { readSettings, type DocumentSettings } from './settings';
import { AtOnce, AtOnceByPayer } from './atOnce';
import { TokenRefusals } from './tokenRefusals';

/** Of documents that are fetched together: the error that none of them can escape. */
interface Failures {
	first?: { error: unknown };
}

/** One run of Fetch Documents: the documents of all of its items. */
export class DocumentRun {
	/** Resources that came in. */
	resources = 0;
	private readonly priorAuthorizations = new PriorAuthorizations();
	/** Documents that are fetched. */
	private readonly requests: AtOnceByPayer;
	/** Documents for which nobody is asked. */
	private readonly documents: AtOnce;
	private readonly refusals = new TokenRefusals();
	/** Of stored files, each of which may hold large documents itself. */
	private readonly files = new AtOnce(1);

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly payers: RunPayers,
	) {
		const concurrency = concurrencyOf(optionsOf(context, 0));
		const lanes = new Set([...context.getInputData().keys()].map((itemIndex) => this.laneOf(itemIndex)));
		this.requests = new AtOnceByPayer(concurrency, lanes.size);
		this.documents = new AtOnce(concurrency);
	}

	/** The payer of an input item: none waits for another, and what one refuses says nothing of another. */
	laneOf(itemIndex: number): string {
		return this.payers.laneOf(this.context.getInputData()[itemIndex].json);
	}

	/** Reads which documents the prior authorizations of all items name. What cannot be read is an error later, of its item. */
	async readPriorAuthorizations(): Promise<void> {
		const nothing = async () => await Promise.resolve();
		for (const itemIndex of this.context.getInputData().keys()) {
			const onResource = (resource: IDataObject, about: IDataObject) =>
				this.priorAuthorizations.read(resource, about, itemIndex);
			await tryAsValue(
				async () => await readInput(this.context, itemIndex, [PRIOR_AUTHORIZATION], onResource, nothing),
			);
		}
	}

	/**
	 * The documents of an input item, and their rows of the report.
	 * @throws ExchangeError if the item cannot be read, or all documents would fail in the same way
	 */
	async take(itemIndex: number): Promise<Routed[]> {
		const settings = readSettings(this.context, itemIndex);
		const routed: Routed[] = [];
		const pending: Named[] = [];
		const isFile = this.context.getInputData()[itemIndex].binary !== undefined;
		const work = async () => {
			const failures: Failures = {};
			const atHand: Array<Promise<Routed[]>> = [];
			const tasks = pending.splice(0).map((named) => {
				const task = this.one(named, settings, failures);
				if (!isAskedFor(named)) atHand.push(task);
				return task;
			});
			// All of them end before an error leaves, so that nothing goes on behind it.
			const all = Promise.allSettled(tasks);
			await Promise.allSettled(atHand);
			const isWaiting = isFile && atHand.length < tasks.length;
			// What is asked for holds nothing of the file, and a slow payer must not keep those of others from being read.
			for (const result of isWaiting ? await this.files.without(async () => await all) : await all) {
				if (result.status === 'rejected') throw rethrown(failures.first?.error ?? result.reason);
				routed.push(...result.value);
			}
		};
		const onResource = (resource: IDataObject, about: IDataObject) => {
			this.resources += 1;
			const named = this.priorAuthorizations.take(resource, about);
			for (const document of documentsIn(resource, textOf(about.fhirBase))) {
				pending.push({ ...document, priorAuthId: document.priorAuthId ?? named, about });
			}
		};
		const read = async () =>
			await readInput(this.context, itemIndex, [...DOCUMENT_TYPES, PRIOR_AUTHORIZATION], onResource, work);
		const hasResources = await (isFile ? this.files.run(read) : read());
		return hasResources ? routed : itemsOf(nobody(this.context, itemIndex), NO_RESOURCE);
	}

	/** The rows of documents that prior authorizations name and that did not come by, by the item of the prior authorization. */
	notAtHand(): Map<number, Routed[]> {
		const rows = new Map<number, Routed[]>();
		for (const { itemIndex, named } of this.priorAuthorizations.notAtHand()) {
			const ofItem = rows.get(itemIndex) ?? [];
			ofItem.push(...itemsOf(named, NOT_AT_HAND));
			rows.set(itemIndex, ofItem);
		}
		return rows;
	}

	private async one(named: Named, settings: DocumentSettings, failures: Failures): Promise<Routed[]> {
		const work = async () => {
			// All others would fail in the same way: they are not asked for.
			if (failures.first) throw rethrown(failures.first.error);
			try {
				return itemsOf(named, await this.endingOf(named, settings));
			} catch (error) {
				failures.first ??= { error };
				throw rethrown(error);
			}
		};
		return isAskedFor(named)
			? await this.requests.run(this.payers.laneOf(named.about), work)
			: await this.documents.run(work);
	}

	private async endingOf(named: Named, settings: DocumentSettings): Promise<Ending> {
		const { content, about } = named;
		const url = textOf(content.url);
		if (isInline(named)) return await this.inline(named, settings);
		if (url === undefined) return NO_CONTENT;
		if (readPayerKey(about) === undefined) return ORIGIN_UNKNOWN;
		const own = await tryAsValue(() => this.payers.ofItem(about));
		if (own instanceof Error) return { outcome: 'another-payer', reason: `${own.message}.` };
		const tenant = tenantIn(own, about);
		if (own.takes('tenant') && tenant === undefined) return ORIGIN_UNKNOWN;
		const payer = comparedPayer(own, about, () => tenant);
		if (payer instanceof ExchangeError) {
			return { outcome: 'another-payer', reason: `${payer.message}. ${payer.details.whatToDo}` };
		}
		if (!isSameBase(about.fhirBase, own.fhirBase?.(tenant))) return ANOTHER_BASE;
		const lastDay = readConsentEnd(about, this.context.getTimezone());
		const connection = whileConsentHolds(this.context, own, lastDay);
		const requiresAccessToken = flagOf(about.requiresAccessToken) !== false;
		return await fetchDocument(
			this.context,
			connection,
			named,
			{ url, requiresAccessToken, tenant },
			settings,
			this.refusals,
		);
	}

	private async inline(named: Named, { maxBytes, megabytes }: DocumentSettings): Promise<Ending> {
		const bytes = fromBase64(named.content.data);
		if (!bytes) return { outcome: 'unreadable', reason: 'The data of the attachment is no base64.' };
		if (bytes.length > maxBytes) {
			const reason = `The document is larger than ${megabytes} MB. If it is as it should be, raise Options > Document Size Up To (MB).`;
			return { outcome: 'too-large', reason };
		}
		return judged(await storeBytes(this.context, named, bytes), named, 'inline');
	}
}

function isInline({ content: { data } }: Named): boolean {
	return typeof data === 'string' && /\S/.test(data);
}

/** Whether the payer may be asked for a document. */
function isAskedFor(named: Named): boolean {
	return textOf(named.content.url) !== undefined && !isInline(named);
}

/** Whether the FHIR base of an item, if it states one, is that of the credential; http and https are one. */
function isSameBase(stated: unknown, own: string | undefined): boolean {
	const plain = (base: string) =>
		base
			.toLowerCase()
			.replace(/^https?:/, '')
			.replace(/\/+$/, '');
	const text = textOf(stated);
	return text === undefined || own === undefined || plain(text) === plain(own);
}

function nobody(context: IExecuteFunctions, itemIndex: number): Named {
	const about = context.getInputData()[itemIndex].json;
	return { documentType: 'unknown', attachment: 0, content: {}, about };
}

const NO_RESOURCE: Ending = {
	outcome: 'no-content',
	reason: 'The item holds neither a FHIR resource nor a file. Connect the output Resources of Fetch Batch.',
};
const NO_CONTENT: Ending = {
	outcome: 'no-content',
	reason: 'The payer names a document, and gives neither its data nor its address.',
};
const NOT_AT_HAND: Ending = {
	outcome: 'not-at-hand',
	reason:
		'The prior authorization names a document that is not among the resources of this run. Let the DocumentReferences of the same export come into this node together with the prior authorizations.',
};
const ORIGIN_UNKNOWN: Ending = {
	outcome: 'origin-unknown',
	reason:
		'The resource does not say which payer it comes from, so nobody was asked for its document. Switch on Options > Add Origin in Fetch Batch.',
};
const ANOTHER_BASE: Ending = {
	outcome: 'another-payer',
	reason:
		'The resource comes from another FHIR base than the one of the credential. Nothing was sent. Choose the credential that the export was fetched with.',
};
