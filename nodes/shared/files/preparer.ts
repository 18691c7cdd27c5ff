import type { IDataObject } from 'n8n-workflow';

/** A reference to a resource of the payer, as it is written for a server of the plan's own. */
export interface ResourceReference {
	/** `Type/id` */
	url: string;
	/** A number to count it by. */
	key: number;
}

/** A resource that was written anew, as an object and as text, and the resources it refers to. */
export interface PreparedResource {
	resource: IDataObject;
	text: string;
	references: readonly ResourceReference[];
}

/** The payer's id of a Patient, from the one that a prepared line names it by. */
export type SourceId = (id: string) => string;

/** Writes the lines of a file anew before they are passed on. */
export interface LinePreparer {
	/**
	 * What is parsed in the place of each of some lines.
	 * @param firstLine number of the first, from 1
	 */
	beforeParse(lines: string, firstLine: number): string[];
	/**
	 * The resource as it is passed on; the reason, if it cannot be.
	 * @param text what the resource was parsed from
	 * @param line its number, if it is one of the last lines; otherwise it is the text as it came
	 */
	prepare(resource: IDataObject, text: string, line?: number): PreparedResource | string;
	/** How to get the payer's ids of Patients from those that one of the last lines names; undefined if it names them by these. */
	sourcePatientIds(line: number): SourceId | undefined;
}
