import type { IDataObject } from 'n8n-workflow';
import { deletionsIn } from './deletions';
import { countOf, textOf, withoutBlanks } from './json';
import { NdjsonReader, type NdjsonSummary } from './ndjson';

/** One output file to be fetched: what the input item says of it. */
export interface Batch {
	/** memberId, tenant, groupId, jobId and transactionTime. */
	envelope: IDataObject;
	/** Place in the manifest, from 1; undefined for an export without files. */
	batch?: number;
	type?: string;
	/** Resources that the manifest promises. */
	count?: number;
	requiresAccessToken: boolean;
	isEmptyExport: boolean;
	/** The file names what was deleted at the payer; it holds no resources of the member. */
	isDeleted: boolean;
}

/** Reads a batch from the Completed item of Wait For Export. */
export function readBatch(json: IDataObject, envelope: IDataObject): Batch {
	return {
		envelope,
		batch: countOf(json.batch),
		type: textOf(json.type),
		count: countOf(json.count),
		requiresAccessToken: json.requiresAccessToken !== false,
		isEmptyExport: json.batchCount === 0,
		isDeleted: json.deleted === true,
	};
}

/** A line that is no resource, or not of the promised type. */
interface FlaggedLine {
	line: number;
	reason: string;
}

const MOST_LINES_LISTED = 100;
const MOST_DELETIONS_LISTED = 10_000;

/** Takes in one batch: its bytes go through `reader`, and what is wrong with them is kept for the Batch Report. */
export class BatchIntake {
	readonly reader: NdjsonReader;
	private readonly startedAt = Date.now();
	private readonly rejectedLines: FlaggedLine[] = [];
	private readonly flaggedLines: FlaggedLine[] = [];
	private flagged = 0;
	private readonly rejectedParts: Buffer[] = [];
	private rejectedBytes = 0;
	private rejectedTruncated = false;
	private deletions = 0;
	private readonly deletedListed: string[] = [];

	/**
	 * @param onResource gets each resource with its line number (from 1)
	 * @param mostRejectedBytes how much of the rejected lines to keep
	 */
	constructor(
		private readonly batch: Batch,
		mostRejectedBytes: number,
		onResource: (resource: IDataObject, line: number) => void,
	) {
		this.reader = new NdjsonReader({
			onResource: (resource, line) => {
				if (batch.type && resource.resourceType !== batch.type) {
					this.flag(
						line,
						`The resource is of another type than the ${batch.type} that the manifest promises`,
					);
				}
				if (batch.isDeleted) this.noteDeletions(resource);
				else onResource(resource, line);
			},
			onRejected: (reason, line, bytes, cut) => {
				if (this.rejectedLines.length < MOST_LINES_LISTED) this.rejectedLines.push({ line, reason });
				this.keepRejected(bytes, mostRejectedBytes);
				this.rejectedTruncated ||= cut;
			},
		});
	}

	/** The rejected lines byte for byte, each with a line end; empty where there were none. */
	rejected(): Buffer {
		return Buffer.concat(this.rejectedParts);
	}

	/** The Batch Report. */
	report(summary: NdjsonSummary): IDataObject {
		const { envelope, batch, type, count, isDeleted } = this.batch;
		const reasons: string[] = [];
		if (summary.rejected > 0) reasons.push(`${summary.rejected} lines are no FHIR resource.`);
		if (this.flagged > 0) reasons.push(`${this.flagged} resources are of another type than promised.`);
		if (count !== undefined && count !== summary.resources) {
			reasons.push(`The manifest promises ${count} resources; ${summary.resources} came.`);
		}
		return {
			...envelope,
			...(batch !== undefined && { batch }),
			...(type !== undefined && { type }),
			outcome: reasons.length > 0 ? 'partial' : 'complete',
			...(reasons.length > 0 && { reason: reasons.join(' ') }),
			resources: isDeleted ? 0 : summary.resources,
			...(isDeleted && { deletions: this.deletions, deleted: [...this.deletedListed] }),
			rejected: summary.rejected,
			rejectedLines: asJson(this.rejectedLines),
			...(this.rejectedTruncated && { rejectedTruncated: true }),
			...(this.flagged > 0 && { flagged: this.flagged, flaggedLines: asJson(this.flaggedLines) }),
			bytes: summary.bytes,
			sha256: summary.sha256,
			seconds: (Date.now() - this.startedAt) / 1000,
		};
	}

	private noteDeletions(bundle: IDataObject): void {
		const deletions = deletionsIn(bundle);
		this.deletions += deletions.length;
		this.deletedListed.push(...deletions.slice(0, MOST_DELETIONS_LISTED - this.deletedListed.length));
	}

	private flag(line: number, reason: string): void {
		this.flagged += 1;
		if (this.flaggedLines.length < MOST_LINES_LISTED) this.flaggedLines.push({ line, reason });
	}

	private keepRejected(bytes: Buffer, most: number): void {
		if (this.rejectedTruncated || this.rejectedBytes + bytes.length + 1 > most) {
			this.rejectedTruncated = true;
			return;
		}
		this.rejectedBytes += bytes.length + 1;
		// A copy: the line is a view of a network buffer that would be kept alive as a whole.
		this.rejectedParts.push(Buffer.from(bytes), LINE_END);
	}
}

const LINE_END = Buffer.from('\n');

function asJson(lines: FlaggedLine[]): IDataObject[] {
	return lines.map((line) => ({ ...line }));
}

/** A resource together with where it came from (option Add Origin). The resource itself stays untouched. */
export function withOrigin({ envelope, batch }: Batch, line: number, resource: IDataObject): IDataObject {
	const { memberId, tenant, jobId } = envelope;
	return withoutBlanks<IDataObject>({ memberId, tenant, jobId, batch, line, resource });
}

/** A name for the stored file that tells batches of many jobs apart and holds nothing of the member. */
export function fileName({ envelope, batch, type }: Batch): string {
	const parts = [textOf(envelope.jobId), batch, type].filter((part) => part !== undefined);
	return `${
		parts
			.join('-')
			.replace(/[^A-Za-z0-9._-]/g, '_')
			.slice(-150) || 'batch'
	}.ndjson`;
}
