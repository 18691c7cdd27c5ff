/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { Readable } from 'stream';
import type { IDataObject, IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { directorySearchUrl, searchDirectory } from '../../../../nodes/CheckPayer/import/search';
import { HTML, thrown } from '../../../support/helpers';
import { bundle, endpoint, organization } from './directoryFixtures';

const BASE = 'https://ndh.example/fhir';
const FIRST = `${BASE}/Organization?type=payer&_include=Organization%3Aendpoint&_count=20`;

type Answer = { status?: number; body?: object | string; headers?: object } | { error: object };

/** A directory that gives its answers in turn, and the last one again and again. */
function directory(...answers: Answer[]) {
	const asked: IHttpRequestOptions[] = [];
	const context = {
		getExecutionCancelSignal: () => undefined,
		helpers: {
			httpRequest: async (options: IHttpRequestOptions) => {
				asked.push(options);
				const answer = answers[Math.min(asked.length, answers.length) - 1];
				if ('error' in answer) return await Promise.reject(Object.assign(new Error('x'), answer.error));
				const { status = 200, body = bundle([]), headers = {} } = answer;
				const text = typeof body === 'string' ? body : JSON.stringify(body);
				return await Promise.resolve({
					statusCode: status,
					headers,
					body: Readable.from([Buffer.from(text)]),
				});
			},
		},
	} as unknown as IExecuteFunctions;
	return { context, asked };
}

const page = (resources: IDataObject[], next?: string) => ({
	body: bundle(resources, next === undefined ? {} : { link: [{ relation: 'next', url: next }] }),
});

test.each([
	[{ directoryUrl: BASE }, FIRST],
	[{ directoryUrl: ` ${BASE}/ ` }, FIRST],
	[
		{ directoryUrl: BASE, name: 'Bison & Co' },
		`${BASE}/Organization?type=payer&name=Bison%20%26%20Co&_include=Organization%3Aendpoint&_count=20`,
	],
	[
		{ directoryUrl: BASE, npi: '1234567893' },
		`${BASE}/Organization?type=payer&identifier=http%3A%2F%2Fhl7.org%2Ffhir%2Fsid%2Fus-npi%7C1234567893&_include=Organization%3Aendpoint&_count=20`,
	],
	[
		{ directoryUrl: 'http://127.0.0.1:8080/fhir' },
		'http://127.0.0.1:8080/fhir/Organization?type=payer&_include=Organization%3Aendpoint&_count=20',
	],
])('the search for payers: %j', (search, url) => {
	expect(directorySearchUrl(search)).toBe(url);
});

test.each(['http://ndh.example/fhir', 'https://me:secret@ndh.example', 'ndh.example', '', undefined, {}])(
	'the address %j is refused before anything is sent, and not repeated',
	(directoryUrl) => {
		const { message, details } = thrown(() => directorySearchUrl({ directoryUrl }));
		expect(message).toMatch(/^'Directory URL' cannot be used: it /);
		expect(message + details.whatToDo).not.toMatch(/secret|ndh/);
	},
);

test('all pages are read, without a token, and without following redirects', async () => {
	const { context, asked } = directory(page([organization()], `${BASE}?page=2`), page([endpoint()]));
	const { rows, findings } = await searchDirectory(context, { directoryUrl: BASE });
	expect(rows.map(({ payerKey }) => payerKey)).toEqual(['bison-health-plan']);
	expect(findings).toEqual([]);
	expect(asked.map(({ url }) => url)).toEqual([FIRST, `${BASE}?page=2`]);
	for (const { headers, disableFollowRedirect } of asked) {
		expect([headers, disableFollowRedirect]).toEqual([{ Accept: 'application/json' }, true]);
	}
});

test.each([
	['another server', 'https://evil.example/fhir?page=2'],
	['another port', 'https://ndh.example:8443/fhir?page=2'],
	['another scheme', 'http://ndh.example/fhir?page=2'],
	['a user name', 'https://me@ndh.example/fhir?page=2'],
	['no address', ''],
	['itself', FIRST],
	['a long address', `${BASE}?${'x'.repeat(10_000)}`],
])('a next page at %s is not asked for, and the rows say that the list is not whole', async (_, next) => {
	const { context, asked } = directory(page([organization(), endpoint()], next));
	const { rows, findings } = await searchDirectory(context, { directoryUrl: BASE });
	expect([asked.length, rows.length, findings.length]).toEqual([1, 1, 1]);
	expect(findings[0].says).toMatch(/^the list is not whole: the directory .*\. Search by name$/);
	expect(findings[0].says).not.toMatch(/evil|xxx/);
});

test('a list without end ends', async () => {
	let pages = 0;
	const { context, asked } = directory({});
	const endless = {
		...context,
		helpers: {
			httpRequest: async (options: IHttpRequestOptions) => {
				asked.push(options);
				pages += 1;
				const body = JSON.stringify(page([organization()], `${BASE}?page=${pages}`).body);
				return await Promise.resolve({
					statusCode: 200,
					headers: {},
					body: Readable.from([Buffer.from(body)]),
				});
			},
		},
	} as unknown as IExecuteFunctions;
	const { findings } = await searchDirectory(endless, { directoryUrl: BASE });
	expect(pages).toBe(50);
	expect(findings[0].says).toBe(
		'the list is not whole: the directory has more than 50 pages. Search by name',
	);
});

test.each<[what: string, answer: Answer, message: RegExp, whatToDo: RegExp]>([
	['a sign-in page', { status: 401, body: {} }, /did not give its list \(HTTP 401\)/, /wants a sign-in/],
	['403', { status: 403, body: {} }, /HTTP 403/, /wants a sign-in/],
	['404', { status: 404, body: HTML }, /HTTP 404/, /an HTML or XML page. Check 'Directory URL'/],
	[
		'a redirect',
		{ status: 302, headers: { location: 'https://evil.example' } },
		/HTTP 302/,
		/Check 'Directory URL'/,
	],
	[
		'something else',
		{ body: { resourceType: 'OperationOutcome' } },
		/HTTP 200/,
		/a JSON answer of another shape/,
	],
	['too much', { body: ' '.repeat(9_000_000) }, /larger than what is read/, /Search by name/],
	[
		'a certificate of nobody',
		{ error: { code: 'SELF_SIGNED_CERT_IN_CHAIN' } },
		/The directory cannot be reached: The certificate of ndh.example/,
		/SELF_SIGNED/,
	],
])('%s', async (_, answer, message, whatToDo) => {
	const { context, asked } = directory(answer);
	await expect(searchDirectory(context, { directoryUrl: BASE })).rejects.toMatchObject({
		message: expect.stringMatching(message) as string,
		details: { whatToDo: expect.stringMatching(whatToDo) as string },
	});
	expect(asked).toHaveLength(1);
	await expect(searchDirectory(context, { directoryUrl: BASE })).rejects.not.toThrow(/evil/);
});

describe('what passes', () => {
	beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] }));
	afterEach(() => void jest.useRealTimers());

	async function onThatClock<T>(work: Promise<T>): Promise<T> {
		let isOver = false;
		const end = () => void (isOver = true);
		void work.then(end, end);
		while (!isOver) {
			await new Promise((resolve) => setImmediate(resolve));
			await jest.advanceTimersByTimeAsync(100);
		}
		return await work;
	}

	test.each<[what: string, answer: Answer]>([
		['429', { status: 429, headers: { 'retry-after': '3' } }],
		['503', { status: 503 }],
		['a broken connection', { error: { code: 'ECONNRESET' } }],
	])('is repeated: %s', async (_, answer) => {
		const { context, asked } = directory(answer, page([organization(), endpoint()]));
		const { rows } = await onThatClock(searchDirectory(context, { directoryUrl: BASE }));
		expect([rows.length, asked.length]).toEqual([1, 2]);
	});

	test('does not last for ever', async () => {
		const { context, asked } = directory({ status: 503 });
		const started = Date.now();
		const searching = onThatClock(searchDirectory(context, { directoryUrl: BASE }));
		await expect(searching).rejects.toThrow('HTTP 503');
		expect(asked.length).toBeGreaterThan(2);
		expect(Date.now() - started).toBeLessThan(70_000);
	});
});

test('Stop ends the search', async () => {
	const stop = new AbortController();
	const context = {
		getExecutionCancelSignal: () => stop.signal,
		helpers: { httpRequest: async () => await new Promise(() => undefined) },
	} as unknown as IExecuteFunctions;
	const searching = searchDirectory(context, { directoryUrl: BASE });
	stop.abort();
	await expect(searching).rejects.toThrow('canceled');
});
