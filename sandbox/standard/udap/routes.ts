import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { SignJWT } from 'jose';
import { clientFingerprint } from '../../clientFingerprint';
import { ALL_DIALECTS } from '../dialects';
import type { SharedState } from '../payer';
import { UdapClients } from './clients';
import { COMMUNITY, makeCommunity, type CommunityClient, type TrustCommunity } from './community';
import { ALGORITHMS, UdapJudge } from './signedJwt';

export const UDAP_TOKEN_PATH = '/udap/token';
export const REGISTRATION_PATH = '/udap/register';

/** The payers' UDAP, once they know their address. */
export interface Udap {
	client: CommunityClient;
}

/**
 * Every payer offers UDAP: signed metadata, registration and tokens.
 * @returns called when the server has its address, which the certificate of the server names
 */
export function udapRoutes(app: FastifyInstance, shared: SharedState): () => Promise<Udap> {
	let offered: { community: TrustCommunity; clients: UdapClients } | undefined;
	const running = () => {
		if (!offered) throw new Error('The community is not there yet');
		return offered;
	};
	for (const dialect of ALL_DIALECTS) {
		app.get(`/${dialect}/fhir/.well-known/udap`, async ({ query }, reply) => {
			const { community: asked } = query as { community?: string };
			if (asked !== undefined && asked !== COMMUNITY) return await reply.code(204).send();
			return await metadata(`${shared.url()}/${dialect}/fhir`, shared, running().community);
		});
	}
	app.post(REGISTRATION_PATH, async ({ body }, reply) => {
		const { udapRegistration: way } = shared.settings;
		if (way !== 'same-id' && way !== 'new-id') {
			return await reply.code(400).send({ error: way, error_description: 'As the setting says.' });
		}
		const endpoint = shared.url() + REGISTRATION_PATH;
		const answer = await running().clients.register(body, endpoint, way === 'same-id');
		return await reply.code(answer.status).send(answer.body);
	});
	app.post(UDAP_TOKEN_PATH, async ({ body, headers, raw }, reply) => {
		const form = body instanceof URLSearchParams ? body : new URLSearchParams();
		const endpoint = shared.url() + UDAP_TOKEN_PATH;
		const refused = await running().clients.tokenComplaints(form, headers.authorization, endpoint);
		const { status, body: answer } =
			refused ?? shared.tokens.issue(form.get('scope') ?? '', clientFingerprint(raw));
		return await reply.code(status).header('cache-control', 'no-store').send(answer);
	});
	app.put<{ Body: { isKnown: boolean } }>('/sandbox/udap/client', async ({ body }, reply) => {
		running().clients.reset(body.isKnown);
		return await reply.code(204).send();
	});
	return async () => {
		const community = await makeCommunity(ALL_DIALECTS.map((dialect) => `${shared.url()}/${dialect}/fhir`));
		const judge = new UdapJudge(new X509Certificate(community.anchor.cert));
		offered = { community, clients: new UdapClients(judge) };
		return { client: community.client };
	};
}

const HOUR_SECONDS = 3600;

async function metadata(fhirBase: string, { url }: SharedState, community: TrustCommunity): Promise<object> {
	const endpoints = {
		token_endpoint: url() + UDAP_TOKEN_PATH,
		registration_endpoint: url() + REGISTRATION_PATH,
	};
	const now = Math.floor(Date.now() / 1000);
	const x5c = [community.server.cert, community.intermediate.cert].map((pem) =>
		new X509Certificate(pem).raw.toString('base64'),
	);
	const signed = await new SignJWT({ iss: fhirBase, sub: fhirBase, ...endpoints })
		.setProtectedHeader({ alg: 'RS256', x5c })
		.setIssuedAt(now)
		.setExpirationTime(now + HOUR_SECONDS)
		.setJti(randomUUID())
		.sign(createPrivateKey(community.server.key));
	return {
		udap_versions_supported: ['1'],
		udap_profiles_supported: ['udap_dcr', 'udap_authn', 'udap_authz'],
		udap_authorization_extensions_supported: ['hl7-b2b'],
		udap_authorization_extensions_required: ['hl7-b2b'],
		udap_certifications_supported: [],
		udap_certifications_required: [],
		grant_types_supported: ['client_credentials'],
		scopes_supported: ['system/*.rs', 'system/*.read'],
		...endpoints,
		token_endpoint_auth_methods_supported: ['private_key_jwt'],
		token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
		registration_endpoint_jwt_signing_alg_values_supported: ALGORITHMS,
		signed_metadata: signed,
	};
}
