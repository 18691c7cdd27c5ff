import type { IDataObject } from 'n8n-workflow';
import { patientIdsOf } from '../exchange/patientReferences';
import { documentsByAddress } from '../fhir/attachments';
import { textOf } from '../fhir/json';
import {
	NdjsonReader,
	NOT_COUNTED,
	SET_ASIDE,
	type NdjsonHandlers,
	type NdjsonSummary,
} from '../fhir/ndjson';
import { countChangedNumbers } from '../fhir/numbers';
import { blockHeader } from '../fhir/outputLines';
import { isWhollyBefore } from '../fhir/serviceDates';
import { AskedDifferences } from './askedFor';
import type { Batch } from './batchItem';
import { batchReport, compareBatch, isOwnerUnclear } from './batchReport';
import { addComplaints, addDeletions, addFlagged, addRejected, newTally } from './batchTally';
import { ContentCheck } from './contentCheck';
import { Duplicates } from './duplicates';
import type { ExportPatients, Owner } from './exportPatients';
import { LEFT_OUT, type IntakeOptions } from './intakeOptions';
import { KeptLines } from './keptLines';
import type { ResourceReference, SourceId } from './preparer';
import { MAX_PATIENTS, newFacts } from './patientFacts';

/** Their lines are parsed in any case: they say whose the export is, or are no resource of the member. */
const ALWAYS_PARSED = new Set('Patient Coverage Group OperationOutcome Parameters Bundle'.split(' '));

const NOBODY: Owner = { kind: 'nobody' };
const NO_REFERENCES: readonly ResourceReference[] = [];

/** The line of a resource that was read. */
interface ReadLine {
	line: number;
	bytes: number;
	text: string;
}

/** A resource that is held until all Patients of the export are known. */
interface Undecided {
	resource: IDataObject;
	patientIds: string[];
	line: number;
	header?: string;
	raw?: Buffer;
}

/** Processes one batch: its bytes are pushed into `reader`, and problems are collected for the Batch Report. */
export class BatchIntake {
	readonly reader: NdjsonReader;
	/** Header of the current block, if the file is organized in blocks. */
	header?: string;
	/** Bytes as transferred, where the payer states them in advance. */
	set transferred(bytes: number | undefined) {
		this.tally.transferred = bytes;
	}
	private readonly startedAt = Date.now();
	private readonly tally = newTally();
	private readonly duplicates = new Duplicates();
	private readonly asked?: AskedDifferences;
	private readonly content: ContentCheck;
	private readonly facts = newFacts();
	private readonly undecided: Undecided[] = [];
	/** Patients of the file who were not asked for; some of them may be related. */
	private readonly others: string[] = [];
	private rejectedLines: KeptLines;
	private readonly apartLines: KeptLines;
	private summary?: NdjsonSummary;
	private seconds = 0;
	private endedAt = '';
	private areFactsAdded = false;

	constructor(
		private readonly batch: Batch,
		private readonly options: IntakeOptions,
	) {
		const { requestedAt, transactionTime } = batch.envelope;
		this.content = new ContentCheck(textOf(requestedAt) ?? textOf(transactionTime));
		if (batch.asked) this.asked = new AskedDifferences(batch.asked);
		this.rejectedLines = new KeptLines(options.maxRejectedBytes);
		this.apartLines = new KeptLines(options.maxRejectedBytes);
		const handlers: NdjsonHandlers = {
			onResource: (resource, line, bytes, values, text) =>
				this.acceptResource(resource, { line, bytes, text }, values),
			onRejected: (reason, line, bytes, cut) => this.reject(reason, line, bytes, cut),
			onSetAside: (line, bytes) => {
				const last = this.undecided.at(-1);
				if (last?.line === line) last.raw = Buffer.from(bytes);
				else this.apartLines.add(bytes);
			},
		};
		const { preparer } = options;
		if (preparer) {
			handlers.beforeParse = (lines, firstLine) => preparer.beforeParse(lines, firstLine);
		}
		if (options.checksEndsOnly) {
			handlers.isCountedByEnds = (type) => type === (batch.type ?? type) && !ALWAYS_PARSED.has(type);
		}
		this.reader = new NdjsonReader(handlers, undefined, options.maxResources, batch.linesBefore);
	}

	/** The rejected lines byte for byte, each followed by a line end; empty if there were none. */
	rejected(): Buffer {
		return this.rejectedLines.bytes();
	}

	/**
	 * The same, to be stored: what stands in the binary store is not kept in memory too, unless resources are held that may still be
	 * rejected.
	 */
	takeRejected(): Buffer {
		const bytes = this.rejectedLines.bytes();
		if (this.undecided.length === 0) this.rejectedLines = new KeptLines(this.options.maxRejectedBytes);
		return bytes;
	}

	/** The lines of other patients, in the same way. */
	keptApart(): Buffer {
		return this.apartLines.bytes();
	}

	/** When the last byte had come (ISO 8601), after `end`. */
	get fetchedAt(): string {
		this.end();
		return this.endedAt;
	}

	/** Ends reading. */
	end(): NdjsonSummary {
		if (this.summary) return this.summary;
		this.summary = this.reader.end();
		this.seconds = (Date.now() - this.startedAt) / 1000;
		this.endedAt = new Date().toISOString();
		return this.summary;
	}

	/** Adds what the file says about the Patients of the export to what the other files say. After `end`. */
	addFacts(): void {
		if (this.areFactsAdded) return;
		this.areFactsAdded = true;
		this.options.patients?.add(this.facts);
	}

	/** Decides about the Patients that were held, by what is known now. */
	decideHeld(): void {
		const { patients } = this.options;
		if (!patients) return;
		for (const held of this.undecided.splice(0)) this.decide(held, patients.ownerById(held.patientIds));
	}

	/** Decides about the Patients that were held, after all files of the export have added their facts. */
	settle(): void {
		const { patients } = this.options;
		if (!patients) return;
		this.decideHeld();
		if (!this.options.onResource || this.options.isStored) this.countOthersInFile(patients);
		const related = this.others.splice(0).filter((id) => patients.isRelated(id)).length;
		this.tally.relatedPatients += related;
		this.tally.otherPatients -= related;
		this.tally.patientsSeen = patients.unknownPatients().length;
	}

	/** Makes the Batch Report, after `end`. */
	report(): IDataObject {
		const summary = this.end();
		const { count, different, isCut } = this.duplicates;
		Object.assign(this.tally, { duplicates: count, duplicatesDifferent: different, duplicatesCut: isCut });
		this.tally.findings = this.asked?.findings() ?? [];
		this.tally.content = this.content.counts();
		this.tally.types = this.content.typesText();
		return batchReport(this.batch, this.options, this.tally, summary, this.seconds);
	}

	/** Whether less came than the payer states, or other bytes, so that taking the file again may bring the rest. After `end`. */
	get isShort(): boolean {
		const summary = this.end();
		if (summary.limited) return false;
		const held = this.undecided.length;
		return compareBatch(this.batch, this.options, { ...this.tally, held }, summary).isWorthAnotherAttempt;
	}

	/** Whether nothing tells whose the resources are, after `settle`. */
	get isOwnerUnclear(): boolean {
		return isOwnerUnclear(this.batch, this.tally);
	}

	private acceptResource(resource: IDataObject, at: ReadLine, values: number): unknown {
		const { tally } = this;
		const { type, isDeleted } = this.batch;
		const { dateOfServiceFrom, excludeEarlier, patients } = this.options;
		const header = type === resource.resourceType ? undefined : blockHeader(resource);
		if (header !== undefined) {
			this.header = header;
			tally.headers += 1;
			return NOT_COUNTED;
		}
		if (resource.resourceType === 'OperationOutcome') {
			addComplaints(tally, resource, at.line);
			return NOT_COUNTED;
		}
		const isDeletions = isDeleted && resource.resourceType === 'Bundle';
		if (type && resource.resourceType !== type && !isDeletions) {
			addFlagged(
				tally,
				at.line,
				`The resource is of another type than the ${type} that the manifest promises`,
			);
		}
		if (isDeleted) return this.passOnDeletions(addDeletions(tally, resource));
		const sourceId = this.options.preparer?.sourcePatientIds(at.line);
		this.observe(resource, at.text, sourceId);
		const owner = patients?.ownerOf(resource, this.facts, sourceId) ?? NOBODY;
		if (owner.kind === 'unreadable') tally.unreadable += 1;
		if (this.mustWait(owner)) return this.hold(resource, at, values, sourceId);
		if (owner.kind === 'other') {
			this.countOther(resource, owner.patientId);
			if (this.isKeptApart()) {
				tally.keptApart += 1;
				this.options.onKept?.(at.bytes, values);
				return SET_ASIDE;
			}
		}
		if (dateOfServiceFrom !== undefined && isWhollyBefore(resource, dateOfServiceFrom)) {
			tally.before += 1;
			if (excludeEarlier) return NOT_COUNTED;
		}
		this.options.onKept?.(at.bytes, values);
		return this.passOn(resource, at, owner);
	}

	/** What is told of every resource of the file, whoever's it is. */
	private observe(resource: IDataObject, text: string, sourceId: SourceId | undefined): void {
		this.asked?.look(resource, sourceId);
		this.content.look(resource);
		this.duplicates.look(resource, text);
		this.tally.documentsByAddress += documentsByAddress(resource);
		if (this.options.countsNumbers) this.tally.numbersChanged += countChangedNumbers(text);
	}

	/** @param isHeld the text is the line as it came */
	private passOn(
		resource: IDataObject,
		{ line, bytes, text }: ReadLine,
		owner: Owner,
		isHeld = false,
	): unknown {
		const { onResource, preparer } = this.options;
		const made = preparer?.prepare(resource, text, isHeld ? undefined : line);
		const reason =
			made === undefined
				? onResource?.(resource, line, bytes, owner, text, NO_REFERENCES)
				: typeof made === 'string'
					? made
					: onResource?.(
							made.resource,
							line,
							Buffer.byteLength(made.text),
							owner,
							made.text,
							made.references,
						);
		if (typeof reason === 'string') this.tally.unusable += 1;
		if (reason !== LEFT_OUT) return reason;
		this.tally.leftOut += 1;
		return NOT_COUNTED;
	}

	private passOnDeletions(urls: readonly string[]): void {
		for (const url of urls) {
			this.options.onKept?.(url.length, 1);
			this.options.onDeletion?.(url);
		}
	}

	/** A Patient, and in a file that also holds other resources, these too: the Patients may come after them. */
	private mustWait({ kind }: Owner): boolean {
		const { patients, onResource, isStored } = this.options;
		if (isStored && this.undecided.length >= MAX_PATIENTS) return false;
		const isMixed = this.batch.type === undefined && patients?.mayStillTell === true;
		return kind === 'undecided' || (kind === 'unknown' && isMixed && onResource !== undefined && !isStored);
	}

	private hold(
		resource: IDataObject,
		{ line, bytes }: ReadLine,
		values: number,
		sourceId: SourceId | undefined,
	): unknown {
		const patientIds = patientIdsOf(resource).map((id) => sourceId?.(id) ?? id);
		const { header } = this;
		if (!this.options.onResource) {
			// The line stays in the file; only who it is counts.
			const { resourceType } = resource;
			if (this.undecided.length < MAX_PATIENTS)
				this.undecided.push({ resource: { resourceType }, patientIds, line });
			return undefined;
		}
		this.undecided.push({ resource, patientIds, line, header });
		this.options.onKept?.(bytes, values);
		return SET_ASIDE;
	}

	/** In a stored file, resources came before it was known whose they are. */
	private countOthersInFile(patients: ExportPatients): void {
		for (const [id, count] of this.facts.unknown) {
			if (patients.ownerById([id]).kind === 'other') this.tally.otherPatients += count;
		}
		this.facts.unknown.clear();
	}

	private decide({ resource, patientIds, line, header, raw }: Undecided, owner: Owner): void {
		if (owner.kind === 'other') this.countOther(resource, patientIds[0]);
		// In a stored file, the line has stayed where it was.
		if (raw === undefined) return;
		if (owner.kind === 'other' && this.isKeptApart()) {
			this.tally.keptApart += 1;
			return this.apartLines.add(raw);
		}
		this.header = header;
		const text = raw.toString('utf8');
		const reason = this.passOn(resource, { line, bytes: raw.length, text }, owner, true);
		if (reason === NOT_COUNTED) return;
		if (typeof reason !== 'string') return this.addToSummary({ resources: 1 });
		this.addToSummary({ rejected: 1 });
		this.reject(reason, line, raw, false);
	}

	private addToSummary({ resources = 0, rejected = 0 }: Partial<NdjsonSummary>): void {
		const summary = this.end();
		this.summary = {
			...summary,
			resources: summary.resources + resources,
			rejected: summary.rejected + rejected,
		};
	}

	private isKeptApart(): boolean {
		return this.options.onResource !== undefined && this.options.giveOthers !== true;
	}

	private countOther(resource: IDataObject, patientId: string): void {
		this.tally.otherPatients += 1;
		const isPatient = resource.resourceType === 'Patient';
		if (isPatient && this.others.length < MAX_PATIENTS) this.others.push(patientId);
	}

	private reject(reason: string, line: number, bytes: Buffer, cut: boolean): void {
		addRejected(this.tally, line, reason);
		this.rejectedLines.add(bytes);
		this.tally.rejectedTruncated ||= cut || this.rejectedLines.isTruncated;
	}
}
