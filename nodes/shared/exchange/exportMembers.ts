import type { IDataObject } from 'n8n-workflow';
import { objectsOf, omitEmpty, textOf, tryParseJson } from '../fhir/json';
import { earliestDay } from '../fhir/values';

/** A member of an export: the analyst's member ID, and the id of the member's Patient at the payer. */
export interface ExportMember {
	memberId?: IDataObject[string];
	patientId?: string;
	/** Hashes of names and birth date (`personHashes.ts`). */
	personHashes?: string;
	/** Last day of the consent (`YYYY-MM-DD`); undefined if it is not watched. */
	consentEnd?: string;
	/** The columns of the member's exchange (`exchange.ts`). */
	exchange?: IDataObject;
}

/**
 * The members of an export as an item carries them: columns for one member, a list `members` for several. The `consentEnd` of the export is
 * the earliest, because a file may hold data of all.
 */
export function membersJson(members: readonly ExportMember[]): IDataObject {
	const distinct = new Map<string, IDataObject>();
	for (const { memberId, patientId, personHashes, consentEnd, exchange } of members) {
		const key = JSON.stringify([memberId, patientId]);
		const before = distinct.get(key);
		const known = earliestDay([textOf(before?.consentEnd), consentEnd]);
		const json = { memberId, patientId, personHashes, consentEnd: known, ...withExchange(before, exchange) };
		distinct.set(key, omitEmpty<IDataObject>(json));
	}
	const all = [...distinct.values()];
	if (all.length === 1) return all[0];
	const consentEnd = earliestDay(all.map((each) => textOf(each.consentEnd)));
	return { members: all, ...(consentEnd !== undefined && { consentEnd }) };
}

/** A member who stands in two rows of the roster has two exchanges, and one export brings the data of both. */
function withExchange(before: IDataObject | undefined, exchange: IDataObject | undefined): IDataObject {
	if (before?.exchangeId === undefined || exchange?.exchangeId === undefined) return { ...exchange };
	const { memberId, patientId, personHashes, consentEnd, moreExchangeIds, ...first } = before;
	void [memberId, patientId, personHashes, consentEnd];
	const more = [moreExchangeIds, exchange.exchangeId].filter((id) => id !== undefined);
	return { ...first, moreExchangeIds: more.join(', ') };
}

/** The members of an item of a shared export, also where a table has turned the list into JSON text; undefined for an export of one. */
export function listedMembers({ members }: IDataObject): IDataObject[] | undefined {
	const list = typeof members === 'string' ? tryParseJson(members) : members;
	return Array.isArray(list) && list.length > 0 ? objectsOf(list) : undefined;
}
