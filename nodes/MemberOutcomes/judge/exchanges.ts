import type { IDataObject } from 'n8n-workflow';
import { exchangeIn, exchangeState } from '../../shared/exchange/exchange';
import { listedMembers } from '../../shared/exchange/exportMembers';
import { idText, textOf } from '../../shared/fhir/json';
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
	const ordered = [...facts].sort((a, b) => STEPS.indexOf(a.step) - STEPS.indexOf(b.step));
	for (const fact of ordered) {
		const job = jobKey(fact.json);
		for (const id of fact.exchangeIds) {
			add(id, fact, id);
			if (job !== undefined) keysByJob.set(job, (keysByJob.get(job) ?? new Set()).add(id));
		}
	}
	for (const [index, fact] of ordered.entries()) {
		if (fact.exchangeIds.length > 0) continue;
		const job = jobKey(fact.json);
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

/** The export job of an item; undefined if it is of none. */
export function jobKey(json: IDataObject): string | undefined {
	const id = idText(json.jobId) ?? textOf(json.statusUrl);
	return id === undefined ? undefined : JSON.stringify(['job', json.payer ?? json.tenant ?? '', id]);
}

/** Items made without Member Match and Start Export of this package have no exchange. */
function memberKey({ kind, json }: Fact): string | undefined {
	const id = idText(json.memberId);
	return id === undefined || kind === 'error' ? undefined : JSON.stringify(['member', json.payer ?? '', id]);
}

const WHO = ['memberId', 'payer', 'payerName', 'tenant', 'consentEnd', 'jobId', 'transactionTime'];

function stateOf({ id, facts }: Exchange): IDataObject {
	const state: IDataObject = {};
	for (const { kind, json } of facts) {
		// What an error item holds besides is the input row, with columns of its own.
		if (kind === 'error' && id === undefined) continue;
		for (const key of WHO) if (json[key] !== undefined) state[key] = json[key];
		Object.assign(state, exchangeState(json));
		const members = listedMembers(json) ?? [];
		const own = members.find((member) => exchangeIn(member)?.exchangeId === id);
		if (!own) continue;
		Object.assign(state, exchangeState(own));
		for (const key of ['memberId', 'consentEnd']) if (own[key] !== undefined) state[key] = own[key];
	}
	// The ids of others who share an item, and a row that is not this one's.
	delete state.moreExchangeIds;
	if (id !== undefined) {
		const own = facts.map(({ json }) => json).find((json) => exchangeIn(json)?.exchangeId === id);
		state.row = own?.row ?? state.row;
		state.exchangeId = id;
	}
	return state;
}
