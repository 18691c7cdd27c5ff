import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { readAsked } from '../shared/exchange/asked';
import { CONSENT_ENDED } from '../shared/exchange/consentEnd';
import { emptyTypesHint } from '../shared/exchange/emptyTypes';
import { jobKey } from '../shared/exchange/jobKey';
import { instantOf, formatMinute } from '../shared/fhir/values';
import { withoutErrors } from '../shared/n8n/errorItems';
import { pluralize, type Hint } from '../shared/n8n/hints';
import { MINUTE } from '../shared/n8n/time';

/** A file that expires within this time is worth a hint. */
const SOON_MS = 15 * MINUTE;

/** Hints about files that expire soon, exports still running, exports whose consent has ended, and failed or partial exports. */
export function exportHints(
	context: Pick<IExecuteFunctions, 'getNode'>,
	[completed, running, allFailed]: INodeExecutionData[][],
	now = Date.now(),
): Hint[] {
	const hints: Hint[] = [];
	const { items: failed, errors, errorOutput } = withoutErrors(context, allFailed, 'Failed');
	const expiring = completed
		.map(({ json }) => instantOf(json.expiresAt) ?? Infinity)
		.filter((at) => at < now + SOON_MS);
	if (expiring.length > 0) {
		hints.push({
			message: `${pluralize(expiring.length, 'file has', 'files have')} to be fetched soon: ${untilText(expiring, now)}. Connect the output Completed directly to Fetch Batch.`,
			type: 'warning',
		});
	}
	const later = new Set(
		completed.filter(({ json }) => json.transactionTimeAfterRequest === true).map(({ json }) => jobKey(json)),
	).size;
	if (later > 0) {
		hints.push({
			message: `Of ${pluralize(later, 'export', 'exports')} the payer states a transactionTime after the request. As the next Since, take requestedAt: it is earlier, and loses no change.`,
			type: 'warning',
		});
	}
	hints.push(...emptyTypesHint(emptyTypes(completed)));
	if (running.length > 0) {
		hints.push({
			message: `${pluralize(running.length, 'export is', 'exports are')} still running. Connect the output Still Running through a Wait node of 65 seconds or more back to this node.`,
			type: 'info',
		});
	}
	const ended = failed.filter(({ json }) => json.outcome === CONSENT_ENDED).length;
	if (ended > 0) {
		hints.push({
			message: `The consent for ${pluralize(ended, 'export', 'exports')} has ended, so nothing more was asked. The output Failed says since when.`,
			type: 'warning',
		});
	}
	if (failed.length > ended) {
		hints.push({
			message: `${pluralize(failed.length - ended, 'export', 'exports')} failed or came in part. The output Failed says what is missing.`,
			type: 'warning',
		});
	}
	if (errors > 0) {
		hints.push({
			message: `${pluralize(errors, 'export', 'exports')} could not be asked about. The output ${errorOutput} says why.`,
			type: 'warning',
		});
	}
	return hints;
}

/** The types whose dates were limited and of which an export lists no file, or files without resources only. */
function emptyTypes(completed: readonly INodeExecutionData[]): string[] {
	const limited = new Map<string, Set<string>>();
	for (const { json } of completed) {
		const { asked } = json;
		if (asked === undefined) continue;
		const key = jobKey(json);
		const types = limited.get(key) ?? new Set(readAsked(asked)?.serviceTypes);
		limited.set(key, types);
		// A file that does not say what it holds may hold any type.
		if (json.type === undefined && json.batchCount !== 0) types.clear();
		if (json.count !== 0 && json.deleted !== true) types.delete(String(json.type));
	}
	return [...limited.values()].flatMap((types) => [...types]);
}

/** The time of a file that is already gone is left out: it is the payer's, and could be any date. */
function untilText(times: readonly number[], now: number): string {
	const first = times.reduce((a, b) => Math.min(a, b));
	return first < now
		? 'the payer has stopped keeping the first'
		: `the payer keeps the first until ${formatMinute(first)}`;
}
