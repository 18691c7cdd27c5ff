import { createPublicKey, randomUUID, type KeyObject } from 'node:crypto';
import { exportJWK, exportPKCS8, type JSONWebKeySet, type JWK } from 'jose';
import { BoundedMap } from '../boundedMap';
import { ecKey, rsaKey } from '../keys';
import { Assertions } from './assertions';
import type { StandardSettings } from './settings';
import type { Checks } from './violations';

export const CLIENT_ID = 'prairie-health-plan';
export const CLIENT_SECRET = 's3cret+/=&%| with spaces';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The private keys of the sandbox's own client, made anew at each start. */
export interface ClientKeys {
	RS384: { jwk: JWK; pem: string };
	ES384: { jwk: JWK; pem: string };
}

/** A token request as it came. */
export interface TokenRequest {
	form: URLSearchParams;
	authorization: string | undefined;
	tokenUrl: string;
	jwksUrl: string;
	/** Fingerprint of the client certificate that was shown. */
	certificate?: string;
}

/** What a token is worth. */
export type Verdict = 'good' | 'missing' | 'unknown';

/** The token endpoint of a payer that takes SMART Backend Services, and client secrets by Basic or in the body. */
export interface StandardTokens {
	keys: ClientKeys;
	/** The public keys of the client: its own, where it has registered some, else those of `keys`. */
	jwks: JSONWebKeySet;
	/** @returns HTTP status and JSON body */
	answer(request: TokenRequest, checks: Checks): Promise<{ status: number; body: object }>;
	/** A token for a client that has proved who it is. @param certificate as of `verdict` */
	issue(scope: string, certificate?: string): { status: number; body: object };
	/** @param certificate fingerprint of the one that was shown; the token of a client with one is good with it only (RFC 8705 section 3) */
	verdict(authorization: string | undefined, certificate?: string): Verdict;
	revokeAll(): void;
}

/** Starts the token endpoint; `registered` is the key set of a client that signs with keys of its own. */
export async function createStandardTokens(
	settings: StandardSettings,
	registered?: JSONWebKeySet,
): Promise<StandardTokens> {
	const { keys, published } = await clientKeys();
	const jwks = registered ?? published;
	const assertions = new Assertions();
	const tokens = new BoundedMap<string, { until: number; certificate?: string }>();

	const isKnown = async (request: TokenRequest, checks: Checks): Promise<boolean> => {
		const { form, authorization } = request;
		const isBare = !form.has('client_secret') && authorization === undefined;
		if (!form.has('client_assertion')) {
			// The certificate says who asks (RFC 8705 section 2): the server takes those of this client only.
			if (isBare && request.certificate !== undefined) return form.get('client_id') === CLIENT_ID;
			return hasSecret(form, authorization, checks);
		}
		const type = checks.check(
			'A19',
			'client_assertion_type',
			form.get('client_assertion_type') === ASSERTION_TYPE,
		);
		const rules = { clientId: CLIENT_ID, tokenUrl: request.tokenUrl, jwksUrl: request.jwksUrl, jwks };
		return (await assertions.isGood(form.get('client_assertion') ?? '', rules, checks)) && type;
	};

	const issue: StandardTokens['issue'] = (scope, certificate) => {
		const token = randomUUID();
		tokens.set(token, { until: Date.now() + settings.tokenSeconds * 1000, certificate });
		return {
			status: 200,
			body: {
				access_token: token,
				token_type: 'bearer',
				expires_in: settings.tokenSeconds,
				scope: settings.grantedScope || scope,
			},
		};
	};

	return {
		keys,
		jwks,
		issue,
		async answer(request, checks) {
			const { form } = request;
			const refuse = (error: string, status = 400) => ({ status, body: { error } });
			const [grant, scope] = [form.get('grant_type'), form.get('scope') ?? ''];
			checks.check('A1', 'grant_type is client_credentials', grant === 'client_credentials');
			checks.check('A19', 'no refresh_token grant', grant !== 'refresh_token');
			if (grant !== 'client_credentials') return refuse('unsupported_grant_type');
			if (!(await isKnown(request, checks))) return refuse('invalid_client', 401);
			if (!checks.check('A19', 'scope is not empty', scope !== '')) return refuse('invalid_scope');
			if (!checks.check('A5', 'scope is a list of names', SCOPE.test(scope))) return refuse('invalid_scope');
			return issue(scope, request.certificate);
		},
		verdict: (authorization, certificate) => {
			if (authorization === undefined) return 'missing';
			const [, token = ''] = /^Bearer (\S+)$/i.exec(authorization) ?? [];
			const issued = tokens.get(token);
			const isGood = issued && issued.until > Date.now() && issued.certificate === certificate;
			return isGood ? 'good' : 'unknown';
		},
		revokeAll: () => tokens.clear(),
	};
}

/** RFC 6749 section 3.3. */
const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]+(?: [\x21\x23-\x5B\x5D-\x7E]+)*$/;

async function clientKeys(): Promise<{ keys: ClientKeys; published: JSONWebKeySet }> {
	const made = async (alg: keyof ClientKeys, privateKey: KeyObject) => {
		const publicKey = createPublicKey(privateKey);
		const jwk = { ...(await exportJWK(privateKey)), kid: alg, alg };
		return {
			own: { jwk, pem: await exportPKCS8(privateKey) },
			open: { ...(await exportJWK(publicKey)), kid: alg, alg },
		};
	};
	const [rsa, ec] = await Promise.all([made('RS384', rsaKey()), made('ES384', ecKey())]);
	return { keys: { RS384: rsa.own, ES384: ec.own }, published: { keys: [rsa.open, ec.open] } };
}

/** Whether the client's secret is right, sent by Basic (RFC 6749 section 2.3.1: form-encoded, then base64) or in the body. */
function hasSecret(form: URLSearchParams, authorization: string | undefined, checks: Checks): boolean {
	const [, basic] = /^Basic (.+)$/i.exec(authorization ?? '') ?? [];
	if (basic === undefined) {
		const [id, secret] = [form.get('client_id'), form.get('client_secret')];
		checks.check('A3', 'client_id beside client_secret', secret === null || id !== null);
		checks.check('A3', 'no Authorization header', authorization === undefined);
		return id === CLIENT_ID && secret === CLIENT_SECRET;
	}
	checks.check('A2', 'no secret in the body beside Basic', !form.has('client_secret'));
	const text = Buffer.from(basic, 'base64').toString();
	checks.check('A2', 'id and secret are form-encoded', text !== `${CLIENT_ID}:${CLIENT_SECRET}`);
	const [id, secret] = text.split(':').map(formDecoded);
	return id === CLIENT_ID && secret === CLIENT_SECRET;
}

function formDecoded(text: string): string | undefined {
	try {
		return decodeURIComponent(text.replaceAll('+', ' '));
	} catch {
		return undefined;
	}
}
