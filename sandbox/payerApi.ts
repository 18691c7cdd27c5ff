/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { batchOfFile, kickOffAnswer, poll, statusAnswer, type ExportJobs } from './exportJobs';
import type { FaultPlan } from './faults/plan';
import { sendAnswer } from './httpServer';
import { matchAnswer, memberOfGroup } from './matchAnswers';
import { FHIR_JSON, FHIR_NDJSON, JSON_TYPE } from './mediaTypes';
import { judge, readMatchRequest } from './memberMatch';
import { tenants } from './members';
import type { TokenServer } from './oauth';
import { refusal, type Answer } from './operationOutcome';
import { ndjsonOf, resourcesOf } from './resources';
import type { Settings } from './settings';

/** What the payer calls need of the gateway. */
export interface Gateway {
	settings: Settings;
	/** The fault plan in force. */
	faults: FaultPlan;
	jobs: ExportJobs;
	tokens: TokenServer;
	/** The gateway's own address, known once it listens. */
	url: () => string;
}

/** The addresses of the payer calls. */
export const paths = {
	match: '/v1/:tenant/member-match/$member-match',
	kickOff: '/v1/:tenant/bulk-data/r4/Group/:groupId/$export',
	status: '/v1/:tenant/bulk-data/r4/$export/job/:jobId',
	file: '/v1/:tenant/bulk-data/r4/$export/file/:fileName',
};

const tokenRefusals = {
	unknown: {
		status: 401,
		error: 'invalid_token',
		description: 'The access token is missing, unknown or expired.',
	},
	'wrong-scope': {
		status: 403,
		error: 'insufficient_scope',
		description: 'The scope of the token is not enough.',
	},
} as const;

function requireToken({ tokens }: Gateway) {
	return async ({ headers }: FastifyRequest, reply: FastifyReply): Promise<void> => {
		const verdict = await tokens.check(headers.authorization);
		if (verdict === 'good') return;
		const { status, error, description } = tokenRefusals[verdict];
		await sendAnswer(reply, {
			status,
			headers: { 'www-authenticate': `Bearer error="${error}"`, 'content-type': JSON_TYPE },
			body: { error, error_description: description },
		});
	};
}

interface OfTenant {
	tenant: string;
}

async function requireTenant(request: FastifyRequest, reply: FastifyReply): Promise<void> {
	const { tenant } = request.params as OfTenant;
	if (tenants.some((known) => known === tenant)) return;
	await sendAnswer(reply, refusal(404, 'not-found', 'There is no such tenant.'));
}

/** `_type` as a list: repeated, or with commas, or both. */
function listOf(value: unknown): string[] {
	return [value]
		.flat()
		.filter((part) => typeof part === 'string')
		.flatMap((part) => part.split(','))
		.map((part) => part.trim())
		.filter((part) => part !== '');
}

const dateOrInstant = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?$/;

function isMoment(value: unknown): value is string {
	return typeof value === 'string' && dateOrInstant.test(value) && !Number.isNaN(Date.parse(value));
}

function memberMatch({ settings }: Gateway, tenant: string, body: unknown): Answer {
	const request = readMatchRequest(body);
	if ('code' in request) return refusal(400, request.code, request.diagnostics);
	const today = new Date().toISOString().slice(0, 10);
	return matchAnswer(settings, tenant, judge(request, today));
}

function kickOff(gateway: Gateway, request: FastifyRequest): Answer {
	const { tenant, groupId } = request.params as OfTenant & { groupId: string };
	const { _type: type, _since: since } = request.query as Record<string, unknown>;
	const member = memberOfGroup(tenant, groupId);
	if (!member) return refusal(404, 'not-found', 'There is no such group.');
	const types = listOf(type);
	if (types.some((name) => !/^[A-Z][A-Za-z]+$/.test(name))) {
		return refusal(400, 'invalid', '_type must be a list of resource types.');
	}
	if (since !== undefined && !isMoment(since)) {
		return refusal(400, 'invalid', '_since must be a date or an instant.');
	}
	const { settings, jobs, url } = gateway;
	const asked = { tenant, member, types, since, request: `${url()}${request.url}` };
	return kickOffAnswer(jobs.start(asked, settings, new Date()), settings, url());
}

function jobStatus({ jobs, settings, url }: Gateway, tenant: string, jobId: string): Answer {
	const job = jobs.find(tenant, jobId);
	if (!job) return refusal(404, 'not-found', 'There is no such export job.');
	poll(job, new Date());
	return statusAnswer(job, settings, url());
}

function file({ jobs }: Gateway, tenant: string, fileName: string): Answer {
	const name = fileName.endsWith('.ndjson') ? fileName.slice(0, -'.ndjson'.length) : '';
	const found = batchOfFile(jobs, tenant, name);
	if (!found) return refusal(404, 'not-found', 'There is no such file.');
	const [job, batch] = found;
	return {
		status: 200,
		headers: { 'content-type': FHIR_NDJSON },
		body: Readable.from(ndjsonOf(resourcesOf(job.member, job.allBatches, batch))),
	};
}

type Handler = (request: FastifyRequest) => Answer;

/** The calls of the contract. A known path with another method is 405. */
export function payerApi(gateway: Gateway) {
	return async (api: FastifyInstance): Promise<void> => {
		api.addContentTypeParser(FHIR_JSON, { parseAs: 'string' }, api.getDefaultJsonParser('error', 'error'));
		api.removeContentTypeParser('text/plain');
		api.addHook('onRequest', requireToken(gateway));
		api.addHook('onRequest', requireTenant);

		const serve = (method: 'GET' | 'POST', path: string, handler: Handler): void => {
			api.route({
				method,
				url: path,
				handler: async (request, reply) => await sendAnswer(reply, handler(request)),
			});
			api.route({
				method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'].filter(
					(other) => other !== method,
				),
				url: path,
				onRequest: async (_request, reply) => {
					await sendAnswer(reply.header('allow', method), refusal(405, 'not-supported', `Use ${method}.`));
				},
				handler: async () => {},
			});
		};

		serve('POST', paths.match, ({ params, body }) => memberMatch(gateway, (params as OfTenant).tenant, body));
		serve('GET', paths.kickOff, (request) => kickOff(gateway, request));
		serve('GET', paths.status, ({ params }) => {
			const { tenant, jobId } = params as OfTenant & { jobId: string };
			return jobStatus(gateway, tenant, jobId);
		});
		serve('GET', paths.file, ({ params }) => {
			const { tenant, fileName } = params as OfTenant & { fileName: string };
			return file(gateway, tenant, fileName);
		});
	};
}
