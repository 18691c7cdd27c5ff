import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { kindInKey, readPayerKey } from '../exchange/payerKey';
import { PAYER_KINDS } from './index';
import type { PayerKind } from './payerKind';

/** The payer that an item names, and its kind; undefined if it names none, or one of a kind that this package does not have. */
export function statedPayer(json: IDataObject): { key: string; kind: PayerKind } | undefined {
	const key = readPayerKey(json);
	const kind = PAYER_KINDS.find(({ name }) => key !== undefined && name === kindInKey(key));
	return key !== undefined && kind ? { key, kind } : undefined;
}

/** A sentence about items that were matched at another kind of payer than a node without a credential is set to; empty if there are none. */
export function otherKindSentence(context: IExecuteFunctions, { name }: PayerKind): string {
	for (const { json } of context.getInputData()) {
		const stated = statedPayer(json);
		if (stated && stated.kind.name !== name) {
			return `The member was matched at ${stated.key}: set 'Payer API' of this node to '${stated.kind.displayName}' first.`;
		}
	}
	return '';
}
