import { randomUUID } from 'node:crypto';
import { createLocalJWKSet, exportJWK, exportPKCS8, generateKeyPair, jwtVerify, type JWK } from 'jose';
import type { Violations } from './violations';

export const CLIENT_ID = 'prairie-health-plan';
export const CLIENT_SECRET = 's3cret+/=&%| with spaces';
/** A token lives for five minutes (SMART, recommended). */
const TOKEN_SECONDS = 300;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The private keys of the sandbox's own client, made anew at each start. */
export interface ClientKeys {
	RS384: { jwk: JWK; pem: string };
	ES384: { jwk: JWK; pem: string };
}

/** The token endpoint of a payer that takes SMART Backend Services, and client secrets by Basic or in the body. */
export interface StandardTokens {
	keys: ClientKeys;
	/** @returns HTTP status and JSON body */
	answer(
		form: URLSearchParams,
		authorization: string | undefined,
		tokenUrl: string,
	): Promise<{ status: number; body: object }>;
	isGood(authorization: string | undefined): boolean;
	revokeAll(): void;
}

export async function createStandardTokens(seen: Violations): Promise<StandardTokens> {
	const keys = {} as ClientKeys;
	const published: JWK[] = [];
	for (const alg of ['RS384', 'ES384'] as const) {
		const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
		keys[alg] = {
			jwk: { ...(await exportJWK(privateKey)), kid: alg, alg },
			pem: await exportPKCS8(privateKey),
		};
		published.push({ ...(await exportJWK(publicKey)), kid: alg, alg });
	}
	const jwks = createLocalJWKSet({ keys: published });
	const used = new Set<string>();
	const tokens = new Map<string, number>();

	async function isSigned(form: URLSearchParams, tokenUrl: string): Promise<boolean> {
		const assertion = form.get('client_assertion') ?? '';
		seen.check('A19', 'client_assertion_type', form.get('client_assertion_type') === ASSERTION_TYPE);
		try {
			const { payload, protectedHeader } = await jwtVerify(assertion, jwks, {
				algorithms: ['RS384', 'ES384'],
				audience: tokenUrl,
				issuer: CLIENT_ID,
				subject: CLIENT_ID,
			});
			const { exp = 0, jti = '' } = payload;
			const now = Date.now() / 1000;
			seen.check(
				'A15',
				'typ is JWT, kid is there',
				protectedHeader.typ === 'JWT' && protectedHeader.kid !== undefined,
			);
			seen.check('A16', 'aud is the token URL and nothing else', payload.aud === tokenUrl);
			seen.check(
				'A17',
				'exp in whole seconds, within 300 s',
				Number.isInteger(exp) && exp > now && exp <= now + 300,
			);
			seen.check('A18', 'jti, never used before', jti !== '' && !used.has(jti));
			used.add(jti);
			return true;
		} catch (error) {
			seen.check('A16', `assertion: ${(error as Error).message}`, false);
			return false;
		}
	}

	function hasSecret(form: URLSearchParams, authorization: string | undefined): boolean {
		const [, basic] = /^Basic (.+)$/.exec(authorization ?? '') ?? [];
		if (basic !== undefined) {
			const [id, secret] = Buffer.from(basic, 'base64')
				.toString()
				.split(':')
				.map((each) => decodeURIComponent(each.replaceAll('+', ' ')));
			seen.check('A2', 'no secret in the body beside Basic', !form.has('client_secret'));
			return id === CLIENT_ID && secret === CLIENT_SECRET;
		}
		return form.get('client_id') === CLIENT_ID && form.get('client_secret') === CLIENT_SECRET;
	}

	return {
		keys,
		async answer(form, authorization, tokenUrl) {
			const refuse = (error: string, status = 400) => ({ status, body: { error } });
			seen.check('A1', 'grant_type is client_credentials', form.get('grant_type') === 'client_credentials');
			seen.check('A19', 'scope is not empty', (form.get('scope') ?? '') !== '');
			if (form.get('grant_type') !== 'client_credentials') return refuse('unsupported_grant_type');
			const isKnown = form.has('client_assertion')
				? await isSigned(form, tokenUrl)
				: hasSecret(form, authorization);
			if (!isKnown) return refuse('invalid_client', 401);
			const token = randomUUID();
			tokens.set(token, Date.now() + TOKEN_SECONDS * 1000);
			return {
				status: 200,
				body: {
					access_token: token,
					token_type: 'bearer',
					expires_in: TOKEN_SECONDS,
					scope: form.get('scope'),
				},
			};
		},
		isGood: (authorization) => (tokens.get(authorization?.replace(/^Bearer /, '') ?? '') ?? 0) > Date.now(),
		revokeAll: () => tokens.clear(),
	};
}
