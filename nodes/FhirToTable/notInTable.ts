import type { IDataObject } from 'n8n-workflow';
import { isResourceType } from '../shared/fhir/resourceTypes';
import { TEXT_LIMITS } from '../shared/fhir/limits';
import { textOf } from '../shared/fhir/json';
import { ViewError } from '../shared/sqlOnFhir/viewError';

const MAX_LISTED = 10_000;

/** What a table leaves out, and why. Names the resource and the place in the view, and never a value. */
export class NotInTable {
	private count = 0;
	private pending: IDataObject[] = [];

	/** A resource that does not fit the view of a table. */
	addResource(resource: IDataObject, table: string, error: ViewError, line?: number): void {
		const { resourceType, id } = resource;
		this.add({
			...(typeof resourceType === 'string' && isResourceType(resourceType) && { resourceType }),
			...idOf(id),
			...(line !== undefined && { line }),
			table,
			view: error.view,
			...(error.column !== undefined && { column: error.column }),
			...(error.path !== undefined && { path: error.path }),
			reason: error.reason,
		});
	}

	/** What is no resource at all. */
	addOther(about: IDataObject): void {
		this.add(about);
	}

	/** How many there are. */
	get total(): number {
		return this.count;
	}

	/** The rows since the last call. */
	take(): IDataObject[] {
		const { pending } = this;
		this.pending = [];
		return pending;
	}

	/** The row that says how many more there are than were listed; undefined if all were. */
	rest(): IDataObject | undefined {
		const more = this.count - MAX_LISTED;
		return more > 0 ? { reason: `${more} more are not listed`, count: more } : undefined;
	}

	private add(row: IDataObject): void {
		this.count += 1;
		if (this.count <= MAX_LISTED) this.pending.push(row);
	}
}

function idOf(id: unknown): { id?: string } {
	const text = textOf(id);
	return text === undefined || text.length > TEXT_LIMITS.code ? {} : { id: text };
}
