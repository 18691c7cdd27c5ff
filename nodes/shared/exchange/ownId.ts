import { asSeen } from './rosterValues';

/** A member ID of the plan's own, as it stands in its table. */
export type OwnId = string | number;

/**
 * The member ID as it came, so that a later node finds the row by it: n8n's Merge takes 1001 and "1001" for different values.
 * @param text how it was read, for what stands in no column of its own
 */
export function ownIdOf(value: unknown, text: string): OwnId {
	const isSame =
		(typeof value === 'string' || typeof value === 'number') && String(asSeen(value)).trim() === text;
	return isSame ? value : text;
}
