import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { instantOf, minuteOf } from '../exportJob/expiry';
import { countOf } from '../fhir/json';
import { STILL_MATCHING } from '../../MemberMatch/answer/matchAnswer';
import { grantSentence, type LesserGrant } from '../signIn/grantedScope';

/** A sentence that a person sees over the output of a node after its run. Never holds a value of an item. */
export interface Hint {
	message: string;
	type: 'info' | 'warning';
}

/** A file that goes within this time is worth a word. */
const SOON_MS = 15 * 60_000;

/** From here on n8n's memory is worth a word: it holds every item of a run, for each node that they pass. */
const MANY_ITEMS = 50_000;

export function showHints(context: IExecuteFunctions, hints: readonly Hint[]): void {
	context.addExecutionHints(
		...hints.map((hint) => ({
			...hint,
			location: 'outputPane' as const,
			whenToDisplay: 'afterExecution' as const,
		})),
	);
}

/** What the payer granted less than was asked for. */
export function grantHints(grant: LesserGrant | undefined): Hint[] {
	const message = grantSentence(grant);
	return message === undefined
		? []
		: [{ message: `${message} Ask the payer which scopes your client may have.`, type: 'warning' }];
}

/** How many members were matched, where not all were. */
export function matchHints([matched, notMatched]: INodeExecutionData[][]): Hint[] {
	if (notMatched.length === 0) return [];
	const total = matched.length + notMatched.length;
	const waiting = notMatched.filter(({ json }) => json.outcome === STILL_MATCHING).length;
	return [
		{
			message: `${matched.length} of ${total} members were matched. The others are on the output Not Matched, each with its reason.`,
			type: 'info',
		},
		...(waiting > 0
			? [
					{
						message: `The payer is still matching ${counted(waiting, 'member', 'members')}. Lead the items of Not Matched whose outcome is ${STILL_MATCHING} through a Wait node back into this node.`,
						type: 'info' as const,
					},
				]
			: []),
	];
}

/** What to do about exports that are still running, files that soon go, and where those are that something is missing of. */
export function exportHints([completed, running, failed]: INodeExecutionData[][], now = Date.now()): Hint[] {
	const hints: Hint[] = [];
	const soon = completed
		.map(({ json }) => instantOf(json.expiresAt) ?? Infinity)
		.filter((at) => at < now + SOON_MS);
	if (soon.length > 0) {
		hints.push({
			message: `${counted(soon.length, 'file has', 'files have')} to be fetched soon: the payer keeps the first until ${minuteOf(soon.reduce((a, b) => Math.min(a, b)))}. Lead the output Completed straight into Fetch Batch.`,
			type: 'warning',
		});
	}
	if (running.length > 0) {
		hints.push({
			message: `${counted(running.length, 'export is', 'exports are')} still running. Lead the output Still Running through a Wait node of 65 seconds or more back into this node.`,
			type: 'info',
		});
	}
	if (failed.length > 0) {
		hints.push({
			message: `${counted(failed.length, 'export', 'exports')} failed or came in part. The output Failed says what is missing.`,
			type: 'warning',
		});
	}
	return hints;
}

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
	const before = reports.reduce((sum, { json }) => sum + (countOf(json.beforeDateOfService) ?? 0), 0);
	if (before > 0) {
		hints.push({
			message: `${counted(before, 'resource tells', 'resources tell')} of care before the Date of Service From: left out of Resources, or kept where they are in an NDJSON file. The output Batch Report says how many of which file.`,
			type: 'info',
		});
	}
	const gone = reports.reduce((sum, { json }) => sum + (countOf(json.deletions) ?? 0), 0);
	if (gone > 0 && deletions === undefined) {
		hints.push({
			message: `The payer has deleted ${counted(gone, 'resource', 'resources')} since the last export: listed in the Batch Report. The option Deletions as Items gives one item for each.`,
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

function counted(count: number, one: string, several: string): string {
	return `${count} ${count === 1 ? one : several}`;
}
