import { FHIR_ID_PATTERN } from '../fhir/ids';
import { TEXT_LIMITS } from '../fhir/limits';
import { isBelow, isHttpUrl, hasUserInfo, tryParseUrl } from '../http/addresses';
import { otherHostAdvice } from '../http/errors';
import type { PayerRequest } from '../http/request';
import { ExchangeError } from '../n8n/exchangeError';
import { isFileAddress } from './addressForms';
import type { OpenConnection } from './connection';
import { listedFileUrl } from './fileHosts';
import { onOwnOrigin } from './ownOrigin';

/**
 * The request for a document that a resource names by its address (`Attachment.url`). The payer's own host is asked with the token, where
 * the manifest says so (Bulk Data, "Attachments"); an allowed file host is asked without it, over https; nobody else is asked.
 */

/** Why a document's address is not asked. */
export type AddressRefusal = 'relative-address' | 'host-not-allowed' | 'address-not-allowed';

/** Thrown for an address that is not asked; nothing was sent. */
export class AddressRefused extends ExchangeError {
	constructor(
		readonly outcome: AddressRefusal,
		message: string,
		whatToDo: string,
	) {
		super(message, { whatToDo });
	}
}

/** What is asked of a document's address. */
export interface AskedDocument {
	/** As the resource names it. */
	url: string;
	/** Media types for the header Accept. */
	accept: string;
	requiresAccessToken: boolean;
	/** The health plan, at a gateway that serves several. */
	tenant?: string;
}

/** The request for a document, and whether its address is that of a Binary of the payer. */
export interface DocumentRequest {
	request: PayerRequest;
	isBinary: boolean;
}

/** `Binary/{id}`, with a version or without. */
const BINARY = /^Binary\/([^/]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** @throws AddressRefused if nothing may be asked there */
export function documentRequest(connection: OpenConnection, asked: AskedDocument): DocumentRequest {
	const fhirBase = connection.fhirBase?.(asked.tenant);
	const url = asked.url.trim();
	const binary = binaryUrl(connection, fhirBase, url);
	if (binary !== undefined)
		return { request: requestAt(connection, fhirBase, binary, asked), isBinary: true };
	return { request: requestAt(connection, fhirBase, url, asked), isBinary: false };
}

/** The address of a Binary on the payer's own server, which `Binary/{id}` and `<base>/Binary/{id}` name; undefined for any other address. */
function binaryUrl(
	{ fileHosts }: OpenConnection,
	fhirBase: string | undefined,
	url: string,
): string | undefined {
	if (fhirBase === undefined || onFileHost(fileHosts, fhirBase, url) !== undefined) return undefined;
	const target = tryParseUrl(url);
	const own = target && onOwnOrigin(fhirBase, target);
	const path = own?.startsWith(`${fhirBase}/`) ? own.slice(fhirBase.length + 1) : url;
	const [, id] = BINARY.exec(path) ?? [];
	if (id === undefined || !FHIR_ID_PATTERN.test(id) || /^\.+$/.test(id)) return undefined;
	return `${fhirBase}/Binary/${id}`;
}

/** The address on an allowed file host other than the payer's own; undefined for any other. */
function onFileHost(fileHosts: readonly string[], fhirBase: string, url: string): string | undefined {
	const listed = listedFileUrl(fileHosts, url);
	return listed !== undefined && new URL(listed).host !== new URL(fhirBase).host ? listed : undefined;
}

function requestAt(
	connection: OpenConnection,
	fhirBase: string | undefined,
	url: string,
	{ accept, requiresAccessToken }: Pick<AskedDocument, 'accept' | 'requiresAccessToken'>,
): PayerRequest {
	const address = documentAddress(connection, fhirBase ?? connection.baseUrl, url);
	const withToken = requiresAccessToken && address.isOwn;
	return {
		method: 'GET',
		url: address.url,
		// Unpacked, a document has another size than the one that is stated.
		headers: { Accept: accept, 'Accept-Encoding': 'identity' },
		withoutToken: !withToken,
		redirectedTo: (target) =>
			// What came from another host is not trusted with the token again.
			requestAt(connection, fhirBase, target, { accept, requiresAccessToken: withToken }),
	};
}

/** @throws AddressRefused if nothing may be asked there */
function documentAddress(
	{ baseUrl, fileHosts, takes, isOfAnotherPayer }: OpenConnection,
	fhirBase: string,
	url: string,
): { url: string; isOwn: boolean } {
	if (url.length > TEXT_LIMITS.address) throw notAllowed('The address of the document is too long');
	const target = tryParseUrl(url);
	if (!target) throw relative();
	if (!isHttpUrl(target) || hasUserInfo(target)) {
		throw notAllowed('The address of the document is no plain web address');
	}
	const listed = onFileHost(fileHosts, fhirBase, url);
	if (isOfAnotherPayer?.(listed ?? target.href) === true) {
		throw notAllowed('The address of the document is that of another payer of the directory');
	}
	if (listed !== undefined) return { url: listed, isOwn: false };
	const own = onOwnOrigin(fhirBase, target);
	if (own === undefined || !isBelow(baseUrl, own)) throw elsewhere(target);
	// The token of a gateway is good for other health plans too.
	const isOfPlan = !takes('tenant') || isBelow(fhirBase, own);
	if (isOfPlan && isFileAddress(fhirBase, new URL(own))) return { url: own, isOwn: true };
	throw notAllowed(
		'The address of the document could be that of a resource, a search or an operation, or of another plan',
	);
}

function relative(): AddressRefused {
	return new AddressRefused(
		'relative-address',
		'The address of the document is relative',
		'FHIR Bulk Data wants an absolute one, and only Binary/{id} is known to stand below the FHIR base. Nothing was asked. Tell the payer.',
	);
}

function elsewhere(target: URL): AddressRefused {
	return new AddressRefused(
		'host-not-allowed',
		'The document is on another host',
		`Nothing was asked there. ${otherHostAdvice(target)}`,
	);
}

function notAllowed(message: string): AddressRefused {
	return new AddressRefused(
		'address-not-allowed',
		message,
		'Nothing was asked there, since the token is for files only. Ask the payer for the address of the document itself.',
	);
}
