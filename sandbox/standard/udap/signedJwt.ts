import { X509Certificate } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose';

/** Algorithms that the payers take of clients. */
export const ALGORITHMS = ['RS256', 'RS384', 'ES256', 'ES384'];
const MAX_SECONDS = 300;

/** A JWT of a client as it was judged. */
export interface JudgedJwt {
	claims: JWTPayload;
	/** URIs of the certificate that signed it. */
	uris: string[];
	/** Rules that it does not keep; none: it is good. */
	complaints: string[];
}

/** Judges what clients sign, by sections 3.1, 5.2.1 and 7.1 of HL7's UDAP guide. Signatures are verified by jose, certificates by Node. */
export class UdapJudge {
	private readonly used = new Set<string>();

	constructor(private readonly anchor: X509Certificate) {}

	/** @param aud the endpoint that the JWT came to */
	async judge(jwt: unknown, aud: string): Promise<JudgedJwt> {
		try {
			return await this.judged(String(jwt), aud);
		} catch {
			return { claims: {}, uris: [], complaints: ['a JWT with a good signature by the key of x5c'] };
		}
	}

	private async judged(jwt: string, aud: string): Promise<JudgedJwt> {
		const { alg = '', x5c } = decodeProtectedHeader(jwt);
		const claims = decodeJwt(jwt);
		const isChain = Array.isArray(x5c) && x5c.length > 0 && x5c.every((each) => typeof each === 'string');
		if (!isChain) return { claims, uris: [], complaints: ['x5c in the header'] };
		const chain = x5c.map((each) => new X509Certificate(Buffer.from(each, 'base64')));
		await jwtVerify(jwt, chain[0].publicKey, { algorithms: ALGORITHMS, currentDate: new Date(0) });
		const uris = [...(chain[0].subjectAltName ?? '').matchAll(/URI:([^,\s]+)/g)].map(([, uri]) => uri);
		const { iss, sub, iat, exp, jti } = claims;
		const now = Date.now() / 1000;
		const isTimed = typeof iat === 'number' && typeof exp === 'number';
		const rules: Array<[says: string, holds: boolean]> = [
			['alg is one that the metadata lists', ALGORITHMS.includes(alg)],
			['x5c leads to the root of the community', this.isTrusted(chain)],
			['iss and sub are the same', typeof iss === 'string' && iss !== '' && iss === sub],
			['aud is this endpoint', claims.aud === aud],
			['iat and exp are there', isTimed],
			['exp is after iat, by 300 s at most', isTimed && exp > iat && exp - iat <= MAX_SECONDS],
			['iat is not ahead, exp not past', isTimed && iat <= now && exp > now],
			['jti, never used before', typeof jti === 'string' && jti !== '' && !this.used.has(`${iss} ${jti}`)],
		];
		this.used.add(`${iss} ${jti}`);
		return { claims, uris, complaints: rules.filter(([, holds]) => !holds).map(([says]) => says) };
	}

	private isTrusted(chain: X509Certificate[]): boolean {
		const isGood = ({ validFrom, validTo }: X509Certificate) =>
			Date.parse(validFrom) <= Date.now() && Date.now() <= Date.parse(validTo);
		const path = [...chain, this.anchor];
		return path.every(
			(each, index) =>
				isGood(each) &&
				(index === 0 || (each.ca && path[index - 1].checkIssued(each))) &&
				(index === 0 || path[index - 1].verify(each.publicKey)),
		);
	}
}
