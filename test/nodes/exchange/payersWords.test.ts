/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, OnError } from 'n8n-workflow';
import { Progress } from '../../../nodes/shared/n8n/longRun';
import type { PayerNodeName } from '../../support/engine';
import { row } from '../../support/expectations';
import { errorRoad } from '../../support/markers';
import { runOneNode } from '../../support/oneNode';
import type { Answer, GotRequest } from '../../support/scriptedGateway';
import { memberRow, runAgainst } from '../../support/standardRuns';

/**
 * Every free text of every answer holds a person who is found nowhere else, in all spellings, and the values of the roster; none of them
 * may stand in an error, a hint or a log line.
 */

const PERSON = 'Quernzilla Vexmoor';
const BORN = ['1987-06-05', '06/05/1987', '5.6.1987', '19870605', 'June 5, 1987', '5 Jun 1987', '1987'];
const NUMBER = 'QV-7734194';
const each = (text: string, spell: (code: number) => string) =>
	Array.from(text, (letter) => spell(letter.charCodeAt(0))).join('');
const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0');

const SPELLINGS = [
	PERSON,
	each(PERSON, (code) => `%${hex(code, 2)}`),
	each(PERSON, (code) => `&#${code};`),
	each(PERSON, (code) => `\\u${hex(code, 4)}`),
	PERSON.replace(' ', ''),
	Array.from(PERSON).join(' '),
	...BORN,
	NUMBER,
];
/** As one text, with a link in it. */
const TEXT = `${SPELLINGS.join(' | ')} <a href="https://vexmoor.example/${NUMBER}">${PERSON}</a>`;
const WORD = 'QuernzillaVexmoor19870605';
/** What must be found nowhere. The third spelling is what is left of it when HTML entities are decoded. */
const FORBIDDEN = [
	...SPELLINGS,
	...['quernzilla', 'vexmoor', 'Q u e r n', '%51', '&#81;', '\\u0051', '7734194', '06/05', 'href'],
];

const ROSTER: IDataObject = { ...row('small') };
const OF_ROSTER = ['familyName', 'birthDate', 'memberId', 'coverageId', 'consentId'].map((key) =>
	String(ROSTER[key]),
);
const ECHO = `${TEXT} ${OF_ROSTER.join(' ')}`;

const OUTCOME = {
	resourceType: 'OperationOutcome',
	id: WORD,
	text: { status: 'generated', div: `<div>${ECHO}</div>` },
	issue: [
		{
			severity: ECHO,
			code: ECHO,
			details: { coding: [{ system: ECHO, code: ECHO, display: ECHO }], text: ECHO },
			diagnostics: ECHO,
			location: [ECHO],
			expression: [ECHO],
			extension: [{ url: ECHO, valueString: ECHO }],
		},
	],
};
const withCode = (code: string) => ({
	...OUTCOME,
	issue: [{ ...OUTCOME.issue[0], severity: 'error', code }],
});
const HEADERS = {
	'www-authenticate': `Bearer realm="${WORD}", error_description="${WORD}"`,
	'x-progress': WORD,
	'x-request-id': WORD,
	etag: `"${WORD}"`,
	warning: `199 - "${WORD}"`,
	'retry-after': WORD,
};
const OAUTH = { error: ECHO, error_description: ECHO, error_uri: `https://x.example/${WORD}`, message: ECHO };
const FILE = { type: WORD, url: `https://${WORD.toLowerCase()}.example/${WORD}`, count: 3 };
const MANIFEST = {
	transactionTime: ECHO,
	request: ECHO,
	requiresAccessToken: false,
	status: `failed ${ECHO}`,
	id: WORD,
	output: [FILE, { type: ECHO }, { url: ECHO }],
	error: [FILE, { type: ECHO, url: ECHO }],
	deleted: [FILE],
	outputOrganizedBy: ECHO,
	link: [{ relation: 'next', url: `https://${WORD.toLowerCase()}.example/${WORD}` }],
	message: ECHO,
	extension: { note: ECHO },
};
const PARAMETERS = {
	resourceType: 'Parameters',
	parameter: [
		{ name: ECHO, valueString: ECHO },
		{ name: 'MemberIdentifier', valueIdentifier: { system: ECHO } },
		{ name: 'MemberId', valueReference: { reference: `https://${WORD.toLowerCase()}.example/Patient/x` } },
		{ name: 'ConsentConstrainedMembers', resource: { resourceType: 'Group', id: ECHO, name: ECHO } },
	],
};
const CAPABILITIES = {
	resourceType: 'CapabilityStatement',
	name: ECHO,
	software: { name: ECHO },
	rest: [{ mode: 'server', operation: [{ name: WORD, definition: `https://x.example/${WORD}` }] }],
};

/** An answer to every request but that for a token. */
const ANSWERS: Array<[sentence: string, answer: Answer]> = [
	...[400, 403, 404, 409, 410, 422, 200, 202].flatMap(
		(status): Array<[string, Answer]> => [
			[`${status} with an OperationOutcome`, { status, headers: HEADERS, body: OUTCOME }],
			[`${status} with an OAuth error`, { status, headers: HEADERS, body: OAUTH }],
		],
	),
	...['not-found', 'processing', 'forbidden', 'invalid', 'multiple-matches', 'business-rule'].flatMap(
		(code): Array<[string, Answer]> => [
			[`400 ${code}`, { status: 400, body: withCode(code) }],
			[`404 ${code}`, { status: 404, body: withCode(code) }],
		],
	),
	['401', { status: 401, headers: HEADERS, body: OAUTH }],
	['a page', { status: 400, headers: { 'content-type': `text/${WORD}` }, body: `<html>${ECHO}</html>` }],
	['a text', { status: 200, headers: { 'content-type': `text/plain; x=${WORD}` }, body: ECHO }],
	['a text of JSON', { status: 200, body: JSON.stringify(ECHO) }],
	[
		'lines that are no resources',
		{ body: `${ECHO}\n{"resourceType":"${WORD}","id":"${WORD}"}\n{"a":"${WORD}"}\n` },
	],
	['a redirect to a path', { status: 302, headers: { location: `/${WORD}?x=${WORD}`, ...HEADERS } }],
	['a redirect to a host', { status: 307, headers: { location: `https://${WORD}.example/${WORD}` } }],
	['a redirect below a host', { status: 308, headers: { location: `https://${WORD}.other.example/` } }],
	['a redirect to nothing', { status: 301, headers: { location: WORD } }],
	['a job elsewhere', { status: 202, headers: { 'content-location': `https://${WORD}.example/${WORD}` } }],
	[
		'a job in the text',
		{
			status: 202,
			body: { ...OUTCOME, issue: [{ diagnostics: `https://${WORD}.example/$export/job/ ${ECHO}` }] },
		},
	],
	['a manifest', { body: MANIFEST }],
	['a manifest of another status', { body: { ...MANIFEST, status: ECHO } }],
	['a job under way', { status: 202, headers: HEADERS, body: { status: ECHO, progress: ECHO } }],
	['a match of an unknown shape', { body: PARAMETERS }],
	['a capability statement', { body: CAPABILITIES }],
];

const NODES: Array<PayerNodeName> = ['memberMatch', 'startExport', 'waitForExport', 'fetchBatch'];
const ITEMS: Record<(typeof NODES)[number], (url: string) => IDataObject> = {
	memberMatch: () => ({ ...ROSTER }),
	startExport: () => ({ ...ROSTER, groupId: 'g1' }),
	waitForExport: (url) => ({ ...ROSTER, groupId: 'g1', jobId: 'j1', statusUrl: `${url}/fhir/jobs/j1` }),
	fetchBatch: (url) => ({
		...ROSTER,
		groupId: 'g1',
		jobId: 'j1',
		statusUrl: `${url}/fhir/jobs/j1`,
		url: `${url}/fhir/files/1`,
		batch: 1,
		batchCount: 1,
		type: 'Patient',
		requiresAccessToken: true,
	}),
};
const PARAMETERS_OF = {
	waitForExport: { giveUpAfter: 0 },
	fetchBatch: { options: { deleteJob: true } },
};

const log: string[] = [];
beforeEach(() => {
	log.length = 0;
	jest.spyOn(Progress.prototype, 'report').mockImplementation((text) => void log.push(text()));
});
afterEach(() => jest.restoreAllMocks());

/** The text around each marker that is found. The free port of the test's own server may hold a year by chance: it does not count. */
function found(road: string): string[] {
	const texts = [road, log.join('\n')].map((text) => text.toLowerCase().replace(/127\.0\.0\.1:\d+/g, ''));
	return [...FORBIDDEN, ...OF_ROSTER].flatMap((marker) =>
		texts.flatMap((text) => {
			const at = text.indexOf(marker.toLowerCase());
			return at < 0 ? [] : [`${marker}: …${text.slice(Math.max(at - 120, 0), at + 120)}…`];
		}),
	);
}

async function atPdex(
	node: (typeof NODES)[number],
	answer: Answer,
	more: { token?: Answer; onError?: OnError; credential?: object } = {},
): Promise<string> {
	const { errorRoad: road } = await runAgainst([answer], {
		nodes: [node],
		items: (url) => [ITEMS[node](url)],
		parameters: PARAMETERS_OF,
		token: more.token,
		onError: more.onError,
		credential: { ...more.credential },
	});
	return road;
}

async function atOneUp(node: (typeof NODES)[number], answer: Answer): Promise<string> {
	const item = { ...ITEMS[node](''), url: '/v1/bison/bulk-data/r4/$export/file/1.ndjson' };
	const parameters = { pollEvery: 1, giveUpAfter: 0 };
	const { run } = await runOneNode({ node, parameters }, [item], { answers: [answer] });
	return errorRoad(run);
}

test('the markers are found where an error holds them', () => {
	log.push(`1 of ${PERSON}`);
	expect(found(`x ${SPELLINGS[1]} ${OF_ROSTER[0]}`).length).toBeGreaterThan(3);
});

describe.each(NODES)('D5 %s: no error, hint or log line holds the words of', (node) => {
	test.each(ANSWERS)('%s', async (_, answer) => {
		const roads = await Promise.all([
			atPdex(node, answer),
			atPdex(node, answer, { onError: 'continueRegularOutput' }),
			atOneUp(node, answer),
		]);
		expect(found(roads.join('\n'))).toEqual([]);
	});
});

/** Answers that differ by path. */
const byPath =
	(answers: Array<[path: RegExp, answer: Exclude<Answer, (...args: never[]) => void>]>): Answer =>
	(response, { url }: GotRequest) => {
		const [, { status = 200, headers = {}, body = '' }] = answers.find(([path]) => path.test(url)) ?? [
			/./,
			{ status: 404, body: OUTCOME },
		];
		response.writeHead(status, { 'content-type': 'application/json', ...headers });
		response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
	};

test.each<[sentence: string, node: (typeof NODES)[number], answer: Answer]>([
	[
		'a kick-off that is refused after a capability statement that offers all',
		'startExport',
		byPath([
			[
				/metadata/,
				{ body: { ...CAPABILITIES, rest: [{ operation: [{ name: 'export' }, { name: ECHO }] }] } },
			],
			[/export/, { status: 400, body: OUTCOME }],
		]),
	],
	[
		'error files and a file that cannot be fetched',
		'waitForExport',
		byPath([
			[
				/jobs/,
				{ body: { ...MANIFEST, output: [], error: [{ type: 'OperationOutcome', url: '/fhir/e/1' }] } },
			],
			[/e\/1/, { body: `${JSON.stringify(OUTCOME)}\n${ECHO}\n` }],
		]),
	],
	[
		'a file whose new address is elsewhere',
		'fetchBatch',
		byPath([
			[/files/, { status: 404, body: OUTCOME }],
			[/jobs/, { body: { ...MANIFEST, output: [{ ...FILE, type: 'Patient' }] } }],
		]),
	],
	[
		'a search of a matched member',
		'memberMatch',
		byPath([
			[
				/member-match/,
				{
					body: {
						resourceType: 'Parameters',
						parameter: [{ name: 'MemberIdentifier', valueIdentifier: { system: ECHO, value: ECHO } }],
					},
				},
			],
			[/Patient/, { status: 400, body: OUTCOME }],
		]),
	],
])('D5 no error holds the words of %s', async (_, node, answer) => {
	expect(found(await atPdex(node, answer))).toEqual([]);
});

const TOKENS: Array<[sentence: string, token: Answer]> = [
	...[400, 401, 403, 404, 200].map((status): [string, Answer] => [
		`refuses with ${status}`,
		{ status, headers: HEADERS, body: { error: ECHO, error_uri: ECHO, message: ECHO, detail: ECHO } },
	]),
	['sends a page', { status: 400, body: `<html>${ECHO}</html>` }],
	['redirects', { status: 302, headers: { location: `https://${WORD}.example/` } }],
	['gives a token of another kind', { body: { access_token: 'T', token_type: ECHO } }],
	[
		'grants another scope',
		{
			body: {
				access_token: 'T',
				token_type: 'Bearer',
				scope: `${ECHO} system/${WORD}.rs system/Patient.rs?name=${WORD}`,
			},
		},
	],
];

test.each(TOKENS)('D5 a token endpoint that %s', async (_, token) => {
	const answer: Answer = { status: 403, body: OUTCOME };
	const roads = await Promise.all(
		NODES.map(async (node) => await atPdex(node, answer, { token, credential: { scope: 'system/*.rs' } })),
	);
	expect(found(roads.join('\n'))).toEqual([]);
});

test("D5 a token endpoint's description is shown without markup, with the secret masked, and cut", async () => {
	const error_description = `AADSTS: <a href="https://evil.example">the secret</a> secret of 12345 is wrong ${'x '.repeat(250)}`;
	const token: Answer = { status: 401, body: { error: 'invalid_client', error_description } };
	const { run } = await runAgainst([], { token });
	const told = String(run.error?.description);
	expect(told).toMatch(/The token endpoint says: AADSTS: the \[value\]/);
	expect(told).not.toMatch(/href|evil|12345/);
	expect(/The token endpoint says: (.*?…)/.exec(told)?.[1].length).toBeLessThanOrEqual(200);
});

test.each<[sentence: string, document: object]>([
	['names nothing', { issuer: ECHO, jwks_uri: ECHO, capabilities: [ECHO] }],
	['names no address', { token_endpoint: `http://${WORD}`, issuer: ECHO }],
	['is none', OUTCOME],
])('D5 a discovery document that %s', async (_, body) => {
	const road = await atPdex('memberMatch', { body }, { credential: { tokenUrl: '' } });
	expect(road).toMatch(/token|Token/);
	expect(found(road)).toEqual([]);
});

test('D5 with the switch on, an error shows the words, masked and without markup', async () => {
	const answer: Answer = { status: 400, body: withCode('invalid') };
	const road = await atPdex('memberMatch', answer, { credential: { showPayerWords: true } });
	expect(road).toContain('The payer says:');
	expect(road).not.toContain('href');
	for (const value of OF_ROSTER) expect(road).not.toContain(value);
});

test('D5 the words stand in the items, without markup and links', async () => {
	const answer: Answer = { status: 422, body: withCode('not-found') };
	const { run } = await runAgainst([answer], { items: () => [memberRow('small')] });
	const [{ reason }] = run.json('memberMatch', 1);
	expect(reason).toContain(PERSON);
	expect(reason).not.toMatch(/href|https:/);
	expect(String(reason).length).toBeLessThanOrEqual(1_000);
});

test('D5 one place alone writes to the log', () => {
	const files = readdirSync(join(__dirname, '..', '..', '..', 'nodes'), {
		recursive: true,
		encoding: 'utf8',
	});
	const writers = files
		.filter((file) => file.endsWith('.ts'))
		.filter((file) =>
			/\blogger\b/.test(readFileSync(join(__dirname, '..', '..', '..', 'nodes', file), 'utf8')),
		);
	expect(writers).toEqual([join('shared', 'n8n', 'longRun.ts')]);
});
