import { randomUUID } from 'crypto';
import { signedJwt } from './jwt';
import type { SigningKey } from './signingKey';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Less than the five minutes that SMART allows, as tolerance for a fast clock. */
const ASSERTION_LIFETIME_SECONDS = 240;

/** A new signed client assertion (RFC 7523 section 3). @param tokenUrl the exact URL that it is posted to */
export function clientAssertion(
	{ key, alg, kid }: SigningKey,
	clientId: string,
	tokenUrl: string,
	jku?: string,
	now = Date.now(),
): string {
	const header = { alg, kid, typ: 'JWT', ...(jku && { jku }) };
	const claims = {
		iss: clientId,
		sub: clientId,
		aud: tokenUrl,
		exp: Math.floor(now / 1000) + ASSERTION_LIFETIME_SECONDS,
		jti: randomUUID(),
	};
	return signedJwt(header, claims, key);
}
