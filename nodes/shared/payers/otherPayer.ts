import type { IDataObject } from 'n8n-workflow';
import { itemPayer, withoutTenant, type ItemPayer } from '../exchange/payerKey';
import { ExchangeError, rethrown } from '../n8n/exchangeError';
import type { OpenConnection } from './connection';
import { statedPayer } from './kindOfItem';
import type { PayerKind } from './payerKind';

/** A node set to another payer than the one at which the member was matched would send ids to a payer that does not know them. */

/**
 * The columns of an item that name its payer, for what leaves the node.
 * @param readTenant the health plan that the node asks; called once the gateway is the right one
 * @throws ExchangeError if the item is of another payer than the one that the node is set to. An item that names no payer is of this one
 */
export function payerOfItem(
	connection: OpenConnection,
	json: IDataObject,
	readTenant: () => string | undefined,
): Partial<ItemPayer> {
	const payer = comparedPayer(connection, json, readTenant);
	if (payer instanceof ExchangeError) throw rethrown(payer);
	return payer;
}

/** The same, for a node to which another payer is an outcome. @returns the error, if the item is of another payer */
export function comparedPayer(
	connection: OpenConnection,
	json: IDataObject,
	readTenant: () => string | undefined,
): Partial<ItemPayer> | ExchangeError {
	const stated = statedPayer(json);
	const ofGateway = (key: string) => (connection.takes('tenant') ? withoutTenant(key) : key);
	const gateway = ofGateway(connection.itemPayer('-')?.payer ?? '');
	if (stated && ofGateway(stated.key) !== gateway) {
		const { kind, addressField } = connection;
		return otherPayerError(stated.key, gateway, whatToChange(stated.kind, kind, addressField));
	}
	const own = connection.itemPayer(readTenant());
	if (!stated) return own ?? {};
	if (own && own.payer !== stated.key) {
		return otherPayerError(stated.key, own.payer, TENANT_ADVICE);
	}
	// The name of today: it can have been edited since the match.
	return { ...itemPayer(json), ...own };
}

const TENANT_ADVICE = `Let 'Tenant' of this node take the tenant of the item, and leave that as Member Match gives it.`;

function whatToChange(stated: PayerKind, chosen: PayerKind, addressField: string): string {
	return stated.name === chosen.name
		? `Choose the credential that Member Match has: its '${addressField}' is another.`
		: `Set 'Payer API' of this node to '${stated.displayName}', and choose the credential that Member Match has.`;
}

function otherPayerError(stated: string, own: string, whatToDo: string): ExchangeError {
	return new ExchangeError(`The member was matched at ${stated}, but this node is set to ${own}`, {
		whatToDo: `${whatToDo} Nothing was sent to the payer for this item. Where a workflow works with several payers, each needs nodes of its own: a Switch node on the column payer divides the items.`,
	});
}
