import type { IDataObject } from 'n8n-workflow';
import { isObject, textOf } from '../fhir/json';
import { firstServiceDate } from '../fhir/serviceDates';

/** The rule asks for five years before the request (42 CFR 422.121(b)(4)(ii)). */
export const MONTHS_ASKED_FOR = 60;

const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?=T|$)/;
/** An earlier one stands for a date that is not known. */
const FIRST_YEAR = 1900;

/** How far back the resources of a file go, in whole months before the request: no date of a member stands in a report. */
export class ContentSpan {
	private service = '';
	private coverage = '';

	/** @param requestedOn day of the request, or an instant of that day */
	constructor(private readonly requestedOn: string) {}

	look(resource: IDataObject): void {
		if (resource.resourceType === 'Coverage') this.lookAtCoverage(resource);
		else this.service = earlier(this.service, firstServiceDate(resource));
	}

	/** The months as columns of a report; absent where no resource has such a date. */
	months(): IDataObject {
		const [service, coverage] = [this.service, this.coverage].map((day) =>
			monthsBetween(day, this.requestedOn),
		);
		return {
			...(service !== undefined && { oldestServiceMonths: service }),
			...(coverage !== undefined && { oldestCoverageMonths: coverage }),
		};
	}

	/** A coverage that ended before the five years says nothing about them. */
	private lookAtCoverage({ period }: IDataObject): void {
		if (!isObject(period)) return;
		const end = textOf(period.end);
		const isLongOver = end !== undefined && (monthsBetween(end, this.requestedOn) ?? 0) >= MONTHS_ASKED_FOR;
		if (!isLongOver) this.coverage = earlier(this.coverage, textOf(period.start));
	}
}

/** The earlier of two dates as written; a year or a month counts as its first day. */
function earlier(known: string, written: string | undefined): string {
	const [date, year] = DATE.exec(written ?? '') ?? [];
	if (date === undefined || Number(year) < FIRST_YEAR) return known;
	return known === '' || date < known ? date : known;
}

/** Whole months from one day to another, 0 if it is later; undefined if one of them is none. */
function monthsBetween(from: string, to: string): number | undefined {
	const [first, last] = [DATE.exec(from), DATE.exec(to)];
	if (!first || !last) return undefined;
	const [fromYear, fromMonth, fromDay] = numbersOf(first);
	const [toYear, toMonth, toDay] = numbersOf(last);
	const months = (toYear - fromYear) * 12 + (toMonth - fromMonth) - (toDay < fromDay ? 1 : 0);
	return Math.max(months, 0);
}

function numbersOf([, year, month = '1', day = '1']: RegExpExecArray): [number, number, number] {
	return [Number(year), Number(month), Number(day)];
}
