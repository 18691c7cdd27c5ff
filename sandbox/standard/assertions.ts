import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import type { Checks } from './violations';

const ALGORITHMS = ['RS384', 'ES384'];
const MAX_SECONDS_AHEAD = 300;
const ES384_BYTES = 96;
const MAX_REMEMBERED = 10_000;

/** Who may sign, and for which token endpoint. */
export interface AssertionRules {
	clientId: string;
	tokenUrl: string;
	jwks: JSONWebKeySet;
	/** The registered address of the key set; a `jku` in the header must be it. */
	jwksUrl: string;
}

/** Judges client assertions by SMART's client-confidential-asymmetric; the signature is verified by jose. */
export class Assertions {
	private readonly used = new Set<string>();

	/** Whether an assertion is good. What breaks a rule is taken down; a wrong or unknown key breaks none. */
	async isGood(assertion: string, rules: AssertionRules, checks: Checks): Promise<boolean> {
		try {
			const followsRules = this.followsRules(assertion, rules, checks);
			await jwtVerify(assertion, createLocalJWKSet(rules.jwks), { algorithms: ALGORITHMS });
			return followsRules;
		} catch {
			return false;
		}
	}

	private followsRules(assertion: string, rules: AssertionRules, checks: Checks): boolean {
		const { alg = '', typ, kid, jku } = decodeProtectedHeader(assertion);
		const { iss, sub, aud, exp = Number.NaN, jti } = decodeJwt(assertion);
		const now = Date.now() / 1000;
		const signature = Buffer.from(assertion.split('.')[2] ?? '', 'base64url');
		const isNew = typeof jti === 'string' && jti !== '' && !this.used.has(jti);
		if (typeof jti === 'string') this.remember(jti);
		return [
			checks.check('A15', 'alg is RS384 or ES384', ALGORITHMS.includes(alg)),
			checks.check('A15', 'typ is JWT, kid is there', typ === 'JWT' && typeof kid === 'string' && kid !== ''),
			checks.check('A16', 'iss and sub are the client id', iss === rules.clientId && sub === rules.clientId),
			checks.check('A16', 'aud is the token URL and nothing else', aud === rules.tokenUrl),
			checks.check('A17', 'exp is in whole seconds', Number.isInteger(exp)),
			checks.check('A17', 'exp is within 300 s from now', exp > now && exp <= now + MAX_SECONDS_AHEAD),
			checks.check('A18', 'jti, never used before', isNew),
			checks.check('A20', 'r and s of 48 bytes each', alg !== 'ES384' || signature.length === ES384_BYTES),
			checks.check('A21', 'jku is the registered address', jku === undefined || jku === rules.jwksUrl),
		].every(Boolean);
	}

	private remember(jti: string): void {
		this.used.add(jti);
		const [oldest] = this.used;
		if (this.used.size > MAX_REMEMBERED) this.used.delete(oldest);
	}
}
