import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { inputJson } from '../../shared/exchange/envelope';
import { listedMembers } from '../../shared/exchange/exportMembers';
import { idText, textOf } from '../../shared/fhir/json';
import type { Batch } from '../../shared/files/batchItem';
import type { ExportPatients } from '../../shared/files/exportPatients';
import { ExchangeError } from '../../shared/n8n/exchangeError';
import { custodianProvenance } from './custodianProvenance';
import { IdentifierWriter } from './identifiers';
import { Preparer } from './linePreparer';
import { OwnIds } from './ownIds';
import { ownPatientsOf, readPrepareSettings, type PrepareSettings } from './settings';
import { sourceExportOf } from '../../shared/exchange/sourceExport';
import { sourceTags, TagWriter, type SourceTags } from './sourceTags';

/** How the resources of one file are prepared. */
export interface Preparation {
	/** A new one for each attempt at the file. */
	preparer(): Preparer;
	/** What each id begins with, its dash too. */
	prefix: string;
	/** Whether there is a Provenance for each Bundle. */
	isRecorded: boolean;
	/** The relative URL at which the plan's own server has what the payer calls so; undefined for anything else. */
	deletion(address: string): { url: string; id: string; conditionalUrl?: string } | undefined;
	/** The item of a stored file, in whose contents the Patients have other ids. */
	fileItem(item: IDataObject): IDataObject;
	/** The Provenance for some resources of the file; undefined if none is wanted. @param bundle its place in the file, from 1 */
	provenance(bundle: number, targets: readonly string[], facts: FileFacts): IDataObject | undefined;
}

/** What is known of a file at its end. */
export interface FileFacts {
	fetchedAt: string;
	sha256?: string;
}

/** The preparations of a node run. Files of one payer share the ids. */
export class RunPreparations {
	private readonly idsByPayer = new Map<string, OwnIds>();

	/** Whether any file of the run is prepared. */
	get areUsed(): boolean {
		return this.idsByPayer.size > 0;
	}

	/** @throws ExchangeError if the settings of the item cannot be used, or nothing tells which payer the data is of */
	of(
		context: IExecuteFunctions,
		itemIndex: number,
		batch: Batch,
		patients: ExportPatients | undefined,
	): Preparation | undefined {
		const settings = readPrepareSettings(context, itemIndex);
		if (!settings) return undefined;
		const payer = textOf(batch.envelope.payer);
		if (payer === undefined) throw noPayerError();
		const fhirBase = textOf(batch.envelope.fhirBase)?.replace(/\/+$/, '');
		const key = JSON.stringify([payer, fhirBase, settings.idPrefix]);
		const ids = this.idsByPayer.get(key) ?? new OwnIds({ payer, fhirBase, prefix: settings.idPrefix });
		this.idsByPayer.set(key, ids);
		return preparationOf(inputJson(context, itemIndex), { batch, patients, settings, ids, payer, fhirBase });
	}
}

interface About {
	batch: Batch;
	patients: ExportPatients | undefined;
	settings: PrepareSettings;
	ids: OwnIds;
	payer: string;
	fhirBase?: string;
}

function preparationOf(item: IDataObject, about: About): Preparation {
	const { batch, patients, settings, ids, payer, fhirBase } = about;
	const { envelope } = batch;
	const jobId = textOf(envelope.jobId);
	const transactionTime = textOf(envelope.transactionTime);
	const directoryKey = idText(envelope.directoryKey);
	const address = textOf(item.url);
	const sourceExport = sourceExportOf(payer, { jobId, transactionTime, address, directoryKey });
	const { tagAddress, custodian, idPrefix } = settings;
	const tags =
		tagAddress === undefined ? undefined : sourceTags(tagAddress, { payer, sourceExport, fhirBase });
	const own = ownPatients(item, settings);
	const identifiers = new IdentifierWriter(fhirBase ?? `urn:${payer}`);
	const writer = tags && new TagWriter(tags);
	return {
		preparer: () => new Preparer({ ids, tags: writer, identifiers }, patients, own),
		prefix: idPrefix === undefined ? '' : `${idPrefix}-`,
		isRecorded: custodian !== undefined,
		deletion: (address) => deletionOf(ids, tags, address),
		fileItem: (json) => preparedFileItem(json, { ids, own }),
		provenance: (bundle, targets, { fetchedAt, sha256 }) =>
			custodian &&
			custodianProvenance({
				sourceExport,
				batch: batch.batch ?? 1,
				bundle,
				batchCount: batch.batchCount,
				jobId,
				targets,
				recorded: fetchedAt,
				custodian,
				transmitter: { name: textOf(envelope.payerName) ?? payer, address: fhirBase },
				fileUrl: textOf(item.url),
				sha256,
				tags,
			}),
	};
}

type OwnPatientLookup = ConstructorParameters<typeof Preparer>[2];

function ownPatients(item: IDataObject, { ownPatientId, isOwnReferred }: PrepareSettings): OwnPatientLookup {
	const members = listedMembers(item);
	const byMember = ownPatientsOf(item, members ?? []);
	// One that was entered is of the only member of the export.
	const entered = members ? undefined : ownPatientId;
	return { isReferred: isOwnReferred, idOf: (memberId) => entered ?? byMember.get(memberId) };
}

function deletionOf(
	ids: OwnIds,
	tags: SourceTags | undefined,
	address: string,
): ReturnType<Preparation['deletion']> {
	const reference = ids.readReference(address);
	if (!reference) return undefined;
	const { type, id } = reference;
	// What somebody else has stored under this id is not deleted.
	const tag = tags && `${tags.sourceSystem}|${tags.payer}`;
	return {
		url: `${type}/${id}`,
		id,
		...(tag !== undefined && { conditionalUrl: `${type}?_id=${id}&_tag=${encodeURIComponent(tag)}` }),
	};
}

/** Later nodes know the member by the ids that stand in the file. Hashes of the person hold the payer's, so they are left out. */
function preparedFileItem(
	{ personHashes, patientId, ourPatientIds, relatedPatientIds, members, ...json }: IDataObject,
	{ ids, own }: { ids: OwnIds; own: OwnPatientLookup },
): IDataObject {
	void personHashes;
	const newId = (id: unknown) => ids.idOf('Patient', String(id));
	const patient = (member: IDataObject): IDataObject => {
		const { personHashes: hashes, patientId: source, ...rest } = member;
		void hashes;
		const ownId = own.isReferred ? own.idOf(member.memberId) : undefined;
		return source === undefined ? rest : { ...rest, patientId: ownId ?? newId(source) };
	};
	const listOf = (value: unknown) => (Array.isArray(value) ? value.map(newId) : []);
	const { patientId: id } = patient({ memberId: json.memberId, patientId });
	const more = new Set([
		...(id === undefined ? [] : [id]),
		...(patientId === undefined ? [] : [newId(patientId)]),
		...listOf(ourPatientIds),
	]);
	return {
		...json,
		prepared: true,
		...(id !== undefined && { patientId: id }),
		...(more.size > 1 && { ourPatientIds: [...more].map(String) }),
		...(Array.isArray(relatedPatientIds) && { relatedPatientIds: listOf(relatedPatientIds) }),
		...(Array.isArray(members) && { members: (listedMembers({ members }) ?? []).map(patient) }),
	};
}

function noPayerError(): ExchangeError {
	return new ExchangeError(
		'The file cannot be prepared for your server: the item does not say which payer it is of',
		{
			whatToDo:
				'Connect Wait For Export, whose items have the column payer; IDs of your own are made from it.',
		},
	);
}
