import type { IDataObject } from 'n8n-workflow';
import { NdjsonReader, NOT_COUNTED, type NdjsonHandlers, type NdjsonSummary } from '../fhir/ndjson';
import { blockHeader, deletionsIn } from '../fhir/outputLines';
import { isWhollyBefore } from '../fhir/serviceDates';
import type { Batch } from './batchItem';
import { batchReport, type BatchTally, type ReportSettings } from './batchReport';

const MAX_LINES_LISTED = 100;
const MAX_DELETIONS_LISTED = 10_000;
const LINE_END = Buffer.from('\n');

/** How a batch is processed as it is read. */
export interface IntakeOptions extends ReportSettings {
	/** Maximum size of the rejected lines that are kept. */
	maxRejectedBytes: number;
	/**
	 * Receives each resource with its line number (from 1) and line size in bytes. Returns the reason if it cannot use the
	 * resource.
	 */
	onResource?: (resource: IDataObject, line: number, bytes: number) => unknown;
	/** Told of what stays in memory: each resource that `onResource` receives, and each deletion. @throws if that is too much */
	onKept?: (bytes: number, values: number) => void;
	/** Receives the URL of each resource that a file of deletions lists. */
	onDeletion?: (url: string) => unknown;
}

/** Processes one batch: its bytes are pushed into `reader`, and problems are collected for the Batch Report. */
export class BatchIntake {
	readonly reader: NdjsonReader;
	/** Header of the current block, if the file is organized in blocks. */
	header?: string;
	private readonly startedAt = Date.now();
	private readonly tally: BatchTally = {
		rejectedLines: [],
		rejectedTruncated: false,
		unusable: 0,
		flagged: 0,
		flaggedLines: [],
		headers: 0,
		before: 0,
		deletions: 0,
		deletedListed: [],
	};
	private readonly rejectedParts: Buffer[] = [];
	private rejectedBytes = 0;

	constructor(
		private readonly batch: Batch,
		private readonly options: IntakeOptions,
	) {
		const { rejectedLines } = this.tally;
		const handlers: NdjsonHandlers = {
			onResource: (resource, line, bytes, values) => this.acceptResource(resource, line, bytes, values),
			onRejected: (reason, line, bytes, cut) => {
				if (rejectedLines.length < MAX_LINES_LISTED) rejectedLines.push({ line, reason });
				this.storeRejected(bytes, options.maxRejectedBytes);
				this.tally.rejectedTruncated ||= cut;
			},
		};
		this.reader = new NdjsonReader(handlers, undefined, options.maxResources, batch.linesBefore);
	}

	/** The rejected lines byte for byte, each followed by a line end; empty if there were none. */
	rejected(): Buffer {
		return Buffer.concat(this.rejectedParts);
	}

	/** Makes the Batch Report. @param summary of the reader, after all bytes were read */
	report(summary: NdjsonSummary): IDataObject {
		const seconds = (Date.now() - this.startedAt) / 1000;
		return batchReport(this.batch, this.options, this.tally, summary, seconds);
	}

	private acceptResource(resource: IDataObject, line: number, bytes: number, values: number): unknown {
		const { tally } = this;
		const { type, isDeleted } = this.batch;
		const { dateOfServiceFrom, excludeEarlier, onResource } = this.options;
		const header = type === resource.resourceType ? undefined : blockHeader(resource);
		if (header !== undefined) {
			this.header = header;
			tally.headers += 1;
			return NOT_COUNTED;
		}
		if (type && resource.resourceType !== type) {
			this.flag(line, `The resource is of another type than the ${type} that the manifest promises`);
		}
		if (isDeleted) return this.recordDeletions(resource);
		if (dateOfServiceFrom !== undefined && isWhollyBefore(resource, dateOfServiceFrom)) {
			tally.before += 1;
			if (excludeEarlier) return NOT_COUNTED;
		}
		this.options.onKept?.(bytes, values);
		const reason = onResource?.(resource, line, bytes);
		if (typeof reason === 'string') tally.unusable += 1;
		return reason;
	}

	private recordDeletions(bundle: IDataObject): void {
		const { tally } = this;
		const deletions = deletionsIn(bundle);
		tally.deletions += deletions.length;
		for (const url of deletions) {
			this.options.onKept?.(url.length, 1);
			if (tally.deletedListed.length < MAX_DELETIONS_LISTED) tally.deletedListed.push(url);
			this.options.onDeletion?.(url);
		}
	}

	private flag(line: number, reason: string): void {
		const { tally } = this;
		tally.flagged += 1;
		if (tally.flaggedLines.length < MAX_LINES_LISTED) tally.flaggedLines.push({ line, reason });
	}

	private storeRejected(bytes: Buffer, maxBytes: number): void {
		if (this.tally.rejectedTruncated || this.rejectedBytes + bytes.length + 1 > maxBytes) {
			this.tally.rejectedTruncated = true;
			return;
		}
		this.rejectedBytes += bytes.length + 1;
		// Copied, because the line is a view that would keep the whole network buffer alive.
		this.rejectedParts.push(Buffer.from(bytes), LINE_END);
	}
}
