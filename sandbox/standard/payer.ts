/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Member } from '../members';
import { fhirAnswer, refusal, type Answer, type IssueCode } from '../operationOutcome';
import { sendAnswer } from '../payerApi';
import { asParameters, bulkMatch } from './bulkMatch';
import { capabilitiesOf } from './capabilities';
import { dialectRules, type Dialect, type DialectRules } from './dialects';
import { exportFiles, fileOf } from './files';
import { GROUP_NUMBERING, groupOfOne, type Groups } from './groups';
import { fileOfJob, isRunning, poll, type StandardJob, type StandardJobs } from './jobs';
import { leavesOutYears, readKickOff } from './kickOff';
import { hasPart, manifestOf, type Addresses } from './manifests';
import { checkBulkMatchBody, checkMatchBody, type HrexVersion } from './matchRules';
import { judgeParts, memberNumber, memberOfNumber, memberOfPatient, NUMBERING, patientOf } from './members';
import type { StandardSettings } from './settings';
import type { StandardTokens } from './tokens';
import type { Checks, Violations } from './violations';

const FHIR_JSON = 'application/fhir+json';
const NDJSON = 'application/fhir+ndjson';
const JSON_TYPE = { 'content-type': 'application/json' };

/** What all payers of the sandbox share. */
export interface World {
	settings: StandardSettings;
	seen: Violations;
	tokens: StandardTokens;
	jobs: StandardJobs;
	groups: Groups;
	/** The address of the server, and of the one that gives out files without a token. */
	url: () => string;
	openUrl: () => string;
}

/** With which code a payer tells the three meanings of 422 apart (HRex mm-9, mm-10, mm-11). */
const REFUSALS: Record<Exclude<Member['outcome'], 'matched'>, [IssueCode, string]> = {
	'no-match': ['not-found', 'No member was found.'],
	'multiple-matches': ['multiple-matches', 'More than one member was found.'],
	'consent-refused': ['business-rule', 'The consent cannot be honoured.'],
	'consent-not-in-force': ['business-rule', 'The consent is not in force.'],
};

function unmatched(shape: StandardSettings['noMatchAnswer'], outcome: keyof typeof REFUSALS): Answer {
	if (shape === '422-empty') return { status: 422 };
	if (shape === '422-html') {
		return { status: 422, headers: { 'content-type': 'text/html' }, body: '<h1>422</h1>\n' };
	}
	return refusal(422, ...REFUSALS[outcome]);
}

function today(): string {
	return new Date().toISOString().slice(0, 10);
}

function bundle(resources: fhir4.FhirResource[]): Answer {
	const entry = resources.map((resource) => ({ resource }));
	return fhirAnswer(200, { resourceType: 'Bundle', type: 'searchset', total: entry.length, entry });
}

/** One payer: its paths, and what it remembers of its clients. */
class StandardPayer {
	readonly rules: DialectRules;
	private readonly base: string;
	private readonly matched = new Set<Member>();
	private readonly searched = new Set<Member>();
	private readonly exported = new Set<string>();

	constructor(
		private readonly dialect: Dialect,
		private readonly world: World,
	) {
		this.rules = dialectRules[dialect];
		this.base = `/${dialect}/fhir`;
	}

	smartConfiguration({ headers }: FastifyRequest, seen: Checks): Answer {
		const accept = headers.accept ?? 'application/json';
		seen.check('A13', 'Accept has JSON', /application\/json|\*\/\*/.test(accept));
		// SMART wants absolute addresses; a client should read a relative one all the same.
		const isRelative = this.rules.discovery === 'relative';
		return {
			status: 200,
			headers: JSON_TYPE,
			body: {
				token_endpoint: isRelative ? '../../auth/token' : `${this.world.url()}/auth/token`,
				token_endpoint_auth_methods_supported: [
					'private_key_jwt',
					'client_secret_basic',
					'client_secret_post',
				],
				token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
				grant_types_supported: ['client_credentials'],
				scopes_supported: ['system/*.rs', 'system/*.read'],
				capabilities: ['client-confidential-asymmetric', 'permission-v2'],
			},
		};
	}

	metadata(): Answer {
		return fhirAnswer(200, capabilitiesOf(this.dialect, this.rules));
	}

	match({ headers, body }: FastifyRequest, seen: Checks): Answer {
		const before = this.world.seen.count;
		this.checkMediaTypes(headers, seen);
		checkMatchBody(body, seen, this.hrexVersion());
		if (this.world.seen.count > before) {
			return refusal(400, 'invalid', 'The request is not as HRex wants it.');
		}
		const { parameter = [] } = body as fhir4.Parameters;
		const part = <T>(name: string) => parameter.find((each) => each.name === name)?.resource as T | undefined;
		const judgement = judgeParts(part('MemberPatient'), part('CoverageToMatch'), part('Consent'), today());
		if (judgement.outcome !== 'matched') {
			return unmatched(this.world.settings.noMatchAnswer, judgement.outcome);
		}
		this.matched.add(judgement.member);
		return fhirAnswer(200, this.matchAnswer(judgement.member));
	}

	private hrexVersion(): HrexVersion {
		if (this.dialect !== 'hrex-1.0') return '1.2';
		return this.world.settings.identifierSystem === 'required' ? '1.0 strict' : '1.0';
	}

	private checkMediaTypes(headers: FastifyRequest['headers'], seen: Checks): void {
		seen.check('B3', 'Content-Type is FHIR JSON', headers['content-type']?.includes(FHIR_JSON) === true);
		seen.check('B3', 'Accept is FHIR JSON', headers.accept?.includes(FHIR_JSON) === true);
	}

	private matchAnswer(member: Member): fhir4.Parameters {
		const [system, code] =
			this.rules.identifier === 'MB'
				? ['http://terminology.hl7.org/CodeSystem/v2-0203', 'MB']
				: ['http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp', 'UMB'];
		const { memberId } = this.world.settings;
		const kind = memberId === 'dialect' ? this.rules.memberId : memberId;
		const reference = `Patient/${member.row.memberId}`;
		return {
			resourceType: 'Parameters',
			parameter: [
				{
					name: 'MemberIdentifier',
					valueIdentifier: {
						type: { coding: [{ system, code }] },
						system: NUMBERING,
						value: memberNumber(member),
					},
				},
				...(kind === 'none'
					? []
					: [
							{
								name: 'MemberId',
								valueReference: {
									reference: kind === 'relative' ? reference : `${this.world.url()}${this.base}/${reference}`,
								},
							},
						]),
				...(this.rules.groupInAnswer ? [{ name: 'groupId', valueString: groupOfOne(member) }] : []),
			],
		};
	}

	/** A read of one patient; the names of operations that want POST come here too. */
	readPatient(id: string, seen: Checks): Answer {
		const isMatch = id === '$member-match';
		if (!seen.check('B1', '$member-match by POST', !isMatch)) return this.notByGet();
		if (id === '$export' && this.rules.bulkData === 4) return this.notByGet(seen);
		const member = memberOfPatient(id);
		return member
			? fhirAnswer(200, patientOf(member))
			: refusal(404, 'not-found', 'There is no such patient.');
	}

	searchPatients(identifier: string | undefined, seen: Checks): Answer {
		const [, system, value] = /^(.+?)\|(.+)$/.exec(identifier ?? '') ?? [];
		seen.check('B33', 'identifier is system|value', value !== undefined);
		const member = system === NUMBERING ? memberOfNumber(value) : undefined;
		if (member) this.searched.add(member);
		return bundle(member ? [patientOf(member)] : []);
	}

	/** A read of one group; the names of operations that want POST come here too. */
	readGroup(id: string, seen: Checks): Answer {
		const isMatch = id === '$bulk-member-match';
		if (!seen.check('C1', '$bulk-member-match by POST', !isMatch)) return this.notByGet();
		const known = this.world.groups.find(id);
		return known ? fhirAnswer(200, known.group) : refusal(404, 'not-found', 'There is no such group.');
	}

	searchGroups(identifier: string | undefined): Answer {
		const [, system, value] = /^(.+?)\|(.+)$/.exec(identifier ?? '') ?? [];
		const known = system === GROUP_NUMBERING ? this.world.groups.find(value) : undefined;
		return bundle(known ? [known.group] : []);
	}

	/** 405; where it is an export, it breaks the line that asks for POST. */
	notByGet(seen?: Checks): Answer {
		if (this.rules.bulkData === 4) seen?.check('D6', 'exports start by POST', false);
		else seen?.check('D14', '$davinci-data-export by POST', false);
		return { ...refusal(405, 'not-supported', 'Use POST.'), headers: { allow: 'POST' } };
	}

	bulkMatch(request: FastifyRequest, seen: Checks): Answer {
		const { settings, jobs, groups } = this.world;
		const { prefer = '' } = request.headers as Record<string, string | undefined>;
		this.checkMediaTypes(request.headers, seen);
		const isAsync = seen.check('C1', 'Prefer is respond-async', /\brespond-async\b/.test(prefer));
		if (!isAsync) return refusal(400, 'invalid', 'Prefer: respond-async is required.');
		checkBulkMatchBody(request.body, seen);
		const body = (request.body ?? {}) as fhir4.Parameters;
		if ((body.parameter?.length ?? 0) > settings.mostMembers) {
			return refusal(413, 'too-costly', `At most ${settings.mostMembers} members in one request.`);
		}
		const id = jobs.nextId();
		const { matchCoverage, bulkMatchFiles } = settings;
		const withCoverage =
			matchCoverage === 'dialect' ? this.dialect === 'pdex-2.2' : matchCoverage === 'always';
		const results = bulkMatch(body, id, withCoverage, today());
		if (!results) return refusal(400, 'required', 'A MemberBundle lacks its patient or its coverage.');
		results.forEach(({ group, members }) => groups.add(group, members));
		const shape = bulkMatchFiles === 'dialect' ? this.rules.bulkMatch : bulkMatchFiles;
		const asGroups = results.map(({ group }) => fileOf('output', 'Group', [group]));
		const asOne = fileOf('output', 'Parameters', [asParameters(results)]);
		const files = [...(shape === 'parameters' ? [] : asGroups), ...(shape === 'groups' ? [] : [asOne])];
		return this.started(
			{ files, byPatient: false, separateStatus: false },
			id,
			request,
			this.rules.matchStatus,
		);
	}

	exportPatients(request: FastifyRequest, id: string | undefined, seen: Checks): Answer {
		if (id === undefined) return this.export(request, [...this.matched], '$export', seen);
		const member = memberOfPatient(id);
		if (!member) return refusal(404, 'not-found', 'There is no such patient.');
		const mustSearch = this.rules.memberId === 'none' && this.world.settings.memberId === 'dialect';
		seen.check('B33', 'the patient was searched by the identifier', !mustSearch || this.searched.has(member));
		return this.export(request, [member], '$export', seen);
	}

	exportGroup(request: FastifyRequest, id: string, seen: Checks): Answer {
		const operation = this.rules.groupExport?.operation ?? '$export';
		const known = this.world.groups.find(id);
		return known
			? this.export(request, known.members, operation, seen, id)
			: refusal(404, 'not-found', 'There is no such group.');
	}

	private export(
		request: FastifyRequest,
		all: readonly Member[],
		operation: string,
		seen: Checks,
		groupId?: string,
	): Answer {
		const { settings, jobs } = this.world;
		const isDaVinci = operation === '$davinci-data-export';
		const asked = readKickOff(request, this.rules, isDaVinci, seen);
		if ('complaint' in asked) return asked.complaint;
		if (isDaVinci && groupId !== undefined && !this.exported.has(groupId)) {
			const isWhole = !leavesOutYears(asked, Date.now());
			seen.check('D14', 'the first export of a group reaches back five years', isWhole);
			this.exported.add(groupId);
		}
		const members = all.filter(
			({ row }) => asked.patients.length === 0 || asked.patients.includes(row.memberId),
		);
		if (asked.patients.some((id) => !members.some(({ row }) => row.memberId === id))) {
			return refusal(400, 'not-found', 'A patient is not among those that are exported here.');
		}
		const [only] = members;
		const job = {
			files: exportFiles(members, asked, settings, this.rules.bulkData >= 2),
			failure: members.length === 1 && only.export === 'failed' ? 'The export failed.' : undefined,
			byPatient: asked.byPatient,
			filesInPart: asked.inParts ? settings.manifestFiles : undefined,
			separateStatus: asked.separateStatus,
		};
		return this.started(job, jobs.nextId(), request, this.rules.exportStatus);
	}

	private started(
		job: Pick<StandardJob, 'files' | 'failure' | 'byPatient' | 'filesInPart' | 'separateStatus'>,
		id: string,
		{ url }: FastifyRequest,
		statusAt: string,
	): Answer {
		const { settings, jobs } = this.world;
		const origin = this.world.url();
		jobs.add({
			...job,
			id,
			dialect: this.dialect,
			request: `${origin}${url}`,
			startedAt: new Date().toISOString(),
			polls: 0,
			runningPolls: settings.runningPolls,
		});
		const how =
			settings.contentLocation === 'dialect' ? this.rules.contentLocation : settings.contentLocation;
		const at = statusAt.replace('{id}', id);
		const headers: Record<string, string> = { 'content-location': how === 'relative' ? at : origin + at };
		if (job.separateStatus) headers['preference-applied'] = 'respond-async, separate-export-status';
		if (this.rules.bulkData !== 1) return { status: 202, headers };
		const told = fhirAnswer(202, {
			resourceType: 'OperationOutcome',
			issue: [{ severity: 'information', code: 'informational', diagnostics: 'The export has started.' }],
		});
		return { ...told, headers: { ...told.headers, ...headers } };
	}

	status({ headers }: FastifyRequest, id: string, seen: Checks): Answer {
		seen.check('E1', 'Accept is JSON', headers.accept?.includes('application/json') === true);
		const { settings, jobs } = this.world;
		const job = jobs.find(this.dialect, id);
		if (!job) return refusal(404, 'not-found', 'There is no such job.');
		poll(job, settings, Date.now());
		const answer = this.statusAnswer(job);
		if (!job.separateStatus) return answer;
		const exportStatus = { 'x-export-status': String(answer.status) };
		return { ...answer, status: 200, headers: { ...answer.headers, ...exportStatus } };
	}

	private statusAnswer(job: StandardJob): Answer {
		const { retryAfter } = this.world.settings;
		if (isRunning(job)) {
			const headers: Record<string, string> = {
				'x-progress': `status call ${job.polls} of ${job.runningPolls} that find the job running`,
			};
			if (retryAfter !== '') headers['retry-after'] = retryAfter;
			if (job.filesInPart === undefined) return { status: 202, headers };
			return { status: 202, headers: { ...headers, ...JSON_TYPE }, body: this.manifest(job, 1) };
		}
		if (job.failure !== undefined) return refusal(500, 'processing', job.failure);
		return { status: 200, headers: this.manifestHeaders(job), body: this.manifest(job, 1) };
	}

	part(id: string, number: string): Answer {
		const job = this.world.jobs.find(this.dialect, id);
		const part = /^\d{1,6}$/.test(number) ? Number(number) : 0;
		if (!job || isRunning(job) || !hasPart(job, part)) {
			return refusal(404, 'not-found', 'There is no such manifest.');
		}
		return { status: 200, headers: this.manifestHeaders(job), body: this.manifest(job, part) };
	}

	private manifestHeaders({ expiresAt = 0 }: StandardJob): Record<string, string> {
		return { ...JSON_TYPE, expires: new Date(expiresAt).toUTCString() };
	}

	private manifest(job: StandardJob, part: number): object {
		const origin = this.world.url();
		const isElsewhere = this.world.settings.fileAccess === 'open-elsewhere';
		const files = `${isElsewhere ? this.world.openUrl() : origin}/${this.dialect}/files/${job.id}`;
		const at: Addresses = {
			file: (number) => `${files}/${number + 1}.ndjson`,
			part: (number) => `${origin}/${this.dialect}/manifests/${job.id}/${number}`,
			isOpen: this.world.settings.fileAccess !== 'token',
		};
		return manifestOf(job, this.rules, at, part);
	}

	delete(id: string): Answer {
		const job = this.world.jobs.find(this.dialect, id);
		if (!job) return refusal(404, 'not-found', 'There is no such job.');
		this.world.jobs.forget(job);
		return { status: 202 };
	}

	file({ headers }: FastifyRequest, id: string, name: string, seen: Checks): Answer {
		const encodings = String(headers['accept-encoding'] ?? '');
		seen.check('G3', 'Accept is FHIR NDJSON', headers.accept?.includes(NDJSON) === true);
		seen.check('G4', 'Accept-Encoding has gzip', encodings.includes('gzip'));
		const job = this.world.jobs.find(this.dialect, id);
		const [, digits = '0'] = /^(\d{1,6})\.ndjson$/.exec(name) ?? [];
		const file = job && fileOfJob(job, Number(digits) - 1);
		if (!job || !file) return refusal(404, 'not-found', 'There is no such file.');
		if (Date.now() > (job.expiresAt ?? Infinity))
			return refusal(410, 'expired', 'The file is not kept any more.');
		const bytes = Readable.from(file.bytes());
		const plain = { 'content-type': NDJSON };
		if (this.world.settings.gzipFiles === 'no' || !encodings.includes('gzip')) {
			return { status: 200, headers: plain, body: bytes };
		}
		return { status: 200, headers: { ...plain, 'content-encoding': 'gzip' }, body: bytes.pipe(createGzip()) };
	}
}

function refuseToken(): Answer {
	const answer = refusal(401, 'login', 'The access token is missing, unknown or expired.');
	return { ...answer, headers: { ...answer.headers, 'www-authenticate': 'Bearer error="invalid_token"' } };
}

type Handler = (request: FastifyRequest, seen: Checks, params: Record<string, string>) => Answer;

/** The paths of all files that need no token, on a server of their own. */
export function openFiles(app: FastifyInstance, dialects: readonly Dialect[], world: World): void {
	for (const dialect of dialects) {
		const payer = new StandardPayer(dialect, world);
		app.get(`/${dialect}/files/:id/:name`, async (request, reply) => {
			const seen = world.seen.of(request);
			const { id, name } = request.params as Record<string, string>;
			seen.check('G2', 'no token is sent', request.headers.authorization === undefined);
			await sendAnswer(reply, payer.file(request, id, name, seen));
		});
	}
}

/** All paths of one payer. */
export function standardPayer(app: FastifyInstance, dialect: Dialect, world: World): void {
	const payer = new StandardPayer(dialect, world);
	const { rules } = payer;
	const base = `/${dialect}/fhir`;
	const open = (url: string, handler: Handler) =>
		app.get(
			url,
			async (request, reply) => await sendAnswer(reply, handler(request, world.seen.of(request), {})),
		);
	/** Without a good token, a call is refused before its body is read. */
	const guarded = (
		method: 'GET' | 'POST' | 'DELETE',
		url: string,
		handler: Handler,
		line?: 'E2' | 'G1' | 'H1',
	) =>
		app.route({
			method,
			url,
			onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
				const isFile = line === 'G1';
				const seen = world.seen.of(request);
				const verdict = world.tokens.verdict(request.headers.authorization);
				if (isFile && world.settings.fileAccess !== 'token') {
					seen.check('G2', 'no token is sent', verdict === 'missing');
					return;
				}
				if (line !== undefined) seen.check(line, 'a token is sent', verdict !== 'missing');
				if (verdict !== 'good') await sendAnswer(reply, refuseToken());
			},
			handler: async (request, reply) => {
				const params = request.params as Record<string, string>;
				await sendAnswer(reply, handler(request, world.seen.of(request), params));
			},
		});
	const identifierOf = ({ query }: FastifyRequest) => (query as { identifier?: string }).identifier;

	open(`${base}/.well-known/smart-configuration`, (request, seen) => payer.smartConfiguration(request, seen));
	open(`${base}/metadata`, () => payer.metadata());

	guarded('POST', `${base}/Patient/$member-match`, (request, seen) => payer.match(request, seen));
	guarded('POST', `${base}/Patient/:id/$member-match`, (_, seen) => {
		seen.check('B1', '$member-match on all patients, not on one', false);
		return refusal(404, 'not-found', 'There is no such operation on a patient.');
	});
	guarded('GET', `${base}/Patient`, (request, seen) => payer.searchPatients(identifierOf(request), seen));
	guarded('GET', `${base}/Patient/:id`, (_, seen, { id }) => payer.readPatient(id, seen));
	guarded('GET', `${base}/Group`, (request) => payer.searchGroups(identifierOf(request)));
	guarded('GET', `${base}/Group/:id`, (_, seen, { id }) => payer.readGroup(id, seen));
	if (rules.bulkMatch) {
		guarded('POST', `${base}/Group/$bulk-member-match`, (request, seen) => payer.bulkMatch(request, seen));
	}

	for (const method of rules.patientExport) {
		guarded(method, `${base}/Patient/$export`, (request, seen) =>
			payer.exportPatients(request, undefined, seen),
		);
		guarded(method, `${base}/Patient/:id/$export`, (request, seen, { id }) =>
			payer.exportPatients(request, id, seen),
		);
	}
	if (rules.patientExport.length > 0 && !rules.patientExport.includes('GET')) {
		guarded('GET', `${base}/Patient/:id/$export`, (_, seen) => payer.notByGet(seen));
	}
	if (rules.groupExport) {
		const { operation, methods } = rules.groupExport;
		const url = `${base}/Group/:id/${operation}`;
		for (const method of methods) {
			guarded(method, url, (request, seen, { id }) => payer.exportGroup(request, id, seen));
		}
		if (!methods.includes('GET')) guarded('GET', url, (_, seen) => payer.notByGet(seen));
	}

	for (const at of new Set([rules.exportStatus, rules.matchStatus])) {
		const [path, query] = at.split('?');
		const url = path.replace('{id}', ':id');
		const idOf = ({ query: asked }: FastifyRequest, params: Record<string, string>) =>
			query === undefined ? params.id : String((asked as { _jobId?: string })._jobId);
		guarded('GET', url, (request, seen, params) => payer.status(request, idOf(request, params), seen), 'E2');
		guarded('DELETE', url, (request, _, params) => payer.delete(idOf(request, params)), 'H1');
	}
	guarded('GET', `/${dialect}/manifests/:id/:part`, (_, __, { id, part }) => payer.part(id, part), 'E2');
	guarded(
		'GET',
		`/${dialect}/files/:id/:name`,
		(request, seen, { id, name }) => payer.file(request, id, name, seen),
		'G1',
	);
}
