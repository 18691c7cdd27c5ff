import type { IDataObject } from 'n8n-workflow';
import { readDirectoryBundle } from '../../../../nodes/CheckPayer/import/directoryBundle';
import type { ImportedRow } from '../../../../nodes/CheckPayer/import/rows';
import { issueCertificate, makeAuthority, type KeyPair } from '../../../../sandbox/certificates';
import {
	artifact,
	bundle,
	concept,
	endpoint,
	environment,
	extension,
	NPI,
	organization,
	registration,
	signedObject,
	tokenServer,
	trustFramework,
	USE_CASES,
} from './directoryFixtures';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const DAY = 86_400_000;
const read = (...resources: IDataObject[]) => readDirectoryBundle(bundle(resources), NOW);
/** The row of one payer. */
const rowOf = (ofEndpoint: IDataObject = {}, ofOrganization: IDataObject = {}): ImportedRow => {
	const { rows, findings } = read(organization(ofOrganization), endpoint(ofEndpoint));
	expect(findings).toEqual([]);
	expect(rows).toHaveLength(1);
	return rows[0];
};
const extended = (...more: object[]): IDataObject => ({
	extension: [USE_CASES.ndh1(), environment('prod'), ...more] as IDataObject[],
});
const table = (text: string) => JSON.parse(text) as Record<string, Record<string, string>>;

const GOOD: ImportedRow = {
	payerKey: 'bison-health-plan',
	name: 'Bison Health Plan',
	npi: NPI,
	fhirBaseUrl: 'https://p2p.bison.example/fhir/r4',
	preset: '',
	signIn: 'udap',
	tokenUrl: '',
	wantsClientCertificate: false,
	environment: 'prod',
	trustFrameworks: '',
	community: '',
	certificateEnds: '',
	validFrom: '',
	validUntil: '',
	contact: 'p2p@bison.example',
	active: true,
	inTable: true,
	reviewed: false,
	notes: '',
};

test('a payer of the National Directory is a row, and in the table', () => {
	const imported = read(organization(), endpoint());
	expect(imported.rows).toEqual([GOOD]);
	expect(imported.findings).toEqual([]);
	expect(table(imported.table)).toEqual({
		'bison-health-plan': {
			name: 'Bison Health Plan',
			npi: NPI,
			fhirBaseUrl: 'https://p2p.bison.example/fhir/r4',
			preset: '',
			signIn: 'udap',
			clientId: '',
			tokenUrl: '',
			scope: '',
			tenant: '',
			fileHosts: '',
			community: '',
			validFrom: '',
			contact: 'p2p@bison.example',
		},
	});
});

test.each(Object.entries(USE_CASES))('the use case is read as in %s', (_, useCase) => {
	expect(rowOf({ extension: [useCase(), environment('prod'), registration('udap')] })).toEqual(GOOD);
	const other = read(organization(), endpoint({ extension: [useCase('patientAccess')] }));
	expect(other).toEqual({
		rows: [],
		table: '{}',
		findings: [
			{
				says: 'left out, because they are for another use than payer-to-payer exchange: entry 2 (Endpoint/bison-p2p)',
			},
		],
	});
});

test.each([
	['a code system of somebody else', 'http://example.com/CodeSystem/NdhFhirEndpointUseCaseCS'],
	['another code system', 'http://hl7.org/fhir/us/ndh/CodeSystem/NdhDirectTrustEndpointUsecaseCS'],
])('payerToPayer of %s is another use', (_, system) => {
	const useCase = extension('base-ext-endpoint-usecase', {
		extension: [{ url: 'endpointUsecasetype', valueCodeableConcept: concept(system, 'payerToPayer') }],
	});
	expect(read(organization(), endpoint({ extension: [useCase] })).rows).toEqual([]);
});

test.each<[what: string, endpoint: IDataObject, organization: IDataObject, expected: Partial<ImportedRow>]>([
	['SMART', extended(registration('smart')), {}, { signIn: 'smartBackendServices', notes: '' }],
	[
		'both sign-ins',
		extended(registration('smart'), registration('udap')),
		{},
		{ signIn: 'udap', notes: 'The payer offers UDAP and SMART.' },
	],
	[
		'no sign-in',
		extended(),
		{},
		{ signIn: '', inTable: true, notes: 'The directory does not say how to sign in: ask the payer.' },
	],
	[
		'trust',
		extended(
			registration('udap'),
			trustFramework('TEFCA'),
			trustFramework('PayerToPayer', { qualifier: { valueString: 'https://trust.example/community' } }),
		),
		{},
		{ trustFrameworks: 'TEFCA, PayerToPayer', community: 'https://trust.example/community' },
	],
	[
		'a qualifier that is no address',
		extended(registration('udap'), trustFramework('TEFCA', { qualifier: { valueString: 'Yes' } })),
		{},
		{ community: '' },
	],
	[
		'a token server',
		extended(registration('smart'), tokenServer('https://p2p.bison.example/token')),
		{},
		{ tokenUrl: 'https://p2p.bison.example/token' },
	],
	[
		'another server',
		extended(registration('smart'), tokenServer('https://p2p.bison.example/proxy', 'proxy-server')),
		{},
		{ tokenUrl: '', notes: '' },
	],
	[
		'a period',
		{ period: { start: '2027-01', end: '2028' } },
		{},
		{
			validFrom: '2027-01-01',
			validUntil: '2028-12-31',
			active: true,
			notes: 'The endpoint is in use from 2027-01-01 on.',
		},
	],
	[
		'a period that is over',
		{ period: { end: '2026-10' } },
		{},
		{ validUntil: '2026-10-31', active: false, inTable: false },
	],
	[
		'no use case',
		{ extension: [environment('prod'), registration('udap')] },
		{},
		{ active: true, inTable: false },
	],
	[
		'no environment',
		{ extension: [USE_CASES.ndh1(), registration('udap')] },
		{},
		{ environment: '', inTable: true },
	],
	[
		'a test environment',
		{ extension: [USE_CASES.ndh1(), environment('test'), registration('udap')] },
		{},
		{ environment: 'test', active: true, inTable: false },
	],
	[
		'an environment of R5',
		{ environmentType: [concept('x', 'production')], extension: [USE_CASES.ndh1(), registration('udap')] },
		{},
		{ environment: 'prod', notes: '' },
	],
	[
		'test and production',
		{ extension: [USE_CASES.ndh1(), environment('prod'), environment('train'), registration('udap')] },
		{},
		{ environment: 'train', inTable: false },
	],
	['a status of its own', { status: 'suspended' }, {}, { active: false, inTable: false }],
	['an inactive organization', {}, { active: false }, { active: false, inTable: false }],
	[
		'a wrong NPI',
		{},
		{ identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567890' }] },
		{ npi: '', inTable: true, notes: 'The NPI is wrong (check digit), and left out.' },
	],
	['another identifier', {}, { identifier: [{ system: 'urn:x', value: NPI }] }, { npi: '', notes: '' }],
	[
		'a provider',
		{},
		{ type: [concept('http://terminology.hl7.org/CodeSystem/organization-type', 'prov')] },
		{ notes: 'The organization is not listed as a payer.' },
	],
	[
		'an insurance company',
		{},
		{ type: [concept('http://terminology.hl7.org/CodeSystem/organization-type', 'ins')] },
		{ notes: '' },
	],
	[
		'what is not verified',
		{},
		{
			extension: [
				extension('base-ext-verification-status', { valueCodeableConcept: concept('x', 'incomplete') }),
			] as IDataObject[],
		},
		{ notes: 'Whoever keeps the directory has not verified this.' },
	],
	[
		'a telephone number',
		{ contact: [] },
		{
			telecom: [
				{ system: 'url', value: 'https://x.example' },
				{ system: 'phone', value: 'tel:+1 (203) 555-0100' },
			],
		},
		{ contact: '+1 (203) 555-0100' },
	],
	[
		'a contact with markup',
		{ contact: [{ value: '<a href="javascript:alert(1)">x</a>' }] },
		{},
		{ contact: '' },
	],
	[
		'a name with markup',
		{},
		{ name: '<b>Bison</b> [click](https://evil.example) \u202Eplan' },
		{ name: 'Bison click plan', payerKey: 'bison-click-plan' },
	],
	[
		'no name',
		{},
		{ name: undefined },
		{ name: '', payerKey: 'p2p-bison-example', notes: 'The organization has no name.' },
	],
	['a name of other letters', {}, { name: 'Ünïted 健康' }, { payerKey: 'united' }],
	['the name __proto__', {}, { name: '__proto__' }, { name: '__proto__', payerKey: 'proto' }],
	['a long name', {}, { name: 'Plan '.repeat(500) }, { payerKey: 'plan-plan-plan-plan-plan-plan-plan-plan' }],
	[
		'a host of other letters',
		{ address: 'https://bіson.example/fhir' },
		{},
		{ notes: 'The name of the host has letters beyond English, which can look like others.' },
	],
	[
		'mutual TLS',
		extended(
			registration('smart'),
			extension('base-ext-endpointAccessControlMechanism', {
				valueCodeableConcept: concept('x', 'mutual-tls'),
			}),
		),
		{},
		{ wantsClientCertificate: true, notes: 'The payer asks for a client certificate (mutual TLS).' },
	],
	[
		'no connection type',
		{ connectionType: undefined },
		{},
		{ inTable: true, notes: 'The directory does not say that the endpoint is a FHIR server.' },
	],
	['a connection type of R5', { connectionType: [concept('x', 'hl7-fhir-rest')] }, {}, { notes: '' }],
])('%s', (_, ofEndpoint, ofOrganization, expected) => {
	expect(rowOf(ofEndpoint, ofOrganization)).toMatchObject(expected);
});

test('a token server on another host stands in the row, and not in the table', () => {
	const { rows, table: text } = read(
		organization(),
		endpoint(extended(registration('smart'), tokenServer('https://login.evil.example/token'))),
	);
	expect(rows[0]).toMatchObject({ tokenUrl: 'https://login.evil.example/token', inTable: true });
	expect(rows[0].notes).toContain('on another host');
	expect(text).not.toContain('evil');
});

test.each([
	['http://p2p.bison.example/fhir', 'does not begin with https'],
	['ftp://p2p.bison.example/fhir', 'is not a web address'],
	['https://user:secret@p2p.bison.example/fhir', 'holds a user name or password'],
	['https://p2p.bison.example/fhir?token=1', 'has a part behind its path (? or #)'],
	['https://p2p.bison.example/fhir#x', 'has a part behind its path (? or #)'],
	['https://localhost/fhir', 'is of a private network, or of this computer'],
	['https://10.0.0.1/fhir', 'is of a private network, or of this computer'],
	['https://2130706433/fhir', 'is of a private network, or of this computer'],
	['https://[::1]/fhir', 'is of a private network, or of this computer'],
	['https://p2p.bison.example\\@evil.example/', 'is not a web address'],
	['https://p2p.bison\n.example/', 'is not a web address'],
	['javascript:alert(1)', 'is not a web address'],
	['testdirectendpoint@bison.example', 'is not a web address'],
	['', 'is missing, or too long'],
	[`https://p2p.bison.example/${'x'.repeat(5000)}`, 'is missing, or too long'],
	[undefined, 'is missing, or too long'],
	[{ url: 'https://p2p.bison.example' }, 'is missing, or too long'],
])('the address %j is a finding that does not repeat it', (address, problem) => {
	const { rows, findings } = read(organization(), endpoint({ address } as IDataObject));
	expect(rows).toEqual([]);
	expect(findings).toEqual([
		{
			says: `left out, because they have an address that cannot be used: it ${problem}: entry 2 (Endpoint/bison-p2p)`,
		},
	]);
});

describe('whose an endpoint is', () => {
	const others = (changes: IDataObject = {}) =>
		organization({ id: 'elk', name: 'Elk Plan', identifier: [], ...changes });

	test.each<[what: string, entries: IDataObject[], names: string[]]>([
		['by its own reference', [organization({ endpoint: [] }), endpoint()], ['Bison Health Plan']],
		[
			'by the reference of the organization',
			[organization(), endpoint({ managingOrganization: undefined })],
			['Bison Health Plan'],
		],
		[
			'contained',
			[endpoint({ managingOrganization: { reference: '#o' }, contained: [organization({ id: 'o' })] })],
			['Bison Health Plan'],
		],
		[
			'by a version',
			[
				organization({ endpoint: [] }),
				endpoint({ managingOrganization: { reference: 'Organization/bison/_history/3' } }),
			],
			['Bison Health Plan'],
		],
		[
			'by an absolute reference',
			[
				organization({ endpoint: [] }),
				endpoint({ managingOrganization: { reference: 'https://ndh.example/fhir/Organization/bison' } }),
			],
			['Bison Health Plan'],
		],
		['repeated', [organization(), endpoint(), organization(), endpoint()], ['Bison Health Plan']],
		['listed twice', [organization(), endpoint(), endpoint({ id: 'second' })], ['Bison Health Plan']],
		['of nobody', [endpoint({ managingOrganization: undefined })], []],
		[
			'of somebody who is not there',
			[organization({ endpoint: [] }), endpoint({ managingOrganization: { reference: 'Organization/elk' } })],
			[],
		],
		[
			'of one of two with the same id',
			[organization({ endpoint: [] }), organization({ endpoint: [], name: 'Evil' }), endpoint()],
			[],
		],
		['of an endpoint', [endpoint({ managingOrganization: { reference: 'Endpoint/bison-p2p' } })], []],
	])('%s', (_, entries, names) => {
		expect(read(...entries).rows.map(({ name }) => name)).toEqual(names);
	});

	test('an absolute reference is not taken for an entry that says another address', () => {
		const entry = [
			{ fullUrl: 'https://evil.example/fhir/Organization/bison', resource: organization({ endpoint: [] }) },
			{
				fullUrl: 'https://ndh.example/fhir/Endpoint/bison-p2p',
				resource: endpoint({
					managingOrganization: { reference: 'https://ndh.example/fhir/Organization/bison' },
				}),
			},
		];
		expect(readDirectoryBundle({ resourceType: 'Bundle', entry }, NOW).rows).toEqual([]);
	});

	test('two organizations with one endpoint: each a row, in the table only the one that the endpoint names', () => {
		const { rows, table: text } = read(organization(), others(), endpoint());
		expect(rows.map(({ payerKey, inTable }) => [payerKey, inTable])).toEqual([
			['bison-health-plan', true],
			['elk-plan', false],
		]);
		expect(rows[1].notes).toContain('names another organization as its own');
		expect(rows[0].notes).toContain('have the same address');
		expect(Object.keys(table(text))).toEqual(['bison-health-plan']);
	});

	test('organizations and endpoints that refer to one another in a circle', () => {
		const one = organization({ partOf: { reference: 'Organization/elk' } });
		const other = others({
			partOf: { reference: 'Organization/bison' },
			endpoint: [{ reference: 'Organization/bison' }],
		});
		expect(read(one, other, endpoint()).rows.map(({ name }) => name)).toEqual(['Bison Health Plan']);
	});

	test('payers of one name and one NPI have keys of their own, and say so', () => {
		const same = ['a', 'b', 'c'].flatMap((id) => [
			organization({ id, endpoint: [] }),
			endpoint({
				id: `e-${id}`,
				address: `https://${id}.example`,
				managingOrganization: { reference: `Organization/${id}` },
			}),
		]);
		const { rows } = read(
			...same,
			organization({ id: 'd', name: 'Bison Health Plan 2', endpoint: [{ reference: 'Endpoint/e-d' }] }),
			endpoint({ id: 'e-d', managingOrganization: undefined, address: 'https://d.example' }),
		);
		expect(rows.map(({ payerKey }) => payerKey)).toEqual([
			'bison-health-plan',
			'bison-health-plan-2',
			'bison-health-plan-3',
			'bison-health-plan-2-2',
		]);
		expect(rows[0].notes).toBe(
			'This list has the same name several times. This list has the same NPI several times.',
		);
	});
});

describe('certificates', () => {
	let ca: KeyPair;
	let ended: KeyPair;
	beforeAll(async () => {
		ca = await makeAuthority('Root');
		ended = await issueCertificate(ca, 'client', { days: [-60, -1] });
	});
	const base64 = (text: string) => Buffer.from(text).toString('base64');
	const der = () => ca.cert.replace(/-----[A-Z ]+-----|\s/g, '');
	const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

	test.each<[what: string, written: () => string]>([
		['in DER', der],
		['in DER, with line ends', () => ca.cert.replace(/-----[A-Z ]+-----/g, '').trim()],
		['in PEM', () => ca.cert],
		['as a PEM text in base64', () => base64(ca.cert)],
		['as a PEM text in base64 twice', () => base64(base64(ca.cert))],
		['as DER in base64 twice', () => base64(der())],
	])('are read %s', (_, written) => {
		const { certificateEnds } = rowOf(extended(registration('udap'), artifact(written())));
		expect(certificateEnds).toMatch(/^20\d\d-\d\d-\d\d$/);
		expect(certificateEnds > dayOf(NOW)).toBe(true);
	});

	test('of which one has ended say so', () => {
		const { certificateEnds, notes } = rowOf(
			extended(registration('udap'), artifact(der()), artifact(base64(ended.cert))),
		);
		const row = readDirectoryBundle(
			bundle([organization(), endpoint(extended(artifact(base64(ended.cert))))]),
			Date.now() + 2 * DAY,
		).rows[0];
		expect([row.certificateEnds, row.notes]).toEqual([
			certificateEnds,
			expect.stringContaining(`A certificate ended on ${certificateEnds}.`),
		]);
		expect(notes).not.toContain('cannot be read');
	});

	test.each<[what: string, written: () => string, note: string]>([
		['text', () => base64('no certificate'), 'A certificate cannot be read.'],
		['a damaged one', () => der().slice(0, 200), 'A certificate cannot be read.'],
		[
			'one wrapped too often',
			() => Array.from({ length: 9 }).reduce<string>(base64, der()),
			'A certificate cannot be read.',
		],
		['a long one', () => 'A'.repeat(1_000_000), 'A certificate cannot be read.'],
		['a private key', () => base64(ca.key), 'A private key stands in the directory'],
	])('that are %s', (_, written, note) => {
		const row = rowOf(extended(registration('udap'), artifact(written(), 'x509-ssl-tls-certificates')));
		expect(row).toMatchObject({ certificateEnds: '', inTable: true });
		expect(row.notes).toContain(note);
		expect(JSON.stringify(row)).not.toContain('PRIVATE KEY-----');
	});

	test.each([
		['signed', { signature: { data: 'x' } }, 'The Bundle is signed; the signature was not verified.'],
		['not signed', {}, 'The Bundle is not signed, as PDex wants it to be.'],
	])('of a Bundle of PDex that is %s', (_, changes, note) => {
		const mtls = bundle(
			[organization(), endpoint({ extension: [signedObject(base64(der()))] as IDataObject[] })],
			{
				type: 'collection',
				timestamp: '2026-07-04T15:00:00.000Z',
				meta: { profile: ['http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/mtls-bundle'] },
				...changes,
			},
		);
		// A payer's own Bundle, and one among others.
		for (const input of [mtls, bundle([mtls])]) {
			const [row] = readDirectoryBundle(input, NOW).rows;
			expect(row).toMatchObject({
				wantsClientCertificate: true,
				signIn: 'certificate',
				inTable: true,
				name: 'Bison Health Plan',
			});
			expect(row.notes).toContain(note);
			expect(row.certificateEnds).not.toBe('');
		}
	});
});

describe('what anybody may have put into a directory', () => {
	const junk: unknown[] = [
		undefined,
		null,
		0,
		'',
		'x',
		[],
		{},
		[[]],
		[null],
		[{}],
		{ coding: 'x' },
		[{ coding: [{ code: {} }] }],
		new Array(1000).fill({ url: 'x' }),
	];

	test.each(['name', 'active', 'identifier', 'type', 'endpoint', 'telecom', 'contact', 'extension', 'id'])(
		'Organization.%s',
		(key) => {
			for (const value of junk) {
				const { rows } = read(organization({ [key]: value } as IDataObject), endpoint());
				expect(
					rows.every((row) =>
						Object.values(row).every((cell) => ['string', 'boolean'].includes(typeof cell)),
					),
				).toBe(true);
			}
		},
	);

	test.each([
		'status',
		'connectionType',
		'address',
		'period',
		'managingOrganization',
		'contained',
		'contact',
		'extension',
		'environmentType',
		'id',
	])('Endpoint.%s', (key) => {
		for (const value of junk) {
			const { rows } = read(organization(), endpoint({ [key]: value } as IDataObject));
			expect(
				rows.every((row) => Object.values(row).every((cell) => ['string', 'boolean'].includes(typeof cell))),
			).toBe(true);
		}
	});

	test.each([
		'base-ext-endpoint-usecase',
		'base-ext-trustFramework',
		'base-ext-secureExchangeArtifacts',
		'base-ext-associatedServers',
		'base-ext-dynamicRegistration',
	])('the parts of %s', (name) => {
		for (const value of junk) {
			read(organization(), endpoint({ extension: [extension(name, { extension: value })] as IDataObject[] }));
			read(
				organization(),
				endpoint({
					extension: [
						extension(name, {
							extension: [
								{ url: 'certificate', valueBase64Binary: value },
								{ url: 'serverURL', valueString: value },
							],
						}),
					] as IDataObject[],
				}),
			);
		}
	});

	test.each(junk.map((value) => [JSON.stringify(value), value]))('%s in place of a Bundle', (_, value) => {
		expect(readDirectoryBundle(value, NOW).rows).toEqual([]);
		expect(readDirectoryBundle({ resourceType: 'Bundle', entry: value }, NOW).rows).toEqual([]);
	});

	test('an OperationOutcome is told of', () => {
		expect(readDirectoryBundle({ resourceType: 'OperationOutcome' }, NOW).findings).toEqual([
			{ says: 'left out, because they are no FHIR Bundle: a part of the input' },
		]);
	});

	test('Bundles inside one another are read one deep', () => {
		let nested = bundle([organization(), endpoint()]);
		for (let depth = 0; depth < 10_000; depth += 1) nested = bundle([nested]);
		expect(readDirectoryBundle(nested, NOW).rows).toEqual([]);
	});

	test('more than is read, and more than the table holds, is told of', () => {
		const many = Array.from({ length: 6000 }, (_, at) => [
			organization({ id: `o${at}`, name: `Plan ${at}`, identifier: [], endpoint: [] }),
			endpoint({
				id: `e${at}`,
				address: `https://p${at}.example/${'x'.repeat(600)}`,
				managingOrganization: { reference: `Organization/o${at}` },
			}),
		]).flat();
		const { rows, findings, table: text } = read(...many);
		expect(rows).toHaveLength(5000);
		expect(text.length).toBeLessThanOrEqual(2_000_000);
		expect(Object.keys(table(text)).length).toBeGreaterThan(1000);
		expect(findings.map(({ says }) => says.replace(/\d+ rows$/, 'n rows'))).toEqual([
			'left out, because they come after the first 10000 organizations and endpoints: all entries',
			'left out, because they make the table too long for a credential: the last n rows',
		]);
	});
});
