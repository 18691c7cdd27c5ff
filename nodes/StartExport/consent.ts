import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { consentEndedJson, hasEnded } from '../shared/exchange/consentEnd';
import { envelope } from '../shared/exchange/envelope';
import type { ExportMember } from '../shared/exchange/exportMembers';
import type { Query } from '../shared/http/request';
import { ExchangeError } from '../shared/n8n/exchangeError';
import type { Routed } from '../shared/n8n/items';
import { NOT_STARTED } from './outputs';

/** The members that share an export. */
export interface ByConsent<T> {
	inForce: readonly T[];
	/** Those whose consent has ended, or cannot be read: nothing may be asked for them. */
	ended: readonly T[];
}

/** Splits the members that share an export by whether their consent holds now. */
export function splitByConsent<T extends ExportMember & { consentError?: Error }>(
	context: IExecuteFunctions,
	group: readonly T[],
): ByConsent<T> {
	const holds = ({ consentEnd, consentError }: T) => !consentError && !hasEnded(context, consentEnd);
	return { inForce: group.filter(holds), ended: group.filter((each) => !holds(each)) };
}

/** The item of a member whose export was not started because the consent has ended. */
export function notStartedItem(json: IDataObject, lastDay: string): Routed {
	return {
		output: NOT_STARTED,
		json: {
			...(json.memberId !== undefined && { memberId: json.memberId }),
			...consentEndedJson(lastDay),
			...envelope(json),
			consentEnd: lastDay,
		},
	};
}

/**
 * The query of a shared export without the members whose consent has ended: it names the others as its patients.
 * @param patients ids from the option Patients, empty if the export is of the whole group
 * @throws ExchangeError if the others cannot be named, because the export would then hold data of somebody without a consent
 */
export function queryWithoutEnded(
	query: Query,
	patients: readonly string[],
	{ inForce, ended }: ByConsent<ExportMember>,
): Query {
	const held = {
		patients: new Set(inForce.map(({ patientId }) => patientId)),
		members: new Set(inForce.map(({ memberId }) => memberId)),
	};
	// The same person may have another consent, which holds.
	const others = ended.filter(({ patientId, memberId }) =>
		patientId === undefined
			? memberId === undefined || !held.members.has(memberId)
			: !held.patients.has(patientId),
	);
	if (others.length === 0) return query;
	const excluded = new Set(others.map(({ patientId }) => patientId));
	const wanted = patients.length > 0 ? patients : [...held.patients];
	const left = wanted.flatMap((id) => (id === undefined || excluded.has(id) ? [] : [id]));
	const isNameless =
		patients.length > 0 ? excluded.has(undefined) : inForce.some(({ patientId }) => patientId === undefined);
	if (left.length === 0 || isNameless) throw groupWithEndedError();
	return [
		...query.filter(([name]) => name !== 'patient'),
		...left.map((id): [string, string] => ['patient', `Patient/${id}`]),
	];
}

/** The error of the others in a group, where the payer cannot be asked for them alone. */
export function groupWithEndedError(): ExchangeError {
	return new ExchangeError(
		'The export was not started: its group holds a member whose consent has ended, and the others cannot be asked for by name',
		{
			whatToDo:
				'Match the members again whose consent still holds: the payer then makes a group of them alone.',
		},
	);
}
