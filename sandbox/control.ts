import type { FastifyInstance } from 'fastify';
import { members } from './members';
import { sendAnswer, type Gateway } from './payerApi';
import { refusal } from './operationOutcome';
import type { RequestLog } from './requestLog';
import { readSettings } from './settings';
import { truthOf } from './truth';

/** Members with more resources than this are in the truth only when asked for by key. */
const mostByDefault = 100_000;

/** Aids for tests and demos. They are no part of the contract and ask for no token. */
export function controlApi({ settings, tokens }: Gateway, log: RequestLog) {
	return async (api: FastifyInstance): Promise<void> => {
		// Only the settings have a body; a client's own content type on an empty one does not matter.
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
					return query.member !== undefined || size <= mostByDefault;
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

		api.post('/sandbox/tokens/revoke', async (_request, reply) => {
			tokens.revokeAll();
			await reply.code(204).send();
		});
	};
}
