import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { earliestDay, Misread, readDate, todayIn } from '../fhir/values';
import { findingsError } from '../n8n/findings';
import { NEXT_STEPS, SPECIAL_STEPS } from '../n8n/nextSteps';
import { listedMembers } from './exportMembers';

/** The outcome of a member, job or file for which nothing more is asked, because the consent has ended. */
export const CONSENT_ENDED = 'consent-ended';

/** Thrown in place of a request that the consent no longer covers. It is an outcome, so every node catches it. */
export class ConsentEnded extends Error {
	/** @param lastDay `YYYY-MM-DD` */
	constructor(readonly lastDay: string) {
		super(`The consent ended on ${lastDay}`);
		this.name = 'ConsentEnded';
	}
}

/**
 * The last day of the consent (`YYYY-MM-DD`) that an item carries as `consentEnd` from the match on; undefined if it carries none: the
 * match ignored the consent period, or the item was made by hand.
 * @throws ExchangeError if it is not a date: a consent that cannot be read is not taken for one without an end
 */
export function readConsentEnd(item: IDataObject): string | undefined {
	const ends = [item, ...(listedMembers(item) ?? [])].map(({ consentEnd }) => readDate(consentEnd));
	const day =
		ends.find((end) => end instanceof Misread) ?? earliestDay(ends.filter((end) => typeof end === 'string'));
	if (!(day instanceof Misread)) return day;
	throw findingsError('The request', [
		{
			says: `'consentEnd' of the item must be ${day.wanted}`,
			whatToDo:
				'The last day of the consent comes from Member Match and travels with the item. Correct it in the nodes in between, or where the item was made.',
		},
	]);
}

/**
 * Whether a consent has ended. Its last day counts whole, in the workflow's time zone. Today is read at each call, so that a run over
 * midnight notices it.
 */
export function hasEnded(context: IExecuteFunctions, lastDay: string | undefined): lastDay is string {
	return lastDay !== undefined && todayIn(context.getTimezone()) > lastDay;
}

/**
 * The destination with a look at the consent before each request, repeated attempts included. A request throws ConsentEnded once the
 * last day is over.
 */
export function whileConsentHolds<T extends object>(
	context: IExecuteFunctions,
	destination: T,
	lastDay: string | undefined,
): T & { beforeRequest(): void } {
	return {
		...destination,
		beforeRequest: () => {
			if (hasEnded(context, lastDay)) throw new ConsentEnded(lastDay);
		},
	};
}

/** The outcome as columns of an item. @param members the list of an export of several members */
export function consentEndedJson(
	lastDay: string,
	members?: unknown,
): { outcome: string; reason: string; nextStep: string } {
	const isShared = Array.isArray(members);
	return {
		outcome: CONSENT_ENDED,
		reason: isShared
			? `The consent of a member of this export ended on ${lastDay}. Nothing more was asked of the payer.`
			: `The consent ended on ${lastDay}. Nothing more was asked of the payer.`,
		nextStep: isShared ? SPECIAL_STEPS.consentOfOneEnded : NEXT_STEPS[CONSENT_ENDED],
	};
}
