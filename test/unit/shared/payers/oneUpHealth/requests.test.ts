import { baseUrlOf, isBelow } from '../../../../../nodes/shared/http/addresses';
import { oneUpHealth } from '../../../../../nodes/shared/payers/oneUpHealth';
import { GATEWAY_URL } from '../../../../../nodes/shared/payers/oneUpHealth/signIn';
import { everythingOf, thrown } from '../../../../support/helpers';

const GATEWAY = 'https://gateway.1up.health';
const FILES = '/v1/bison/bulk-data/r4/$export/file';

describe('a Gateway URL', () => {
	test.each([
		['as it should be', GATEWAY, GATEWAY],
		['with a slash', `${GATEWAY}/`, GATEWAY],
		['with slashes', `${GATEWAY}///`, GATEWAY],
		['with spaces around it', ` ${GATEWAY} `, GATEWAY],
		['in capitals', 'HTTPS://Gateway.1UP.health', GATEWAY],
		['with its own port', 'https://gateway.1up.health:443', GATEWAY],
		['with another port', 'https://gateway.1up.health:8443', 'https://gateway.1up.health:8443'],
		['with a path', 'https://hub.example/1up/', 'https://hub.example/1up'],
		['with query and fragment', `${GATEWAY}/?a=b#c`, GATEWAY],
		['of this computer', 'http://localhost:8080/', 'http://localhost:8080'],
		['of this computer by number', 'http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
		['of this computer by another number', 'http://127.9.9.9', 'http://127.9.9.9'],
		['of this computer in IPv6', 'http://[::1]:8080', 'http://[::1]:8080'],
	])('%s', (_, url, expected) => {
		expect(baseUrlOf(url, GATEWAY_URL)).toBe(expected);
	});

	test.each<[string, unknown, RegExp]>([
		['nothing', undefined, /is not a web address/],
		['an empty text', '', /is not a web address/],
		['words', 'the gateway', /is not a web address/],
		['a host without scheme', 'gateway.1up.health', /is not a web address/],
		['a host with port and no scheme', 'gateway.1up.health:443', /is not a web address/],
		['a path', '/v1', /is not a web address/],
		['another scheme', 'ftp://gateway.1up.health', /is not a web address/],
		['a file', 'file:///etc/passwd', /is not a web address/],
		['a list', [GATEWAY], /is not a web address/],
		['http elsewhere', 'http://gateway.1up.health', /must begin with https/],
		[
			'http to a host that begins like this computer',
			'http://localhost.evil.example',
			/must begin with https/,
		],
		['http to a host that begins like its number', 'http://127.0.0.1.evil.example', /must begin with https/],
		['http to any address', 'http://0.0.0.0', /must begin with https/],
		['http to a neighbour', 'http://192.168.0.1', /must begin with https/],
		['a password', 'https://user:Zzyzx@gateway.1up.health', /must not hold a user name or password/],
		['a user', 'https://Zzyzx@gateway.1up.health', /must not hold a user name or password/],
	])('%s is refused', (_, url, message) => {
		const error = thrown(() => baseUrlOf(url, GATEWAY_URL));
		expect(error.message).toMatch(message);
		expect(error.details.concerns).toBe('run');
		expect(everythingOf(error)).not.toContain('Zzyzx');
	});
});

test.each([
	[GATEWAY, `${GATEWAY}/v1/x`, true],
	[GATEWAY, 'https://GATEWAY.1up.health:443/v1', true],
	[GATEWAY, 'https://gateway.1up.health.evil.example/v1', false],
	[GATEWAY, 'https://evil.example/v1', false],
	[GATEWAY, 'https://gateway.1up.health:8443/v1', false],
	[GATEWAY, 'http://gateway.1up.health/v1', false],
	[GATEWAY, 'https://user@gateway.1up.health/v1', false],
	[GATEWAY, 'https://:secret@gateway.1up.health/v1', false],
	[GATEWAY, '/v1', false],
	[GATEWAY, 'nothing', false],
	['https://hub.example/1up', 'https://hub.example/1up/v1', true],
	['https://hub.example/1up', 'https://hub.example/1upx/v1', false],
	['https://hub.example/1up', 'https://hub.example/other', false],
	['https://hub.example/1up', 'https://hub.example/1up/../other', false],
	['https://hub.example/1up', 'https://hub.example/1up/%2e%2e/other', false],
	['https://hub.example/1up', 'https://hub.example/1up\\..\\other', false],
])('below %s: %s is %p', (gateway, url, expected) => {
	expect(isBelow(gateway, url)).toBe(expected);
});

const connect = (gatewayUrl: string, defaultTenant = '') =>
	oneUpHealth.connect({ gatewayUrl, defaultTenant }, 'oneUpHealthOAuth2Api');
const connection = connect(GATEWAY);
const fileUrl = (url: string, gateway = GATEWAY) => connect(gateway).fileRequest(url, true).url;

describe('a file', () => {
	test('E1 on an allowed host is fetched without the token', () => {
		const allowed = oneUpHealth.connect(
			{ gatewayUrl: GATEWAY, allowedFileHosts: 'files.example' },
			'oneUpHealthOAuth2Api',
		);
		const url = 'https://files.example/b/1?sig=x';
		expect(allowed.fileRequest(url, true)).toMatchObject({ url, withoutToken: true });
		// What came from there gets the token no more.
		const back = allowed.fileRequest(url, true).redirectedTo?.(`${GATEWAY}${FILES}/a.ndjson`);
		expect(back).toMatchObject({ url: `${GATEWAY}${FILES}/a.ndjson`, withoutToken: true });
	});

	test.each<[sentence: string, url: string, expected: string, gateway?: string]>([
		['on the gateway', `${GATEWAY}${FILES}/a.ndjson`, `${GATEWAY}${FILES}/a.ndjson`],
		[
			'on another host of the payer',
			`https://gateway.1upcoredev.com${FILES}/a.ndjson`,
			`${GATEWAY}${FILES}/a.ndjson`,
		],
		[
			'on a host without encryption',
			`http://gateway.1upcoredev.com${FILES}/a.ndjson`,
			`${GATEWAY}${FILES}/a.ndjson`,
		],
		['on another port', `https://gateway.1up.health:8443${FILES}/a.ndjson`, `${GATEWAY}${FILES}/a.ndjson`],
		['on a host without scheme', `//gateway.1upcoredev.com${FILES}/a.ndjson`, `${GATEWAY}${FILES}/a.ndjson`],
		['without a host', `${FILES}/a.ndjson`, `${GATEWAY}${FILES}/a.ndjson`],
		[
			'with its query',
			`https://x.example${FILES}/a.ndjson?sig=a%2Fb&e=1`,
			`${GATEWAY}${FILES}/a.ndjson?sig=a%2Fb&e=1`,
		],
		['without its fragment', `${GATEWAY}${FILES}/a.ndjson#top`, `${GATEWAY}${FILES}/a.ndjson`],
		[
			'with an encoded $',
			`https://x.example${FILES.replace('$', '%24')}/a`,
			`${GATEWAY}${FILES.replace('$', '%24')}/a`,
		],
		[
			'named by a token with dots',
			`${GATEWAY}${FILES}/eyJ0.eyJh-_.x.ndjson`,
			`${GATEWAY}${FILES}/eyJ0.eyJh-_.x.ndjson`,
		],
		[
			'with dots that lead back to its place',
			`${GATEWAY}/v1/x/../bison/bulk-data/r4/$export/file/a`,
			`${GATEWAY}${FILES}/a`,
		],
		[
			'below a gateway with a path',
			`https://hub.example/1up${FILES}/a`,
			`https://hub.example/1up${FILES}/a`,
			'https://hub.example/1up',
		],
		[
			'elsewhere, for a gateway with a path',
			`https://gateway.1upcoredev.com${FILES}/a`,
			`https://hub.example/1up${FILES}/a`,
			'https://hub.example/1up',
		],
	])('%s is asked for at the gateway', (_, url, expected, ...[gateway]) => {
		expect(fileUrl(url, gateway)).toBe(expected);
	});

	test.each<[sentence: string, url: string, gateway?: string]>([
		['on a foreign host with a path of its own', 'https://s3.amazonaws.com/bucket/a.ndjson?sig=Zzyzx'],
		['whose path only ends like ours', `https://evil.example/x${FILES}/a.ndjson`],
		['whose path only begins like ours', `https://evil.example${FILES}/a/b.ndjson`],
		['that is a job', 'https://evil.example/v1/bison/bulk-data/r4/$export/job/a'],
		['that is a match', `${GATEWAY}/v1/bison/member-match/$member-match`],
		['that is the sign-in', `${GATEWAY}/auth/realms/dev-portal/protocol/openid-connect/token`],
		['with dots that lead away', `${GATEWAY}${FILES}/../../../../../auth/x`],
		['with encoded dots', `${GATEWAY}${FILES}/%2e%2e`],
		['with encoded dots that lead away', `${GATEWAY}${FILES}/%2E%2e/x`],
		['with an encoded slash', `${GATEWAY}${FILES}/a%2fb`],
		['with encoded dots and slashes', `${GATEWAY}${FILES}/..%2F..%2Fjob%2Fx`],
		['with a backslash', `${GATEWAY}${FILES}/..\\..\\x`],
		['with an encoded backslash', `${GATEWAY}${FILES}/..%5C..%5cx`],
		['with a NUL', `${GATEWAY}${FILES}/a%00b`],
		['with a backslash in its query', `${GATEWAY}${FILES}/a?x\\..\\y`],
		['with dots for a tenant', `${GATEWAY}/v1/%2e%2e%2f/bulk-data/r4/$export/file/a`],
		['with a user', `https://user@gateway.1up.health${FILES}/a`],
		['with a password', `https://user:Zzyzx@gateway.1up.health${FILES}/a`],
		['of another scheme', `ftp://gateway.1up.health${FILES}/a`],
		['in the address itself', 'data:application/fhir+ndjson,{}'],
		['on this computer', 'file:///etc/passwd'],
		['as a script', 'javascript:alert(1)'],
		['without a name', `${GATEWAY}${FILES}/`],
		['as words', 'a file'],
		['as nothing', ''],
		['beside the path of the gateway', 'https://hub.example/other/a.ndjson', 'https://hub.example/1up'],
	])('%s is refused', (_, url, ...[gateway]) => {
		const error = thrown(() => fileUrl(url, gateway));
		expect(error.message).toMatch(/^The (?:file is not kept by the gateway|address of the file is not one)/);
		expect(everythingOf(error)).not.toContain('Zzyzx');
	});

	it('is asked without the token only where the manifest says so', () => {
		const ask = (requires: boolean) => connection.fileRequest(`${GATEWAY}${FILES}/a`, requires).withoutToken;
		expect([ask(true), ask(false)]).toEqual([false, true]);
	});
});

describe('a job id', () => {
	test.each<[string, string | undefined]>([
		['https://gateway.1upcoredev.com/v1/bison/bulk-data/r4/$export/job/cmk1', 'cmk1'],
		['/v1/bison/bulk-data/r4/$export/job/cmk1', 'cmk1'],
		['/v1/bison/bulk-data/r4/%24export/job/cmk1', 'cmk1'],
		['Track job at https://x/$export/job/cmk1.', 'cmk1'],
		['(see https://x/$export/job/cmk1).', 'cmk1'],
		['see "https://x/$export/job/cmk1", then wait', 'cmk1'],
		["see 'https://x/$export/job/cmk1'", 'cmk1'],
		['https://x/$export/job/a.b-c_d~e', 'a.b-c_d~e'],
		['https://x/$export/job/cmk1?x=1', 'cmk1'],
		['https://x/$export/job/cmk1#x', 'cmk1'],
		['https://x/$export/job/cmk1/x', 'cmk1'],
		['https://x/$export/job/cmk1\nNext line', 'cmk1'],
		['https://x/$export/job/', undefined],
		['https://x/$export/job/...', undefined],
		['https://x/export/job/cmk1', undefined],
		['https://x/bulkstatus/1', undefined],
		['', undefined],
	])('in %j is %p', (text, expected) => {
		expect(connection.jobFrom(text, { tenant: 'bison' })?.jobId).toBe(expected);
	});
});

describe('a request to 1upHealth', () => {
	it('has the address and headers of the contract', () => {
		const parameters: fhir4.Parameters = { resourceType: 'Parameters' };
		expect(connection.matchRequest('bison', parameters)).toMatchObject({
			method: 'POST',
			url: `${GATEWAY}/v1/bison/member-match/$member-match`,
			headers: { 'Content-Type': 'application/json' },
			body: parameters,
		});
		expect(connection.kickOffRequest({ tenant: 'bison', groupId: 'cmk1' }, [])).toEqual({
			method: 'GET',
			url: `${GATEWAY}/v1/bison/bulk-data/r4/Group/cmk1/$export`,
			headers: { Accept: 'application/fhir+json', Prefer: 'respond-async' },
		});
		expect(connection.statusRequest({ tenant: 'bison', jobId: 'cmk1' }).url).toBe(
			`${GATEWAY}/v1/bison/bulk-data/r4/$export/job/cmk1`,
		);
	});

	it('encodes the query', () => {
		const { url } = connection.kickOffRequest({ tenant: 'bison', groupId: 'g' }, [
			['_type', 'Patient,Coverage'],
			['_since', '2026-01-31T10:00:00.000+01:00'],
			['_typeFilter', 'a?b=c&d #é'],
			['_typeFilter', 'e'],
		]);
		expect([...new URL(url).searchParams]).toEqual([
			['_type', 'Patient,Coverage'],
			['_since', '2026-01-31T10:00:00.000+01:00'],
			['_typeFilter', 'a?b=c&d #é'],
			['_typeFilter', 'e'],
		]);
	});

	test.each(['a/b', 'a?b', 'a#b', 'a%2fb', 'a\\b', 'a b'])('does not leave its place by the id %j', (id) => {
		const urls = [
			connection.matchRequest(id, { resourceType: 'Parameters' }).url,
			connection.kickOffRequest({ tenant: id, groupId: id }, []).url,
			connection.statusRequest({ tenant: id, jobId: id }).url,
		];
		expect(urls.map((url) => new URL(url).pathname.split('/').length)).toEqual([5, 8, 8]);
		for (const url of urls) expect(new URL(url)).toMatchObject({ search: '', hash: '' });
	});

	it('needs a gateway and takes the tenant of the credential', () => {
		expect(connect(`${GATEWAY}/`, ' bison ')).toMatchObject({
			credentialType: 'oneUpHealthOAuth2Api',
			baseUrl: GATEWAY,
			defaultTenant: 'bison',
			fileHosts: [],
		});
		expect(connect(GATEWAY).defaultTenant).toBeUndefined();
		expect(() => oneUpHealth.connect({}, 'oneUpHealthOAuth2Api')).toThrow(/Gateway URL/);
	});
});
