import type { IDataObject } from 'n8n-workflow';
import { blockHeader } from '../fhir/blockHeader';
import { deletionsIn } from '../fhir/deletions';
import { memberIdsByPatient, patientIdOf } from '../exchange/exportMembers';
import { countOf, textOf, withoutBlanks } from '../fhir/json';
import { NdjsonReader, NOT_COUNTED, type NdjsonHandlers, type NdjsonSummary } from '../fhir/ndjson';
import { isWhollyBefore } from '../fhir/serviceDates';

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

/** What becomes of a batch as it is read. */
export interface IntakeOptions {
	/** How much of the rejected lines to keep. */
	mostRejectedBytes: number;
	/** Gets each resource with its line number (from 1) and the bytes of that line; says why where it cannot use it. */
	onResource?: (resource: IDataObject, line: number, bytes: number) => unknown;
	/** Gets the address of each resource that a file of deletions names. */
	onDeletion?: (url: string) => unknown;
	/** Resources after which no more is taken. */
	mostResources?: number;
	/** `YYYY-MM-DD`: care that was wholly before it is counted, and left out where `leaveOut` says so. */
	dateOfServiceFrom?: string;
	leaveOut?: boolean;
}

/** Takes in one batch: its bytes go through `reader`, and what is wrong with them is kept for the Batch Report. */
export class BatchIntake {
	readonly reader: NdjsonReader;
	/** Whose block of resources is being read, where the file is organized in blocks. */
	header?: string;
	private readonly startedAt = Date.now();
	private readonly rejectedLines: FlaggedLine[] = [];
	private readonly flaggedLines: FlaggedLine[] = [];
	private flagged = 0;
	private readonly rejectedParts: Buffer[] = [];
	private rejectedBytes = 0;
	private rejectedTruncated = false;
	private unusable = 0;
	private headers = 0;
	private before = 0;
	private deletions = 0;
	private readonly deletedListed: string[] = [];

	constructor(
		private readonly batch: Batch,
		private readonly options: IntakeOptions,
	) {
		const handlers: NdjsonHandlers = {
			onResource: (resource, line, bytes) => this.take(resource, line, bytes),
			onRejected: (reason, line, bytes, cut) => {
				if (this.rejectedLines.length < MOST_LINES_LISTED) this.rejectedLines.push({ line, reason });
				this.keepRejected(bytes, options.mostRejectedBytes);
				this.rejectedTruncated ||= cut;
			},
		};
		this.reader = new NdjsonReader(handlers, undefined, options.mostResources, batch.linesBefore);
	}

	private take(resource: IDataObject, line: number, bytes: number): unknown {
		const { type, isDeleted } = this.batch;
		const { dateOfServiceFrom, leaveOut, onResource } = this.options;
		const header = type === resource.resourceType ? undefined : blockHeader(resource);
		if (header !== undefined) {
			this.header = header;
			this.headers += 1;
			return NOT_COUNTED;
		}
		if (type && resource.resourceType !== type) {
			this.flag(line, `The resource is of another type than the ${type} that the manifest promises`);
		}
		if (isDeleted) return this.noteDeletions(resource);
		if (dateOfServiceFrom !== undefined && isWhollyBefore(resource, dateOfServiceFrom)) {
			this.before += 1;
			if (leaveOut) return NOT_COUNTED;
		}
		const reason = onResource?.(resource, line, bytes);
		if (typeof reason === 'string') this.unusable += 1;
		return reason;
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
		const { dateOfServiceFrom, leaveOut, mostResources } = this.options;
		const came = summary.resources + this.unusable + (leaveOut ? this.before : 0);
		// Whether the headers of blocks are among the resources that it counts, Bulk Data 3 leaves to the payer.
		const isPromised = count === undefined || [came, came + this.headers].includes(count);
		if (summary.limited) reasons.push(`Limit of ${mostResources} reached`);
		else if (!isPromised) reasons.push(`The manifest promises ${count} resources; ${came} came.`);
		return {
			...about,
			// Not the list itself: it would stand in the report of each batch.
			...(Array.isArray(members) && { memberCount: members.length }),
			...(batch !== undefined && { batch }),
			...(type !== undefined && { type }),
			outcome: reasons.length > 0 ? 'partial' : 'complete',
			...(reasons.length > 0 && { reason: reasons.join(' ') }),
			resources: isDeleted ? 0 : summary.resources,
			...(dateOfServiceFrom !== undefined && { beforeDateOfService: this.before }),
			...(this.headers > 0 && { headers: this.headers }),
			...(isDeleted && { deletions: this.deletions, deleted: [...this.deletedListed] }),
			rejected: summary.rejected,
			rejectedLines: asJson(this.rejectedLines),
			...(this.unusable > 0 && { unbundled: this.unusable }),
			...(this.rejectedTruncated && { rejectedTruncated: true }),
			...(this.flagged > 0 && { flagged: this.flagged, flaggedLines: asJson(this.flaggedLines) }),
			...(summary.limited ? { limit: mostResources } : { bytes: summary.bytes, sha256: summary.sha256 }),
			seconds: (Date.now() - this.startedAt) / 1000,
		};
	}

	private noteDeletions(bundle: IDataObject): void {
		const deletions = deletionsIn(bundle);
		this.deletions += deletions.length;
		this.deletedListed.push(...deletions.slice(0, MOST_DELETIONS_LISTED - this.deletedListed.length));
		deletions.forEach((url) => this.options.onDeletion?.(url));
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

/**
 * A resource together with where it came from (option Add Origin). The resource itself stays untouched.
 * @param header of the block that it stands in, where the file is organized in blocks
 */
export function withOrigin(
	{ envelope, batch, memberIds }: Batch,
	line: number,
	resource: IDataObject,
	header?: string,
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
		header,
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
