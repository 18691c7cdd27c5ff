/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BoundedMap } from './boundedMap';
import { rsaKey } from './keys';
import Provider, {
	type Adapter,
	type AdapterPayload,
	type ClientMetadata,
	type JWK,
} from './oidcProvider.cjs';
import type { Settings } from './settings';

/** The path of the token endpoint. */
export const endpointPath = '/auth/realms/dev-portal/protocol/openid-connect/token';

/** The scope that the payer-to-payer calls need; the pipe belongs to the name. */
export const payerScope = 'member-match|read';

/** A client that gets a token and may do nothing with it. */
export const readOnlyClient = { clientId: 'read-only-client', clientSecret: 'read-only', scope: 'other' };

/** Keeps what oidc-provider stores, in memory. */
class MemoryAdapter implements Adapter {
	private readonly stored = new BoundedMap<string, AdapterPayload>();

	async upsert(id: string, payload: AdapterPayload): Promise<undefined> {
		this.stored.set(id, payload);
	}

	async find(id: string): Promise<AdapterPayload | undefined> {
		return this.stored.get(id);
	}

	async findByUserCode(): Promise<undefined> {}

	async findByUid(): Promise<undefined> {}

	async consume(): Promise<undefined> {}

	async destroy(id: string): Promise<undefined> {
		this.stored.delete(id);
	}

	async revokeByGrantId(): Promise<undefined> {}

	clear(): void {
		this.stored.clear();
	}
}

/** The gateway's authorization server: it issues tokens to clients, and says whether a token is good. */
export interface TokenServer {
	handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
	check(authorization: string | undefined): Promise<'good' | 'unknown' | 'wrong-scope'>;
	revokeAll(): void;
}

function client(clientId: string, clientSecret: string, scope: string): ClientMetadata {
	return {
		client_id: clientId,
		client_secret: clientSecret,
		scope,
		grant_types: ['client_credentials'],
		redirect_uris: [],
		response_types: [],
		token_endpoint_auth_method: 'client_secret_post',
	};
}

/** oidc-provider asks for a key, though opaque tokens are not signed; this one lives as long as the process. */
function signingKey(): JWK {
	return { ...rsaKey().export({ format: 'jwk' }), kty: 'RSA', alg: 'RS256', use: 'sig' };
}

/** Starts oidc-provider with the two clients; it serves the token path and nothing else. */
export function createTokenServer(
	issuer: string,
	clientId: string,
	clientSecret: string,
	settings: Settings,
): TokenServer {
	const adapters = new Map<string, MemoryAdapter>();
	const provider = new Provider(issuer, {
		adapter: (name: string) => {
			const adapter = adapters.get(name) ?? new MemoryAdapter();
			adapters.set(name, adapter);
			return adapter;
		},
		clients: [
			client(clientId, clientSecret, payerScope),
			client(readOnlyClient.clientId, readOnlyClient.clientSecret, readOnlyClient.scope),
		],
		scopes: [payerScope, readOnlyClient.scope],
		clientAuthMethods: ['client_secret_post'],
		features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
		jwks: { keys: [signingKey()] },
		routes: { token: endpointPath },
		ttl: { ClientCredentials: () => settings.tokenSeconds },
	});
	// oidc-provider leaves an unknown scope out; Keycloak, whose paths the contract has, refuses it.
	provider.use(async (ctx, next) => {
		await next();
		const asked = String(ctx.oidc?.params?.scope ?? '')
			.split(' ')
			.filter(Boolean);
		if (ctx.status !== 200 || asked.every((scope) => [payerScope, readOnlyClient.scope].includes(scope)))
			return;
		ctx.status = 400;
		ctx.body = { error: 'invalid_scope', error_description: 'Invalid scopes' };
	});
	const callback = provider.callback();

	return {
		handle: async (request, response) => await callback(request, response),
		check: async (authorization) => {
			const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
			const found = token === undefined ? undefined : await provider.ClientCredentials.find(token);
			if (!found?.isValid) return 'unknown';
			return found.scope?.split(' ').includes(payerScope) ? 'good' : 'wrong-scope';
		},
		revokeAll: () => adapters.forEach((adapter) => adapter.clear()),
	};
}
