import type { Answer, GotRequest } from '../../support/scriptedGateway';
import { runAgainst, type AskedAnswers } from '../../support/standardRuns';

/** Export level Patient, Without an Export: `Patient/{id}/$everything` through Start Export, Wait For Export and Fetch Batch. */

const EVERYTHING = '/fhir/Patient/p1/$everything';
const resource = (type: string, id: string) => ({
	resourceType: type,
	id,
	subject: { reference: 'Patient/p1' },
});
const PATIENT = { resourceType: 'Patient', id: 'p1' };
const bundle = (resources: object[], next?: string) => ({
	resourceType: 'Bundle',
	type: 'searchset',
	entry: resources.map((each) => ({ resource: each })),
	...(next !== undefined && { link: [{ relation: 'next', url: next }] }),
});

async function everything(pages: (url: string) => Record<string, Answer>, asked: AskedAnswers = {}) {
	return await runAgainst(
		(url) => [
			(response, request: GotRequest) => {
				const answer = pages(url)[request.url] ?? { status: 404 };
				if (typeof answer === 'function') return answer(response, request);
				response.writeHead(answer.status ?? 200, { 'content-type': 'application/fhir+json' });
				response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
			},
		],
		{
			nodes: ['startExport', 'waitForExport', 'fetchBatch'],
			items: () => [{ memberId: 'm1', patientId: 'p1', outcome: 'matched' }],
			credential: { customRequests: true, exportLevel: 'patientEverything' },
			...asked,
		},
	);
}

const three = (url: string): Record<string, Answer> => ({
	[EVERYTHING]: { body: bundle([PATIENT, resource('Condition', 'c1')], `${url}/fhir?_getpages=1`) },
	'/fhir?_getpages=1': {
		body: bundle([resource('Observation', 'o1')], '/fhir/Patient/p1/$everything?page=3'),
	},
	'/fhir/Patient/p1/$everything?page=3': { body: bundle([resource('Claim', 'x1')]) },
});

test('all pages are one file, with the token', async () => {
	const { run, told, got } = await everything(three);
	expect(told).toBe(' ');
	expect(run.json('fetchBatch').map(({ resourceType }) => resourceType)).toEqual([
		'Patient',
		'Condition',
		'Observation',
		'Claim',
	]);
	expect(run.json('fetchBatch', 1)).toMatchObject([{ outcome: 'complete', resources: 4, memberId: 'm1' }]);
	expect(got.map(({ url }) => url)).toEqual(Object.keys(three('')));
	expect(got.every(({ headers }) => headers.authorization === 'Bearer token-1')).toBe(true);
});

test('all pages are stored as one NDJSON file', async () => {
	const { run } = await everything(three, { parameters: { fetchBatch: { outputAs: 'file' } } });
	expect(run.json('fetchBatch', 1)).toMatchObject([{ outcome: 'complete', resources: 4 }]);
});

test('B10 the resources are what the payer wrote, digit for digit', async () => {
	const lines = ['"value":120.50', '"value" : 1e400', '"v":[-0, 9007199254740993],"t":"a \\"}]{[ b\\\\"'].map(
		(value, index) => `{"resourceType":"Observation","id":"o${index}",${value}}`,
	);
	const entries = lines.map((line) => `{"fullUrl":"x", "resource" :\n${line},"search":{"mode":"match"}}`);
	const body = `{ "resourceType":"Bundle",\r\n"total":3,"entry" : [\n${entries.join(' ,\n')}\n] }`;
	const { run } = await everything(() => ({ [EVERYTHING]: { body } }), {
		parameters: { fetchBatch: { outputAs: 'bundlesText' } },
	});
	const [{ bundle: text }] = run.json('fetchBatch');
	for (const line of lines) expect(text).toContain(`"resource":${line},`);
	expect(run.json('fetchBatch', 1)).toMatchObject([{ outcome: 'complete', resources: 3 }]);
});

test.each<[sentence: string, more: object, outcome: string]>([
	['a total of more', { total: 5 }, 'partial'],
	['a total of fewer, perhaps of patients', { total: 1 }, 'complete'],
	['the same total as text', { total: '2' }, 'complete'],
	['an entry without a resource', { entry: [{ resource: PATIENT }, { fullUrl: 'Claim/1' }] }, 'partial'],
	['an entry that is null', { entry: [{ resource: PATIENT }, null] }, 'partial'],
	['the only entry in place of the list', { entry: { resource: PATIENT } }, 'complete'],
	['no entries', { entry: null }, 'complete'],
	['a next page as an object', { link: { relation: 'Next', url: '/fhir?_getpages=1' } }, 'complete'],
])('B5 a Bundle with %s', async (_, more, outcome) => {
	const { run } = await everything((url) => ({
		...three(url),
		[EVERYTHING]: { body: { ...bundle([PATIENT, resource('Condition', 'c1')]), ...more } },
	}));
	const [report] = run.json('fetchBatch', 1);
	expect(report.outcome).toBe(outcome);
	if ('link' in more) expect(report.resources).toBe(4);
});

test('resources of another patient are told of', async () => {
	const other = { resourceType: 'Patient', id: 'p2' };
	const { run } = await everything(() => ({ [EVERYTHING]: { body: bundle([PATIENT, other]) } }));
	expect(run.json('fetchBatch', 1)).toMatchObject([{ outcome: 'partial', otherPatients: 1 }]);
});

test.each<[what: string, answer: (url: string) => Record<string, Answer>, says: RegExp]>([
	[
		'fails',
		(url) => ({ ...three(url), '/fhir?_getpages=1': { status: 410 } }),
		/did not give all pages .*HTTP 410/,
	],
	[
		'is no Bundle',
		(url) => ({ ...three(url), '/fhir?_getpages=1': { body: { a: 1 } } }),
		/did not give all pages/,
	],
	[
		'is the first again',
		(url) => ({ [EVERYTHING]: { body: bundle([PATIENT], url + EVERYTHING) } }),
		/read before/,
	],
	[
		'is elsewhere',
		() => ({ [EVERYTHING]: { body: bundle([PATIENT], 'https://evil.example/2') } }),
		/another host/,
	],
	[
		'starts an export',
		() => ({ [EVERYTHING]: { body: bundle([PATIENT], '/fhir/$export') } }),
		/not one of an export/,
	],
	[
		'is outside the base',
		() => ({ [EVERYTHING]: { body: bundle([PATIENT], '/admin?x=1') } }),
		/not one of an export/,
	],
	['has no address', () => ({ [EVERYTHING]: { body: bundle([PATIENT], 'http://[') } }), /names no address/],
])('nothing is taken where a further page %s', async (_, pages, says) => {
	for (const outputAs of ['items', 'file']) {
		const { run, told } = await everything(pages, { parameters: { fetchBatch: { outputAs } } });
		expect(run.status).toBe('error');
		expect(told).toMatch(says);
	}
});

test('without the id of a patient nothing is asked', async () => {
	const { told, got } = await everything(three, { items: () => [{ memberId: 'm1', groupId: 'g1' }] });
	expect(told).toMatch(/'Patient ID' is empty/);
	expect(got).toEqual([]);
});

test('at any other level the address of an operation is no file', async () => {
	const { told, got } = await everything(three, {
		nodes: ['fetchBatch'],
		items: (url) => [{ url: url + EVERYTHING, batch: 1, batchCount: 1 }],
		credential: { customRequests: true, exportLevel: 'patient' },
	});
	expect(told).toMatch(/not one of an export/);
	expect(got).toEqual([]);
});
