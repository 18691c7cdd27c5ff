import { exportMessages, readKickOff } from '../../../../../nodes/shared/exportJob/kickOff';
import { pdex } from '../../../../../nodes/shared/payers/pdex';
import { everythingOf, outcome, reply, thrown } from '../../../../support/helpers';

const BASE = 'https://fhir.payer.example/r4';
const connect = (advanced: Record<string, string | boolean> = {}, more: Record<string, string> = {}) =>
	pdex.connect(
		{ fhirBaseUrl: `${BASE}/`, customRequests: Object.keys(advanced).length > 0, ...advanced, ...more },
		'smartBackendServicesApi',
	);
const GROUP = { groupId: 'g1' };
const statement = (...names: string[]) => ({
	resourceType: 'CapabilityStatement',
	rest: [{ resource: [{ type: 'Group', operation: names.map((name) => ({ name })) }] }],
});

describe('a kick-off', () => {
	test.each<
		[sentence: string, settings: Record<string, string>, subject: object, offers: unknown, expected: string]
	>([
		['of a group', {}, GROUP, undefined, `POST ${BASE}/Group/g1/$davinci-data-export`],
		[
			'at a payer that offers both',
			{},
			GROUP,
			statement('export', 'davinci-data-export'),
			`POST ${BASE}/Group/g1/$davinci-data-export`,
		],
		['at a payer that offers $export', {}, GROUP, statement('export'), `GET ${BASE}/Group/g1/$export`],
		['of a patient', {}, { patientId: 'p1' }, undefined, `GET ${BASE}/Patient/p1/$export`],
		[
			'of a group where both are known',
			{},
			{ groupId: 'g1', patientId: 'p1' },
			undefined,
			`POST ${BASE}/Group/g1/$davinci-data-export`,
		],
		[
			'of a patient where the level says so',
			{ exportLevel: 'patient' },
			{ groupId: 'g1', patientId: 'p1' },
			undefined,
			`GET ${BASE}/Patient/p1/$export`,
		],
		[
			'of all patients of the token',
			{ exportLevel: 'patientType' },
			{},
			undefined,
			`GET ${BASE}/Patient/$export`,
		],
		[
			'by POST',
			{ exportOperation: '$export', kickOff: 'post' },
			GROUP,
			undefined,
			`POST ${BASE}/Group/g1/$export`,
		],
		[
			'by GET',
			{ exportOperation: '$davinci-data-export', kickOff: 'get' },
			GROUP,
			undefined,
			`GET ${BASE}/Group/g1/$davinci-data-export?exportType=hl7.fhir.us.davinci-pdex%23payertopayer`,
		],
	])('%s', (_, settings, subject, offers, expected) => {
		const { method, url, headers } = connect(settings).kickOffRequest(subject, [], offers);
		expect(`${method} ${url}`).toBe(expected);
		expect(headers).toMatchObject({ Accept: 'application/fhir+json', Prefer: 'respond-async' });
	});

	it('has values of the right types in its body, and its lists as each version wants them', () => {
		const query: Array<[string, string]> = [
			['_type', 'Patient,Coverage'],
			['_since', '2026-01-31T10:00:00.000Z'],
			['_typeFilter', 'Encounter?date=ge2022-01-01'],
			['_typeFilter', 'Observation?date=ge2022-01-01'],
			['allowPartialManifests', 'true'],
			['patient', 'Patient/p1'],
		];
		const common = [
			{ name: '_since', valueInstant: '2026-01-31T10:00:00.000Z' },
			{ name: '_typeFilter', valueString: 'Encounter?date=ge2022-01-01' },
			{ name: '_typeFilter', valueString: 'Observation?date=ge2022-01-01' },
			{ name: 'allowPartialManifests', valueBoolean: true },
			{ name: 'patient', valueReference: { reference: 'Patient/p1' } },
		];
		expect(connect().kickOffRequest(GROUP, query).body).toEqual({
			resourceType: 'Parameters',
			parameter: [
				{ name: 'exportType', valueCanonical: 'hl7.fhir.us.davinci-pdex#payertopayer' },
				{ name: '_type', valueString: 'Patient,Coverage' },
				...common,
			],
		});
		const v4 = connect({ exportOperation: '$export', kickOff: 'postV4' }).kickOffRequest(GROUP, query);
		expect(v4.body).toMatchObject({
			parameter: [
				{ name: '_type', valueString: 'Patient' },
				{ name: '_type', valueString: 'Coverage' },
				...common,
			],
		});
	});

	test.each<
		[
			sentence: string,
			settings: Record<string, string>,
			subject: object,
			query: Array<[string, string]>,
			offers: unknown,
			says: RegExp,
		]
	>([
		['without any id', {}, {}, [], undefined, /'Group ID' is empty/],
		['of a patient without id', { exportLevel: 'patient' }, GROUP, [], undefined, /'Patient ID' is empty/],
		['of an id that leads elsewhere', {}, { groupId: '../x' }, [], undefined, /'Group ID' is no id/],
		[
			'that the payer does not state',
			{},
			GROUP,
			[],
			statement('member-match'),
			/does not state that it exports groups/,
		],
		[
			'of patients by GET',
			{ exportOperation: '$export', kickOff: 'get' },
			GROUP,
			[['patient', 'Patient/p']],
			undefined,
			/'patient' can only be sent by POST/,
		],
	])('%s is refused', (_, settings, subject, query, offers, says) => {
		expect(thrown(() => connect(settings).kickOffRequest(subject, query, offers)).message).toMatch(says);
	});
});

describe('the job of an answer', () => {
	test.each<[text: string, jobId: string, statusUrl: string, settings?: Record<string, string>]>([
		[`${BASE}/bulkstatus/j1`, 'j1', `${BASE}/bulkstatus/j1`],
		['https://fhir.payer.example/status/j1', 'j1', 'https://fhir.payer.example/status/j1'],
		['/status/j1', 'j1', 'https://fhir.payer.example/status/j1'],
		[`${BASE}/$export-poll-status?_jobId=j1&x=2`, 'j1', `${BASE}/$export-poll-status?_jobId=j1&x=2`],
		[`Track job at ${BASE}/jobs/j1.`, 'j1', `${BASE}/jobs/j1`],
		[`${BASE}/jobs/j1`, 'j1', `${BASE}/$poll?id=j1`, { statusPath: '$poll?id={jobId}' }],
	])('%s', (text, jobId, statusUrl, ...[settings]) => {
		expect(connect(settings).jobFrom(text, {})).toEqual({ jobId, statusUrl });
	});

	test.each(['Export started for 1/2 of all', 'accepted', ''])('is not in the words %j', (words) => {
		expect(connect().jobFrom(words, {})).toBeUndefined();
	});

	it('is that of Content-Location, whatever address is in the words', () => {
		const answer = reply(202, outcome('informational', 'See https://docs.other.example/x'), {
			'content-location': `${BASE}/jobs/j1`,
		});
		expect(readKickOff(answer, (text) => connect().jobFrom(text, {}), [], exportMessages({}))).toMatchObject({
			jobId: 'j1',
		});
	});

	it('on another host is refused, and never asked', () => {
		const payer = connect();
		expect(() => payer.jobFrom('https://evil.example/jobs/j1', {})).toThrow(
			/on another host \(evil\.example\)/,
		);
		expect(() => payer.statusRequest({ jobId: 'j', statusUrl: 'https://evil.example/jobs/j1' })).toThrow(
			/another host/,
		);
		expect(() => payer.manifestPageRequest('https://evil.example/2')).toThrow(/another host/);
		expect(() => payer.deleteRequest?.({ jobId: 'j' })).toThrow(/no web address/);
		for (const statusUrl of ['file:///etc/hosts', 'ftp://fhir.payer.example/1', 'javascript:1']) {
			expect(() => payer.statusRequest({ jobId: 'j', statusUrl })).toThrow(/no web address/);
			expect(() => payer.manifestPageRequest(statusUrl)).toThrow(/no web address/);
		}
	});
});

describe('a file', () => {
	const HOSTS = { allowedFileHosts: 'files.payer.example, Bucket.s3.amazonaws.com:8443' };
	test.each<[sentence: string, url: string, token: boolean, says?: RegExp]>([
		['of the payer', 'https://fhir.payer.example/files/1', true],
		['of the payer, without the token', 'https://fhir.payer.example/files/1', false],
		['on a host of the list', 'https://files.payer.example/1?sig=x', false],
		['on another host of the list', 'https://bucket.s3.amazonaws.com:8443/1', false],
		['on a host of the list, unencrypted', 'http://files.payer.example/1', false, /over https only/],
		[
			'on a host that is not in the list',
			'https://other.example/1',
			false,
			/add other\.example to 'Allowed File Hosts'/,
		],
		['on another port', 'https://fhir.payer.example:444/1', true, /'Allowed File Hosts'/],
		['with a password', 'https://u:Zzyzx@files.payer.example/1', false, /another host/],
		['without a host', '/files/1', true, /no web address/],
		['in the address itself', 'data:,x', false, /no web address/],
		['on the disk of this computer', 'file:///etc/hosts', false, /no web address/],
		['on the disk of another', 'file://files.payer.example/1', false, /no web address/],
		['over FTP', 'ftp://files.payer.example/1', false, /no web address/],
	])('%s', (_, url, token, ...[says]) => {
		const payer = connect({}, HOSTS);
		if (!says) return expect(payer.fileRequest(url, token)).toMatchObject({ url, withoutToken: !token });
		const error = thrown(() => payer.fileRequest(url, token));
		expect(everythingOf(error)).toMatch(says);
		expect(everythingOf(error)).not.toContain('Zzyzx');
	});

	test('on a host with letters beyond ASCII, in either spelling', () => {
		for (const allowedFileHosts of ['Bücher.example', 'xn--bcher-kva.example:443']) {
			const { url } = connect({}, { allowedFileHosts }).fileRequest('https://bücher.example/1', true);
			expect(url).toBe('https://xn--bcher-kva.example/1');
		}
	});

	test('E2 that wants the token is fetched without it on a host of the list', () => {
		const url = 'https://files.payer.example/1?sig=x';
		expect(connect({}, HOSTS).fileRequest(url, true)).toMatchObject({ url, withoutToken: true });
	});

	test.each([
		'10.0.0.1',
		'127.0.0.1',
		'169.254.169.254',
		'192.168.1.1',
		'172.20.0.1',
		'100.64.0.1',
		'[::1]',
		'[fd00::1]',
		'localhost',
		'files.internal',
		'intranet',
		'2130706433',
		'0x7f.1',
		'１２７.0.0.1',
		'bücher.example/path',
		'user@bücher.example',
	])('the host %s is no host of the open internet', (host) => {
		expect(() => connect({}, { allowedFileHosts: host })).toThrow(/Allowed File Hosts/);
	});
});

test.each<[string, Record<string, string>, RegExp]>([
	['FHIR Base URL', { fhirBaseUrl: 'payer' }, /'FHIR Base URL' is not a web address/],
	['Member Match Path', { memberMatchPath: '../x' }, /'Member Match Path' must be a path/],
	['Status Path', { statusPath: 'status' }, /'Status Path' must be a path .* with \{jobId\}/],
])('%s is checked', (_, settings, says) => {
	expect(() => connect(settings)).toThrow(says);
});

test('D9 a patient is searched by POST where the credential says so, with the identifier in the body alone', () => {
	const request = connect({ patientSearch: 'post' }).patientSearchRequest?.({
		system: 'https://p.example/m',
		value: 'a|b c',
	});
	expect(request).toMatchObject({
		method: 'POST',
		url: `${BASE}/Patient/_search`,
		headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
		body: 'identifier=https%3A%2F%2Fp.example%2Fm%7Ca%7Cb%20c',
	});
});

test('a patient is searched by system and value, encoded once', () => {
	const request = connect().patientSearchRequest?.({ system: 'https://p.example/m', value: 'a|b c' });
	expect(request?.url).toBe(`${BASE}/Patient?identifier=https%3A%2F%2Fp.example%2Fm%7Ca%7Cb%20c`);
});
