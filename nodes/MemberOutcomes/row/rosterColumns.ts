import type { IDataObject } from 'n8n-workflow';
import { columnKey } from '../../shared/exchange/columnKey';
import { numberOf } from './reports';

const keysOf = (...names: string[]) => new Set(names.map(columnKey));
const ASKED_BY = keysOf('askedBy', 'requestedBy', 'requester', 'requestedByUser');
const REASON = keysOf('reason', 'requestReason', 'exchangeReason');
const ATTEMPT = keysOf('attempt');

/** Why a member is asked for: it decides by when. */
const REASONS = ['newEnrollment', 'memberRequest', 'quarterly', 'runOff', 'retry'];
const REASON_BY_KEY = new Map(REASONS.map((reason) => [columnKey(reason), reason]));

/** What columns of the roster say of the request itself: who asked, why, and for the how many-th time. */
export function rosterColumns(json: IDataObject = {}): IDataObject {
	const valuesOf = (keys: ReadonlySet<string>) =>
		Object.entries(json)
			.filter(([name, value]) => keys.has(columnKey(name)) && value !== null && value !== '')
			.map(([, value]) => value);
	// Another column `reason` may hold anything.
	const reasons = valuesOf(REASON).flatMap((value) =>
		typeof value === 'string' ? (REASON_BY_KEY.get(columnKey(value)) ?? []) : [],
	);
	return {
		askedBy: valuesOf(ASKED_BY)[0] ?? null,
		requestReason: reasons[0] ?? null,
		attempt: valuesOf(ATTEMPT).flatMap((value) => numberOf(value) ?? [])[0] ?? null,
	};
}
