import type { IDataObject } from 'n8n-workflow';
import { countOf, idText, isObject } from '../../shared/fhir/json';
import type { Exchange } from '../judge/exchanges';
import type { Gathered, RosterRow } from '../read/gather';
import { contentOf, memberIdOf } from '../read/rosterRow';

/** An exchange, and the row of the roster that it is about, where that can be told. */
export interface Joined {
	exchange: Exchange;
	/** Index of the row in the roster, from 0. */
	rosterIndex?: number;
}

/**
 * Finds the row of each exchange: by the member ID, whatever its column is called, or by the input row of an error. By its place alone only
 * where the roster leads straight to the node that saw it first.
 */
export function joinRoster(
	exchanges: readonly Exchange[],
	roster: readonly RosterRow[],
	inputRowOf: Gathered['inputRowOf'],
): Joined[] {
	const index = new RosterIndex(roster, exchanges);
	const joined = exchanges.map((exchange): Joined => {
		const rosterIndex = index.find(exchange, inputRowOf);
		return { exchange, ...(rosterIndex !== undefined && { rosterIndex }) };
	});
	return joined.map((each) => {
		if (each.rosterIndex !== undefined) return each;
		const rosterIndex = index.byPlace(each.exchange);
		return { ...each, ...(rosterIndex !== undefined && { rosterIndex }) };
	});
}

class RosterIndex {
	private readonly byMemberId = new Map<string, number[]>();
	private readonly byContent = new Map<string, number[]>();
	/** By the column that holds the member IDs of exchanges, where its name does not say so. */
	private readonly byOtherColumn: ReadonlyMap<string, number[]>;
	/** How many exchanges each row has, by payer. */
	private readonly uses = new Map<string, number>();
	private readonly allUses = new Map<number, number>();

	constructor(
		private readonly roster: readonly RosterRow[],
		exchanges: readonly Exchange[],
	) {
		roster.forEach(({ json }, row) => {
			const id = textIn(memberIdOf(json));
			if (id !== undefined) append(this.byMemberId, id, row);
			append(this.byContent, contentOf(json), row);
		});
		const ids = exchanges.flatMap(({ state }) => textIn(state.memberId) ?? []);
		this.byOtherColumn = otherColumn(roster, new Set(ids.filter((id) => !this.byMemberId.has(id))));
	}

	find(exchange: Exchange, inputRowOf: Gathered['inputRowOf']): number | undefined {
		const id = textIn(exchange.state.memberId);
		if (id !== undefined) return this.take(exchange, this.byMemberId.get(id) ?? this.byOtherColumn.get(id));
		const [first] = exchange.facts;
		const input = first.kind === 'error' ? (inputRowOf(first) ?? withoutError(first.json)) : undefined;
		if (!input) return undefined;
		const own = textIn(memberIdOf(input));
		const sameId = own === undefined ? undefined : this.byMemberId.get(own);
		return this.take(exchange, this.byContent.get(contentOf(input)) ?? sameId);
	}

	/** The row in the place of the exchange, if nothing else is known to be about it. */
	byPlace(exchange: Exchange): number | undefined {
		const [{ at }] = exchange.facts;
		const place = placeOf(exchange);
		const isElsewhere = this.byOtherColumn.has(textIn(exchange.state.memberId) ?? '');
		if (place === undefined || !at || at.run > 0 || isElsewhere) return undefined;
		const isFree = this.roster[place]?.directTo.has(at.node) && this.usesOf(exchange, place) === 0;
		return isFree ? this.take(exchange, [place]) : undefined;
	}

	/**
	 * Of the rows that have the fewest exchanges at the payer so far, those that have the fewest at all: another payer's node counts its rows
	 * anew. Of these the one in the place of the exchange, else the first.
	 */
	private take(exchange: Exchange, candidates: readonly number[] | undefined): number | undefined {
		if (candidates === undefined || candidates.length === 0) return undefined;
		const place = placeOf(exchange);
		const atPayer = leastUsed(candidates, (row) => this.usesOf(exchange, row));
		const free = leastUsed(atPayer, (row) => this.allUses.get(row) ?? 0);
		const chosen = free.find((row) => row === place) ?? free[0];
		this.uses.set(useKey(exchange, chosen), this.usesOf(exchange, chosen) + 1);
		this.allUses.set(chosen, (this.allUses.get(chosen) ?? 0) + 1);
		return chosen;
	}

	private usesOf(exchange: Exchange, row: number): number {
		return this.uses.get(useKey(exchange, row)) ?? 0;
	}
}

function leastUsed(rows: readonly number[], usesOf: (row: number) => number): number[] {
	const least = rows.reduce((fewest, row) => Math.min(fewest, usesOf(row)), Infinity);
	return rows.filter((row) => usesOf(row) === least);
}

function useKey({ state }: Exchange, row: number): string {
	return JSON.stringify([row, textIn(state.payer), textIn(state.directoryKey)]);
}

/** The rows of each id, by the column in which the most of the ids stand, or the columns if several hold as many. */
function otherColumn(roster: readonly RosterRow[], ids: ReadonlySet<string>): ReadonlyMap<string, number[]> {
	const columns = new Map<string, Map<string, number[]>>();
	if (ids.size > 0) {
		roster.forEach(({ json }, row) => {
			for (const [column, text] of valuesIn(json)) {
				if (!ids.has(text)) continue;
				const index = columns.get(column) ?? new Map<string, number[]>();
				columns.set(column, index);
				append(index, text, row);
			}
		});
	}
	const most = [...columns.values()].reduce((size, index) => Math.max(size, index.size), 0);
	const best = [...columns.values()].filter((index) => index.size === most);
	const rows = new Map<string, number[]>();
	for (const id of ids) {
		const found = new Set(best.flatMap((index) => index.get(id) ?? []));
		// In another column only, it may be anything: no row, and none by its place either.
		const isSeen = found.size > 0 || [...columns.values()].some((index) => index.has(id));
		if (isSeen) rows.set(id, [...found]);
	}
	return rows;
}

function append(index: Map<string, number[]>, key: string, row: number): void {
	const rows = index.get(key);
	if (rows) rows.push(row);
	else index.set(key, [row]);
}

function placeOf({ state, facts }: Exchange): number | undefined {
	const row = countOf(Number(state.row ?? NaN));
	return row === undefined ? facts[0].inputIndex : row - 1;
}

function textIn(value: unknown): string | undefined {
	return idText(value)?.trim();
}

/** How deep an object of a row may lie: `body.member` of a webhook. */
const MAX_DEPTH = 2;

/** The values of a row as text, each with its column. */
function valuesIn(json: IDataObject, path = '', depth = 0): Array<[column: string, text: string]> {
	return Object.entries(json).flatMap(([name, value]): Array<[string, string]> => {
		const column = `${path}${name}`;
		const text = textIn(value);
		if (text !== undefined) return [[column, text]];
		return isObject(value) && depth < MAX_DEPTH ? valuesIn(value, `${column}.`, depth + 1) : [];
	});
}

/** The input row in an item of the error output, which has the two columns besides. */
function withoutError({ error, message, details, ...row }: IDataObject): IDataObject | undefined {
	void [error, message, details];
	return Object.keys(row).length > 0 ? row : undefined;
}
