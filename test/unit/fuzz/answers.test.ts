import fc from 'fast-check';
import { summarizeErrors, type ErrorFile } from '../../../nodes/shared/exportJob/errorFiles';
import { finishJob } from '../../../nodes/shared/exportJob/jobState';
import { failedJobItem, finishedItems } from '../../../nodes/WaitForExport/exportItems';
import { exportMessages, readKickOff } from '../../../nodes/shared/exportJob/kickOff';
import { judgeStatus } from '../../../nodes/shared/exportJob/statusAnswer';
import { mergePages, readManifest, type Manifest } from '../../../nodes/shared/exportJob/manifest';
import { isObject } from '../../../nodes/shared/fhir/json';
import { judgeMatch } from '../../../nodes/MemberMatch/answer/matchAnswer';
import { readIssues } from '../../../nodes/shared/fhir/operationOutcome';
import { oneUpHealth } from '../../../nodes/shared/payers/oneUpHealth';
import type { PayerReply } from '../../../nodes/shared/http/reply';
import { HTML, outcome } from '../../support/helpers';
import { fuzz, MARKER, nearly, outcomeOf, RUNS, text } from './fuzz';

const KNOWN = [{ memberId: 'M-1001', familyName: MARKER, birthDate: '1980-05-01' }];
const GATEWAY = 'https://gateway.1up.health/v1/bison/bulk-data/r4';
const connection = oneUpHealth.connect({ gatewayUrl: 'https://gateway.1up.health' }, 'oneUpHealthOAuth2Api');

const matchAnswers = [
	{ groupId: 'g1' },
	{ resourceType: 'Parameters', parameter: [{ name: 'groupId', valueString: 'g1' }] },
	{ resourceType: 'Parameters', parameter: [{ name: 'Match', valueReference: { reference: 'Group/g1' } }] },
	{
		resourceType: 'Parameters',
		parameter: [
			{ name: 'MatchedMembers', resource: { resourceType: 'Group', id: 'g1', quantity: 1, member: [{}] } },
			{ name: 'ConsentConstrainedMembers', resource: { resourceType: 'Group', id: 'g2', quantity: 0 } },
		],
	},
	{ resourceType: 'Group', id: 'g1', code: { coding: [{ code: 'nomatch' }] } },
	outcome('not-found', `No match for member ${MARKER}`),
	outcome('processing', `${MARKER}: the consent cannot be honoured`),
	outcome('processing', 'An error'),
	{ message: `Unknown tenant ${MARKER}`, error: 'Not Found' },
];
const output = [
	{ type: 'Patient', url: `${GATEWAY}/$export/file/a.ndjson`, count: 1 },
	{ type: 'Coverage', url: `${GATEWAY}/$export/file/b.ndjson` },
];
const batches = { running: 0, complete: 2, failed: 0, total: 2 };
const statusBodies = [
	{
		id: 'j1',
		transactionTime: '2026-01-01T00:00:00Z',
		requiresAccessToken: true,
		status: 'Successful',
		resourceCount: 2,
		batches,
		output,
	},
	{ status: 'Running', batches: { ...batches, running: 1, complete: 1 }, output },
	{
		output,
		error: [{ type: 'OperationOutcome', url: `${GATEWAY}/$export/file/e.ndjson` }],
		deleted: output,
		link: [{ relation: 'next', url: `${GATEWAY}/$export/job/j1/2` }],
	},
	{ output: [], outcome: output, resourceCount: 3 },
	{ status: 'Failed', batches: { ...batches, failed: 2, complete: 0 } },
	outcome('transient', `Wait, ${MARKER}`),
];
const kickOffAnswers = [
	outcome('informational', `Track job at ${GATEWAY}/$export/job/j1`, 'information'),
	outcome('throttled', `${MARKER} has an export running`),
	statusBodies[0],
	{ message: `No group ${MARKER}` },
];

const status = fc.oneof(
	{ weight: 4, arbitrary: fc.constantFrom(200, 200, 202, 400, 404, 410, 422, 429, 500, 503) },
	{ weight: 1, arbitrary: fc.integer({ min: 200, max: 599 }) },
);
const headers = fc.dictionary(
	fc.constantFrom('content-location', 'x-progress', 'retry-after', 'location'),
	fc.oneof(text, fc.constantFrom(`${GATEWAY}/$export/job/j1`, '/v1/bison/bulk-data/r4/$export/job/..')),
	{ maxKeys: 2 },
);

/** Any answer of a payer: mostly JSON near to what is known, at times text or a page. */
function replies(samples: readonly unknown[]): fc.Arbitrary<PayerReply> {
	const body = fc.oneof(
		{ weight: 12, arbitrary: nearly(samples).map((json) => ({ json, text: JSON.stringify(json) })) },
		{
			weight: 1,
			arbitrary: fc.oneof(text, fc.constant(HTML)).map((each) => ({ json: undefined, text: each })),
		},
	);
	return fc
		.record({ status, headers, body })
		.map(({ body: { json, text: all }, ...rest }) => ({ ...rest, json, text: all }));
}

const seen: Record<string, number> = {};
const count = (kind: string) => {
	seen[kind] = (seen[kind] ?? 0) + 1;
};

fuzz(
	'any match answer is an outcome or a defined error',
	fc.record({
		reply: replies(matchAnswers),
		path: fc.oneof(
			fc.constant(undefined),
			fc.constantFrom('parameter.0.valueString', 'a[0].b', '__proto__.x', '..'),
			text,
		),
	}),
	({ reply, path }) => {
		const result = outcomeOf(() => judgeMatch(reply, KNOWN, { groupIdPath: path }));
		if ('error' in result) return count('match error');
		const verdict = result.gave;
		count(verdict.outcome);
		if (verdict.outcome === 'matched') {
			expect(verdict.groupId).toMatch(/\S/);
			expect(reply.status).toBeLessThan(300);
		} else {
			expect(['no-match', 'multiple-matches', 'consent-refused', 'refused', 'unclear']).toContain(
				verdict.outcome,
			);
			expect(verdict.reason).toMatch(/\S/);
		}
	},
);

fuzz('any kick-off answer names a job or is a defined error', replies(kickOffAnswers), (reply) => {
	const result = outcomeOf(() =>
		readKickOff(
			reply,
			(each) => connection.jobFrom(each, { tenant: 'bison' }),
			KNOWN,
			exportMessages(connection.kickOffHints),
		),
	);
	if ('error' in result) return count('kick-off error');
	const { jobId } = result.gave;
	expect(typeof jobId).toBe('string');
	if (!result.gave.manifest) expect(jobId).toMatch(/\S/);
	count(result.gave.manifest ? 'kick-off finished' : 'kick-off job');
	// Start Export shows the address of the job.
	if (jobId) outcomeOf(() => connection.statusRequest({ tenant: 'bison', jobId }));
});

const running = (body: unknown) => {
	const counts = isObject(body) && isObject(body.batches) ? body.batches.running : undefined;
	return typeof counts === 'number' && counts > 0;
};

fuzz('any status answer is a state, and none is finished that is not', replies(statusBodies), (reply) => {
	const result = outcomeOf(() => judgeStatus(reply));
	if ('error' in result) return count('status error');
	const state = result.gave;
	count(state.state);
	expect(['running', 'trouble', 'finished', 'failed']).toContain(state.state);
	if (state.state === 'finished') {
		expect(reply.status).not.toBe(202);
		expect(reply.status).toBeLessThan(300);
		expect(running(reply.json)).toBe(false);
	} else if (state.state === 'running') {
		expect(state.status).toMatch(/\S/);
	} else {
		expect(state.reason).toMatch(/\S/);
		expect(failedJobItem({ jobId: 'j1' }, { ...state, state: 'failed' })).toMatchObject({
			jobId: 'j1',
			outcome: 'failed',
		});
	}
});

fuzz(
	'any manifests, joined, and any error files become items, and nothing listed is lost',
	fc.record({
		pages: fc.array(nearly(statusBodies), { minLength: 1, maxLength: 3 }),
		complaint: nearly([
			outcome('processing', 'Not all could be exported'),
			outcome('informational', 'x', 'information'),
		]),
		unread: fc.boolean(),
	}),
	({ pages, complaint, unread }) => {
		const manifests = pages.map(readManifest).filter((manifest) => manifest !== undefined);
		const [first, ...rest] = manifests;
		if (!first) return count('no manifest');
		const manifest = mergePages([first, ...rest] as [Manifest, ...Manifest[]]);
		const files = manifest.errorFiles.map(
			(file): ErrorFile =>
				unread ? { ...file, unread: 'HTTP 404' } : { ...file, issues: readIssues(complaint) },
		);
		const { completed, failed } = finishedItems(
			{ jobId: 'j1' },
			finishJob({ manifest, errors: summarizeErrors(files) }),
		);
		expect(completed.length + failed.length).toBeGreaterThan(0);
		const listed = manifest.files.length + manifest.deletedFiles.length;
		for (const list of ['files', 'deletedFiles'] as const) {
			const urls = manifests.flatMap((each) => each[list].map(({ url }) => url));
			expect(new Set(manifest[list].map(({ url }) => url))).toEqual(new Set(urls));
			// What one part lists twice is twice there; what another part repeats is not.
			const most = manifests.reduce((sum, each) => sum + each[list].length, 0);
			expect(manifest[list].length).toBeLessThanOrEqual(most);
			expect(manifest[list].length).toBeGreaterThanOrEqual(first[list].length);
		}
		const addresses = completed.map(({ url }) => url).filter((url) => url !== undefined);
		expect(addresses).toHaveLength(listed);
		for (const { batchCount } of completed) expect(batchCount).toBe(listed);
		const isBad =
			manifests.some((each) => (each.batches?.failed ?? 0) > 0 && each === first) ||
			manifest.withoutAddress > 0;
		if (isBad || (unread && files.length > 0)) expect(failed).toHaveLength(1);
		count(failed.length > 0 ? 'something missing' : 'whole');
	},
);

test('the cases above hold enough of each kind to mean something', () => {
	const kinds = [
		'matched',
		'no-match',
		'consent-refused',
		'refused',
		'unclear',
		'match error',
		'kick-off job',
		'kick-off error',
		'kick-off finished',
		'running',
		'trouble',
		'finished',
		'failed',
		'something missing',
		'whole',
	];
	expect(Object.keys(seen)).toEqual(expect.arrayContaining(kinds));
	for (const kind of kinds) expect(seen[kind]).toBeGreaterThan(RUNS / 200);
});
