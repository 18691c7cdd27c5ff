import type { IDataObject } from 'n8n-workflow';
import { storedBytes } from '../../support/engine';
import { startForeignHost, type ForeignHost } from '../../support/foreignHost';
import { startHttpsHost, type HttpsHost } from '../../support/httpsHost';
import { fetchDocuments, PDF, reference, sha1, sha256, type Routes } from '../../support/documents';
import { hintsOf } from '../../support/hints';

/** P8: documents by every way that a payer names them. */

const TYPE = 'application/pdf';
const PDF_ANSWER = { headers: { 'content-type': TYPE }, body: PDF };
const HTML = '<!DOCTYPE html><html><body>Log in</body></html>';
const DATA = PDF.toString('base64');

let host: HttpsHost;
let plain: ForeignHost;
beforeAll(async () => {
	plain = await startForeignHost();
	host = await startHttpsHost((request, response) => {
		const isExpired = request.url?.includes('expired') === true;
		response.writeHead(isExpired ? 403 : 200, { 'content-type': isExpired ? 'application/xml' : TYPE });
		response.end(isExpired ? '<Error><Code>AccessDenied</Code></Error>' : PDF);
	});
});
afterAll(async () => await Promise.all([host.close(), plain.close()]));
beforeEach(() => {
	host.got.length = 0;
	plain.got.length = 0;
});

const OUTCOME = JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ diagnostics: 'Zzyzx' }] });
const binaryAnswer = (data: string): Routes[string] => ({
	headers: { 'content-type': 'application/fhir+json' },
	body: { resourceType: 'Binary', data },
});

const one = async (
	attachment: object | ((url: string) => object),
	routes: Routes | ((url: string) => Routes) = { '/docs/1.pdf': PDF_ANSWER },
	more: Parameters<typeof fetchDocuments>[2] = {},
) =>
	await fetchDocuments(
		routes,
		(url) => [reference('d1', typeof attachment === 'function' ? attachment(url) : attachment)],
		{ credential: { allowedFileHosts: host.host }, ...more },
	);
const byUrl =
	(more: object = {}) =>
	(url: string) => ({ contentType: TYPE, url: `${url}/docs/1.pdf`, ...more });

describe('a document that comes', () => {
	test('P8 within the resource: its bytes, and all that is known of it', async () => {
		const seen = await one({ contentType: TYPE, data: DATA, size: PDF.length, hash: sha1(PDF) });
		expect(seen.bytes).toEqual([PDF]);
		const { fileName } = seen.documents[0].json;
		expect(fileName).toMatch(/^document-[0-9a-f]{16}-1\.pdf$/);
		expect(seen.documents[0].binary?.data).toMatchObject({ mimeType: TYPE, fileName });
		const { payer } = seen.rows[0];
		expect(seen.rows).toEqual([
			{
				memberId: 'm1',
				payer,
				jobId: 'j1',
				batch: 1,
				line: 1,
				documentType: 'DocumentReference',
				documentId: 'd1',
				attachment: 1,
				priorAuthId: null,
				contentType: TYPE,
				bytes: PDF.length,
				sha256: sha256(PDF),
				fileName,
				declaredSize: PDF.length,
				declaredHash: sha1(PDF),
				sizeOk: true,
				hashOk: true,
				outcome: 'inline',
				reason: null,
				exchangeId: 'exchange-1',
			},
		]);
		expect(seen.documents[0].json).not.toHaveProperty('outcome');
		expect(seen.got).toEqual([]);
		expect(hintsOf(seen.run, 'fetchDocuments')).toContain('1 document, all of them whole');
	});

	test.each<[requires: unknown, token: string]>([
		[true, 'Bearer token-1'],
		['true', 'Bearer token-1'],
		[undefined, 'Bearer token-1'],
		[false, 'no token'],
		['false', 'no token'],
	])('P8 by its address at the payer, requiresAccessToken %p: %s', async (requiresAccessToken, token) => {
		const origin = { requiresAccessToken } as IDataObject;
		const seen = await one(byUrl({ size: PDF.length, hash: sha1(PDF) }), undefined, { origin });
		expect(seen.bytes).toEqual([PDF]);
		expect(seen.rows).toMatchObject([{ outcome: 'fetched', bytes: PDF.length, hashOk: true, sizeOk: true }]);
		expect(seen.asked).toEqual([`/docs/1.pdf ${token}`]);
		expect(seen.got[0].headers.accept).toBe(`${TYPE}, */*;q=0.1`);
	});

	test('P8 from an allowed host, without the token', async () => {
		const seen = await one({ contentType: TYPE, url: `${host.url}/b/1?sig=Zzyzx` });
		expect(seen.bytes).toEqual([PDF]);
		expect([seen.got, host.got]).toEqual([[], ['GET /b/1?sig=Zzyzx ']]);
		expect(JSON.stringify(seen.run.raw.data.resultData.runData.fetchDocuments)).not.toContain('Zzyzx');
	});

	test('P8 behind a redirect to an allowed host, which gets no token', async () => {
		const seen = await one(byUrl(), {
			'/docs/1.pdf': { status: 302, headers: { location: `${host.url}/b/1?sig=x` } },
		});
		expect(seen.outcomes).toEqual(['fetched']);
		expect(seen.asked).toEqual(['/docs/1.pdf Bearer token-1']);
		expect(host.got).toEqual(['GET /b/1?sig=x ']);
	});

	test.each<[how: string, answer: object, more?: object]>([
		['raw', PDF_ANSWER],
		[
			'FHIR JSON',
			{
				headers: { 'content-type': 'application/fhir+json; charset=utf-8' },
				body: { resourceType: 'Binary', contentType: TYPE, data: DATA },
			},
		],
		[
			'the old name of FHIR JSON',
			{
				headers: { 'content-type': 'application/json+fhir' },
				body: { resourceType: 'Binary', contentType: TYPE, data: DATA },
			},
		],
		[
			'JSON',
			{
				headers: { 'content-type': 'application/json' },
				body: { resourceType: 'Binary', contentType: TYPE, data: DATA.replace(/.{9}/g, '$&\r\n') },
			},
		],
		[
			'FHIR JSON, its type not stated before',
			{
				headers: { 'content-type': 'application/fhir+json' },
				body: { resourceType: 'Binary', contentType: TYPE, data: DATA },
			},
			{ contentType: undefined },
		],
	])('P8 as Binary: %s', async (_, answer, more = {}) => {
		for (const url of [
			() => 'Binary/b1',
			(base: string) => `${base}/fhir/Binary/b1`,
			(base: string) => `${base}/fhir/Binary/b1/_history/2`,
		]) {
			const seen = await one(
				(base) => ({ contentType: TYPE, url: url(base), size: PDF.length, hash: sha1(PDF), ...more }),
				{ '/fhir/Binary/b1': answer as never },
			);
			expect(seen.bytes).toEqual([PDF]);
			expect(seen.rows).toMatchObject([{ outcome: 'fetched', contentType: TYPE, sha256: sha256(PDF) }]);
			expect(seen.asked).toEqual(['/fhir/Binary/b1 Bearer token-1']);
		}
	});

	test('P8 that is FHIR itself, as it came', async () => {
		const note = '{ "resourceType": "Bundle", "type": "document" }';
		const type = 'application/fhir+json';
		const seen = await one(
			{ contentType: type, url: 'Binary/b1' },
			{ '/fhir/Binary/b1': { headers: { 'content-type': type }, body: note } },
		);
		expect(seen.bytes.map(String)).toEqual([note]);
	});

	test('P8 several of one resource, in their order', async () => {
		const seen = await fetchDocuments({ '/docs/1.pdf': PDF_ANSWER }, (url) => [
			reference('d1', byUrl()(url), { contentType: 'text/plain', data: 'YQ==' }, byUrl()(url)),
			{ resourceType: 'DiagnosticReport', id: 'r1', presentedForm: [{ contentType: TYPE, data: DATA }] },
			{ resourceType: 'Patient', id: 'p1' },
		]);
		expect(
			seen.rows.map(({ documentType, attachment, outcome }) => [documentType, attachment, outcome]),
		).toEqual([
			['DocumentReference', 1, 'fetched'],
			['DocumentReference', 2, 'inline'],
			['DocumentReference', 3, 'fetched'],
			['DiagnosticReport', 1, 'inline'],
		]);
		expect(seen.bytes.map(String)).toEqual([String(PDF), 'a', String(PDF), String(PDF)]);
	});
});

describe('a document that is not what was stated', () => {
	test.each<[what: string, attachment: (url: string) => object, outcome: string, says: RegExp]>([
		['another hash', byUrl({ hash: sha1(Buffer.from('x')) }), 'hash-differs', /hash of what came/],
		['another size', byUrl({ size: 99_999 }), 'size-differs', /states 99999 bytes, and \d+ came/],
		['both', byUrl({ size: 1, hash: sha1(Buffer.from('x')) }), 'hash-differs', /hash/],
		[
			'another hash, inline',
			() => ({ contentType: TYPE, data: DATA, hash: sha1(Buffer.from('x')) }),
			'hash-differs',
			/hash/,
		],
		[
			'another size, inline',
			() => ({ contentType: TYPE, data: DATA, size: 1 }),
			'size-differs',
			/states 1 bytes/,
		],
	])('P8 %s: it leaves with its row, and not as a document', async (_, attachment, outcome, says) => {
		const seen = await one(attachment);
		expect(seen.documents).toEqual([]);
		expect(seen.rows).toMatchObject([{ outcome, reason: expect.stringMatching(says) as string }]);
		expect(await storedBytes(seen.reports[0])).toEqual(PDF);
		expect(hintsOf(seen.run, 'fetchDocuments')).toContain(
			`0 of 1 documents came whole. The others (1 ${outcome})`,
		);
	});

	test('P8 shorter than stated: asked for once more', async () => {
		let count = 0;
		const seen = await one(byUrl({ size: PDF.length }), {
			'/docs/1.pdf': (response) => {
				count += 1;
				response.writeHead(200, { 'content-type': TYPE });
				response.end(count === 1 ? PDF.subarray(0, 5) : PDF);
			},
		});
		expect(seen.outcomes).toEqual(['fetched']);
		expect(count).toBe(2);
	});

	test.each<[what: string, contentType: string | undefined, answered: string, body: string]>([
		['a page to log in', TYPE, 'text/html; charset=utf-8', HTML],
		['a page that is called a PDF', TYPE, TYPE, `\n ${HTML}`],
		['a page, no type stated', undefined, 'text/html', HTML],
		['a page that does not begin as one', TYPE, 'application/xhtml+xml', '<p>Log in</p>'],
	])('P8 HTML in its place: %s', async (_, contentType, answered, body) => {
		const seen = await one(byUrl({ contentType }), {
			'/docs/1.pdf': { headers: { 'content-type': answered }, body },
		});
		expect(seen.documents).toEqual([]);
		expect(seen.outcomes).toEqual(['other-content']);
		expect(seen.reports[0].binary?.data.mimeType).not.toMatch(/html/);
	});

	test.each<
		[what: string, contentType: string | undefined, answered: string | undefined, body: string | Buffer]
	>([
		['an OperationOutcome as JSON', TYPE, 'application/json', OUTCOME],
		['an OperationOutcome that is called a PDF', TYPE, TYPE, OUTCOME],
		['an OperationOutcome, no type stated', undefined, 'application/json', OUTCOME],
		['an OperationOutcome, no type at all', undefined, undefined, OUTCOME],
		['an OperationOutcome in place of FHIR', 'application/fhir+json', 'application/fhir+json', OUTCOME],
		[
			'an OperationOutcome in XML',
			'text/plain',
			'application/fhir+xml',
			'<?xml version="1.0"?>\n<OperationOutcome xmlns="http://hl7.org/fhir"/>',
		],
		['a Binary in XML', undefined, 'application/fhir+xml', `<Binary xmlns="http://hl7.org/fhir">${DATA}`],
		['JSON', 'text/plain', 'application/json', '{"error":"Zzyzx"}'],
		['a text', TYPE, 'text/plain', 'Log in, Zzyzx'],
		['its base64', TYPE, TYPE, DATA],
		['a text for a picture', 'image/png', 'image/png', 'Zzyzx'],
		['a text for XML', 'text/xml', 'text/xml', 'Zzyzx'],
	])('P8 in its place, with the status of a success: %s', async (_, contentType, answered, body) => {
		const headers: Record<string, string> = answered === undefined ? {} : { 'content-type': answered };
		const seen = await one(byUrl({ contentType }), { '/docs/1.pdf': { headers, body } });
		expect(seen.outcomes).toEqual(['other-content']);
		expect(seen.documents).toEqual([]);
		expect(JSON.stringify(seen.rows)).not.toContain('Zzyzx');
	});

	test.each<[what: string, attachment: (url: string) => object, answer: Routes[string]]>([
		['of an answer', byUrl(), { headers: { 'content-type': TYPE }, body: '' }],
		['of a Binary', byUrl(), binaryAnswer('')],
		['within the resource', () => ({ contentType: TYPE, data: ' \n' }), {}],
	])('P8 an empty document, %s, is none', async (_, attachment, answer) => {
		const seen = await one(attachment, { '/docs/1.pdf': answer });
		expect([seen.outcomes, seen.documents]).toEqual([['no-content'], []]);
	});

	test.each<[what: string, more: object, body: string]>([
		['by a size of 0', { contentType: 'text/plain', size: 0 }, ''],
		['by its hash, though it does not begin as its type', { hash: sha1(Buffer.from('x')) }, 'x'],
		['by its hash, though it begins as an error', { hash: sha1(Buffer.from(OUTCOME)) }, OUTCOME],
	])('P8 it is the one that is stated %s', async (_, more, body) => {
		const seen = await one(byUrl(more), { '/docs/1.pdf': { headers: { 'content-type': TYPE }, body } });
		expect(seen.outcomes).toEqual(['fetched']);
	});

	test.each<[what: string, contentType: string, body: Buffer | string]>([
		['a PDF that is called JSON', TYPE, PDF],
		['a text that is called JSON', 'text/plain', 'Zzyzx'],
		['a PDF behind other bytes', TYPE, Buffer.concat([Buffer.alloc(500), PDF])],
		['XML with a byte order mark', 'text/xml', '\uFEFF<a/>'],
		['XML in UTF-16', 'text/xml', Buffer.from('\uFEFF<a/>', 'utf16le')],
	])('P8 a document with a wrong type of the answer: %s', async (_, contentType, body) => {
		const seen = await one(byUrl({ contentType }), {
			'/docs/1.pdf': { headers: { 'content-type': 'application/fhir+json' }, body },
		});
		expect(seen.bytes).toEqual([Buffer.from(body)]);
	});

	test('P8 an OperationOutcome in its place, with the status of a success', async () => {
		const seen = await one(byUrl(), {
			'/docs/1.pdf': {
				headers: { 'content-type': 'application/fhir+json' },
				body: { resourceType: 'OperationOutcome', issue: [{ diagnostics: 'Zzyzx' }] },
			},
		});
		expect(seen.outcomes).toEqual(['other-content']);
		expect(seen.reports[0].binary).toBeUndefined();
	});

	test('a clinical note in HTML comes as bytes that nothing renders', async () => {
		const hash = sha1(Buffer.from(HTML));
		const seen = await one(byUrl({ contentType: 'text/html', hash }), {
			'/docs/1.pdf': { headers: { 'content-type': 'text/html' }, body: HTML },
		});
		expect(seen.rows).toMatchObject([{ outcome: 'fetched', contentType: 'text/html', hashOk: true }]);
		expect(seen.documents[0].binary?.data).toMatchObject({ mimeType: 'application/octet-stream' });
	});
});

describe('a document that is not given', () => {
	test.each<[what: string, status: number, outcome: string, says: RegExp]>([
		['unknown', 404, 'not-found', /HTTP 404/],
		['no more', 410, 'expired', /HTTP 410/],
		['forbidden', 403, 'refused', /HTTP 403/],
		['not acceptable', 406, 'refused', /HTTP 406/],
	])('P8 %s (%d)', async (_, status, outcome, says) => {
		const seen = await one(byUrl(), { '/docs/1.pdf': { status, body: { text: 'Zzyzx of Ada Lark' } } });
		expect(seen.rows).toMatchObject([
			{ outcome, reason: expect.stringMatching(says) as string, bytes: null, documentId: 'd1' },
		]);
		expect(JSON.stringify(seen.rows)).not.toContain('Zzyzx');
		expect(seen.documents).toEqual([]);
	});

	test('P8 the signed address has expired', async () => {
		const seen = await one({ contentType: TYPE, url: `${host.url}/b/1?expired=1` });
		expect(seen.rows).toMatchObject([
			{ outcome: 'expired', reason: expect.stringMatching(/Start a new export/) as string },
		]);
	});

	test.each<[what: string, url: (url: string) => string, outcome: string]>([
		['another host', () => 'https://files.other.example/1.pdf', 'host-not-allowed'],
		['another host, over http', () => `${plain.url}/1.pdf`, 'host-not-allowed'],
		['relative', () => 'documents/1.pdf', 'relative-address'],
		['from the root', () => '/fhir/Binary/b1', 'relative-address'],
		['without a scheme', (url) => `${url.replace('http:', '')}/docs/1.pdf`, 'relative-address'],
		['data', () => `data:${TYPE};base64,${DATA}`, 'address-not-allowed'],
		['oid', () => 'urn:oid:1.2.3', 'address-not-allowed'],
		['another port', (url) => `${url.replace(/:\d+$/, ':1')}/docs/1.pdf`, 'host-not-allowed'],
		['this computer by IPv6', () => 'http://[::1]/docs/1.pdf', 'host-not-allowed'],
		['a host in other letters', () => 'https://pä.example/docs/1.pdf', 'host-not-allowed'],
		['a name that looks like the host', (url) => `${url}@other.example/1.pdf`, 'address-not-allowed'],
		['encoded dots', (url) => `${url}/docs/%2e%2e/fhir/Patient/1`, 'address-not-allowed'],
		['an encoded slash', (url) => `${url}/docs/..%2ffhir/Patient/1`, 'address-not-allowed'],
		['what is encoded twice', (url) => `${url}/docs/%252e%252e/fhir/Patient/1`, 'address-not-allowed'],
		['no id of a Binary', () => 'Binary/..', 'relative-address'],
		['a search for Binaries', () => 'Binary?_id=1', 'relative-address'],
		['a resource', (url) => `${url}/fhir/Patient/p1`, 'address-not-allowed'],
		['a search', (url) => `${url}/fhir/Patient?name=a`, 'address-not-allowed'],
		['an operation', (url) => `${url}/fhir/Patient/p1/$everything`, 'address-not-allowed'],
		['a name and a password', (url) => url.replace('//', '//u:p@'), 'address-not-allowed'],
		['a file of this computer', () => 'file:///etc/passwd', 'address-not-allowed'],
		['urn', () => 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7', 'address-not-allowed'],
		['an endless one', (url) => `${url}/${'x'.repeat(9000)}`, 'address-not-allowed'],
	])('P8 nothing is asked: %s', async (_, url, outcome) => {
		const seen = await one((base) => ({ contentType: TYPE, url: url(base) }), {
			'/fhir/Binary/b1': PDF_ANSWER,
		});
		expect(seen.outcomes).toEqual([outcome]);
		expect([seen.got, seen.tokenRequests, host.got, plain.got]).toEqual([[], [], [], []]);
	});

	test.each<[what: string, location: () => string]>([
		['another host', () => 'https://files.other.example/1.pdf?sig=Zzyzx'],
		['another host, over http', () => `${plain.url}/1.pdf?sig=Zzyzx`],
	])('P8 a redirect to %s is not followed', async (_, location) => {
		const seen = await one(byUrl(), { '/docs/1.pdf': { status: 302, headers: { location: location() } } });
		expect(seen.outcomes).toEqual(['host-not-allowed']);
		expect([seen.asked, plain.got]).toEqual([['/docs/1.pdf Bearer token-1'], []]);
		expect(JSON.stringify(seen.rows)).not.toContain('Zzyzx');
	});

	test('P8 a redirect to a resource of the payer is not followed', async () => {
		const seen = await one(byUrl(), (url) => ({
			'/docs/1.pdf': { status: 302, headers: { location: `${url}/fhir/Patient/p1` } },
			'/fhir/Patient/p1': { body: {} },
		}));
		expect(seen.outcomes).toEqual(['address-not-allowed']);
		expect(seen.got).toHaveLength(1);
	});

	test.each<[what: string, attachment: object, outcome: string]>([
		['neither data nor address', { contentType: TYPE }, 'no-content'],
		['data that is no base64', { contentType: TYPE, data: 'Ada Lark!' }, 'unreadable'],
	])('%s', async (_, attachment, outcome) => {
		expect((await one(attachment)).outcomes).toEqual([outcome]);
	});

	test.each<[what: string, body: object]>([
		['without data', { resourceType: 'Binary' }],
		['whose data are no base64', { resourceType: 'Binary', data: '$Ada' }],
	])('a Binary %s', async (_, body) => {
		const answer = { headers: { 'content-type': 'application/fhir+json' }, body };
		expect((await one({ url: 'Binary/b1' }, { '/fhir/Binary/b1': answer })).outcomes).toEqual(['unreadable']);
	});

	test.each<[what: string, resource: IDataObject, outcomes: string[]]>([
		['a DocumentReference without content', { resourceType: 'DocumentReference', id: 'd' }, ['no-content']],
		[
			'one of two contents without an attachment',
			{ resourceType: 'DocumentReference', id: 'd', content: [{}, { attachment: { data: 'YQ==' } }] },
			['no-content', 'inline'],
		],
		[
			'a content that is no list',
			{ resourceType: 'DocumentReference', id: 'd', content: { attachment: { data: 'YQ==' } } } as never,
			['inline'],
		],
		[
			'a form that is no list',
			{ resourceType: 'DiagnosticReport', id: 'd', presentedForm: { data: 'YQ==' } },
			['inline'],
		],
		['a picture without content', { resourceType: 'Media', id: 'd' }, ['no-content']],
		[
			'a Binary that it contains',
			{
				...reference('d', { contentType: 'text/plain', url: '#b' }),
				contained: [{ resourceType: 'Binary', id: 'b', data: 'YQ==' }],
			},
			['inline'],
		],
		['a Binary that it does not contain', reference('d', { url: '#b' }), ['no-content']],
		['a report without a form', { resourceType: 'DiagnosticReport', id: 'd' }, []],
		[
			'a claim',
			{
				resourceType: 'ExplanationOfBenefit',
				use: 'claim',
				supportingInfo: [{ valueAttachment: { data: 'YQ==' } }],
			},
			[],
		],
	])('%s', async (_, resource, outcomes) => {
		expect((await fetchDocuments({}, () => [resource])).outcomes).toEqual(outcomes);
	});

	test('an item that holds nothing has its row', async () => {
		const seen = await fetchDocuments({}, () => [], { items: () => [{ memberId: 'm1', note: 'x' }] });
		expect(seen.rows).toMatchObject([{ memberId: 'm1', outcome: 'no-content' }]);
	});
});

describe('whose document it is', () => {
	const bare = (url: string) => [reference('d1', byUrl()(url), { data: DATA })];

	test('a resource without origin: nobody is asked, and what it holds is given', async () => {
		const seen = await fetchDocuments({ '/docs/1.pdf': PDF_ANSWER }, bare, { items: bare });
		expect(seen.outcomes).toEqual(['origin-unknown', 'inline']);
		expect([seen.got, seen.tokenRequests]).toEqual([[], []]);
		expect(seen.bytes).toEqual([PDF]);
	});

	test.each<[what: string, origin: IDataObject]>([
		['another payer', { payer: 'pdex:fhir.other.example/r4' }],
		['another kind of payer', { payer: 'oneUpHealth:gateway.1up.health/bison' }],
		['another FHIR base', { fhirBase: 'https://fhir.other.example/r4' }],
	])('A9 of %s: nothing is sent, and what it holds is given', async (_, origin) => {
		const seen = await fetchDocuments({ '/docs/1.pdf': PDF_ANSWER }, bare, { origin });
		expect(seen.outcomes).toEqual(['another-payer', 'inline']);
		expect([seen.got, seen.tokenRequests]).toEqual([[], []]);
	});

	test('A11 whose consent has ended: nothing is asked, and what it holds is given', async () => {
		const seen = await fetchDocuments({ '/docs/1.pdf': PDF_ANSWER }, bare, {
			origin: { consentEnd: '2020-01-31' },
		});
		expect(seen.rows).toMatchObject([
			{ outcome: 'consent-ended', reason: expect.stringContaining('ended on 2020-01-31') as string },
			{ outcome: 'inline' },
		]);
		expect([seen.got, seen.tokenRequests]).toEqual([[], []]);
	});

	test('A11 a consent that cannot be read is none', async () => {
		const seen = await fetchDocuments({ '/docs/1.pdf': PDF_ANSWER }, bare, {
			origin: { consentEnd: 'soon' },
		});
		expect(seen.told).toMatch(/'consentEnd' of the item must be/);
		expect(seen.got).toEqual([]);
	});

	test('documents without ids have names of their own', async () => {
		const bare = ['YQ==', 'Yg=='].map((data) => ({ ...reference('', { data }), id: undefined }) as never);
		const names = (await fetchDocuments({}, () => bare)).documents.map(({ json }) => json.fileName);
		expect(new Set(names).size).toBe(2);
	});

	test('the name of a file tells nothing of the member', async () => {
		const seen = await fetchDocuments({}, () => [
			reference('ada-lark-1980-05-01', {
				contentType: 'application/x-../../e',
				data: 'YQ==',
				title: 'Ada Lark',
			}),
		]);
		expect(seen.documents[0].binary?.data.fileName).toMatch(/^document-[0-9a-f]{16}-1\.bin$/);
		expect(seen.documents[0].binary?.data.mimeType).toBe('application/octet-stream');
	});
});

test('as a tool for an AI agent it gives the report, and no document', async () => {
	const seen = await fetchDocuments({ '/docs/1.pdf': PDF_ANSWER }, (url) => [reference('d1', byUrl()(url))], {
		asTool: true,
	});
	expect(seen.run.json('fetchDocuments')).toEqual([
		{ payer: expect.any(String) as string, jobId: 'j1', batch: 1, bytes: PDF.length, outcome: 'fetched' },
	]);
	expect(seen.run.outputs('fetchDocuments')[0][0].binary).toBeUndefined();
});
