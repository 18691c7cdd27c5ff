/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { inspect } from 'node:util';
import fc from 'fast-check';
import { JOB_ID, TENANT } from '../../../nodes/shared/exchange/itemFields';
import { isBelow } from '../../../nodes/shared/http/addresses';
import { oneUpHealth } from '../../../nodes/shared/payers/oneUpHealth';
import { fuzz, MARKER, outcomeOf, RUNS, text } from './fuzz';

const GATEWAYS = [
	'https://gateway.1up.health',
	'https://hub.example/1up',
	'http://127.0.0.1:8080',
	'https://hub.example:8443/a/b/',
];
const EVIL = [
	'evil.example',
	'gateway.1up.health.evil.example',
	'gateway.1up.health@evil.example',
	'169.254.169.254',
	'[::1]',
	'evil.example:443',
	'GATEWAY.1UP.HEALTH',
	'gateway.1upcoredev.com',
];
const STARTS = [
	'https://',
	'http://',
	'//',
	'/\\',
	'\\\\',
	'HTTPS:/',
	'https:',
	'ftp://',
	'javascript:',
	'data:,',
	'file:///',
	`https://user:${MARKER}@`,
	'',
	' ',
	'\t',
];
const STEPS = [
	'v1',
	'bison',
	'bulk-data',
	'r4',
	'$export',
	'%24export',
	'file',
	'job',
	'a.ndjson',
	'j1',
	'..',
	'.',
	'%2e%2e',
	'.%2E',
	'%2F',
	'%5c',
	'\\',
	'\\..\\',
	'',
	'?',
	'#',
	'@',
	':',
	';',
	'\r\n',
	'\t',
	' ',
	'%00',
	'\0',
	'．．',
	'／',
	'…',
	'%252e%252e',
	'x?y=/../',
	MARKER,
	'\ud800',
];
const PATHS = [
	'/v1/bison/bulk-data/r4/$export/file/a.ndjson',
	'/v1/bison/bulk-data/r4/%24export/job/j1/2',
	'/v1/bison/bulk-data/r4/$export/job/j1',
];

const step = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...STEPS) }, { weight: 1, arbitrary: text });
const host = fc.oneof(
	fc.constantFrom(...EVIL),
	fc.constantFrom(...GATEWAYS).map((each) => each.replace(/^https?:\/\//, '')),
	text,
);
/** A path that is right but for a few characters put in somewhere. */
const path = fc.oneof(
	fc.array(step, { maxLength: 8 }).map((steps) => `/${steps.join('/')}`),
	fc
		.record({
			whole: fc.constantFrom(...PATHS),
			puts: fc.array(fc.tuple(fc.nat(60), step), { maxLength: 2 }),
		})
		.map(({ whole, puts }) =>
			puts.reduce((sofar, [at, put]) => sofar.slice(0, at) + put + sofar.slice(at), whole),
		),
);
const address = fc.oneof(
	{ weight: 3, arbitrary: fc.tuple(fc.constantFrom(...GATEWAYS), path).map((parts) => parts.join('')) },
	{ weight: 4, arbitrary: fc.tuple(fc.constantFrom(...STARTS), host, path).map((parts) => parts.join('')) },
	{ weight: 1, arbitrary: path },
	{ weight: 1, arbitrary: fc.webUrl({ withQueryParameters: true, withFragments: true }) },
	{ weight: 1, arbitrary: text },
);

const ONE = '[^/\\\\?#\\s]+';
const BASE = `^/v1/(?:${ONE})/bulk-data/r4/(?:\\$|%24)export`;
const SHAPES = {
	file: new RegExp(`${BASE}/file/(?:${ONE})$`, 'i'),
	page: new RegExp(`${BASE}/job/(?:${ONE})(?:/(?:${ONE}))?$`, 'i'),
	job: new RegExp(`${BASE}/job/(?:${ONE})$`, 'i'),
};

const seen = { asked: 0, refused: 0 };

/** That an address, as every URL parser reads it, is the gateway's own and of the right shape. */
function expectOwn(gateway: string, url: string, shape: RegExp): void {
	const [base, target] = [new URL(gateway), new URL(url)];
	const basePath = base.pathname.replace(/\/+$/, '');
	const isOwn = {
		below: isBelow(gateway, url),
		origin: target.origin === base.origin,
		nobody: target.username === '' && target.password === '',
		basePath: target.pathname.startsWith(basePath),
		shape: shape.test(target.pathname.slice(basePath.length)),
		// Nothing of it is read otherwise by the next program on the way.
		start: url.startsWith(`${gateway.replace(/\/+$/, '')}/v1/`),
		plain: !/[\s\\]/.test(url) && !/%2f|%5c|%2e|%00/i.test(target.pathname),
		noSteps: !target.pathname.split('/').includes('..'),
	};
	if (Object.values(isOwn).every(Boolean)) return;
	throw new Error(`${inspect(url)} is not of ${gateway}: ${inspect(isOwn)}`);
}

function expectAskedOrRefused(gateway: string, shape: RegExp, request: () => { url: string }): void {
	const result = outcomeOf(request, [/on the host \S+/]);
	seen['error' in result ? 'refused' : 'asked'] += 1;
	if ('gave' in result) expectOwn(gateway, result.gave.url, shape);
}

fuzz(
	'no address of a payer leads off the gateway, or to anything but a file or a job',
	fc.record({ gateway: fc.constantFrom(...GATEWAYS), url: address }),
	({ gateway, url }) => {
		const connection = oneUpHealth.connect({ gatewayUrl: gateway }, 'oneUpHealthOAuth2Api');
		expectAskedOrRefused(gateway, SHAPES.file, () => connection.fileRequest(url, true));
		expectAskedOrRefused(gateway, SHAPES.page, () => connection.manifestPageRequest(url));
		const jobId = connection.jobFrom(url, { tenant: 'bison' })?.jobId;
		// As Wait For Export does, which takes no other job id.
		if (jobId === undefined || !JOB_ID.pattern.test(jobId) || /^\.+$/.test(jobId)) return;
		expectAskedOrRefused(gateway, SHAPES.job, () => connection.statusRequest({ tenant: 'bison', jobId }));
	},
);

fuzz(
	'no job id or tenant that the form takes leads off its place',
	fc.record({
		gateway: fc.constantFrom(...GATEWAYS),
		tenant: fc.oneof(text, step),
		jobId: fc.oneof(text, step, fc.stringMatching(/^[A-Za-z0-9._~-]{1,5}$/)),
	}),
	({ gateway, tenant, jobId }) => {
		const connection = oneUpHealth.connect({ gatewayUrl: gateway }, 'oneUpHealthOAuth2Api');
		const takes = (pattern: RegExp, value: string) => pattern.test(value) && !/^\.+$/.test(value);
		const job = {
			tenant: takes(TENANT.pattern, tenant) ? tenant : 'bison',
			jobId: takes(JOB_ID.pattern, jobId) ? jobId : 'j1',
		};
		expectAskedOrRefused(gateway, SHAPES.job, () => connection.statusRequest(job));
	},
);

test('the cases above hold enough of each kind to mean something', () => {
	for (const count of Object.values(seen)) expect(count).toBeGreaterThan(RUNS / 10);
});
