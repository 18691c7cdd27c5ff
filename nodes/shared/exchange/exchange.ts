import { randomUUID } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { idText, omitEmpty, textOf } from '../fhir/json';
import { listedMembers } from './exportMembers';

/**
 * An exchange: one attempt for one row of a roster, at one payer. Its id and what is known of it so far travel with every item, in flat columns
 * that a Data Table can hold, so that each item alone says whose it is (Member Outcomes reads it back).
 */

/** Which row of the input of the first payer node, from 1, and the id of this attempt. */
export interface ExchangeId {
	row: number;
	exchangeId: string;
}

/** The columns of an exchange that travel, in this order. */
const STATE_KEYS = [
	'consentId',
	'consentPolicy',
	'askedAt',
	'matchedAt',
	'requestedAt',
	'completedAt',
	'ownPatientId',
	'directoryKey',
	'row',
	'exchangeId',
	'moreExchangeIds',
] as const;

const ID_PATTERN = /^[\w-]{8,64}$/;

/** A new exchange for an input row. @param itemIndex from 0 */
export function newExchange(itemIndex: number): ExchangeId {
	return { row: itemIndex + 1, exchangeId: randomUUID() };
}

/** The exchange of an item of an earlier payer node; undefined if it has none. */
export function exchangeIn({ row, exchangeId }: IDataObject): Partial<ExchangeId> | undefined {
	const id = textOf(exchangeId);
	if (id === undefined || !ID_PATTERN.test(id)) return undefined;
	const number = Number(idText(row));
	return { ...(Number.isSafeInteger(number) && number > 0 && { row: number }), exchangeId: id };
}

/** The columns of the exchange that an item carries; empty if it belongs to none. */
export function exchangeState(json: IDataObject): IDataObject {
	const known = STATE_KEYS.filter((key) => json[key] !== undefined && json[key] !== null);
	const isOne = exchangeIn(json) !== undefined;
	const isNamed = (key: string) => isOne || !['row', 'exchangeId', 'moreExchangeIds'].includes(key);
	return Object.fromEntries(known.filter(isNamed).map((key) => [key, json[key]]));
}

/** The ids of all exchanges that an item is of: one, or those of the members of a shared export. */
export function exchangeIdsOf(json: IDataObject): string[] {
	const own = idsOf(json);
	const members = membersByExchange(json);
	return members.size === 0 ? [...new Set(own)] : [...new Set([...own, ...members.keys()])];
}

function idsOf(json: IDataObject): string[] {
	const more = textOf(json.moreExchangeIds)?.split(/[\s,]+/) ?? [];
	return [exchangeIn(json)?.exchangeId, ...more].flatMap((id) =>
		id !== undefined && ID_PATTERN.test(id) ? [id] : [],
	);
}

/** The indexes of lists that are in use: all files of an export share one, which may be long. */
const INDEXES = new WeakMap<object, ReadonlyMap<string, IDataObject>>();
const NOBODY: ReadonlyMap<string, IDataObject> = new Map();

/** The members that the item of a shared export lists, by the ids of their exchanges; empty for an export of one. */
export function membersByExchange(json: IDataObject): ReadonlyMap<string, IDataObject> {
	const { members } = json;
	const list = typeof members === 'object' && members !== null ? members : undefined;
	const known = list && INDEXES.get(list);
	if (known) return known;
	const listed = listedMembers(json);
	if (!listed) return NOBODY;
	const index = new Map(
		listed.flatMap((member) => idsOf(member).map((id): [string, IDataObject] => [id, member])),
	);
	if (list) INDEXES.set(list, index);
	return index;
}

/** The members that the item of a shared export lists, by their member IDs as text; undefined for an export of one. */
const BY_MEMBER_ID = new WeakMap<object, ReadonlyMap<string, IDataObject> | undefined>();

function membersById(envelope: IDataObject): ReadonlyMap<string, IDataObject> | undefined {
	if (BY_MEMBER_ID.has(envelope)) return BY_MEMBER_ID.get(envelope);
	const listed = listedMembers(envelope);
	const byId = listed && new Map(listed.map((member) => [idText(member.memberId) ?? '', member]));
	BY_MEMBER_ID.set(envelope, byId);
	return byId;
}

/**
 * What a single resource of an export carries of its exchange: the id, and the last day of the consent, without which a later node could
 * not tell that it may ask no more. In an export of several members they are those of the member whose resource it is; of a
 * resource of nobody, the earliest day.
 * @param envelope of the export, the same object for all of its resources
 */
export function exchangeOfResource(envelope: IDataObject, memberId: IDataObject[string]): IDataObject {
	const members = membersById(envelope);
	const member = members?.get(idText(memberId) ?? '');
	const { consentEnd, exchangeId, moreExchangeIds } = member ?? envelope;
	const isKnown = member !== undefined || (members === undefined && memberId !== undefined);
	return { consentEnd, ...(isKnown && { exchangeId, moreExchangeIds }) };
}

/** Members that each report of a shared export lists; of more, the report of the first file alone does. */
const MAX_LISTED = 50;

/** The members of a shared export as a report lists them: who they are and their exchanges, and no hash of a person. */
export function reportedMembers(json: IDataObject): IDataObject {
	const members = listedMembers(json);
	const isFirst = json.batch === undefined || json.batch === 1;
	if (!members || (members.length > MAX_LISTED && !isFirst)) return {};
	return {
		members: members.map(({ memberId, consentEnd, ...member }) =>
			omitEmpty<IDataObject>({ memberId, consentEnd, ...exchangeState(member) }),
		),
	};
}

/** What the error item of an input item says of its exchange, in ids that name nobody; empty if the item has none. */
export function exchangeOfError(json: IDataObject): IDataObject {
	const ids = exchangeIdsOf(json);
	if (ids.length === 0) return {};
	return { exchangeId: ids.join(', '), ...(typeof json.batch === 'number' && { batch: json.batch }) };
}
