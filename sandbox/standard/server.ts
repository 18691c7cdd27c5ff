import type { FastifyInstance } from 'fastify';
import type { JSONWebKeySet } from 'jose';
import { listen, logRequests, newServer, sendAnswer } from '../httpServer';
import { clientFingerprint } from '../clientFingerprint';
import { FHIR_JSON } from '../mediaTypes';
import { refusal } from '../operationOutcome';
import { RequestLog } from '../requestLog';
import { ALL_DIALECTS } from './dialects';
import { Groups } from './groups';
import { StandardJobs } from './jobs';
import { makeMutualTls, type ClientCertificates } from './mutualTls';
import { newPayer, type SharedState } from './payer';
import { openFileRoutes, payerRoutes } from './routes';
import { defaultStandardSettings, readStandardSettings, type StandardSettings } from './settings';
import { CLIENT_ID, createStandardTokens, type ClientKeys } from './tokens';
import type { CommunityClient } from './udap/community';
import { UDAP_TOKEN_PATH, udapRoutes } from './udap/routes';
import { Violations } from './violations';

/** Running payers. */
export interface StandardSandbox {
	url: string;
	tokenUrl: string;
	/** Where the client's public keys are, for `jku`. */
	jwksUrl: string;
	/** Where files are that need no token, by the setting `fileAccess`. */
	openUrl: string;
	keys: ClientKeys;
	/** What the client needs where the payers want a client certificate. */
	certificates?: ClientCertificates;
	/** What the client has of the trust community, where the payers offer UDAP. */
	udap?: CommunityClient;
	close(): Promise<void>;
}

/** What may be asked for at the start. */
export interface StandardOptions {
	settings?: Partial<StandardSettings>;
	/** The public keys of a client that signs with its own; without them it signs with those of `keys`. */
	jwks?: JSONWebKeySet;
	/** Whether the payers want a client certificate (mutual TLS). Their files without token are then on a server that takes one but wants none. */
	mtls?: boolean;
	/** Whether they offer UDAP as well, in a trust community that is made for it. */
	udap?: boolean;
}

/** A bulk match of 10,000 members fits in. */
const MAX_BYTES = 128 * 1024 * 1024;
const FORM = 'application/x-www-form-urlencoded';
const TOKEN_PATH = '/auth/token';
const JWKS_PATH = '/sandbox/jwks.json';

function readBodies(app: FastifyInstance): void {
	app.addContentTypeParser(
		[FHIR_JSON, 'application/json+fhir'],
		{ parseAs: 'string' },
		(_request, body, done) => {
			try {
				done(null, body === '' ? undefined : JSON.parse(String(body)));
			} catch {
				done(Object.assign(new Error('The body is not JSON.'), { statusCode: 400 }));
			}
		},
	);
	app.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) =>
		done(null, new URLSearchParams(String(body))),
	);
}

/** What can be seen of any request, whether or not its address exists. */
function checkAll(app: FastifyInstance, violations: Violations): void {
	const secrets = ['access_token', 'client_secret', 'client_assertion'];
	app.addHook('onRequest', async (request) => {
		const { pathname, searchParams } = new URL(request.url, 'http://sandbox');
		if (pathname.startsWith('/sandbox/')) return;
		const checks = violations.of(request);
		checks.check('A4', 'nothing secret in the URL', !secrets.some((name) => searchParams.has(name)));
		checks.check('B2', '$ is sent as it is', !/%24/i.test(pathname));
		if (pathname === TOKEN_PATH || pathname === UDAP_TOKEN_PATH) {
			const isForm = request.headers['content-type']?.startsWith(FORM) === true;
			checks.check('A1', 'POST of a form', request.method === 'POST' && isForm);
		}
	});
	app.setNotFoundHandler(async (request, reply) => {
		const isDelete = request.method === 'DELETE' && !request.url.startsWith('/sandbox/');
		violations.of(request).check('H1', 'DELETE of the polling address', !isDelete);
		await sendAnswer(reply, refusal(404, 'not-found', 'There is nothing at this address.'));
	});
}

/** Aids for tests and demos; they are no part of any standard and ask for no token. */
function control(app: FastifyInstance, { settings, violations, tokens }: SharedState, log: RequestLog): void {
	app.get('/sandbox/health', async () => ({ status: 'ok' }));
	app.get('/sandbox/violations', async () => violations.all());
	app.delete('/sandbox/violations', async (_request, reply) => {
		violations.clear();
		await reply.code(204).send();
	});
	app.get('/sandbox/requests', async () => log.list());
	app.delete('/sandbox/requests', async (_request, reply) => {
		log.clear();
		violations.clear();
		await reply.code(204).send();
	});
	app.get('/sandbox/settings', async () => settings);
	app.put('/sandbox/settings', async ({ body }, reply) => {
		const read = readStandardSettings(body);
		if ('complaint' in read) return await sendAnswer(reply, refusal(400, 'invalid', read.complaint));
		return Object.assign(settings, read.settings);
	});
	app.post('/sandbox/tokens/revoke', async (_request, reply) => {
		tokens.revokeAll();
		await reply.code(204).send();
	});
	app.get(JWKS_PATH, async () => tokens.jwks);
}

/**
 * Payers that follow the standards, each below `/{dialect}/fhir`, with the same members and data. `GET /sandbox/violations`
 * tells which rules of the client checklist were not kept.
 */
export async function startStandardSandbox(
	port = 0,
	{ settings: asked, jwks, mtls = false, udap = false }: StandardOptions = {},
): Promise<StandardSandbox> {
	const settings = { ...defaultStandardSettings(), ...asked };
	const certificates = mtls ? await makeMutualTls(CLIENT_ID) : undefined;
	const tls = certificates && { ...certificates.server, requestCert: true };
	const app = newServer(MAX_BYTES, tls);
	const openApp = newServer(MAX_BYTES, tls && { ...tls, rejectUnauthorized: false });
	let [url, openUrl] = ['', ''];
	const shared: SharedState = {
		settings,
		violations: new Violations(),
		tokens: await createStandardTokens(settings, jwks),
		jobs: new StandardJobs(),
		groups: new Groups(),
		url: () => url,
		openUrl: () => openUrl,
		mtls,
	};
	const log = new RequestLog();
	for (const each of [app, openApp]) logRequests(each, log);
	readBodies(app);
	checkAll(app, shared.violations);
	control(app, shared, log);
	app.post(TOKEN_PATH, async (request, reply) => {
		const { status, body } = await shared.tokens.answer(
			{
				form: request.body instanceof URLSearchParams ? request.body : new URLSearchParams(),
				authorization: request.headers.authorization,
				tokenUrl: url + TOKEN_PATH,
				jwksUrl: url + JWKS_PATH,
				certificate: clientFingerprint(request.raw),
			},
			shared.violations.of(request),
		);
		await reply.code(status).header('cache-control', 'no-store').send(body);
	});
	for (const dialect of ALL_DIALECTS) {
		const payer = newPayer(dialect, shared);
		payerRoutes(app, payer);
		openFileRoutes(openApp, payer);
	}

	const offerUdap = udap ? udapRoutes(app, shared) : undefined;

	url = await listen(app, port);
	openUrl = await listen(openApp, 0);
	const offered = await offerUdap?.();
	return {
		url,
		tokenUrl: url + TOKEN_PATH,
		jwksUrl: url + JWKS_PATH,
		openUrl,
		keys: shared.tokens.keys,
		...(certificates && { certificates: certificates.client }),
		...(offered && { udap: offered.client }),
		close: async () => {
			await Promise.all([app.close(), openApp.close()]);
		},
	};
}
