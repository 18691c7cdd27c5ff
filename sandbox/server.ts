/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { controlApi } from './control';
import { ExportJobs } from './exportJobs';
import { misbehave } from './faults/misbehave';
import { FaultPlan, type FaultEntry } from './faults/plan';
import { listen, logRequests, newServer, sendAnswer } from './httpServer';
import { tenants } from './members';
import { createTokenServer, endpointPath, type TokenServer } from './oauth';
import { refusal } from './operationOutcome';
import { payerApi, type Gateway } from './payerApi';
import { RequestLog } from './requestLog';
import { defaultSettings, type Settings } from './settings';

/** A running gateway. */
export interface Sandbox {
	url: string;
	clientId: string;
	clientSecret: string;
	tenant: string;
	close(): Promise<void>;
}

/** The client that may do everything, where no other is asked for; its secret is hard to send on purpose. */
export const defaultClient = { clientId: 'sandbox-client', clientSecret: 's3cret+/=&%| with spaces' };

const maxBytes = 1024 * 1024;

/** The token endpoint reads the request by itself, so nothing else may. */
function tokenApi(tokens: TokenServer) {
	return async (api: FastifyInstance): Promise<void> => {
		api.removeAllContentTypeParsers();
		api.addContentTypeParser('*', (_request, _payload, done) => done(null));
		api.post(endpointPath, async (request, reply) => {
			reply.hijack();
			await tokens.handle(request.raw, reply.raw);
		});
		api.route({
			method: ['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
			url: endpointPath,
			handler: async (_request, reply) =>
				await sendAnswer(reply.header('allow', 'POST'), refusal(405, 'not-supported', 'Use POST.')),
		});
	};
}

/** Stops listening for a time and then listens on the same port again, unless the gateway is closed by then. */
function connectionRefusal(app: FastifyInstance): (ms: number) => void {
	let again: NodeJS.Timeout | undefined;
	app.addHook('preClose', async () => clearTimeout(again));
	return (ms) => {
		if (!app.server.listening) return;
		const { port, address } = app.server.address() as AddressInfo;
		app.server.close();
		again = setTimeout(() => app.server.listen(port, address), ms);
	};
}

/** Starts the gateway on 127.0.0.1; port 0 is any free one. */
export async function startSandbox(
	asked: Partial<Settings> = {},
	port = 0,
	{ clientId, clientSecret } = defaultClient,
	faults: FaultEntry[] = [],
): Promise<Sandbox> {
	const app = newServer(maxBytes);
	const settings = { ...defaultSettings(), ...asked };
	const plan = FaultPlan.read(faults);
	if ('complaint' in plan) throw new TypeError(plan.complaint);
	const log = new RequestLog();
	let url = '';
	const gateway: Gateway = {
		settings,
		faults: plan,
		jobs: new ExportJobs(),
		tokens: createTokenServer('http://127.0.0.1', clientId, clientSecret, settings),
		url: () => url,
	};
	logRequests(app, log);
	misbehave(app, gateway, log, connectionRefusal(app));
	app.setNotFoundHandler(async (_request, reply) => {
		await sendAnswer(reply, refusal(404, 'not-found', 'There is nothing at this address.'));
	});
	await app.register(tokenApi(gateway.tokens));
	await app.register(payerApi(gateway));
	await app.register(controlApi(gateway, log));
	url = await listen(app, port);

	return {
		url,
		clientId,
		clientSecret,
		tenant: tenants[0],
		close: async () => await app.close(),
	};
}
