import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { countOf } from '../shared/fhir/json';
import { pluralize, type Hint } from '../shared/n8n/hints';

/** The outputs of Fetch Batch. */
export const RESOURCES = 0;
export const BATCH_REPORT = 1;
/** Only where the option Deletions as Items asks for it. */
export const DELETIONS = 2;

/** From here on n8n's memory is worth a word: it holds every item of a run, for each node that they pass. */
const MANY_ITEMS = 50_000;

/**
 * Files that are not whole, resources left out by their date, deletions that nobody sees, and many resources in n8n's memory.
 * A third output is that of the deletions.
 */
export function batchHints([resources, reports, deletions]: INodeExecutionData[][]): Hint[] {
	const hints: Hint[] = [];
	const isPartial = ({ outcome }: IDataObject) => outcome !== 'complete';
	const partial = reports.filter(({ json }) => isPartial(json)).length;
	if (partial > 0) {
		hints.push({
			message: `${partial} of ${reports.length} files are not whole or gave an error. The output Batch Report says why.`,
			type: 'warning',
		});
	}
	const earlier = reports.reduce((sum, { json }) => sum + (countOf(json.beforeDateOfService) ?? 0), 0);
	if (earlier > 0) {
		hints.push({
			message: `${pluralize(earlier, 'resource tells', 'resources tell')} of care before the Date of Service From: left out of Resources, or kept where they are in an NDJSON file. The output Batch Report says how many of which file.`,
			type: 'info',
		});
	}
	const deleted = reports.reduce((sum, { json }) => sum + (countOf(json.deletions) ?? 0), 0);
	if (deleted > 0 && deletions === undefined) {
		hints.push({
			message: `The payer has deleted ${pluralize(deleted, 'resource', 'resources')} since the last export: listed in the Batch Report. The option Deletions as Items gives one item for each.`,
			type: 'info',
		});
	}
	if (resources.length >= MANY_ITEMS) {
		hints.push({
			message: `${resources.length} items are in n8n's memory. For exports of this size choose Output As: NDJSON File, and work through them with Read NDJSON File.`,
			type: 'warning',
		});
	}
	return hints;
}
