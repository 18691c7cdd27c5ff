import { hasUserInfo } from '../http/addresses';

/**
 * An address of the payer on the origin of the FHIR base. Behind a proxy, a server often knows itself by another scheme, port or name. So
 * what differs in the scheme alone, or is below the FHIR base's own path, is asked at the FHIR base's origin.
 *
 * @returns without fragment; undefined for an address elsewhere, or with a user name
 */
export function onOwnOrigin(fhirBase: string, address: URL): string | undefined {
	if (hasUserInfo(address)) return undefined;
	const base = new URL(fhirBase);
	const isSameHost = address.host === base.host;
	// A base without a path says nothing about whose path an address has.
	const isBelowBase = base.pathname !== '/' && address.pathname.startsWith(`${base.pathname}/`);
	return isSameHost || isBelowBase ? base.origin + address.pathname + address.search : undefined;
}
