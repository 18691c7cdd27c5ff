import type { IDataObject } from 'n8n-workflow';
import { NdjsonReader, NOT_COUNTED, type NdjsonHandlers, type NdjsonSummary } from '../fhir/ndjson';
import { blockHeader, deletionsIn } from '../fhir/outputLines';
import { isWhollyBefore } from '../fhir/serviceDates';
import type { Batch } from './batchItem';
import { batchReport, type BatchTally, type ReportSettings } from './batchReport';

const MOST_LINES_LISTED = 100;
const MOST_DELETIONS_LISTED = 10_000;
const LINE_END = Buffer.from('\n');

/** What becomes of a batch as it is read. */
export interface IntakeOptions extends ReportSettings {
	/** How much of the rejected lines to keep. */
	mostRejectedBytes: number;
	/** Gets each resource with its line number (from 1) and the bytes of that line; says why where it cannot use it. */
	onResource?: (resource: IDataObject, line: number, bytes: number) => unknown;
	/** Gets the address of each resource that a file of deletions names. */
	onDeletion?: (url: string) => unknown;
}

/** Takes in one batch: its bytes go through `reader`, and what is wrong with them is kept for the Batch Report. */
export class BatchIntake {
	readonly reader: NdjsonReader;
	/** Whose block of resources is being read, where the file is organized in blocks. */
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
			onResource: (resource, line, bytes) => this.acceptResource(resource, line, bytes),
			onRejected: (reason, line, bytes, cut) => {
				if (rejectedLines.length < MOST_LINES_LISTED) rejectedLines.push({ line, reason });
				this.keepRejected(bytes, options.mostRejectedBytes);
				this.tally.rejectedTruncated ||= cut;
			},
		};
		this.reader = new NdjsonReader(handlers, undefined, options.mostResources, batch.linesBefore);
	}

	/** The rejected lines byte for byte, each with a line end; empty where there were none. */
	rejected(): Buffer {
		return Buffer.concat(this.rejectedParts);
	}

	/** The Batch Report. @param summary of the reader, once all is read */
	report(summary: NdjsonSummary): IDataObject {
		const seconds = (Date.now() - this.startedAt) / 1000;
		return batchReport(this.batch, this.options, this.tally, summary, seconds);
	}

	private acceptResource(resource: IDataObject, line: number, bytes: number): unknown {
		const { tally } = this;
		const { type, isDeleted } = this.batch;
		const { dateOfServiceFrom, leaveOut, onResource } = this.options;
		const header = type === resource.resourceType ? undefined : blockHeader(resource);
		if (header !== undefined) {
			this.header = header;
			tally.headers += 1;
			return NOT_COUNTED;
		}
		if (type && resource.resourceType !== type) {
			this.flag(line, `The resource is of another type than the ${type} that the manifest promises`);
		}
		if (isDeleted) return this.noteDeletions(resource);
		if (dateOfServiceFrom !== undefined && isWhollyBefore(resource, dateOfServiceFrom)) {
			tally.before += 1;
			if (leaveOut) return NOT_COUNTED;
		}
		const reason = onResource?.(resource, line, bytes);
		if (typeof reason === 'string') tally.unusable += 1;
		return reason;
	}

	private noteDeletions(bundle: IDataObject): void {
		const { tally } = this;
		const deletions = deletionsIn(bundle);
		tally.deletions += deletions.length;
		tally.deletedListed.push(...deletions.slice(0, MOST_DELETIONS_LISTED - tally.deletedListed.length));
		deletions.forEach((url) => this.options.onDeletion?.(url));
	}

	private flag(line: number, reason: string): void {
		const { tally } = this;
		tally.flagged += 1;
		if (tally.flaggedLines.length < MOST_LINES_LISTED) tally.flaggedLines.push({ line, reason });
	}

	private keepRejected(bytes: Buffer, most: number): void {
		if (this.tally.rejectedTruncated || this.rejectedBytes + bytes.length + 1 > most) {
			this.tally.rejectedTruncated = true;
			return;
		}
		this.rejectedBytes += bytes.length + 1;
		// A copy: the line is a view of a network buffer that would be kept alive as a whole.
		this.rejectedParts.push(Buffer.from(bytes), LINE_END);
	}
}
