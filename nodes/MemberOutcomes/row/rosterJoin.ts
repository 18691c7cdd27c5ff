import type { IDataObject } from 'n8n-workflow';
import { MEMBER_COLUMNS } from '../../shared/exchange/columnFields';
import { ColumnProblem } from '../../shared/exchange/columnProblems';
import { findColumn, memberColumnsOf } from '../../shared/exchange/columns';
import { countOf, idText, isObject } from '../../shared/fhir/json';
import type { Exchange } from '../judge/exchanges';
import type { Gathered, RosterRow } from '../read/gather';

/** An exchange, and the row of the roster that it is about, where that can be told. */
export interface Joined {
	exchange: Exchange;
	/** Index of the row in the roster, from 0. */
	rosterIndex?: number;
}

/** The member ID of a row, by the names that such a column has; undefined if none has one. */
export function memberIdOf(json: IDataObject): IDataObject[string] {
	const found = findColumn(memberColumnsOf(json), MEMBER_COLUMNS.memberId);
	return found === undefined || found instanceof ColumnProblem
		? undefined
		: (found.value as IDataObject[string]);
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
	const index = new RosterIndex(roster);
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
	/** Any value of a row; made where no column is known as that of the member ID. */
	private byValue: Map<string, number[]> | undefined;
	private readonly uses: number[];

	constructor(private readonly roster: readonly RosterRow[]) {
		this.uses = roster.map(() => 0);
		roster.forEach(({ json }, row) => {
			const id = textIn(memberIdOf(json));
			if (id !== undefined) append(this.byMemberId, id, row);
			append(this.byContent, contentOf(json), row);
		});
	}

	find(exchange: Exchange, inputRowOf: Gathered['inputRowOf']): number | undefined {
		const place = placeOf(exchange);
		const id = textIn(exchange.state.memberId);
		if (id !== undefined) {
			return this.take(this.byMemberId.get(id) ?? this.values().get(id), place);
		}
		const [first] = exchange.facts;
		const input = first.kind === 'error' ? (inputRowOf(first) ?? withoutError(first.json)) : undefined;
		if (!input) return undefined;
		const own = textIn(memberIdOf(input));
		return this.take(
			this.byContent.get(contentOf(input)) ?? (own === undefined ? undefined : this.byMemberId.get(own)),
			place,
		);
	}

	/** The row in the place of the exchange, if nothing else is known to be about it. */
	byPlace({ facts, state }: Exchange): number | undefined {
		const [{ at, inputIndex }] = facts;
		const place = countOf(state.row) === undefined ? inputIndex : Number(state.row) - 1;
		if (place === undefined || !at || at.run > 0) return undefined;
		const row = this.roster[place];
		if (row === undefined || !row.directTo.has(at.node) || this.uses[place] > 0) return undefined;
		this.uses[place] += 1;
		return place;
	}

	/** The candidate in its place; else the one that has the fewest exchanges so far. */
	private take(candidates: readonly number[] | undefined, place: number | undefined): number | undefined {
		if (candidates === undefined) return undefined;
		const fewest = candidates.reduce((a, b) => (this.uses[b] < this.uses[a] ? b : a));
		const chosen = candidates.find((row) => row === place) ?? fewest;
		this.uses[chosen] += 1;
		return chosen;
	}

	private values(): Map<string, number[]> {
		if (this.byValue) return this.byValue;
		const index = new Map<string, number[]>();
		this.roster.forEach(({ json }, row) => {
			for (const value of valuesIn(json)) append(index, value, row);
		});
		this.byValue = index;
		return index;
	}
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

/** The distinct values of a row, as text. */
function valuesIn(json: IDataObject, depth = 0): Set<string> {
	const values = new Set<string>();
	for (const value of Object.values(json)) {
		const text = textIn(value);
		if (text !== undefined) values.add(text);
		else if (isObject(value) && depth < MAX_DEPTH)
			for (const each of valuesIn(value, depth + 1)) values.add(each);
	}
	return values;
}

function contentOf(json: IDataObject): string {
	return JSON.stringify(Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The input row in an item of the error output, which has the two columns besides. */
function withoutError({ error, message, details, ...row }: IDataObject): IDataObject | undefined {
	void [error, message, details];
	return Object.keys(row).length > 0 ? row : undefined;
}
