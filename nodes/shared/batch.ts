import type { IDataObject } from 'n8n-workflow';
import { deletionsIn } from './deletions';
import { memberIdsByPatient, patientIdOf } from './exportMembers';
import { countOf, textOf, withoutBlanks } from './json';
import { NdjsonReader, type NdjsonHandlers, type NdjsonSummary } from './ndjson';

/** One output file to be fetched: what the input item says of it. */
export interface Batch {
	/** memberId or members, tenant, groupId, jobId and transactionTime. */
	envelope: IDataObject;
	/** Where the export holds several members: their ids by that of their Patient. */
	memberIds?: ReadonlyMap<string, IDataObject[string]>;
	/** Place in the manifest, from 1; undefined for an export without files. */
	batch?: number;
	type?: string;
	/** Resources that the manifest promises. */
	count?: number;
	requiresAccessToken: boolean;
	isEmptyExport: boolean;
	/** The file names what was deleted at the payer; it holds no resources of the member. */
	isDeleted: boolean;
	/** Lines of the file before those that are read here. */
	linesBefore?: number;
}

/** Reads a batch from the Completed item of Wait For Export. */
export function readBatch(json: IDataObject, envelope: IDataObject): Batch {
	return {
		envelope,
		memberIds: memberIdsByPatient(json),
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

/** Media type of an NDJSON file of FHIR resources. */
export const NDJSON_TYPE = 'application/fhir+ndjson';

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
	private unusable = 0;
	private deletions = 0;
	private readonly deletedListed: string[] = [];

	/**
	 * @param onResource gets each resource with its line number (from 1) and the bytes of that line; says why where it cannot use it
	 * @param mostRejectedBytes how much of the rejected lines to keep
	 * @param mostResources after which no more is taken
	 */
	constructor(
		private readonly batch: Batch,
		mostRejectedBytes: number,
		onResource: (resource: IDataObject, line: number, bytes: number) => unknown,
		private readonly mostResources?: number,
	) {
		const handlers: NdjsonHandlers = {
			onResource: (resource, line, bytes) => {
				if (batch.type && resource.resourceType !== batch.type) {
					this.flag(
						line,
						`The resource is of another type than the ${batch.type} that the manifest promises`,
					);
				}
				if (batch.isDeleted) return this.noteDeletions(resource);
				const reason = onResource(resource, line, bytes);
				if (typeof reason === 'string') this.unusable += 1;
				return reason;
			},
			onRejected: (reason, line, bytes, cut) => {
				if (this.rejectedLines.length < MOST_LINES_LISTED) this.rejectedLines.push({ line, reason });
				this.keepRejected(bytes, mostRejectedBytes);
				this.rejectedTruncated ||= cut;
			},
		};
		this.reader = new NdjsonReader(handlers, undefined, mostResources, batch.linesBefore);
	}

	/** The rejected lines byte for byte, each with a line end; empty where there were none. */
	rejected(): Buffer {
		return Buffer.concat(this.rejectedParts);
	}

	/** The Batch Report. */
	report(summary: NdjsonSummary): IDataObject {
		const { envelope, batch, type, count, isDeleted } = this.batch;
		const { members, ...about } = envelope;
		const reasons: string[] = [];
		const noResource = summary.rejected - this.unusable;
		if (noResource > 0) reasons.push(`${noResource} lines are no FHIR resource.`);
		if (this.unusable > 0) reasons.push(`${this.unusable} resources have no place in a Bundle.`);
		if (this.flagged > 0) reasons.push(`${this.flagged} resources are of another type than promised.`);
		const came = summary.resources + this.unusable;
		if (summary.limited) reasons.push(`Limit of ${this.mostResources} reached`);
		else if (count !== undefined && count !== came) {
			reasons.push(`The manifest promises ${count} resources; ${came} came.`);
		}
		return {
			...about,
			// Not the list itself: it would stand in the report of each batch.
			...(Array.isArray(members) && { memberCount: members.length }),
			...(batch !== undefined && { batch }),
			...(type !== undefined && { type }),
			outcome: reasons.length > 0 ? 'partial' : 'complete',
			...(reasons.length > 0 && { reason: reasons.join(' ') }),
			resources: isDeleted ? 0 : summary.resources,
			...(isDeleted && { deletions: this.deletions, deleted: [...this.deletedListed] }),
			rejected: summary.rejected,
			rejectedLines: asJson(this.rejectedLines),
			...(this.unusable > 0 && { unbundled: this.unusable }),
			...(this.rejectedTruncated && { rejectedTruncated: true }),
			...(this.flagged > 0 && { flagged: this.flagged, flaggedLines: asJson(this.flaggedLines) }),
			...(summary.limited ? { limit: this.mostResources } : { bytes: summary.bytes, sha256: summary.sha256 }),
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
export function withOrigin(
	{ envelope, batch, memberIds }: Batch,
	line: number,
	resource: IDataObject,
): IDataObject {
	const { tenant, jobId } = envelope;
	// Of several members, the resource itself says whose it is.
	const patientId = memberIds && patientIdOf(resource);
	const memberId = memberIds ? memberIds.get(patientId ?? '') : envelope.memberId;
	return withoutBlanks<IDataObject>({
		memberId,
		patientId,
		tenant,
		jobId,
		batch,
		line,
		resource,
	});
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
