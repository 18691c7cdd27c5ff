import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { clientFingerprint } from '../clientFingerprint';
import { sendAnswer } from '../httpServer';
import { refusal } from '../operationOutcome';
import type { CheckLine } from './checks';
import { document, readBinary, signedDocument } from './documents';
import { metadata, smartConfiguration } from './discovery';
import { exportByGet, exportGroup, exportPatient, exportPatients } from './exportOperations';
import { downloadFile } from './fileDownload';
import { deleteJob, jobStatus, manifestPart } from './jobStatus';
import { bulkMemberMatch, memberMatch } from './matchOperations';
import type { Handler, Payer } from './payer';
import { readGroup, readPatient, searchGroups, searchPatients } from './readAndSearch';

type Method = 'GET' | 'POST' | 'DELETE';
type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Every path of one payer. */
export function payerRoutes(app: FastifyInstance, payer: Payer): void {
	const { dialect, rules, fhirBase } = payer;
	const open = (path: string, handler: Handler) => route(app, payer, 'GET', fhirBase + path, handler);
	const guarded = (method: Method, path: string, handler: Handler) =>
		route(app, payer, method, fhirBase + path, handler, requireToken(payer));

	open('/.well-known/smart-configuration', smartConfiguration);
	open('/metadata', metadata);

	guarded('POST', '/Patient/$member-match', memberMatch);
	guarded('POST', '/Patient/:id/$member-match', ({ checks }) => {
		checks.check('B1', '$member-match on all patients, not on one', false);
		return refusal(404, 'not-found', 'There is no such operation on a patient.');
	});
	if (rules.bulkMatch) guarded('POST', '/Group/$bulk-member-match', bulkMemberMatch);

	guarded('GET', '/Patient', searchPatients);
	guarded('POST', '/Patient/_search', searchPatients);
	guarded('GET', '/Patient/:id', readPatient);
	guarded('GET', '/Group', searchGroups);
	guarded('GET', '/Group/:id', readGroup);

	for (const method of rules.patientExport) {
		guarded(method, '/Patient/$export', exportPatients);
		guarded(method, '/Patient/:id/$export', exportPatient);
	}
	if (rules.patientExport.length > 0 && !rules.patientExport.includes('GET')) {
		guarded('GET', '/Patient/:id/$export', exportByGet);
	}
	if (rules.groupExport) {
		const { operation, methods } = rules.groupExport;
		for (const method of methods) guarded(method, `/Group/:id/${operation}`, exportGroup);
		if (!methods.includes('GET')) guarded('GET', `/Group/:id/${operation}`, exportByGet);
	}

	for (const statusPath of new Set([rules.exportStatus, rules.matchStatus])) {
		const path = statusPath.split('?')[0].replace('{id}', ':id');
		route(app, payer, 'GET', path, jobStatus, requireToken(payer, 'E2'));
		route(app, payer, 'DELETE', path, deleteJob, requireToken(payer, 'H1'));
	}
	route(app, payer, 'GET', `/${dialect}/manifests/:id/:part`, manifestPart, requireToken(payer, 'E2'));
	const withToken = requireToken(payer, 'G1');
	const withoutToken = expectNoToken(payer);
	const asFiles: Hook = async (request, reply) =>
		payer.settings.fileAccess === 'token'
			? await withToken(request, reply)
			: await withoutToken(request, reply);
	route(app, payer, 'GET', filePath(payer), downloadFile, asFiles);
	route(app, payer, 'GET', `/${dialect}/documents/:id`, document, asFiles);
	route(app, payer, 'GET', `${fhirBase}/Binary/:id`, readBinary, asFiles);
	route(app, payer, 'GET', `/${dialect}/signed/:id`, signedDocument);
}

/** The files that need no token, on a server of their own. */
export function openFileRoutes(app: FastifyInstance, payer: Payer): void {
	route(app, payer, 'GET', filePath(payer), downloadFile, expectNoToken(payer));
}

function filePath({ dialect }: Payer): string {
	return `/${dialect}/files/:id/:name`;
}

function route(
	app: FastifyInstance,
	payer: Payer,
	method: Method,
	url: string,
	handler: Handler,
	onRequest?: Hook,
): void {
	app.route({
		method,
		url,
		...(onRequest && { onRequest }),
		handler: async (request, reply) => {
			const { headers } = request;
			const params = request.params as Record<string, string>;
			const form = request.body instanceof URLSearchParams ? Object.fromEntries(request.body) : {};
			const query = { ...(request.query as Partial<Record<string, string>>), ...form };
			const checks = payer.violations.of(request);
			await sendAnswer(reply, handler({ payer, request, headers, params, query, checks }));
		},
	});
}

/** Refuses a request without a good token before its body is read; that none was sent breaks this line. */
function requireToken({ tokens, violations }: Payer, line?: CheckLine): Hook {
	return async (request, reply) => {
		const verdict = tokens.verdict(request.headers.authorization, clientFingerprint(request.raw));
		if (line) violations.of(request).check(line, 'a token is sent', verdict !== 'missing');
		if (verdict === 'good') return;
		const answer = refusal(401, 'login', 'The access token is missing, unknown or expired.');
		const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' };
		await sendAnswer(reply, { ...answer, headers: { ...answer.headers, ...challenge } });
	};
}

/** A token that is sent where none is wanted is noted, and does no harm. */
function expectNoToken({ violations }: Payer): Hook {
	return async ({ headers, method, url }) => {
		violations.of({ method, url }).check('G2', 'no token is sent', headers.authorization === undefined);
	};
}
