import type { FastifyRequest } from 'fastify';
import type { ExportJobs } from '../exportJobs';
import { memberOfGroup } from '../matchAnswers';
import { members, type Member } from '../members';
import { endpointPath } from '../oauth';
import { paths } from '../payerApi';
import type { Call, CallKind } from './effect';

const kinds: Record<string, CallKind> = {
	[`POST ${endpointPath}`]: 'token',
	[`POST ${paths.match}`]: 'match',
	[`GET ${paths.kickOff}`]: 'kickOff',
	[`GET ${paths.status}`]: 'status',
	[`GET ${paths.file}`]: 'file',
};

/** The member that a match request is about: the one whose id is that of the request, else whose coverage is in it. */
function memberOfMatch(body: unknown): Member | undefined {
	const { id } = (body ?? {}) as { id?: unknown };
	const text = JSON.stringify(body ?? {});
	return (
		members.find(({ row }) => row.memberId === id) ??
		members.find(({ row }) => text.includes(JSON.stringify(row.coverageId)))
	);
}

/** Which call of the contract a request is; undefined for any other. */
export function kindOf({ method, routeOptions }: FastifyRequest): CallKind | undefined {
	return kinds[`${method} ${routeOptions.url}`];
}

/** What a call is about; a match request tells only when its body is read. */
export function callOf(on: CallKind, request: FastifyRequest, jobs: ExportJobs): Call {
	const { tenant, groupId, jobId, fileName } = request.params as Record<string, string>;
	const [jobOfFile, number] = fileName?.split('.') ?? [];
	const job = jobs.find(tenant, jobId ?? jobOfFile);
	const members: Partial<Record<CallKind, () => Member | undefined>> = {
		match: () => memberOfMatch(request.body),
		kickOff: () => memberOfGroup(tenant, groupId),
	};
	const batch = /^\d+$/.test(number ?? '') ? Number(number) : undefined;
	return {
		on,
		url: request.url,
		tenant,
		member: members[on]?.() ?? job?.member,
		job,
		file: fileName,
		batch,
	};
}
