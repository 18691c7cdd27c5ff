import type { FastifyInstance } from 'fastify';
import { FaultPlan } from './faults/plan';
import { members } from './members';
import { sendAnswer } from './httpServer';
import type { Gateway } from './payerApi';
import { refusal } from './operationOutcome';
import type { RequestLog } from './requestLog';
import { readSettings } from './settings';
import { truthOf } from './truth';

/** Members with more resources than this are in the truth only when asked for by key. */
const maxByDefault = 100_000;

/** Aids for tests and demos. They are no part of the contract and ask for no token. */
export function controlApi(gateway: Gateway, log: RequestLog) {
	const { settings, tokens } = gateway;
	return async (api: FastifyInstance): Promise<void> => {
		// Only settings and faults have a body; a client's own content type on an empty one does not matter.
		api.addContentTypeParser('*', (_request, payload, done) => {
			payload.resume();
			done(null);
		});
		api.get('/sandbox/health', async () => ({ status: 'ok' }));
		api.get('/sandbox/members', async () => members);

		api.get<{ Querystring: { member?: string } }>('/sandbox/truth', async ({ query }) => {
			const truths = members
				.filter(({ key, row }) => query.member === undefined || [key, row.memberId].includes(query.member))
				.filter(({ batches }) => {
					const size = batches.reduce((sum, { count }) => sum + count, 0);
					return query.member !== undefined || size <= maxByDefault;
				});
			return truths.map((member) => truthOf(member, settings.resources));
		});

		api.get('/sandbox/requests', async () => log.list());
		api.delete('/sandbox/requests', async (_request, reply) => {
			log.clear();
			await reply.code(204).send();
		});

		api.get('/sandbox/settings', async () => settings);
		api.put('/sandbox/settings', async ({ body }, reply) => {
			const read = readSettings(body);
			if ('complaint' in read) return await sendAnswer(reply, refusal(400, 'invalid', read.complaint));
			Object.assign(settings, read.settings);
			return settings;
		});

		api.get('/sandbox/faults', async () => gateway.faults.list());
		api.put('/sandbox/faults', async ({ body }, reply) => {
			const plan = FaultPlan.read(body);
			if ('complaint' in plan) return await sendAnswer(reply, refusal(400, 'invalid', plan.complaint));
			gateway.faults = plan;
			return plan.list();
		});
		api.delete('/sandbox/faults', async (_request, reply) => {
			gateway.faults = FaultPlan.none();
			await reply.code(204).send();
		});

		api.post('/sandbox/tokens/revoke', async (_request, reply) => {
			tokens.revokeAll();
			await reply.code(204).send();
		});
	};
}
