import type { IDataObject } from 'n8n-workflow';
import { envelope } from '../shared/exchange/envelope';
import { readBatch, type Batch } from '../shared/files/batchItem';
import { tenantIn, type OpenConnection } from '../shared/payers/connection';
import { payerOfItem } from '../shared/payers/otherPayer';

/** The batch of an input item. @throws ExchangeError if the item is of another payer than the one that the node is set to */
export function batchOfItem(connection: OpenConnection, json: IDataObject): Batch {
	const tenant = () => tenantIn(connection, json);
	const payer = payerOfItem(connection, json, tenant);
	return readBatch(json, envelope({ ...json, ...payer, fhirBase: connection.fhirBase?.(tenant()) }));
}
