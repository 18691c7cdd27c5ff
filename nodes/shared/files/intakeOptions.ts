import type { IDataObject } from 'n8n-workflow';
import type { ReportSettings } from './batchReport';
import type { ExportPatients, Owner } from './exportPatients';
import type { LinePreparer, ResourceReference } from './preparer';

/**
 * Receives a resource with its line: number (from 1), size in bytes, owner, and text as written, with white space around it if it has any;
 * and, where the lines are prepared, the resources it refers to.
 * @returns the reason if it cannot use the resource, or LEFT_OUT; anything else is ignored
 */
export type OnResource = (
	resource: IDataObject,
	line: number,
	bytes: number,
	owner: Owner,
	text: string,
	references: readonly ResourceReference[],
) => unknown;

/** Returned by `onResource` for a duplicate that is left out: it came, and does not leave. */
export const LEFT_OUT = Symbol('left out');

/** How a batch is processed as it is read. */
export interface IntakeOptions extends ReportSettings {
	/** Maximum size of the rejected lines that are kept. */
	maxRejectedBytes: number;
	/** Whose the resources are; nobody's without it. */
	patients?: ExportPatients;
	/** Pass on what is of other patients, too, instead of keeping it apart. */
	giveOthers?: boolean;
	/** Receives each resource. Without it, all lines stay in the file, and are counted only. */
	onResource?: OnResource;
	/** Writes the resources anew that `onResource` receives. What is rejected or kept apart stays as it came. */
	preparer?: LinePreparer;
	/** What `onResource` receives is stored at once, so that only Patients are held until it is known whose they are. */
	isStored?: boolean;
	/** Count the numbers that an object does not hold as they are written. */
	countsNumbers?: boolean;
	/** Told of what stays in memory: each resource that `onResource` receives, and each deletion. @throws if that is too much */
	onKept?: (bytes: number, values: number) => void;
	/** Receives the URL of each resource that a file of deletions lists. */
	onDeletion?: (url: string) => unknown;
}
