import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { credentialFor, runSteps } from '../../support/engine';
import { fetchDocuments, originAt, PDF, reference } from '../../support/documents';
import { startScriptedGateway } from '../../support/scriptedGateway';
import { runAgainst } from '../../support/standardRuns';

/** P8: the forms in which resources come in, and the documents of prior authorizations. */

const TYPE = 'application/pdf';
const ROUTES = { '/docs/1.pdf': { headers: { 'content-type': TYPE }, body: PDF } };
const ADDITIONAL = {
	coding: [
		{
			system: 'http://hl7.org/fhir/us/davinci-pas/CodeSystem/PASSupportingInfoType',
			code: 'additionalInformation',
		},
	],
};

/** A prior authorization with these `supportingInfo`. */
const priorAuth = (id: string, infos: object[], more: object = {}): IDataObject =>
	({
		resourceType: 'ExplanationOfBenefit',
		id,
		use: 'preauthorization',
		supportingInfo: infos.map((info, index) => ({ sequence: index + 1, category: ADDITIONAL, ...info })),
		...more,
	}) as IDataObject;
const named = (reference: string) => ({ valueReference: { reference } });
const byUrl = (id: string) => (url: string) => reference(id, { contentType: TYPE, url: `${url}/docs/1.pdf` });

const seenAs = (rows: IDataObject[]) =>
	rows.map(({ documentType, documentId, attachment, priorAuthId, outcome }) =>
		[documentType, documentId, attachment, priorAuthId, outcome].join(' '),
	);

describe('P8 the documents of a prior authorization', () => {
	test.each([false, true])('a DocumentReference among the items, before or after (%p)', async (isBefore) => {
		const seen = await fetchDocuments(ROUTES, (url) => {
			const all = [priorAuth('pa1', [named('DocumentReference/d1')]), byUrl('d1')(url), byUrl('d2')(url)];
			return isBefore ? all : all.reverse();
		});
		expect(seenAs(seen.rows).sort()).toEqual([
			'DocumentReference d1 1 pa1 fetched',
			'DocumentReference d2 1  fetched',
		]);
		expect(seen.documents.map(({ json }) => json.priorAuthId).sort()).toEqual([null, 'pa1'].sort());
	});

	test.each<[what: string, reference: (url: string) => string]>([
		['absolute', (url) => `${url}/fhir/DocumentReference/d1`],
		['with a version', () => 'DocumentReference/d1/_history/3'],
		['by another scheme', (url) => `${url.replace('http:', 'HTTPS:')}/fhir/DocumentReference/d1`],
	])('named %s', async (_, ref) => {
		const seen = await fetchDocuments(ROUTES, (url) => [
			priorAuth('pa1', [named(ref(url))]),
			byUrl('d1')(url),
		]);
		expect(seenAs(seen.rows)).toEqual(['DocumentReference d1 1 pa1 fetched']);
	});

	test('named by two of them, each of which counts', async () => {
		const infos = [named('DocumentReference/d1')];
		const seen = await fetchDocuments(ROUTES, (url) => [
			priorAuth('pa1', infos),
			priorAuth('pa2', infos),
			byUrl('d1')(url),
		]);
		expect(seenAs(seen.rows)).toEqual(['DocumentReference d1 1 pa1, pa2 fetched']);
	});

	test.each<[what: string, info: object]>([
		['not at hand', named('DocumentReference/d9')],
		['of another server', named('https://fhir.other.example/r4/DocumentReference/d1')],
		[
			'of another server, for an unknown purpose',
			{ ...named('https://fhir.other.example/r4/Media/1'), category: {} },
		],
		['contained, and not there', named('#c9')],
		['by a urn', named('urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7')],
		['by an identifier alone', { valueReference: { identifier: { value: '1' }, type: 'DocumentReference' } }],
	])('%s is a row, and no guess', async (_, info) => {
		const seen = await fetchDocuments(ROUTES, (url) => [priorAuth('pa1', [info]), byUrl('d1')(url)]);
		expect(seen.rows.map(({ outcome, priorAuthId }) => [outcome, priorAuthId]).sort()).toEqual([
			['fetched', null],
			[JSON.stringify(info).includes('#') ? 'no-content' : 'not-at-hand', 'pa1'],
		]);
	});

	test.each<[what: string, url: (url: string) => string, outcome: string]>([
		['by another scheme', (url) => `${url.replace('http:', 'https:')}/fhir/Binary/b1`, 'fetched'],
		['of another server', () => 'https://fhir.other.example/r4/Binary/b1', 'host-not-allowed'],
	])('a Binary %s', async (_, url, outcome) => {
		const seen = await fetchDocuments({ '/fhir/Binary/b1': ROUTES['/docs/1.pdf'] }, (base) => [
			priorAuth('pa1', [{ ...named(url(base)), category: {} }]),
		]);
		expect(seenAs(seen.rows)).toEqual([`Binary b1 1 pa1 ${outcome}`]);
	});

	test('several in one resource that it contains, each with a name of its own, and one without any', async () => {
		const contained = [
			reference('c1', { data: 'YQ==' }, { data: 'Yg==' }),
			{ resourceType: 'DocumentReference', id: 'c2' },
		];
		const seen = await fetchDocuments({}, () => [
			priorAuth('pa1', [named('#c1'), named('#c2')], { contained }),
		]);
		expect(seen.outcomes).toEqual(['inline', 'inline', 'no-content']);
		expect(seen.rows.map(({ attachment, part }) => [attachment, part])).toEqual([
			[1, undefined],
			[1, 2],
			[2, undefined],
		]);
		expect(new Set(seen.documents.map(({ json }) => json.fileName)).size).toBe(2);
	});

	test('more than a call can take at once', async () => {
		const infos = Array.from({ length: 150_000 }, (_, n) => named(`DocumentReference/x${n}`));
		const { outcomes, run } = await fetchDocuments({}, () => [priorAuth('pa1', infos)]);
		expect(run.status).toBe('success');
		expect(outcomes).toHaveLength(150_000);
	});

	test('held by it, contained in it, and a Binary that it names', async () => {
		const data = PDF.toString('base64');
		const contained = [
			reference('c1', { contentType: TYPE, data }),
			{ resourceType: 'Binary', id: 'c2', contentType: TYPE, data },
		];
		const infos = [
			{ valueAttachment: { contentType: TYPE, data } },
			named('#c1'),
			named('#c2'),
			named('Binary/b1'),
			named('QuestionnaireResponse/q1'),
			{ valueString: 'x' },
		];
		const seen = await fetchDocuments({ '/fhir/Binary/b1': ROUTES['/docs/1.pdf'] }, () => [
			priorAuth('pa1', infos, { contained }),
		]);
		expect(seenAs(seen.rows)).toEqual([
			'ExplanationOfBenefit pa1 1 pa1 inline',
			'ExplanationOfBenefit pa1 2 pa1 inline',
			'ExplanationOfBenefit pa1 3 pa1 inline',
			'Binary b1 4 pa1 fetched',
		]);
		expect(new Set(seen.bytes.map(String))).toEqual(new Set([String(PDF)]));
		expect(new Set(seen.documents.map(({ json }) => json.fileName)).size).toBe(4);
	});

	test('of another payer with the same id it is not', async () => {
		const other = { payer: 'pdex:fhir.other.example/r4', exchangeId: 'exchange-2' };
		const seen = await fetchDocuments(ROUTES, () => [], {
			items: (url) => [
				{ ...originAt(url), ...other, resource: priorAuth('pa1', [named('DocumentReference/d1')]) },
				{ ...originAt(url), resource: byUrl('d1')(url) },
			],
		});
		expect(seenAs(seen.rows)).toEqual([
			'DocumentReference d1 1 pa1 not-at-hand',
			'DocumentReference d1 1  fetched',
		]);
	});
});

const lines = (...resources: object[]) => resources.map((each) => `${JSON.stringify(each)}\n`).join('');

describe('P8 a stored NDJSON file of Fetch Batch', () => {
	const stored = async (item: IDataObject, options: IDataObject = {}) => {
		const data = PDF.toString('base64');
		const body = lines(
			{ ...byUrl('d1')(''), subject: { reference: 'Patient/p1' } },
			{ ...reference('d2', { contentType: TYPE, data }), subject: { reference: 'Patient/p1' } },
			{ ...reference('d3', { contentType: TYPE, data }), subject: { reference: 'Patient/p2' } },
			priorAuth('pa1', [named('DocumentReference/d2'), named('DocumentReference/d8')], {
				patient: { reference: 'Patient/p1' },
			}),
		);
		return await runAgainst(
			(url) => [
				(response, { url: path }) => {
					if (path.startsWith('/files/')) {
						response.end(body.replaceAll('"/docs/1.pdf"', `"${url}/docs/1.pdf"`));
					} else response.writeHead(200, { 'content-type': TYPE }).end(PDF);
				},
			],
			{
				nodes: ['fetchBatch', 'fetchDocuments'],
				items: (url) => [
					{
						memberId: 'm1',
						patientId: 'p1',
						exchangeId: 'exchange-1',
						jobId: 'j1',
						batch: 1,
						batchCount: 1,
						url: `${url}/files/1.ndjson`,
						...item,
					},
				],
				parameters: { fetchBatch: { outputAs: 'file' }, fetchDocuments: { options } },
			},
		);
	};

	test('its documents, whose they are, and those of its prior authorizations; none of other patients', async () => {
		const { run, got } = await stored({});
		expect(seenAs(run.json('fetchDocuments', 1))).toEqual([
			'DocumentReference d1 1  fetched',
			'DocumentReference d2 1 pa1 inline',
			'DocumentReference d8 2 pa1 not-at-hand',
		]);
		expect(run.json('fetchDocuments', 1)[0]).toMatchObject({
			memberId: 'm1',
			exchangeId: 'exchange-1',
			line: 1,
		});
		expect(got.map(({ url, headers }) => [url, headers.authorization])).toEqual([
			['/files/1.ndjson', 'Bearer token-1'],
			['/docs/1.pdf', 'Bearer token-1'],
		]);
	});

	test('of several members, each with the exchange of its own', async () => {
		const members = [
			{ memberId: 'm1', patientId: 'p1', exchangeId: 'exchange-1' },
			{ memberId: 'm2', patientId: 'p2', exchangeId: 'exchange-2' },
		];
		const { run } = await stored({
			memberId: undefined,
			patientId: undefined,
			exchangeId: undefined,
			members,
		});
		const rows = run.json('fetchDocuments', 1);
		expect(rows.map(({ documentId, memberId, exchangeId }) => [documentId, memberId, exchangeId])).toEqual([
			['d1', 'm1', 'exchange-1'],
			['d2', 'm1', 'exchange-1'],
			['d3', 'm2', 'exchange-2'],
			['d8', 'm1', 'exchange-1'],
		]);
	});

	test('A11 of a consent that has ended: nothing is asked', async () => {
		const { run, got } = await stored({ consentEnd: '2999-01-01' });
		const [file] = run.outputs('fetchBatch')[0];
		const again = await fetchDocuments(ROUTES, () => [], {
			items: (url) => [
				{ ...file, json: { ...file.json, ...originAt(url), consentEnd: '2020-01-01' } } as INodeExecutionData,
			],
		});
		expect(got).toHaveLength(2);
		expect(again.outcomes.sort()).toEqual(['consent-ended', 'inline', 'not-at-hand']);
		expect(again.got).toEqual([]);
	});

	test('stored as one of a type that holds no documents it is not read', async () => {
		const { run } = await stored({ type: 'Observation' });
		expect(run.json('fetchDocuments', 1)).toEqual([]);
	});
});

describe('P8 other forms', () => {
	const resources = (url: string) => [priorAuth('pa1', [named('DocumentReference/d1')]), byUrl('d1')(url)];
	const bundle = (url: string) => ({
		resourceType: 'Bundle',
		entry: resources(url).map((resource) => ({ resource })),
	});

	test.each<[what: string, item: (url: string) => object, outcome: string]>([
		['a Bundle without origin', bundle, 'origin-unknown'],
		['a Bundle as text', (url) => ({ ...originAt(url), bundle: JSON.stringify(bundle(url)) }), 'fetched'],
		['a list as text', (url) => ({ ...originAt(url), resources: JSON.stringify(resources(url)) }), 'fetched'],
	])('%s', async (_, item, outcome) => {
		const seen = await fetchDocuments(ROUTES, () => [], { items: (url) => [item(url)] });
		expect(seenAs(seen.rows)).toEqual([`DocumentReference d1 1 pa1 ${outcome}`]);
	});

	test('what Fetch Batch gives with Add Origin', async () => {
		const { run } = await runAgainst(
			(url) => [
				(response, { url: path }) => {
					const isFile = path.startsWith('/files/');
					response.end(isFile ? lines(byUrl('d1')(url)) : PDF);
				},
			],
			{
				nodes: ['fetchBatch', 'fetchDocuments'],
				items: (url) => [
					{
						memberId: 'm1',
						exchangeId: 'exchange-1',
						consentEnd: '2999-01-01',
						jobId: 'j1',
						batch: 1,
						batchCount: 1,
						url: `${url}/files/1.ndjson`,
					},
				],
				parameters: { fetchBatch: { options: { addOrigin: true } } },
			},
		);
		expect(run.json('fetchDocuments', 1)).toMatchObject([
			{ memberId: 'm1', outcome: 'fetched', exchangeId: 'exchange-1' },
		]);
	});
});

describe('at a gateway of several plans', () => {
	const FILE = '/v1/bison/bulk-data/r4/$export/file/1.pdf';
	const at = async (url: (gateway: string) => string, tenant?: string) => {
		const gateway = await startScriptedGateway([{ headers: { 'content-type': TYPE }, body: PDF }]);
		const run = await runSteps({
			items: [
				{
					memberId: 'm1',
					tenant,
					payer: `oneUpHealth:${new URL(gateway.url).host}/bison`,
					resource: reference('d1', { contentType: TYPE, url: url(gateway.url) }),
				},
			],
			steps: [{ node: 'fetchDocuments' }],
			credential: credentialFor(gateway),
		});
		await gateway.close();
		return { outcome: run.json('fetchDocuments', 1)[0].outcome, asked: gateway.got.map((each) => each.url) };
	};

	test.each<
		[
			what: string,
			url: (gateway: string) => string,
			tenant: string | undefined,
			outcome: string,
			asked: string[],
		]
	>([
		['a Binary of the plan', () => 'Binary/b1', 'bison', 'fetched', ['/v1/bison/Binary/b1']],
		['a file of the plan', (url) => url + FILE, 'bison', 'fetched', [FILE]],
		['the host as it knows itself', () => `https://backend.example${FILE}`, 'bison', 'fetched', [FILE]],
		['a Binary of another plan', (url) => `${url}/v1/otter/Binary/b1`, 'bison', 'address-not-allowed', []],
		['the item of another plan', () => 'Binary/b1', 'otter', 'another-payer', []],
		['no plan', () => 'Binary/b1', undefined, 'origin-unknown', []],
	])('%s', async (_, url, tenant, outcome, asked) => {
		expect(await at(url, tenant)).toEqual({ outcome, asked });
	});
});

const PREPARED = {
	ownAddress: 'https://plan.example',
	ownName: 'Prairie Health Plan',
	ownNpi: '1234567893',
	memberPatient: 'own',
};

test('P8 a stored file that Fetch Batch has prepared for a server of our own', async () => {
	const priorAuthorization = priorAuth('pa1', [named('DocumentReference/d1')], {
		patient: { reference: 'Patient/p1' },
	});
	const document = reference('d1', { contentType: TYPE, url: 'Binary/b1' });
	const { run, got, told } = await runAgainst(
		[
			(response, { url: path }) => {
				if (path.startsWith('/files/')) response.end(lines(priorAuthorization, document));
				else response.writeHead(200, { 'content-type': TYPE }).end(PDF);
			},
		],
		{
			nodes: ['fetchBatch', 'fetchDocuments'],
			items: (url) => [
				{
					memberId: 'm1',
					patientId: 'p1',
					jobId: 'j1',
					transactionTime: '2027-01-01T00:00:00Z',
					batch: 1,
					batchCount: 1,
					url: `${url}/files/1.ndjson`,
				},
			],
			parameters: {
				fetchBatch: {
					outputAs: 'file',
					options: { prepare: { settings: PREPARED } },
				},
			},
		},
	);
	expect(told.trim()).toBe('');
	expect(run.json('fetchBatch')).toMatchObject([{ prepared: true }]);
	const [row] = run.json('fetchDocuments', 1);
	expect(row).toMatchObject({ memberId: 'm1', outcome: 'fetched' });
	expect([row.documentId, row.priorAuthId].some((id) => ['d1', 'pa1', null].includes(id as string))).toBe(
		false,
	);
	expect(got.map(({ url }) => url)).toEqual(['/files/1.ndjson', '/fhir/Binary/b1']);
});
