import type { INodeExecutionData } from 'n8n-workflow';
import { CONSENT_ENDED } from '../shared/exchange/consentEnd';
import { instantOf, formatMinute } from '../shared/fhir/values';
import { pluralize, type Hint } from '../shared/n8n/hints';
import { MINUTE } from '../shared/n8n/time';

/** A file that expires within this time is worth a hint. */
const SOON_MS = 15 * MINUTE;

/** Hints about files that expire soon, exports still running, exports whose consent has ended, and failed or partial exports. */
export function exportHints([completed, running, failed]: INodeExecutionData[][], now = Date.now()): Hint[] {
	const hints: Hint[] = [];
	const expiring = completed
		.map(({ json }) => instantOf(json.expiresAt) ?? Infinity)
		.filter((at) => at < now + SOON_MS);
	if (expiring.length > 0) {
		hints.push({
			message: `${pluralize(expiring.length, 'file has', 'files have')} to be fetched soon: ${untilText(expiring, now)}. Lead the output Completed straight into Fetch Batch.`,
			type: 'warning',
		});
	}
	if (running.length > 0) {
		hints.push({
			message: `${pluralize(running.length, 'export is', 'exports are')} still running. Lead the output Still Running through a Wait node of 65 seconds or more back into this node.`,
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
	return hints;
}

/** The time of a file that is already gone is left out: it is the payer's, and could be any date. */
function untilText(times: readonly number[], now: number): string {
	const first = times.reduce((a, b) => Math.min(a, b));
	return first < now
		? 'the payer has stopped keeping the first'
		: `the payer keeps the first until ${formatMinute(first)}`;
}
