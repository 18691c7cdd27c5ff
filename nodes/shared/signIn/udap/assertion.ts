import { randomUUID } from 'crypto';
import { AccessTokenError } from '../../http/errors';
import { signedJwt, type JwtAlgorithm } from '../jwt';
import type { UdapIdentity } from './identity';
import { UDAP_LABELS } from './labels';

/** With a clock that runs ahead, `iat` is still not after the payer's own time; both keep within the 300 s that UDAP allows. */
const BACKDATED_SECONDS = 30;
const LIFETIME_SECONDS = 240;

/**
 * A JWT of the client, signed with the key of its certificate, which goes along (`x5c`).
 * @param accepted algorithms that the payer takes for it; none: it does not say
 * @throws AccessTokenError if the key can sign by none of them
 */
export function udapJwt(
	{ x5c, key, algorithms }: UdapIdentity,
	claims: { iss: string; aud: string; [name: string]: unknown },
	accepted: readonly string[],
	now = Date.now(),
): string {
	const seconds = Math.floor(now / 1000);
	return signedJwt(
		{ alg: chosenAlgorithm(algorithms, accepted), x5c },
		{
			...claims,
			sub: claims.iss,
			iat: seconds - BACKDATED_SECONDS,
			exp: seconds + LIFETIME_SECONDS,
			jti: randomUUID(),
		},
		key,
	);
}

function chosenAlgorithm(possible: readonly JwtAlgorithm[], accepted: readonly string[]): JwtAlgorithm {
	const chosen = accepted.length === 0 ? possible[0] : possible.find((each) => accepted.includes(each));
	if (chosen !== undefined) return chosen;
	throw new AccessTokenError(
		`The payer does not take signatures by ${possible.join(' or ')}, which are those of the ${UDAP_LABELS.key}. Every payer must take RS256: ask your trust community for a certificate with an RSA key.`,
	);
}
