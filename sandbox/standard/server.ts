/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { opaqueId } from '../ids';
import { members, type Member } from '../members';
import { operationOutcome, type IssueCode } from '../operationOutcome';
import { DIALECTS, type Dialect } from './dialects';
import { fileOf, isStillRunning, manifestOf, StandardJobs } from './exports';
import { checkMatchBody } from './matchRules';
import { createStandardTokens, type ClientKeys } from './tokens';
import { Violations } from './violations';

export interface StandardSandbox {
	url: string;
	keys: ClientKeys;
	close(): Promise<void>;
}

const FHIR_JSON = 'application/fhir+json';
const MOST_BYTES = 10 * 1024 * 1024;
const NUMBERING = 'https://payer.example/members';
const HREX_IDS = 'http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp';
const V2_IDS = 'http://terminology.hl7.org/CodeSystem/v2-0203';
const DAVINCI_EXPORT = '$davinci-data-export';

/** With which code a payer tells the three meanings of 422 apart (HRex mm-9, mm-10, mm-11). */
const REFUSALS: Partial<Record<Member['outcome'], [IssueCode, string]>> = {
	'no-match': ['not-found', 'No member was found.'],
	'multiple-matches': ['multiple-matches', 'More than one member was found.'],
	'consent-refused': ['business-rule', 'The consent cannot be honoured.'],
};

/**
 * Three payers that follow the standards, each below `/{dialect}/fhir`: `hrex-1.0` answers a match with an MB identifier alone and
 * exports one patient by GET; `hrex-1.2` with a UMB identifier and the patient's id; `group` with a group besides, which is exported
 * by POST of `$davinci-data-export`. `GET /sandbox/violations` tells which rules of the client checklist were not kept.
 */
export async function startStandardSandbox(port = 0): Promise<StandardSandbox> {
	const seen = new Violations();
	const tokens = await createStandardTokens(seen);
	const jobs = new StandardJobs();
	const app = fastify({ bodyLimit: MOST_BYTES, forceCloseConnections: true });
	let url = '';

	app.addContentTypeParser(FHIR_JSON, { parseAs: 'string' }, (_request, body, done) => {
		try {
			done(null, JSON.parse(String(body)));
		} catch (error) {
			done(error as Error);
		}
	});
	app.addContentTypeParser(
		'application/x-www-form-urlencoded',
		{ parseAs: 'string' },
		(_request, body, done) => done(null, new URLSearchParams(String(body))),
	);

	const fhir = async (reply: FastifyReply, status: number, resource: object) =>
		await reply.code(status).header('content-type', FHIR_JSON).send(JSON.stringify(resource));
	const refuse = async (reply: FastifyReply, status: number, code: IssueCode, says: string) =>
		await fhir(reply, status, operationOutcome(code, says));

	/** Answers what comes without a good token. */
	const signedIn = async (request: FastifyRequest, reply: FastifyReply) => {
		if (!tokens.isGood(request.headers.authorization))
			await refuse(reply, 401, 'login', 'The token is not good.');
	};
	const guarded = { preHandler: signedIn };

	app.get('/sandbox/violations', async () => seen.all());
	app.delete('/sandbox/violations', async (_request, reply) => {
		seen.clear();
		await reply.code(204).send();
	});
	app.post('/sandbox/tokens/revoke', async (_request, reply) => {
		tokens.revokeAll();
		await reply.code(204).send();
	});
	app.post('/auth/token', async (request, reply) => {
		const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
		const { status, body } = await tokens.answer(form, request.headers.authorization, `${url}/auth/token`);
		await reply.code(status).header('cache-control', 'no-store').send(body);
	});

	for (const dialect of DIALECTS) {
		const base = `/${dialect}/fhir`;
		const exported = dialect === 'group' ? DAVINCI_EXPORT : '$export';
		app.get(`${base}/.well-known/smart-configuration`, async () => ({
			// SMART wants absolute addresses; a client should read a relative one all the same.
			token_endpoint: dialect === 'hrex-1.0' ? '../../auth/token' : `${url}/auth/token`,
			token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_basic', 'client_secret_post'],
			token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
			capabilities: ['client-confidential-asymmetric', 'permission-v2'],
		}));
		app.get(`${base}/metadata`, async (_request, reply) => {
			const operation = [{ name: 'member-match' }, { name: exported.slice(1) }];
			await fhir(reply, 200, { resourceType: 'CapabilityStatement', rest: [{ mode: 'server', operation }] });
		});

		app.post(`${base}/Patient/$member-match`, guarded, async (request, reply) => {
			seen.check(
				'B3',
				'Content-Type and Accept are FHIR JSON',
				[request.headers['content-type'], request.headers.accept].every((each) => each?.includes(FHIR_JSON)),
			);
			const before = seen.count;
			checkMatchBody(request.body, seen);
			if (seen.count > before)
				return await refuse(reply, 400, 'invalid', 'The request is not as HRex wants it.');
			const member = memberOf(request.body as fhir4.Parameters);
			const [code, says] = (member ? REFUSALS[member.outcome] : REFUSALS['no-match']) ?? [];
			if (!member || code) return await refuse(reply, 422, code ?? 'not-found', says ?? '');
			await fhir(reply, 200, matchAnswer(dialect, member, `${url}${base}`));
		});

		app.get<{ Querystring: { identifier?: string } }>(
			`${base}/Patient`,
			guarded,
			async ({ query }, reply) => {
				const found = members.find((member) => query.identifier === `${NUMBERING}|${memberNumber(member)}`);
				const entry = found ? [{ resource: { resourceType: 'Patient', id: found.row.memberId } }] : [];
				await fhir(reply, 200, { resourceType: 'Bundle', type: 'searchset', total: entry.length, entry });
			},
		);

		const kickOff = async (request: FastifyRequest, reply: FastifyReply) => {
			const { id } = request.params as { id: string };
			const isGroup = dialect === 'group';
			seen.check('D1', 'Accept is FHIR JSON', request.headers.accept?.includes(FHIR_JSON) === true);
			seen.check('D2', 'Prefer is respond-async', request.headers.prefer === 'respond-async');
			const sent = isGroup ? bodyParameters(request.body) : (request.query as Record<string, string>);
			if (isGroup)
				seen.check(
					'D14',
					'exportType of a payer-to-payer export',
					sent.exportType === 'hl7.fhir.us.davinci-pdex#payertopayer',
				);
			if (sent._since) seen.check('D4', '_since is an instant', /T.*(?:Z|[+-]\d\d:\d\d)$/.test(sent._since));
			const member = members.find((each) => id === (isGroup ? groupId(each) : each.row.memberId));
			if (!member) return await refuse(reply, 404, 'not-found', 'There is no such group or patient.');
			const types = sent._type ? sent._type.split(',') : [];
			const job = jobs.start(member, types, `${url}${request.url}`);
			// Not below the FHIR base, as with many servers; one gives it without its host.
			const at = `/${dialect}/jobs/${job.id}`;
			await reply
				.code(202)
				.header('content-location', dialect === 'hrex-1.0' ? at : url + at)
				.send();
		};
		if (dialect === 'group') app.post(`${base}/Group/:id/${DAVINCI_EXPORT}`, guarded, kickOff);
		else app.get(`${base}/Patient/:id/$export`, guarded, kickOff);

		app.get<{ Params: { id: string } }>(`/${dialect}/jobs/:id`, guarded, async (request, reply) => {
			seen.check('E1', 'Accept is JSON', request.headers.accept?.includes('application/json') === true);
			const job = jobs.find(request.params.id);
			if (!job) return await refuse(reply, 404, 'not-found', 'There is no such job.');
			if (isStillRunning(job)) {
				return await reply.code(202).header('retry-after', '1').header('x-progress', '50% done').send();
			}
			if (job.member.export === 'failed') return await refuse(reply, 500, 'processing', 'The export failed.');
			await reply
				.header('expires', new Date(Date.now() + 3_600_000).toUTCString())
				.send(manifestOf(job, `${url}/${dialect}/files`));
		});
		app.delete<{ Params: { id: string } }>(`/${dialect}/jobs/:id`, guarded, async (request, reply) => {
			if (!jobs.forget(request.params.id))
				return await refuse(reply, 404, 'not-found', 'There is no such job.');
			await reply.code(202).send();
		});
		app.get<{ Params: { name: string } }>(`/${dialect}/files/:name`, guarded, async (request, reply) => {
			seen.check(
				'G3',
				'Accept is FHIR NDJSON',
				request.headers.accept?.includes('application/fhir+ndjson') === true,
			);
			seen.check(
				'G4',
				'Accept-Encoding has gzip',
				String(request.headers['accept-encoding']).includes('gzip'),
			);
			const file = fileOf(jobs, request.params.name);
			if (!file) return await refuse(reply, 404, 'not-found', 'There is no such file.');
			await reply.header('content-type', 'application/fhir+ndjson').send(Readable.from(file));
		});
	}

	await app.listen({ port, host: '127.0.0.1' });
	url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
	return { url, keys: tokens.keys, close: async () => await app.close() };
}

function memberNumber({ row }: Member): string {
	return `U-${row.coverageId}`;
}

function groupId({ row }: Member): string {
	return opaqueId('standard group', row.memberId);
}

function memberOf({ parameter = [] }: fhir4.Parameters): Member | undefined {
	const coverage = parameter.find(({ name }) => name === 'CoverageToMatch')?.resource as fhir4.Coverage;
	return members.find(({ row }) => row.coverageId === coverage.identifier?.[0]?.value);
}

function matchAnswer(dialect: Dialect, member: Member, base: string): fhir4.Parameters {
	const type = dialect === 'hrex-1.0' ? { system: V2_IDS, code: 'MB' } : { system: HREX_IDS, code: 'UMB' };
	const parameter: fhir4.ParametersParameter[] = [
		{
			name: 'MemberIdentifier',
			valueIdentifier: { type: { coding: [type] }, system: NUMBERING, value: memberNumber(member) },
		},
	];
	if (dialect === 'hrex-1.2') {
		parameter.push({
			name: 'MemberId',
			valueReference: { reference: `${base}/Patient/${member.row.memberId}` },
		});
	}
	if (dialect === 'group') parameter.push({ name: 'groupId', valueString: groupId(member) });
	return { resourceType: 'Parameters', parameter };
}

/** The values of a Parameters by name, whatever their types. */
function bodyParameters(body: unknown): Record<string, string> {
	const { parameter = [] } = (body ?? {}) as fhir4.Parameters;
	return Object.fromEntries(parameter.map(({ name, ...value }) => [name, String(Object.values(value)[0])]));
}
