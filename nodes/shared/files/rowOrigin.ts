import type { IDataObject } from 'n8n-workflow';
import { readPayerKey } from '../exchange/payerKey';
import { countOf, idText, textOf } from '../fhir/json';
import type { RowOrigin } from '../sqlOnFhir/view';

/** Where a resource comes from, for the keys and the origin columns of its rows. */
export interface Origin extends RowOrigin {
	/** As the item has it: a text or a number. */
	memberId: IDataObject[string] | null;
	payer: string | null;
	jobId: string | null;
	batch: number | null;
	transactionTime: string | null;
}

/**
 * The origin that an item states: a resource with Add Origin, a stored file of Fetch Batch, or a part of one.
 * @param payerKey the payer of items that state none; empty if it is not known
 */
export function originOf(json: IDataObject, payerKey: string): Origin {
	const payer = readPayerKey(json) ?? (payerKey === '' ? null : payerKey);
	return {
		keyPrefix: payer === null ? '' : `${payer}/`,
		fhirBase: textOf(json.fhirBase),
		memberId: idText(json.memberId) === undefined ? null : json.memberId,
		payer,
		jobId: textOf(json.jobId) ?? null,
		batch: countOf(json.batch) ?? null,
		transactionTime: textOf(json.transactionTime) ?? null,
	};
}
