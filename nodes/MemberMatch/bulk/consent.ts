import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { consentEndedJson, hasEnded } from '../../shared/exchange/consentEnd';
import type { ItemPayer } from '../../shared/exchange/payerKey';
import { textOf } from '../../shared/fhir/json';
import type { ItemResult, Routed } from '../../shared/n8n/items';
import { NOT_MATCHED } from '../outputs';

/** A member of a request. `consentInfo` has the columns about the consent, with `consentEnd` if it is watched. */
interface Requested {
	memberId: string;
	payer?: Partial<ItemPayer>;
	consentInfo: IDataObject;
}

/** The last day of a member's consent (`YYYY-MM-DD`); undefined if it is not watched. */
export function consentEndOf({ consentInfo }: Pick<Requested, 'consentInfo'>): string | undefined {
	return textOf(consentInfo.consentEnd);
}

/** The day after which nobody of a request has a consent any more; undefined if that of a member is not watched. */
export function lastConsentEnd(members: readonly Requested[]): string | undefined {
	const days = members.map(consentEndOf);
	return days.includes(undefined) ? undefined : days.sort().at(-1);
}

/** The Not Matched item if the member's consent has ended since the request was sent; undefined if it has not. */
export function consentOver(
	context: IExecuteFunctions,
	{ memberId, payer, consentInfo }: Requested,
): Routed | undefined {
	const lastDay = consentEndOf({ consentInfo });
	if (!hasEnded(context, lastDay)) return undefined;
	return { output: NOT_MATCHED, json: { memberId, ...consentEndedJson(lastDay), ...payer, ...consentInfo } };
}

/** What the payer said of the member stays, unless it would lead to further requests. */
const VERDICTS = ['no-match', 'multiple-matches', 'consent-refused'];

/** The result of a member, or that the consent has ended while the payer was matching. */
export function unlessConsentOver(
	context: IExecuteFunctions,
	member: Requested,
	result: ItemResult<Routed>,
): ItemResult<Routed> {
	if (result instanceof Error || result.some(({ json }) => VERDICTS.includes(String(json.outcome))))
		return result;
	const over = consentOver(context, member);
	return over ? [over] : result;
}
