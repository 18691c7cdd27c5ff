import type { IDataObject } from 'n8n-workflow';
import { PAYER_KEY_PATTERN } from '../fhir/ids';
import { textOf } from '../fhir/json';

/** The payer as items name it, in the column `payer`. */
export interface ItemPayer {
	/** See {@link payerKey}. */
	payer: string;
	/** What people call it; can be edited in the credential, so nothing is told by it. */
	payerName?: string;
}

/** Where a payer is. */
export interface PayerPlace {
	/** Name of the payer kind, e.g. `oneUpHealth`. */
	kind: string;
	/** The base address, a valid URL. */
	address: string;
	/** The health plan, at a gateway that serves several. */
	tenant?: string;
}

/**
 * The name of a payer in items: `kind:host/path`, and `/tenant` where there are tenants, e.g. `oneUpHealth:gateway.1up.health/bison` or
 * `pdex:fhir.payer.example:8443/r4`. This form never changes, because ids are made from it.
 *
 * - The kind is spelled as it is; all that follows is in lower case: plans that differ by case only are one plan.
 * - No scheme, user, query and fragment; no slash at the end.
 * - A port stands in it only where it is not that of the scheme (443 for https, 80 for http).
 * - A host name beyond ASCII is written as it stands in addresses (`xn--`), an IPv6 address in brackets.
 */
export function payerKey({ kind, address, tenant }: PayerPlace): string {
	const { host, pathname } = new URL(address);
	const place = [host + pathname.replace(/\/+$/, ''), ...(tenant === undefined ? [] : [tenant])].join('/');
	return `${kind}:${place.toLowerCase()}`;
}

/** The key of an item; undefined if it has none: a column `payer` of a roster holds other things, such as the name of a plan. */
export function readPayerKey({ payer }: IDataObject): string | undefined {
	const text = textOf(payer);
	return text !== undefined && PAYER_KEY_PATTERN.test(text) ? text : undefined;
}

/** The kind in a key. */
export function kindInKey(key: string): string {
	return key.slice(0, key.indexOf(':'));
}

/** A key without its tenant, which is the last part of a key that has one. */
export function withoutTenant(key: string): string {
	return key.slice(0, key.lastIndexOf('/'));
}

/** The columns of an item that name its payer; empty if it names none. */
export function itemPayer(json: IDataObject): Partial<ItemPayer> {
	const payer = readPayerKey(json);
	if (payer === undefined) return {};
	const payerName = textOf(json.payerName);
	return { payer, ...(payerName !== undefined && { payerName }) };
}
