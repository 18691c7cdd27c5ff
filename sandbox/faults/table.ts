import { z } from 'zod';
import { FHIR_NDJSON } from '../mediaTypes';
import { ndjsonOf, resourcesOf } from '../resources';
import { answerOf, badToken, bodyKinds, headerValues, json, nothing } from './answers';
import { callKinds, type CallKind, type Effect } from './effect';
import * as files from './fileChanges';
import * as manifests from './manifestChanges';
import { cutAt, pauseFor, type WireAnswer } from './wire';

/** One way to misbehave. */
export interface Fault<Shape extends z.ZodRawShape = z.ZodRawShape> {
	about: string;
	/** The calls that it can happen to. */
	on: readonly CallKind[];
	/** Its parameters: what each may be, and its default. */
	parameters: Shape;
	/** What it does; made once for each entry of a plan, so that it may remember. */
	effect(parameters: z.output<z.ZodObject<Shape>>): Effect;
}

function fault<Shape extends z.ZodRawShape>(
	about: string,
	on: readonly CallKind[],
	parameters: Shape,
	effect: Fault<Shape>['effect'],
): Fault<Shape> {
	return { about, on, parameters, effect };
}

function changedFile(change: (body: Buffer) => Buffer): Effect {
	return { change: (answer) => ({ ...answer, body: change(answer.body) }) };
}

function changedJson(change: (...parts: [manifests.Json, ...Parameters<Change>]) => manifests.Json): Effect {
	return {
		change: (answer, call, controls) =>
			manifests.withJson(answer, (body) => change(body, answer, call, controls)),
	};
}

type Change = NonNullable<Effect['change']>;

function framed(framing: WireAnswer['framing']): Pick<Effect, 'change'> {
	return { change: (answer) => ({ ...answer, framing }) };
}

const anyCall = callKinds;
const payerCalls: readonly CallKind[] = ['match', 'kickOff', 'status', 'file'];
const jsonCalls: readonly CallKind[] = ['token', 'match', 'kickOff', 'status'];

const ms = z.number().int().min(0).max(3_600_000);
const bytes = z.number().int().min(1);
const status = z.number().int().min(200).max(599);
const headerText = z.string().regex(/^[\t\x20-\x7e]*$/, 'a header is one line of ASCII');
const headers = z.record(headerText).default({});
const at = z.union([z.number(), z.literal('last-line')]);
const line = z.number().int().min(1);
const anyObject = z.record(z.unknown());
const carriedOut = z.boolean().default(false);
const neverMind = (isCarriedOut: boolean): Effect => (isCarriedOut ? {} : { instead: () => nothing });

/** Every way in which the gateway can misbehave. */
export const faultTable = {
	answer: fault(
		"an answer of any status in place of the gateway's; a header can be `past-date`, `future-date`, `date+5`, `date-60` (an HTTP date so many seconds from now)",
		anyCall,
		{
			status,
			body: z.enum(bodyKinds).default('operation-outcome'),
			code: z.string().default('exception'),
			severity: z.string().default('error'),
			text: z.string().default('The gateway fails on request.'),
			json: anyObject.default({}),
			headers,
		},
		({ body, headers: extra, ...words }) => ({
			instead: () => {
				const answer = answerOf(body, words);
				return { ...answer, headers: { ...answer.headers, ...headerValues(extra) } };
			},
		}),
	),
	restate: fault(
		"the gateway's own answer with another status and more headers",
		anyCall,
		{ status: status.optional(), headers },
		({ status: other, headers: extra }) => ({
			change: (answer) => ({
				...answer,
				status: other ?? answer.status,
				headers: { ...answer.headers, ...headerValues(extra) },
			}),
		}),
	),
	redirect: fault(
		'a redirect; `{path}` in the address stands for path and query of the call',
		anyCall,
		{ status: status.default(302), location: headerText },
		({ status: code, location }) => ({
			instead: ({ url }) => ({
				...nothing,
				status: code,
				headers: { location: manifests.filled(location, { path: url }) },
			}),
		}),
	),
	'token-error': fault(
		'an OAuth error of the token endpoint',
		['token'],
		{
			status: status.default(401),
			error: z.string().default('invalid_client'),
			description: z.string().default('client authentication failed'),
		},
		({ status: code, error, description }) => ({
			instead: () => json(code, { error, error_description: description }),
		}),
	),
	'no-access-token': fault('200 and JSON without an access token', ['token'], {}, () => ({
		instead: () => json(200, { token_type: 'Bearer', expires_in: 300 }),
	})),
	'bad-token': fault('401, as for a token that is no longer good', payerCalls, {}, () => ({
		instead: badToken,
	})),
	'revoke-tokens': fault(
		'makes all tokens invalid: `before`, and this call gets 401, or `after`, and it is still served',
		payerCalls,
		{ when: z.enum(['before', 'after']).default('before') },
		({ when }) =>
			when === 'before'
				? { before: ({ revokeTokens }) => revokeTokens(), instead: badToken }
				: {
						change: (answer, _call, { revokeTokens }) => {
							revokeTokens();
							return answer;
						},
					},
	),
	'export-running': fault(
		'429 "another export is running"',
		['kickOff'],
		{ headers },
		({ headers: extra }) => ({
			instead: () => {
				const text = 'Another export of this group is running. Try again later.';
				const answer = answerOf('operation-outcome', {
					status: 429,
					code: 'throttled',
					severity: 'error',
					text,
					json: {},
				});
				return { ...answer, headers: { ...answer.headers, ...headerValues(extra) } };
			},
		}),
	),
	delay: fault('waits before anything else', anyCall, { ms }, ({ ms: pause }) => ({
		before: async () => await pauseFor(pause),
	})),
	hang: fault(
		'never answers; `carriedOut`: the gateway does what was asked for',
		anyCall,
		{ carriedOut },
		(how) => ({
			...neverMind(how.carriedOut),
			delivery: { noHead: true, ending: 'never' },
		}),
	),
	reset: fault('resets the connection (RST) before the headers', anyCall, { carriedOut }, (how) => ({
		...neverMind(how.carriedOut),
		delivery: { noHead: true, ending: 'reset' },
	})),
	close: fault('closes the connection (FIN) before the headers', anyCall, { carriedOut }, (how) => ({
		...neverMind(how.carriedOut),
		delivery: { noHead: true, ending: 'close' },
	})),
	refuse: fault(
		'resets this connection, and refuses all new ones for a time (control calls too)',
		anyCall,
		{ ms },
		({ ms: pause }) => ({
			before: ({ refuseConnections }) => refuseConnections(pause),
			instead: () => nothing,
			delivery: { noHead: true, ending: 'reset' },
		}),
	),
	'reset-body': fault('resets the connection (RST) in the body', anyCall, { at }, (cut) => ({
		delivery: { upTo: cutAt(cut.at), ending: 'reset' },
	})),
	'short-body': fault(
		'a body shorter than its Content-Length, then the end of the connection (FIN)',
		anyCall,
		{ at },
		(cut) => ({ ...framed('length'), delivery: { upTo: cutAt(cut.at), ending: 'close' } }),
	),
	'cut-body': fault(
		'a body that ends too early and properly, without Content-Length: by the last chunk, or `until-close`',
		anyCall,
		{ at, framing: z.enum(['chunked', 'until-close']).default('chunked') },
		(cut) => ({
			change: (answer) => ({
				...answer,
				body: answer.body.subarray(0, cutAt(cut.at)(answer.body)),
				framing: cut.framing,
			}),
		}),
	),
	stall: fault('sends a part of the body and then nothing for ever', anyCall, { at }, (cut) => ({
		delivery: { upTo: cutAt(cut.at), ending: 'never' },
	})),
	drip: fault(
		'sends so many bytes, pauses, and so on',
		anyCall,
		{ bytes, ms },
		({ bytes: pieceBytes, ms: pauseMs }) => ({ delivery: { pieceBytes, pauseMs } }),
	),
	chunks: fault(
		'every so many bytes as a chunk of their own, so that letters are split',
		anyCall,
		{ bytes: bytes.default(1) },
		({ bytes: pieceBytes }) => ({ ...framed('chunked'), delivery: { pieceBytes } }),
	),
	gzip: fault(
		'compresses the body, in several members, or damages it (a byte in the middle, or the second half gone)',
		anyCall,
		{
			framing: z.enum(['length', 'chunked']).default('length'),
			members: z.number().int().min(1).max(1000).default(1),
			damage: z.enum(['none', 'flipped', 'truncated']).default('none'),
		},
		({ framing, members, damage }) => ({
			change: (answer) => ({
				...answer,
				headers: { ...answer.headers, 'content-encoding': 'gzip' },
				body: files.gzipped(answer.body, members, damage),
				framing,
			}),
		}),
	),
	bom: fault('a byte order mark before the first line', anyCall, {}, () => changedFile(files.withBom)),
	crlf: fault('lines end in CR LF', ['file'], {}, () => changedFile(files.withCrlf)),
	'blank-lines': fault('empty lines and lines of spaces between the others', ['file'], {}, () =>
		changedFile(files.withBlankLines),
	),
	'no-last-newline': fault('no newline after the last line', ['file'], {}, () =>
		changedFile(files.withoutLastNewline),
	),
	'long-line': fault(
		"one more line, a good resource of the file's type, of so many bytes",
		['file'],
		{ bytes, line: line.default(1) },
		({ bytes: size, line: place }) =>
			changedFile((body) => files.withLines(body, place, [files.longLine(body, size)])),
	),
	'insert-lines': fault(
		'one more line, or several of a kind, at a line number; `text` is a line of any other kind',
		['file'],
		{
			line: line.default(1),
			kind: z.enum(Object.keys(files.strayLines) as [keyof typeof files.strayLines]).default('not-json'),
			text: z.string().optional(),
			times: z.number().int().min(1).default(1),
		},
		({ line: place, kind, text, times }) => {
			const stray =
				text === undefined ? files.strayLines[kind] : Buffer.from(text, 'utf8').toString('latin1');
			return changedFile((body) =>
				files.withLines(
					body,
					place,
					Array.from({ length: times }, () => stray),
				),
			);
		},
	),
	'drop-lines': fault(
		'some lines are missing',
		['file'],
		{ line: line.default(1), lines: z.number().int().min(1).default(1) },
		({ line: place, lines }) => changedFile((body) => files.withoutLines(body, place, lines)),
	),
	'repeat-lines': fault(
		'some lines come twice',
		['file'],
		{ line: line.default(1), lines: z.number().int().min(1).default(1) },
		({ line: place, lines }) => changedFile((body) => files.withLinesTwice(body, place, lines)),
	),
	'gone-until-reread': fault(
		"a file is refused until the job's status was asked for again; `newAddress`: and then only under an address of that answer",
		['file'],
		{ status: status.default(410), newAddress: z.boolean().default(false) },
		({ status: code, newAddress }) => {
			const refusedAt = new Map<string, number>();
			return {
				instead: ({ file = '', job, url }, { statusReads }) => {
					const known = refusedAt.get(file) ?? statusReads(job);
					refusedAt.set(file, known);
					const signature = Number(new URLSearchParams(url.split('?')[1]).get(manifests.signatureParameter));
					if ((newAddress ? signature : statusReads(job)) > known) return undefined;
					const text = 'The address of this file has expired.';
					const words = { status: code, code: 'expired', severity: 'error', text, json: {} };
					return answerOf('operation-outcome', words);
				},
			};
		},
	),
	'open-file': fault('the file is given out without a token', ['file'], {}, () => ({
		instead: ({ job, batch }) => {
			const asked = job?.batches[(batch ?? 0) - 1];
			if (job === undefined || asked === undefined || asked.fails) return undefined;
			const body = Buffer.concat([...ndjsonOf(resourcesOf(job.member, job.allBatches, asked))]);
			return {
				status: 200,
				headers: { 'content-type': FHIR_NDJSON },
				body,
				framing: 'chunked',
			};
		},
	})),
	'new-addresses': fault(
		'file addresses carry a signature that is another one at each status call',
		['status'],
		{},
		() =>
			changedJson((body, _answer, { job }, { statusReads }) =>
				manifests.withOutput(body, (entry) => ({
					...entry,
					url: `${String(entry.url)}?${manifests.signatureParameter}=${statusReads(job)}`,
				})),
			),
	),
	'file-addresses': fault(
		'other addresses in `output`, as said: `{origin}`, `{path}`, `{file}` stand for the parts of the right one',
		['status'],
		{ url: z.string(), batch: line.optional() },
		({ url, batch }) =>
			changedJson((body) => manifests.withOutput(body, (entry) => manifests.withAddress(entry, url), batch)),
	),
	merge: fault(
		'merges JSON into the answer; null takes a value away (RFC 7396)',
		jsonCalls,
		{ json: anyObject },
		({ json: patch }) => changedJson((body) => manifests.merged(body, patch) as manifests.Json),
	),
	'merge-output': fault(
		'merges JSON into every entry of `output`, or into that of one batch',
		['status'],
		{ json: anyObject, batch: line.optional() },
		({ json: patch, batch }) =>
			changedJson((body) => manifests.withOutput(body, (entry) => manifests.merged(entry, patch), batch)),
	),
	'add-file': fault(
		'one more file in a list of the manifest, which the gateway then gives out; a line is JSON or a text as it is',
		['status'],
		{
			list: z.enum(['error', 'outcome', 'deleted', 'output']),
			type: z.string().default('OperationOutcome'),
			lines: z.array(z.union([z.string(), anyObject])),
			count: z.number().int().optional(),
		},
		(file) => changedJson((body, _answer, call, controls) => manifests.withFile(body, call, controls, file)),
	),
	'partial-manifest': fault(
		'so many files in a manifest, and the address of the next one in `link` (Bulk Data 3); to be used `always`',
		['status'],
		{ files: z.number().int().min(1), host: z.string().optional() },
		({ files: most, host }) => changedJson((body, _answer, call) => manifests.pageOf(body, call, most, host)),
	),
	'manifest-v4': fault('a manifest in the shape of the Bulk Data 4 ballot', ['status'], {}, () =>
		changedJson(manifests.version4),
	),
	'job-address': fault(
		'where and how the kick-off tells the job; `{address}`, `{origin}`, `{path}`, `{job}` stand for the parts; what is left out is not sent',
		['kickOff'],
		{
			text: z.string().default('The export has started.'),
			diagnostics: z.string().optional(),
			contentLocation: headerText.optional(),
			status: status.default(202),
		},
		(words) => ({ change: (answer) => manifests.kickOffWithJob(answer, words) }),
	),
};

export type FaultName = keyof typeof faultTable;
