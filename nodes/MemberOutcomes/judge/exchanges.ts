import type { IDataObject } from 'n8n-workflow';
import { exchangeIn, exchangeState, membersByExchange } from '../../shared/exchange/exchange';
import { idText } from '../../shared/fhir/json';
import { STEPS, type Fact } from '../read/fact';

/** All that is known of one exchange: one attempt for one row of a roster. */
export interface Exchange {
	/** The id that its items carry; undefined if they carry none. */
	id?: string;
	/** In the order of the steps, and within a step in the order in which they were given. */
	facts: Fact[];
	/** The columns about who and on which consent, as the last item that has them says. */
	state: IDataObject;
}

/** Sorts facts by the exchange that they are about. An item of a shared export is about those of all its members. */
export function exchangesOf(facts: readonly Fact[]): Exchange[] {
	const byKey = new Map<string, Exchange>();
	const keysByJob = new Map<string, Set<string>>();
	const add = (key: string, fact: Fact, id?: string) => {
		const exchange = byKey.get(key) ?? { ...(id !== undefined && { id }), facts: [], state: {} };
		byKey.set(key, exchange);
		exchange.facts.push(fact);
	};
	const ordered = byDirectoryRow(facts).sort((a, b) => STEPS.indexOf(a.step) - STEPS.indexOf(b.step));
	for (const fact of ordered) {
		const { job } = fact;
		for (const id of fact.exchangeIds) {
			add(id, fact, id);
			if (job !== undefined) keysByJob.set(job, (keysByJob.get(job) ?? new Set()).add(id));
		}
	}
	for (const [index, fact] of ordered.entries()) {
		if (fact.exchangeIds.length > 0) continue;
		const { job } = fact;
		const shared = job === undefined ? undefined : keysByJob.get(job);
		if (shared) for (const key of shared) add(key, fact, key);
		else add(job ?? memberKey(fact) ?? `fact ${index}`, fact);
	}
	for (const exchange of byKey.values()) {
		exchange.facts.sort((a, b) => STEPS.indexOf(a.step) - STEPS.indexOf(b.step));
		exchange.state = stateOf(exchange);
	}
	return [...byKey.values()];
}

/**
 * Two rows of a directory at one address are two clients of one server, which may count the jobs of each for itself. What does not say its row,
 * of an older run or of a table without that column, is of the only one that its exchange names, or else the same job elsewhere.
 */
function byDirectoryRow(facts: readonly Fact[]): Fact[] {
	const rows = new Map<string, Set<string>>();
	for (const fact of facts) {
		const row = idText(fact.json.directoryKey);
		if (row === undefined) continue;
		for (const name of jobNames(fact)) rows.set(name, (rows.get(name) ?? new Set()).add(row));
	}
	return facts.map((fact) => {
		const named = jobNames(fact).find((name) => rows.get(name)?.size === 1);
		const [only] = (named !== undefined && rows.get(named)) || [];
		const row = idText(fact.json.directoryKey) ?? only;
		if (fact.job === undefined || row === undefined) return fact;
		return { ...fact, job: JSON.stringify([fact.job, row]) };
	});
}

/** A job in its exchange, and anywhere. All items of an export list the same members. */
function jobNames({ job, exchangeIds: [first] }: Fact): string[] {
	if (job === undefined) return [];
	return first === undefined ? [job] : [`${first} ${job}`, job];
}

/** Items made without Member Match and Start Export of this package have no exchange. */
function memberKey({ kind, json }: Fact): string | undefined {
	const id = idText(json.memberId);
	return id === undefined || kind === 'error'
		? undefined
		: JSON.stringify(['member', json.payer ?? '', json.directoryKey ?? '', id]);
}

const WHO = ['memberId', 'payer', 'payerName', 'tenant', 'consentEnd', 'jobId', 'transactionTime'];

function stateOf({ id, facts }: Exchange): IDataObject {
	const state: IDataObject = {};
	let row: IDataObject[string];
	for (const { kind, json } of lastOfEach(facts)) {
		// What an error item holds besides is the input row, with columns of its own.
		if (kind === 'error' && id === undefined) continue;
		const member = id === undefined ? undefined : membersByExchange(json).get(id);
		for (const each of member ? [json, member] : [json]) {
			for (const key of WHO) if (each[key] !== undefined) state[key] = each[key];
			Object.assign(state, exchangeState(each));
			if (exchangeIn(each)?.exchangeId === id) row ??= each.row;
		}
	}
	const { moreExchangeIds, ...own } = state;
	void moreExchangeIds;
	return id === undefined ? own : { ...own, exchangeId: id, ...(row !== undefined && { row }) };
}

/** The last fact of each kind: an export can have 200,000 files, and all say the same of who it is about. */
function lastOfEach(facts: readonly Fact[]): Fact[] {
	const last = new Map<string, Fact>();
	for (const fact of facts) {
		// Not every report of a shared export lists its members.
		const lists = fact.json.members === undefined ? 'one' : 'members';
		last.set(`${fact.step} ${fact.kind} ${lists}`, fact);
	}
	return [...last.values()];
}
