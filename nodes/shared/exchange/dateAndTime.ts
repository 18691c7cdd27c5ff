import { DateTime } from 'luxon';
import { isObject, textOf } from '../fhir/json';
import { Misread } from '../fhir/values';
import { columnKey } from './columnKey';

/** A node that comes before in the workflow. */
export interface NodeBefore {
	type: string;
	disabled: boolean;
	parameters?: unknown;
}

/** The finding for such a day. */
export const DAY_BEFORE = new Misread(
	`a date as the roster has it; n8n's node Date & Time wrote it, which makes a day the day before in some time zones of the workflow and of n8n, as in these`,
	'Remove that node: dates are read here as they are. If its days are right, drag the column into the field.',
);

const DATE_AND_TIME = 'n8n-nodes-base.dateTime';
const JANUARY = 1;
const JULY = 7;

/**
 * Whether n8n's node Date & Time wrote a column and may have made each day the day before. It takes a day for its midnight in the zone of
 * n8n's process, of the workflow (From Date Format) or in UTC, and writes the moment in UTC or, where it rounds, calculates or is told to, in
 * the workflow's zone. Where the latter lies further west, the text that it writes is the day before, and nothing in it shows that.
 * @param timeZone of the workflow
 * @param offsetOfProcess minutes east of UTC
 */
export function mayBeDayBefore(
	column: string,
	before: readonly NodeBefore[],
	timeZone: string,
	offsetOfProcess = (moment: Date) => -moment.getTimezoneOffset(),
): boolean {
	const goesWest = (writesUtc: boolean) =>
		[JANUARY, JULY].some((month) => {
			const moment = DateTime.utc(DateTime.utc().year, month);
			const ofWorkflow = moment.setZone(timeZone).offset;
			const eastmost = Math.max(offsetOfProcess(moment.toJSDate()), ofWorkflow, 0);
			return eastmost > (writesUtc ? 0 : ofWorkflow);
		});
	return before.some(({ type, disabled, parameters }) => {
		if (type !== DATE_AND_TIME || disabled || !isObject(parameters)) return false;
		const { operation, outputFieldName, options } = parameters;
		const written = textOf(outputFieldName);
		if (written === undefined || columnKey(written) !== columnKey(column)) return false;
		return goesWest(operation === 'formatDate' && !(isObject(options) && options.timezone === true));
	});
}
