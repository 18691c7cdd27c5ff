import { summarizeErrors, type ErrorFile } from '../../../../nodes/shared/exportJob/errorFiles';
import { finishJob } from '../../../../nodes/shared/exportJob/jobState';
import { finishedItems, failedJobItem } from '../../../../nodes/WaitForExport/exportItems';
import { exportMessages, readKickOff } from '../../../../nodes/shared/exportJob/kickOff';
import { judgeStatus } from '../../../../nodes/shared/exportJob/statusAnswer';
import { mergePages, readManifest, type Manifest } from '../../../../nodes/shared/exportJob/manifest';
import { oneUpHealth } from '../../../../nodes/shared/payers/oneUpHealth';
import { everythingOf, HTML, outcome, reply, thrown } from '../../../support/helpers';
import { NEXT_STEPS, SPECIAL_STEPS } from '../../../../nodes/shared/n8n/nextSteps';

const JOB = 'cmk1-job.7~x_y';
const JOB_URL = `https://gateway.1upcoredev.com/v1/bison/bulk-data/r4/$export/job/${JOB}`;
const FILE = (name: string) => `https://gateway.1up.health/v1/bison/bulk-data/r4/$export/file/${name}.ndjson`;
const PAYER = oneUpHealth.connect({ gatewayUrl: 'https://gateway.1up.health' }, 'oneUpHealthOAuth2Api');
const output = [
	{ type: 'Patient', url: FILE('a') },
	{ type: 'Coverage', url: FILE('b') },
];

/** A manifest that is one. */
function manifestOf(body: object): Manifest {
	const manifest = readManifest(body);
	if (!manifest) throw new Error('This is no manifest');
	return manifest;
}

describe('the job of a kick-off', () => {
	const kickOff = (...answer: Parameters<typeof reply>) =>
		readKickOff(
			reply(...answer),
			(text) => PAYER.jobFrom(text, { tenant: 'bison' }),
			['cmk1group', 'Zzyzx'],
			exportMessages(PAYER.kickOffHints),
		);
	const told = (text: string) => outcome('informational', text, 'information');

	test.each<[string, ...Parameters<typeof reply>]>([
		["the contract's own words", 200, told(`Asynchronous export running. Track job at ${JOB_URL}`)],
		['the same under 202', 202, told(`Asynchronous export running. Track job at ${JOB_URL}`)],
		['words that go on', 202, told(`Track job at ${JOB_URL}. It will take long.`)],
		['words in quotes', 202, told(`Track job at "${JOB_URL}".`)],
		['words in brackets', 202, told(`Track the job (${JOB_URL}).`)],
		['words in angle brackets', 202, told(`Track job at <${JOB_URL}>`)],
		['an exclamation', 202, told(`Track job at ${JOB_URL}!`)],
		['an address with a query', 202, told(`Track job at ${JOB_URL}?pretty=true`)],
		['an encoded $', 202, told(`Track job at ${JOB_URL.replace('$', '%24')}`)],
		[
			'diagnostics',
			202,
			{ resourceType: 'OperationOutcome', issue: [{ diagnostics: `Track job at ${JOB_URL}` }] },
		],
		[
			'the second issue',
			202,
			{
				resourceType: 'OperationOutcome',
				issue: [{ details: { text: 'Started.' } }, { diagnostics: JOB_URL }],
			},
		],
		['Content-Location', 202, '', { 'content-location': JOB_URL }],
		[
			'a relative Content-Location',
			202,
			'',
			{ 'content-location': `/v1/bison/bulk-data/r4/$export/job/${JOB}` },
		],
		['Content-Location before the words', 202, told('… $export/job/other'), { 'content-location': JOB_URL }],
		[
			'the words where Content-Location leads elsewhere',
			202,
			told(JOB_URL),
			{ 'content-location': '/elsewhere' },
		],
		['Content-Location where a 202 lists no file yet', 202, { output: [] }, { 'content-location': JOB_URL }],
		[
			'Content-Location where a 200 is still running',
			200,
			{ id: JOB, status: 'Running', output: [] },
			{ 'content-location': JOB_URL },
		],
	])('is read from %s', (_, ...answer) => {
		expect(kickOff(...answer)).toMatchObject({ jobId: JOB });
	});

	it('is finished at once where a 200 lists files', () => {
		expect(kickOff(200, { id: JOB, output })).toMatchObject({ jobId: JOB, manifest: { files: output } });
		expect(kickOff(200, { output: [] })).toMatchObject({ jobId: '', manifest: { files: [] } });
	});

	test.each<[string, Parameters<typeof reply>, RegExp, RegExp]>([
		[
			'a success without a job',
			[202, told('Started for Zzyzx')],
			/named no export job/,
			/It gives the code informational.*Looked for the job/,
		],
		[
			'a success without anything',
			[202, ''],
			/named no export job/,
			/an empty answer\. Looked for the job in Content-Location/,
		],
		['a success with a page', [200, HTML], /named no export job/, /an HTML or XML page/],
		[
			'a refusal in words',
			[400, outcome('not-supported', '_type is not supported for Zzyzx')],
			/did not start the export \(HTTP 400\)/,
			/It gives the code not-supported: it does not support this\. Its own words are not shown/,
		],
		[
			'a refusal with a job in it',
			[429, told(`Busy with ${JOB_URL}`)],
			/did not start the export \(HTTP 429\)/,
			/too many exports running/,
		],
		['an unknown group', [404, ''], /did not start the export \(HTTP 404\)/, /Check 'Group ID' and 'Tenant'/],
		[
			'an unknown group in words',
			[404, outcome('not-found', 'No such group')],
			/HTTP 404/,
			/It gives the code not-found: .* Check 'Group ID' and 'Tenant'.*no names/,
		],
		['too many exports', [429, ''], /HTTP 429/, /too many exports running/],
		['a page', [502, HTML], /HTTP 502/, /It sent an HTML or XML page/],
		['a redirect', [302, ''], /HTTP 302/, /It sent an empty answer/],
	])('is an error after %s', (_, answer, message, whatToDo) => {
		const error = thrown(() => kickOff(...answer));
		expect(error.message).toMatch(message);
		expect(error.details.whatToDo).toMatch(whatToDo);
		expect(error.details.httpStatus).toBe(answer[0]);
		expect(everythingOf(error)).not.toContain('Zzyzx');
	});
});

describe('a job', () => {
	const counts = (running: number, complete: number, failed: number, total: number) => ({
		running,
		complete,
		failed,
		total,
	});
	const issue = (code: string) => outcome(code, 'Some words');

	test.each<[sentence: string, answer: Parameters<typeof reply>, expected: object]>([
		['202 without a body', [202], { state: 'running', status: 'In progress', progress: undefined }],
		['202 with progress', [202, '', { 'x-progress': '40%' }], { state: 'running', progress: '40%' }],
		['202 with a page', [202, HTML], { state: 'running' }],
		['202 with files already', [202, { output }], { state: 'running' }],
		['202 with a word of success', [202, { status: 'Successful', output }], { state: 'running' }],
		['429', [429, outcome('throttled', 'Slow down')], { state: 'running', status: 'Asked too often' }],
		['200 Running', [200, { status: 'Running', output: [] }], { state: 'running', status: 'Running' }],
		['200 Running without a list', [200, { status: 'Running' }], { state: 'running', status: 'Running' }],
		[
			'200 with a word nobody knows',
			[200, { status: 'Grunting', output }],
			{ state: 'running', status: 'Grunting' },
		],
		[
			'200 with batches under way',
			[200, { status: 'Running', batches: counts(2, 4, 0, 6) }],
			{ state: 'running', progress: '4 of 6 batches' },
		],
		[
			'200 Successful with batches under way',
			[200, { status: 'Successful', batches: counts(1, 5, 0, 6), output }],
			{ state: 'running' },
		],
		[
			'200 with batches under way and no word',
			[200, { batches: counts(1, 5, 0, 6), output }],
			{ state: 'running' },
		],
		[
			'200 whose batches are done but whose files are not listed yet',
			[200, { status: 'Finalizing', batches: counts(0, 6, 0, 6), output: [] }],
			{ state: 'running', status: 'Finalizing' },
		],
	])('%s is running', (_, answer, expected) => {
		expect(judgeStatus(reply(...answer))).toMatchObject(expected);
	});

	test.each<[string, object]>([
		['Successful', { status: 'Successful', output, batches: counts(0, 2, 0, 2) }],
		['success', { status: 'success', output }],
		['Complete', { status: 'Complete', output }],
		['COMPLETED', { status: 'COMPLETED', output }],
		['done', { status: ' done ', output }],
		['a list of files alone', { output }],
		['an empty list of files', { output: [] }],
		['no running batches and a list', { status: 'Grunting', batches: counts(0, 2, 0, 2), output }],
		['failed batches among good ones', { status: 'Successful', batches: counts(0, 1, 1, 2), output }],
		['Successful, nothing held, no list', { status: 'Successful', resourceCount: 0 }],
		['Successful, no batches, no list', { status: 'Successful', batches: counts(0, 0, 0, 0) }],
		[
			'Completed with errors, and good files',
			{ status: 'Completed with errors', batches: counts(0, 2, 1, 3), output },
		],
		['PartialFailure, and good files', { status: 'PartialFailure', batches: counts(0, 2, 1, 3), output }],
	])('200 with %s is finished', (_, body) => {
		const files = Array.isArray((body as { output?: unknown }).output)
			? (body as { output: object[] }).output
			: [];
		expect(judgeStatus(reply(200, body))).toMatchObject({ state: 'finished', manifest: { files } });
	});

	test.each<[sentence: string, answer: Parameters<typeof reply>, reason: RegExp]>([
		['200 Failed', [200, { status: 'Failed' }], /ended as Failed/],
		['200 Failed in words', [200, { status: 'Failed', message: 'Disk is full' }], /^Disk is full$/],
		['200 Cancelled', [200, { status: 'Cancelled', output: [] }], /ended as Cancelled/],
		['200 Aborted', [200, { status: 'aborted' }], /ended as aborted/],
		['200 Expired', [200, { status: 'Expired' }], /ended as Expired/],
		['200 Rejected', [200, { status: 'Rejected' }], /ended as Rejected/],
		['200 ERROR', [200, { status: 'ERROR' }], /ended as ERROR/],
		[
			'200 Successful without a list of files',
			[200, { status: 'Successful', resourceCount: 31 }],
			/without a list of files/,
		],
		['200 with a page', [200, HTML], /an HTML or XML page/],
		['200 without a body', [200], /an empty answer/],
		['200 with a list', [200, [{ output }]], /a JSON answer of another shape/],
		['200 with an empty object', [200, {}], /without a list of files/],
		['200 with an OperationOutcome', [200, issue('processing')], /^Some words$/],
		['204', [204], /an empty answer/],
		['404', [404], /does not know this export job \(HTTP 404\)/],
		['404 in words', [404, issue('not-found')], /^Some words$/],
		['410', [410], /no longer keeps this export job \(HTTP 410\)/],
		['400 with a page', [400, HTML], /HTTP 400 with an HTML or XML page/],
		['403 with an OperationOutcome', [403, issue('forbidden')], /^Some words$/],
		['500 with an OperationOutcome', [500, issue('processing')], /^Some words$/],
	])('%s has failed', (_, answer, reason) => {
		expect(judgeStatus(reply(...answer))).toMatchObject({
			state: 'failed',
			reason: expect.stringMatching(reason) as string,
			httpStatus: answer[0],
		});
	});

	it('that failed says how many batches', () => {
		expect(judgeStatus(reply(200, { status: 'Failed', batches: counts(0, 2, 4, 6) }))).toMatchObject({
			state: 'failed',
			batches: counts(0, 2, 4, 6),
		});
	});

	test.each<[string, ...Parameters<typeof reply>]>([
		['500 without a body', 500],
		['500 with a page', 500, HTML],
		['503 with an OperationOutcome', 503, issue('processing')],
		['503', 503, '', { 'retry-after': '5' }],
		['400 that is transient', 400, issue('transient')],
		['404 that timed out', 404, issue('timeout')],
		['423 of a lock', 423, issue('lock-error')],
		['409 that is throttled', 409, issue('throttled')],
	])('%s is in passing trouble', (_, ...answer) => {
		expect(judgeStatus(reply(...answer))).toMatchObject({ state: 'trouble', httpStatus: answer[0] });
	});
});

describe('a manifest', () => {
	test.each<[string, unknown, boolean]>([
		['an object with a list of files', { output: [] }, true],
		['an object without one', { status: 'Successful' }, false],
		['an object whose files are no list', { output: {} }, false],
		['a list', [{ output: [] }], false],
		['nothing', undefined, false],
	])('is %s: %p is %p', (_, body, expected) => {
		expect(readManifest(body) !== undefined).toBe(expected);
	});

	test.each<[string, object, boolean]>([
		['true', { requiresAccessToken: true }, true],
		['missing', {}, true],
		['a text', { requiresAccessToken: 'false' }, true],
		['null', { requiresAccessToken: null }, true],
		['false', { requiresAccessToken: false }, false],
	])('needs the token where requiresAccessToken is %s', (_, body, expected) => {
		expect(manifestOf({ output: [], ...body }).requiresAccessToken).toBe(expected);
	});

	it("has what the contract's sample has", () => {
		const batches = { running: 0, complete: 2, failed: 0, total: 2 };
		expect(
			readManifest({
				id: JOB,
				transactionTime: '2026-01-01T00:00:00.000Z',
				status: 'Successful',
				resourceCount: 31,
				batches,
				lastUpdated: 'x',
				output,
			}),
		).toEqual({
			files: output.map((file) => ({ ...file, count: undefined })),
			deletedFiles: [],
			nextPage: undefined,
			withoutAddress: 0,
			errorFiles: [],
			transactionTime: '2026-01-01T00:00:00.000Z',
			requiresAccessToken: true,
			resourceCount: 31,
			batches,
			status: 'Successful',
		});
	});

	it('does not trust odd counts', () => {
		const { files, resourceCount, batches } = manifestOf({
			output: [{ type: 7, url: FILE('a'), count: '5' }, { url: FILE('b'), count: -1 }, 'x', null],
			resourceCount: 'many',
			batches: { running: '0', total: NaN },
		});
		expect(files).toEqual([{ url: FILE('a') }, { url: FILE('b') }]);
		expect(resourceCount).toBeUndefined();
		expect(Object.values(batches ?? {}).filter((count) => count !== undefined)).toEqual([]);
	});
});

describe('the items of a finished job', () => {
	const envelope = { memberId: 'M-1001', tenant: 'bison', groupId: 'g', jobId: JOB };
	const items = (body: object, severity = 'error') => {
		const manifest = manifestOf({ transactionTime: '2027-01-01T00:00:00Z', ...body });
		const issues = [{ severity, code: 'processing', text: 'Some words' }];
		const errors = summarizeErrors(manifest.errorFiles.map((file) => ({ ...file, issues })));
		return finishedItems(envelope, finishJob({ manifest, errors }));
	};
	const common = { ...envelope, requiresAccessToken: true, transactionTime: '2027-01-01T00:00:00Z' };

	it('are one for each file', () => {
		expect(items({ resourceCount: 31, output: [{ ...output[0], count: 5 }, output[1]] })).toEqual({
			completed: [
				{ ...common, resourceCount: 31, batch: 1, batchCount: 2, ...output[0], count: 5 },
				{ ...common, resourceCount: 31, batch: 2, batchCount: 2, ...output[1] },
			],
			failed: [],
		});
	});

	it('are one without url where a whole export holds nothing', () => {
		expect(items({ output: [] })).toEqual({ completed: [{ ...common, batchCount: 0 }], failed: [] });
	});

	it('are the good batches and a partial item', () => {
		const batches = { running: 0, complete: 2, failed: 1, total: 3 };
		const { completed, failed } = items({ output, batches });
		expect(completed.map((item) => item.batch)).toEqual([1, 2]);
		expect(failed).toEqual([
			{
				...envelope,
				outcome: 'partial',
				nextStep: NEXT_STEPS.partial,
				reason:
					'1 of 3 batches failed at the payer. What Completed gives is whole; ask the payer for the rest.',
				batches,
				errors: [],
			},
		]);
	});

	it('are the good batches and a partial item where the payer lists complaints', () => {
		const error = [{ type: 'OperationOutcome', url: FILE('e') }];
		expect(items({ output, error }).failed).toMatchObject([
			{ outcome: 'partial', errors: error, batches: null },
		]);
		expect(items({ output, outcome: error }).failed).toMatchObject([{ outcome: 'partial', errors: error }]);
	});

	it('are one failed item where every batch failed', () => {
		const batches = { running: 0, complete: 0, failed: 3, total: 3 };
		expect(items({ output: [], batches })).toEqual({
			completed: [],
			failed: [
				{
					...envelope,
					outcome: 'failed',
					nextStep: NEXT_STEPS.failed,
					reason: '3 of 3 batches failed at the payer. No file came of it.',
					batches,
					errors: [],
				},
			],
		});
	});

	it('are whole where the payer has remarks only', () => {
		const error = [{ type: 'OperationOutcome', url: FILE('e') }];
		const { completed, failed } = items({ output, error }, 'information');
		expect(failed).toEqual([]);
		expect(completed[0]).toMatchObject({
			batchCount: 2,
			remarks: 'The payer has 1 remarks; none says that data is missing.',
		});
	});

	it('name files of deletions as such, behind the others', () => {
		const { completed } = items({ output, deleted: [{ type: 'Bundle', url: FILE('d') }] });
		expect(completed.map((item) => [item.batch, item.batchCount, item.type, item.deleted])).toEqual([
			[1, 3, 'Patient', undefined],
			[2, 3, 'Coverage', undefined],
			[3, 3, 'Bundle', true],
		]);
	});

	it('say by what the files are organized, where a block goes on, and until when they are kept', () => {
		const manifest = {
			...manifestOf({
				outputOrganizedBy: 'Patient',
				output: [{ url: FILE('a'), continuesInFile: FILE('b') }, { url: FILE('b') }],
			}),
			expiresAt: Date.parse('2027-01-04T14:00:00Z'),
		};
		const { completed, failed } = finishedItems(
			envelope,
			finishJob({ manifest, errors: summarizeErrors([]) }),
		);
		const common = { organizedBy: 'Patient', expiresAt: '2027-01-04T14:00:00.000Z' };
		expect(completed).toMatchObject([{ ...common, continuesInBatch: 2 }, common]);
		for (const item of completed) expect(item).not.toHaveProperty('continuesInFile');
		expect([completed[1].continuesInBatch, failed]).toEqual([undefined, []]);
	});

	it('say where a block goes on in a file that is not listed', () => {
		const { completed, failed } = items({ output: [{ url: FILE('a'), continuesInFile: FILE('b') }] });
		expect(completed).toHaveLength(1);
		expect(failed).toMatchObject([
			{ outcome: 'partial', reason: expect.stringMatching(/^1 file goes on in a file that/) as string },
		]);
	});

	it('say where the list of files broke off', () => {
		const manifest = { ...manifestOf({ output }), truncated: { pages: 2, reason: 'it points to itself' } };
		expect(
			finishedItems(envelope, finishJob({ manifest, errors: summarizeErrors([]) })).failed,
		).toMatchObject([
			{
				outcome: 'partial',
				nextStep: NEXT_STEPS.partial,
				reason: expect.stringContaining('broke off after part 2: it points to itself.') as string,
			},
		]);
	});

	it('do not swallow a listed file that has no address', () => {
		const { completed, failed } = items({ output: [output[0], { type: 'Coverage' }] });
		expect({ completed: completed.length, failed: failed.length }).toEqual({ completed: 1, failed: 1 });
	});

	it('are never none', () => {
		for (const body of [
			{ output: [] },
			{ output },
			{ output: [], batches: { failed: 1 } },
			{ output: [], error: [{ url: 'x' }] },
		]) {
			const { completed, failed } = items(body);
			expect(completed.length + failed.length).toBeGreaterThan(0);
		}
	});

	it('of a failed job say why', () => {
		expect(failedJobItem(envelope, { state: 'failed', reason: 'Disk is full', httpStatus: 200 })).toEqual({
			...envelope,
			outcome: 'failed',
			nextStep: NEXT_STEPS.failed,
			reason: 'Disk is full',
			httpStatus: 200,
			batches: null,
			errors: [],
		});
		expect(failedJobItem(envelope, { state: 'failed', reason: 'x', httpStatus: 500 })).toMatchObject({
			outcome: 'failed',
			nextStep: NEXT_STEPS.failed,
			httpStatus: 500,
		});
	});
});

describe('the complaints of an export', () => {
	const file = { type: 'OperationOutcome', url: FILE('e') };
	const issues = (...severities: string[]) =>
		severities.map((severity) => ({ severity, code: 'x', text: 'Some words' }));

	test.each<[string, ErrorFile[], boolean, RegExp]>([
		['an error', [{ ...file, issues: issues('error') }], true, /lists 1 complaint\.$/],
		[
			'a fatal one among remarks',
			[{ ...file, issues: issues('information', 'fatal') }],
			true,
			/lists 1 complaint\./,
		],
		['remarks', [{ ...file, issues: issues('information', 'warning') }], false, /2 remarks; none says/],
		[
			'a file that could not be read',
			[{ ...file, unread: 'HTTP 404' }],
			true,
			/1 of its 1 files of complaints could not be read/,
		],
		['a file without any', [{ ...file, issues: [] }], true, /1 empty files/],
	])('%s', (_, files, isSerious, summary) => {
		const read = summarizeErrors(files);
		expect(read).toMatchObject({ isSerious, summary: expect.stringMatching(summary) as string });
		expect(read.errors).toMatchObject([file]);
	});

	it('are none without files', () => {
		expect(summarizeErrors([])).toEqual({ isSerious: false, errors: [] });
	});

	it('are listed up to a hundred, and counted beyond', () => {
		const files = [1, 2, 3].map(() => ({
			...file,
			issues: issues(...Array.from({ length: 60 }, () => 'error')),
		}));
		const { errors } = summarizeErrors(files);
		expect(errors.map((each) => (each.issues as object[]).length)).toEqual([60, 40, 0]);
		expect(errors.map((each) => each.issueCount)).toEqual([60, 60, 60]);
	});
});

it('a manifest in parts is one', () => {
	const page = (name: string, next?: string) =>
		manifestOf({
			transactionTime: name === 'a' ? '2027-01-01T00:00:00Z' : '2027-01-02T00:00:00Z',
			output: [{ url: FILE(name) }],
			...(next && { link: [{ relation: 'next', url: next }] }),
		});
	expect(page('a', 'https://x.example/2').nextPage).toBe('https://x.example/2');
	const whole = mergePages([page('a', 'https://x.example/2'), page('b')]);
	expect(whole).toMatchObject({
		transactionTime: '2027-01-01T00:00:00Z',
		nextPage: undefined,
		files: [{ url: FILE('a') }, { url: FILE('b') }],
	});
});

it('what a later part of a manifest lists again is not listed twice; a list may name deletions of its own', () => {
	const page = (...names: string[]) =>
		manifestOf({ output: names.map((name) => ({ url: FILE(name) })), deleted: [{ url: FILE('a') }] });
	const { files, deletedFiles } = mergePages([page('a', 'b'), page('b', 'c'), page('a', 'd')]);
	expect(files.map(({ url }) => url)).toEqual(['a', 'b', 'c', 'd'].map(FILE));
	expect(deletedFiles.map(({ url }) => url)).toEqual([FILE('a')]);
});

describe('F6 a Failed item is read by people', () => {
	const members = [
		{ memberId: 'M-1', personHashes: 'p1 x' },
		{ memberId: 2, patientId: 'p2' },
	];
	const first = ['outcome', 'reason', 'nextStep'];

	test.each<[string, object, string[]]>([
		['one member', { memberId: 'M-1', payer: 'pdex:a.example', jobId: 'j' }, ['memberId', ...first, 'payer']],
		['several', { members, payer: 'pdex:a.example', jobId: 'j' }, ['memberIds', ...first, 'members']],
		[
			'several, as a table has them',
			{ members: JSON.stringify(members) },
			['memberIds', ...first, 'members'],
		],
	])('of %s: what they read comes first', (_, about, keys) => {
		const item = failedJobItem({ ...about }, { state: 'failed', reason: 'Why.' });
		expect(Object.keys(item).slice(0, keys.length)).toEqual(keys);
		expect(item.nextStep).toBe(NEXT_STEPS.failed);
		if ('members' in about) expect(item.memberIds).toBe('M-1, 2');
	});

	test('whose consent has ended, or that may be of somebody else, says what to do about that', () => {
		const ended = failedJobItem({ members }, { state: 'failed', reason: '', consentEnded: '2027-01-01' });
		expect(ended).toMatchObject({ outcome: 'consent-ended', nextStep: SPECIAL_STEPS.consentOfOneEnded });
		expect(failedJobItem({}, { state: 'failed', reason: 'Why.', isUnclear: true })).toMatchObject({
			outcome: 'unclear',
			nextStep: SPECIAL_STEPS.otherExport,
		});
	});
});
