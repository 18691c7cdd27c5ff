/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { IdentifierWriter } from '../../nodes/FetchBatch/prepare/identifiers';
import { OwnIds } from '../../nodes/FetchBatch/prepare/ownIds';
import { prepareLines, prepareThoroughly } from '../../nodes/FetchBatch/prepare/preparedLine';
import { plainWords } from '../../nodes/shared/fhir/payerWords';
import type { IDataObject, INode } from 'n8n-workflow';
import { readDirectoryBundle } from '../../nodes/CheckPayer/import/directoryBundle';
import { compareTotals } from '../../nodes/FetchBatch/exportTotals';
import { readBulkMatch } from '../../nodes/MemberMatch/answer/bulkAnswer';
import { readGroup } from '../../nodes/MemberMatch/answer/groupId';
import { judgeMatch } from '../../nodes/MemberMatch/answer/matchAnswer';
import { readFoundPatient, readMatchedMember } from '../../nodes/MemberMatch/answer/matchedMember';
import { finishedItems } from '../../nodes/WaitForExport/exportItems';
import { exportHints } from '../../nodes/WaitForExport/hints';
import { DueTimes } from '../../nodes/shared/exportJob/dueTimes';
import { exportMessages, readKickOff } from '../../nodes/shared/exportJob/kickOff';
import { finishJob } from '../../nodes/shared/exportJob/jobState';
import { manifestJson, mergePages, readManifest, type Manifest } from '../../nodes/shared/exportJob/manifest';
import { judgeStatus } from '../../nodes/shared/exportJob/statusAnswer';
import { columnKey } from '../../nodes/shared/exchange/columnKey';
import {
	asSeen,
	damageOf,
	isFiller,
	readPersonName,
	readRosterId,
} from '../../nodes/shared/exchange/rosterValues';
import { JsonMeter } from '../../nodes/shared/fhir/jsonMeter';
import { MAX_DEPTH } from '../../nodes/shared/fhir/limits';
import { maskValues } from '../../nodes/shared/fhir/masking';
import { NdjsonReader } from '../../nodes/shared/fhir/ndjson';
import { payerMessage, payerMessageForError, readIssues } from '../../nodes/shared/fhir/operationOutcome';
import { deletionsIn } from '../../nodes/shared/fhir/outputLines';
import { BatchIntake } from '../../nodes/shared/files/batchIntake';
import { readBatch } from '../../nodes/shared/files/batchItem';
import { Pace } from '../../nodes/shared/http/pace';
import type { PayerReply } from '../../nodes/shared/http/reply';
import { PayerAddresses } from '../../nodes/shared/http/payerAddresses';
import { Lanes } from '../../nodes/shared/n8n/lanes';
import { readDirectory } from '../../nodes/shared/payers/directory/directory';
import { PayerLookup } from '../../nodes/shared/payers/directory/lookup';
import { oneUpPayer } from '../../nodes/shared/payers/oneUpHealth/requests';
import { jobFromText } from '../../nodes/shared/payers/pdex/addresses';
import { RunClaims } from '../../nodes/FhirToTable/claims/runClaims';
import { originOf } from '../../nodes/shared/files/rowOrigin';
import { shippedTable } from '../../nodes/FhirToTable/tableRows';
import { CSV, FileWriter, type FileStore } from '../../nodes/FhirToTable/write/fileWriter';
import { MemoryCeiling } from '../../nodes/FhirToTable/write/memoryCeiling';
import { ItemsWriter, TextWriter } from '../../nodes/FhirToTable/write/itemWriters';
import { compileView } from '../../nodes/shared/sqlOnFhir/view';
import { parseWritten } from '../../nodes/shared/sqlOnFhir/writtenDecimals';
import { tableNamed } from '../support/finishedRows';
import { bundle, endpoint, organization } from './CheckPayer/import/directoryFixtures';
import { claim, NPI } from './FhirToTable/claims/someClaims';

/** What walks a payer's text or list takes time in proportion to it. */

/** Twice the size may take this much more: linear, with room for a processor that others use too. The square takes four times as much. */
const MOST_GROWTH = 2.7;
/** Below this, what is measured is the clock. */
const LEAST_MS = 3;
/** At least 3 rounds, and up to 20 of what is so short that one round tells little. */
const [FEWEST_ROUNDS, MOST_ROUNDS, ENOUGH_MS] = [3, 20, 200];
const ATTEMPTS = 12;

function cpuMs(work: () => unknown): number {
	const before = process.cpuUsage();
	work();
	// Not of the system: what it takes to hand out memory is no work of the code.
	return process.cpuUsage(before).user / 1000;
}

/**
 * How much more twice the size takes: the lesser of two doublings. What is linear takes more by a leap where its data no longer fits into the
 * processor's cache, and by that leap once; the square takes it each time.
 */
function growth(make: (size: number) => () => unknown, size: number): number {
	const [quarter, half, whole] = leastTimes([make(size / 4), make(size / 2), make(size)]);
	const last = whole / Math.max(half, LEAST_MS);
	return quarter < LEAST_MS ? last : Math.min(last, half / quarter);
}

/** The least of several rounds, taken in turn, so that a busy moment meets all. */
function leastTimes(works: Array<() => unknown>): number[] {
	let least = works.map(() => Infinity);
	let spent = 0;
	for (let round = 0; round < FEWEST_ROUNDS || (round < MOST_ROUNDS && spent < ENOUGH_MS); round += 1) {
		const times = works.map(cpuMs);
		least = times.map((ms, at) => Math.min(ms, least[at]));
		spent += times.reduce((sum, ms) => sum + ms, 0);
	}
	return least;
}

/** The least of some attempts, which take the size, a half and a quarter of it in turn: a smaller one stays in the processor's cache. */
function leastGrowth(make: (size: number) => () => unknown, size: number): number {
	let least = Infinity;
	for (let attempt = 0; attempt < ATTEMPTS && least > MOST_GROWTH; attempt += 1) {
		const part = 2 ** (attempt % 3);
		const isShort = part > 1 && leastTimes([make(size / part / 4)])[0] < LEAST_MS;
		if (!isShort) least = Math.min(least, growth(make, size / part));
	}
	return least;
}

const many = <T>(count: number, make: (index: number) => T): T[] =>
	Array.from({ length: count }, (_, index) => make(index));
const outcomeOf = (issue: IDataObject[]): IDataObject => ({ resourceType: 'OperationOutcome', issue });
const textIssue = (text: string): IDataObject => ({
	severity: 'error',
	code: 'processing',
	details: { text },
});
const replyOf = (status: number, json: unknown): PayerReply => ({ status, headers: {}, text: '', json });
const FILE = (name: number | string) => `https://x.example/file/${name}.ndjson`;
const files = (count: number) => many(count, (index) => ({ type: 'Patient', url: FILE(index), count: 1 }));
const manifestOf = (body: IDataObject): Manifest => readManifest({ output: [], ...body }) as Manifest;
const chained = (count: number) =>
	many(count, (index) => ({ url: FILE(index), continuesInFile: FILE((index * 7919) % count) }));
const oneUp = oneUpPayer(
	{ gatewayUrl: 'https://gateway.1up.health', clientId: 'c', clientSecret: 's' },
	'oneUpHealthOAuth2Api',
);
const directoryOf = (count: number): string =>
	JSON.stringify(
		Object.fromEntries(
			many(count, (index) => [
				`payer-${index}`,
				{ name: 'Same', fhirBaseUrl: `https://fhir-${index}.example/r4`, clientId: 'c' },
			]),
		),
	);
const quietly = (work: () => unknown) => () => {
	try {
		return work();
	} catch {
		return undefined;
	}
};
const batch = (json: IDataObject) => readBatch(json, {});
const group = (members: IDataObject[]): IDataObject => ({
	resourceType: 'Parameters',
	parameter: [{ name: 'MatchedMembers', resource: { resourceType: 'Group', id: 'g', member: members } }],
});
let columns = 0;
const column = (path: string) => ({ name: `c${(columns += 1)}`, path });
const viewOf = (select: object[]) => compileView({ resource: 'Patient', select });
const CODE = (code: string) => ({ coding: [{ system: 'http://www.ama-assn.org/go/cpt', code }] });
const CLAIM = {
	status: 'active',
	use: 'claim',
	type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'professional' }] },
	careTeam: [{ sequence: 1, provider: { reference: 'Practitioner/1' }, role: CODE('rendering') }],
	diagnosis: [{ sequence: 1, diagnosisCodeableConcept: CODE('E11.9') }],
	item: [1, 2].map((sequence) => ({ sequence, careTeamSequence: [1], productOrService: CODE('99213') })),
};
const mention = (id: string, more: IDataObject = {}): IDataObject => ({
	entity: {
		reference: `Patient/${id}`,
		extension: [{ url: 'http://x/base-ext-match-parameters', valueReference: { reference: `#${id}` } }],
	},
	...more,
});

test.each<[what: string, size: number, make: (size: number) => () => unknown]>([
	...[' ', '@', '/', '(', '[', '*', ',', '0', '?', '%C'].map(
		(filling): [string, number, (size: number) => () => unknown] => [
			`a cell of a roster, and a header, of ${filling}`,
			100_000,
			(n) => {
				const cell = `a${filling.repeat(n)}b`;
				return () =>
					[isFiller, damageOf, asSeen, readRosterId, readPersonName, columnKey].map((read) => read(cell));
			},
		],
	),
	...[1, 50, 10_000].map((lanes): [string, number, (size: number) => () => unknown] => [
		`a run over ${lanes} payers`,
		50_000,
		(n) => {
			const items = many(n, (item) => item);
			return () => {
				const run = new Lanes(5, items, (item) => `payer ${item % lanes}`);
				items.forEach((item) => run.ready(item));
				const inWork: number[] = [];
				for (let at = 0; at < n; at += 1) {
					for (let item = run.next(); item !== undefined; item = run.next()) inWork.push(item);
					run.done(inWork[at]);
				}
			};
		},
	]),
	...(['one name', 'names of their own', 'one organization'] as const).map(
		(what): [string, number, (size: number) => () => unknown] => [
			`a directory of payers with ${what}`,
			4000,
			(n) => {
				const listed = many(n / 2, (at) => {
					const id = what === 'one organization' ? 'o' : `o${at}`;
					const owner = { reference: `Organization/${id}` };
					return [
						organization({ id, name: what === 'names of their own' ? `Plan ${at}` : 'Plan' }),
						endpoint({ id: `e${at}`, address: `https://p${at}.example`, managingOrganization: owner }),
					];
				});
				const json = bundle(listed.flat());
				return () => readDirectoryBundle(json);
			},
		],
	),
	[
		// A heap that fits into the processor's own memory, else that is what is measured.
		'the times of jobs that are polled',
		20_000,
		(n) => () => {
			const times = new DueTimes();
			many(n, (index) => times.add(index, (index * 7919) % n));
			for (let now = 0; now < n; now += 1) {
				for (let due = times.take(now); due !== undefined; due = times.take(now)) {
					if (due % 2 === 0) times.add(due + 1, now + n);
				}
			}
		},
	],
	[
		'a manifest',
		50_000,
		(n) => {
			const body = { output: files(n) };
			return () => readManifest(body);
		},
	],
	[
		'the pages of a manifest',
		100_000,
		(n) => {
			const pages = many(100, (page) =>
				manifestOf({ output: files(n / 100).map((file) => ({ ...file, url: `${file.url}?${page}` })) }),
			);
			return () => mergePages(pages as [Manifest, ...Manifest[]]);
		},
	],
	[
		'what a finished export lacks',
		50_000,
		(n) => {
			const manifest = manifestOf({ output: chained(n) });
			return () => finishJob({ manifest, errors: { isSerious: false, errors: [] } });
		},
	],
	[
		'the items of a finished export',
		50_000,
		(n) => {
			const end = finishJob({
				manifest: manifestOf({ output: chained(n) }),
				errors: { isSerious: false, errors: [] },
			});
			return () => finishedItems({ jobId: 'j' }, end);
		},
	],
	[
		'the hints about files',
		100_000,
		(n) => {
			const items = many(n, () => ({ json: { expiresAt: '2027-01-01T00:00:00Z' } }));
			return () => exportHints({ getNode: () => ({}) as INode }, [items, [], []]);
		},
	],
	[
		'a manifest on its way',
		200_000,
		(n) => {
			const manifest = manifestOf({ output: files(n) });
			return () => manifestJson(manifest);
		},
	],
	[
		'a status answer of many issues',
		100_000,
		(n) => {
			const r = replyOf(500, outcomeOf(many(n, () => textIssue('a/b'.repeat(20)))));
			return () => judgeStatus(r);
		},
	],
	[
		'a status answer of one long text',
		4_000_000,
		(n) => {
			const r = replyOf(500, outcomeOf([textIssue('x'.repeat(n))]));
			return () => judgeStatus(r);
		},
	],
	[
		'a running state of one long text',
		4_000_000,
		(n) => {
			const r = replyOf(202, { status: 'x '.repeat(n / 2) });
			return () => judgeStatus(r);
		},
	],
	[
		'a match answer of many issues',
		100_000,
		(n) => {
			const r = replyOf(422, outcomeOf(many(n, () => textIssue('a'.repeat(30)))));
			return quietly(() => judgeMatch(r, []));
		},
	],
	[
		'a match answer of long words',
		8_000_000,
		(n) => {
			const r = replyOf(422, outcomeOf(many(200, () => textIssue('a'.repeat(n / 200)))));
			return quietly(() => judgeMatch(r, []));
		},
	],
	[
		'a match answer of many parameters',
		100_000,
		(n) => {
			const body = { resourceType: 'Parameters', parameter: many(n, (name) => ({ name: String(name) })) };
			return () => [readGroup(body), readMatchedMember(body)];
		},
	],
	[
		'a search answer',
		100_000,
		(n) => {
			const body = {
				resourceType: 'Bundle',
				entry: many(n, (id) => ({
					resource: { resourceType: 'Patient', id: String(id), identifier: [{ value: '1' }] },
				})),
			};
			return () => readFoundPatient(body, { value: '1' });
		},
	],
	[
		'a bulk match of many members',
		40_000,
		(n) => {
			const body = group(many(n, (id) => mention(String(id))));
			return () =>
				readBulkMatch(
					[body],
					many(1000, (id) => ({ requestId: String(id) })),
				);
		},
	],
	[
		'a bulk match that names one member often',
		40_000,
		(n) => {
			const body = group(many(n, () => mention('1')));
			return () => readBulkMatch([body], [{ requestId: '1' }]);
		},
	],
	[
		'a bulk match of many groups',
		20_000,
		(n) => {
			const groups = many(n, (id) => group([mention(String(id))]));
			return () => readBulkMatch(groups, [{ requestId: '1' }]);
		},
	],
	[
		'the issues of an outcome',
		200_000,
		(n) => {
			const body = outcomeOf(many(n, () => textIssue('x')));
			return () => [readIssues(body), payerMessage(body)];
		},
	],
	[
		'an error in a payer’s words',
		4_000_000,
		(n) => {
			const body = outcomeOf([textIssue('a.b.1.'.repeat(n / 6))]);
			return () => payerMessageForError(body, ['Ada']);
		},
	],
	[
		'masking at its limit',
		1_000,
		(n) => () => many(200, () => maskValues('Ada 1.'.repeat(n / 6), ['Ada', 'Whitfield'])),
	],
	[
		'dots behind a job address, 1upHealth',
		150_000,
		(n) => () => many(200, () => oneUp.jobFrom(`/r4/$export/job/j1${'.'.repeat(n)} x`, {})),
	],
	[
		'dashes and dots in the words of a payer',
		4_000,
		(n) => () => many(2_000, () => plainWords('-.'.repeat(n / 2)).length + plainWords('-'.repeat(n)).length),
	],
	[
		'dots behind a job address, PDex',
		150_000,
		(n) => () =>
			many(200, () =>
				jobFromText({ fhirBase: 'https://x.example/r4' }, `https://x.example/j1${'.'.repeat(n)} x`),
			),
	],
	[
		'a kick-off of many texts',
		100_000,
		(n) => {
			const r = replyOf(202, outcomeOf(many(n, () => textIssue('.'.repeat(100)))));
			return quietly(() => readKickOff(r, (text) => oneUp.jobFrom(text, {}), [], exportMessages({})));
		},
	],
	[
		'the deletions of a line',
		100_000,
		(n) => {
			const line = { entry: many(n, (id) => ({ request: { method: 'DELETE', url: `Patient/${id}` } })) };
			return () => deletionsIn(line);
		},
	],
	[
		'a file of deletions',
		100_000,
		(n) => {
			const entry = many(100, () => ({ request: { method: 'DELETE', url: 'Patient/1' } }));
			const bytes = Buffer.from(`${JSON.stringify({ resourceType: 'Bundle', entry })}\n`.repeat(n / 100));
			return () => {
				const intake = new BatchIntake(batch({ deleted: true }), { maxRejectedBytes: 1 });
				intake.reader.push(bytes);
				return intake.reader.end();
			};
		},
	],
	[
		'NDJSON of short lines',
		4_000_000,
		(n) => {
			const bytes = Buffer.from('{"resourceType":"Basic"}\n'.repeat(n / 25));
			return () => read(bytes, 65_536);
		},
	],
	[
		'NDJSON of which only the ends are read',
		16_000_000,
		(n) => {
			const lines = ['{"resourceType":"Basic","id":"1"}\n', `{"resourceType":"Basic",${' '.repeat(500)}}\n`];
			const bytes = lines.map((line) => Buffer.from(line.repeat(n / 2 / line.length)));
			return () =>
				bytes.map((each) => {
					const reader = new NdjsonReader({
						onResource: () => undefined,
						onRejected: () => undefined,
						isCountedByEnds: () => true,
					});
					for (let at = 0; at < each.length; at += 65_536) reader.push(each.subarray(at, at + 65_536));
					return reader.end();
				});
		},
	],
	[
		'rows of claims as CSV, JSON Text and items',
		2_000,
		(n) => {
			const resources = many(n, (id) => ({ resourceType: 'ExplanationOfBenefit', id: String(id), ...CLAIM }));
			return () => {
				const table = shippedTable(tableNamed('medical_claim'), false);
				const items: IDataObject[] = [];
				const files: FileStore = { store: async () => await Promise.resolve({ data: '', mimeType: '' }) };
				const writers = [
					new FileWriter(table, CSV, files, new MemoryCeiling(), false),
					new TextWriter(table, 1_000, new MemoryCeiling()),
					new ItemsWriter(table, items, new MemoryCeiling(), false),
				];
				for (const resource of resources) {
					for (const row of table.rowsOf(resource, originOf({}, ''), null)) {
						for (const writer of writers) writer.add(row);
					}
				}
				return items;
			};
		},
	],
	[
		'the rows of a claim of many lines',
		4_000,
		(n) => {
			const item = many(n, (index) => ({ ...CLAIM.item[0], sequence: index + 1 }));
			const resource = { resourceType: 'ExplanationOfBenefit', id: '1', ...CLAIM, item };
			const [medical, diagnoses] = ['medical_claim', 'claim_diagnosis'].map((name) =>
				shippedTable(tableNamed(name), false),
			);
			const diagnosis = many(n, (index) => ({ ...CLAIM.diagnosis[0], sequence: index + 1 }));
			return () => [
				medical.rowsOf(resource, originOf({}, ''), null),
				diagnoses.rowsOf({ ...resource, diagnosis }, originOf({}, ''), null),
			];
		},
	],
	[
		'NDJSON without a bracket or quote',
		1_000_000,
		(n) => {
			const bytes = Buffer.from('x\n'.repeat(n / 2));
			return () => read(bytes, 65_536);
		},
	],
	[
		'NDJSON of one line in small pieces',
		16_000_000,
		(n) => {
			const bytes = Buffer.from(`{"resourceType":"Basic","a":"${'x'.repeat(n)}"}\n`);
			return () => read(bytes, 1_000);
		},
	],
	[
		'NDJSON of backslashes and quotes',
		8_000_000,
		(n) => {
			const bytes = Buffer.from(`{"a":"${'\\\\\\"'.repeat(n / 4)}"}\n`);
			return () => read(bytes, 65_536);
		},
	],
	[
		'the values of a text',
		8_000_000,
		(n) => {
			const text = '{"a\\\\\\"":[1,"b"]},'.repeat(n / 18);
			return () => new JsonMeter({ values: n, depth: MAX_DEPTH }).push(text);
		},
	],
	[
		'a text of backslashes',
		4_000_000,
		(n) => {
			const text = `"${'\\'.repeat(n)}`;
			return () => new JsonMeter({ values: n, depth: MAX_DEPTH }).push(text);
		},
	],
	[
		'the totals of an export',
		100_000,
		(n) => {
			const all = many(n, (index) => ({
				item: { jobId: 'j', batch: index, batchCount: n, resourceCount: n },
				report: { resources: 1 },
				excluded: 0,
			}));
			return () => compareTotals(all);
		},
	],
	[
		'the pace of a run',
		8_000,
		(n) => () => {
			const pace = new Pace();
			for (let index = 0; index < n; index += 1) pace.recordReply(index);
		},
	],
	[
		'a view of a resource of many elements',
		10_000,
		(n) => {
			const item = many(n, (index) => ({
				n: index,
				code: [{ system: 's', code: 'x' }, { code: 'y' }],
				item: [{ n: 1 }],
			}));
			const view = viewOf([
				{
					column: [
						column("item.where(code.where(system = 's' and code = 'x').exists()).n.join(' ')"),
						column('item.code.code = item.code.code'),
						{ ...column('item.where(n > 5).item.n'), collection: true },
						column("item.extension('u').value.exists() or item.value.ofType(Quantity).exists()"),
					],
				},
				{ repeat: ['item'], column: [column('n')] },
			]);
			return () => view.rows({ resourceType: 'Patient', item }, { keyPrefix: '' });
		},
	],
	[
		'a view of long texts',
		4_000_000,
		(n) => {
			const view = viewOf([
				{
					column: [
						'id = @2026-01',
						'id < other',
						"id + 'x' = other",
						'id.lowBoundary().exists()',
						'getReferenceKey()',
					].map(column),
				},
			]);
			const texts = ['0', '2026-01-01T10:00:00.', 'Patient/', '12:00:00.'].map((start) =>
				start.padEnd(n, '0'),
			);
			return () =>
				texts.map((id) =>
					view.rows({ resourceType: 'Patient', id, reference: id, other: `${id}1` }, { keyPrefix: '' }),
				);
		},
	],
	[
		'the digits of a line',
		1_000_000,
		(n) => {
			const numbers = many(n / 8, (index) => `${index}.50`);
			const lines = [
				`{"a":[${numbers.join(',')}]}`,
				`{"a":"${'1.0,'.repeat(n / 4)}"}`,
				`{"a":"${'9'.repeat(n)}","b":${'9'.repeat(n / 4)}}`,
				`{"a":"-${'0.'.repeat(n / 2)}:${'-'.repeat(n)}"}`,
			];
			return () => lines.map(parseWritten);
		},
	],
	...(
		[
			['in one chain', (at) => ({ id: `${at}`, prior: [`${at - 1}`] })],
			['in one circle', (at, n) => ({ id: `${at}`, prior: [`${(at + 1) % n}`] })],
			['with one number', (at) => ({ id: `${at}`, numbers: ['1'] })],
			['all in the place of one', (at) => ({ id: `${at}`, prior: ['0'] })],
			['versions of one', (at) => ({ id: '1', prior: ['0'], updated: new Date(at * 1000).toISOString() })],
		] as Array<[string, (at: number, n: number) => Parameters<typeof claim>[0]]>
	).map(([what, said]): [string, number, (n: number) => () => unknown] => [
		`claims ${what}`,
		4_000,
		(n) => {
			const resources = many(n, (at) => claim(said(at, n)));
			const origin = originOf({ payer: 'pdex:a.example/r4' }, '');
			return () => {
				const run = new RunClaims(new Set());
				for (const resource of resources) run.look(resource, origin);
				run.close();
				return resources.map((resource) => run.standingOf(resource, origin));
			};
		},
	]),
	[
		'a Provenance of many agents and records',
		10_000,
		(n) => {
			const numbers = many(n, String);
			const provenance = {
				resourceType: 'Provenance',
				agent: numbers.map((id) => ({ who: { reference: `#${id}` } })),
				contained: numbers.map((id) => ({ id, identifier: [{ system: NPI, value: id }] })),
				target: numbers.map((id) => ({ reference: `ExplanationOfBenefit/${id}` })),
			};
			return () => new RunClaims(new Set(['npi:1'])).look(provenance, originOf({}, ''));
		},
	],
	...(
		[
			[
				'of Expressions in each other',
				40_000,
				(n) =>
					`{"resourceType":"DetectedIssue","id":"1","reference":"Patient/1","x":${'{"valueExpression":'.repeat(n)}1${'}'.repeat(n)}}`,
			],
			[
				'of lists of Expressions in each other',
				40_000,
				(n) =>
					`{"resourceType":"Claim","id":"1","x":{"reference":"Library/1"},"y":${'["valueExpression",'.repeat(n)}1${']'.repeat(n)}}`,
			],
			[
				'of a Provenance of many targets',
				10_000,
				(n) =>
					`{"resourceType":"Provenance","id":"1","target":[${'{"reference":"Bundle/1"},'.repeat(n)}{}],"x":[${'{"reference":"Claim/1"},'.repeat(n)}1]}`,
			],
			['of nothing', 100_000, (n) => `{"a"${'\n'.repeat(n)}`],
			['that are cut off', 200_000, (n) => '{"resourceType":"Claim","id":\n'.repeat(n / 10)],
			[
				'of many references',
				50_000,
				(n) =>
					`{"resourceType":"Claim","id":"1","x":[${many(n / 2, (at) => `{"reference":"Claim/${at}"}`).join(',')}]}`,
			],
			[
				'of keys with escapes',
				100_000,
				(n) => `{"resourceType":"Claim","id":"1","x":[${'{"r\\u0065ference":"Claim/1"},'.repeat(n / 2)}1]}`,
			],
		] as Array<[string, number, (n: number) => string]>
	).map(([what, size, text]): [string, number, (n: number) => () => unknown] => [
		`preparing lines ${what}`,
		size,
		(n) => {
			const lines = text(n);
			return () => {
				const rules = {
					ids: new OwnIds({ payer: 'pdex:a.example/r4' }),
					patientIdOf: (_: string, newId: string) => newId,
					linkOf: () => undefined,
					memberPatients: () => ['1'],
					identifiers: new IdentifierWriter('https://a.example/r4'),
				};
				return [prepareLines(lines, rules, () => true), prepareThoroughly(lines, rules)];
			};
		},
	]),
	[
		'a directory of many payers',
		4000,
		(n) => {
			const payers = directoryOf(n);
			return () => readDirectory({ payers });
		},
	],
	[
		'a secret that stands in a directory very often',
		// Above the most that are read, so that both sizes are refused, but after they were taken apart.
		80_000,
		(n) => {
			const clientSecrets = `{${'"payer-1":1,'.repeat(n)}"end":1}`;
			return () => readDirectory({ payers: directoryOf(1), clientSecrets });
		},
	],
	[
		'a roster of many payers of one name',
		4000,
		(n) => {
			const read = readDirectory({ payers: directoryOf(n) });
			return () => {
				if ('problem' in read) return;
				const lookup = new PayerLookup(read, '2027-01-01');
				return many(n, (index) => [lookup.find('Same', 'It'), lookup.find(`payer-${index}`, 'It')]);
			};
		},
	],
	[
		'whose address is whose, among many on one host',
		20_000,
		(n) => {
			const bases = many(n, (index) => `https://x.example/fhir/${index}`);
			return () => {
				const addresses = new PayerAddresses(bases);
				return bases.map((own) => addresses.isOfAnother(own, `${own}/files/1`));
			};
		},
	],
	[
		'a long address among those of payers',
		100_000,
		(n) => {
			const addresses = new PayerAddresses(['https://x.example/fhir/1', 'https://x.example/fhir/2']);
			const url = `https://x.example${'/a;%25252f'.repeat(n / 10)}`;
			return () => addresses.isOfAnother('https://x.example/fhir/1', url);
		},
	],
])('C %s takes time in proportion to its size', (_, size, make) => {
	expect(leastGrowth(make, size)).toBeLessThan(MOST_GROWTH);
});

function read(bytes: Buffer, piece: number) {
	const reader = new NdjsonReader({ onResource: () => undefined, onRejected: () => undefined });
	for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.subarray(at, at + piece));
	return reader.end();
}

test('C the measure tells what is not linear', () => {
	const quadratic = (n: number) => () => {
		let sum = 0;
		for (let one = 0; one < n; one += 1) for (let other = 0; other < n; other += 1) sum ^= one * other;
		return sum;
	};
	expect(Math.max(...many(3, () => growth(quadratic, 12_000)))).toBeGreaterThan(MOST_GROWTH);
});

test('C a text of a payer that is long in every way is read within limits', () => {
	const issues = readIssues(
		outcomeOf(
			many(1000, () => ({
				...textIssue('x'.repeat(5000)),
				code: 'c'.repeat(100),
				severity: 's'.repeat(100),
			})),
		),
	);
	expect([issues.length, issues[0].text.length, issues[0].code, issues[0].severity]).toEqual([
		200,
		1000,
		'',
		'error',
	]);
});
