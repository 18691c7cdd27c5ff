import { tryParseUrl } from '../http/addresses';

/**
 * Whether a manifest's `request` is the request that we send (FHIR Bulk Data, "Response - Output Manifest": the full URL of the kick-off).
 * The host does not count, since a payer behind a proxy knows itself by another; the order of the parameters does not count either.
 */
export function isSameRequest(stated: string | undefined, expected: string): boolean {
	const [one, other] = [stated, expected].map((text) => tryParseUrl(text ?? '', expected));
	if (!one || !other || stated === undefined) return false;
	return one.pathname === other.pathname && sortedQuery(one) === sortedQuery(other);
}

function sortedQuery({ searchParams }: URL): string {
	return JSON.stringify([...searchParams].map(([name, value]) => `${name}=${value}`).sort());
}
