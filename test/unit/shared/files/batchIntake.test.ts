import { MAX_LINE_BYTES } from '../../../../nodes/shared/fhir/ndjson';
import { deletionItem } from '../../../../nodes/shared/fhir/outputLines';
import { BatchIntake } from '../../../../nodes/shared/files/batchIntake';
import type { IntakeOptions } from '../../../../nodes/shared/files/intakeOptions';
import { fileName, readBatch } from '../../../../nodes/shared/files/batchItem';
import type { Owner } from '../../../../nodes/shared/files/exportPatients';
import { withOrigin } from '../../../../nodes/shared/files/origin';

const envelope = { memberId: 'M-1001', tenant: 'bison', groupId: 'g', jobId: 'job-1', transactionTime: 't' };
const item = { ...envelope, batch: 3, batchCount: 6, type: 'Patient', count: 2, requiresAccessToken: true };
const MEGABYTE = 1024 * 1024;

function take(content: string | Buffer, change: object = {}, options: Partial<IntakeOptions> = {}) {
	const taken: Array<[line: number, id: unknown]> = [];
	const intake = new BatchIntake(readBatch({ ...item, ...change }, envelope), {
		maxRejectedBytes: MEGABYTE,
		onResource: (resource, line) => void taken.push([line, resource.id]),
		...options,
	});
	intake.reader.push(Buffer.from(content));
	return { taken, report: intake.report(), rejected: intake.rejected().toString() };
}

const line = (id: string, resourceType = 'Patient') => `${JSON.stringify({ resourceType, id })}\n`;

it('reads a batch from the item of Wait For Export', () => {
	expect(readBatch(item, envelope)).toEqual({
		envelope,
		isShared: false,
		batch: 3,
		batchCount: 6,
		type: 'Patient',
		count: 2,
		requiresAccessToken: true,
		isEmptyExport: false,
		isDeleted: false,
	});
	expect(readBatch({ batchCount: 0 }, {})).toMatchObject({ isEmptyExport: true, requiresAccessToken: true });
	expect(readBatch({ requiresAccessToken: false }, {}).requiresAccessToken).toBe(false);
	expect(readBatch({ batch: '3', count: -1, type: 7 }, {})).toMatchObject({
		batch: undefined,
		count: undefined,
		type: undefined,
	});
});

describe('the Batch Report', () => {
	it('of a whole file', () => {
		const content = line('a') + line('b');
		expect(take(content).report).toEqual({
			...envelope,
			batch: 3,
			type: 'Patient',
			outcome: 'complete',
			resources: 2,
			rejected: 0,
			rejectedLines: [],
			batchCount: 6,
			moneyAmounts: 0,
			deniedAuthorizations: 0,
			drugAuthorizations: 0,
			authorizationsWithoutDocuments: 0,
			protectedResources: 0,
			transmitters: 0,
			bytes: content.length,
			sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
			seconds: expect.any(Number) as number,
		});
	});

	it('of an empty export', () => {
		expect(
			take('', { batch: undefined, type: undefined, count: undefined, batchCount: 0 }).report,
		).toMatchObject({
			...envelope,
			outcome: 'complete',
			resources: 0,
			rejected: 0,
			bytes: 0,
		});
	});

	test.each<[sentence: string, content: string, change: object, reason: RegExp | undefined]>([
		['as many as promised', line('a') + line('b'), {}, undefined],
		['no promise', line('a'), { count: undefined }, undefined],
		['a promise of none', '', { count: 0 }, undefined],
		['fewer than promised', line('a'), {}, /^The manifest promises 2 resources; 1 came\.$/],
		['more than promised', line('a') + line('b') + line('c'), {}, /promises 2 resources; 3 came/],
		['none of those promised', '', {}, /promises 2 resources; 0 came/],
		['a rejected line', `${line('a')}x\n${line('b')}`, {}, /^1 lines are no FHIR resource\.$/],
		['a last line cut off', `${line('a')}{"resourceType":"Pat`, { count: undefined }, /1 lines are no FHIR/],
		[
			'another type',
			line('a') + line('b', 'Person'),
			{},
			/^1 resources are of another type than promised\.$/,
		],
		['any type where none was promised', line('a') + line('b', 'Person'), { type: undefined }, undefined],
		[
			'everything at once',
			`x\n${line('a', 'Person')}`,
			{},
			/^1 lines are no FHIR resource\. 1 resources are of another type.* promises 2 resources; 1 came\.$/,
		],
	])('%s', (_, content, change, reason) => {
		const { report } = take(content, change);
		expect(report.outcome).toBe(reason ? 'partial' : 'complete');
		if (reason) expect(report.reason).toMatch(reason);
		else expect(report).not.toHaveProperty('reason');
	});

	it('flags lines of another type, and gives them on', () => {
		const { report, taken } = take(line('a') + line('b', 'Person') + line('c', 'Claim'), { count: 3 });
		expect(taken).toEqual([
			[1, 'a'],
			[2, 'b'],
			[3, 'c'],
		]);
		const reason = 'The resource is of another type than the Patient that the manifest promises';
		expect(report).toMatchObject({
			resources: 3,
			rejected: 0,
			flagged: 2,
			flaggedLines: [
				{ line: 2, reason },
				{ line: 3, reason },
			],
		});
	});

	it('lists a hundred lines and counts all', () => {
		const { report } = take('x\n'.repeat(250) + line('a', 'Person').repeat(150), { count: undefined });
		expect(report).toMatchObject({ rejected: 250, flagged: 150, resources: 150 });
		expect(report.rejectedLines).toHaveLength(100);
		expect(report.flaggedLines).toHaveLength(100);
	});

	it('holds nothing of a rejected line', () => {
		expect(JSON.stringify(take('{"family":"Zzyzx\n').report)).not.toContain('Zzyzx');
	});
});

describe('a file that is organized in blocks', () => {
	const header = (reference?: string, more: object = {}) =>
		`${JSON.stringify({
			resourceType: 'Parameters',
			parameter: [{ name: 'header', ...(reference && { valueReference: { reference } }), ...more }],
		})}\n`;
	const BLOCKS = header('Patient/a') + line('a') + line('b') + header('Patient/c') + line('c');

	test.each<[sentence: string, count: number | undefined, outcome: string]>([
		['without the headers', 3, 'complete'],
		['with them', 5, 'complete'],
		['not at all', undefined, 'complete'],
		['with some of them', 4, 'partial'],
		['too high', 6, 'partial'],
	])('counts its headers apart, where the payer counts %s', (_, count, outcome) => {
		const { report, taken } = take(BLOCKS, { type: undefined, count });
		expect(taken.map(([, id]) => id)).toEqual(['a', 'b', 'c']);
		expect(report).toMatchObject({ resources: 3, headers: 2, rejected: 0, outcome });
	});

	test('has no header in its limit', () => {
		const { report, taken } = take(BLOCKS, { type: undefined, count: undefined }, { maxResources: 2 });
		expect(taken).toHaveLength(2);
		expect(report).toMatchObject({ resources: 2, limit: 2 });
	});

	test.each<[sentence: string, content: string, type: string | undefined]>([
		[
			'a Parameters without a header',
			'{"resourceType":"Parameters","parameter":[{"name":"x"}]}\n',
			undefined,
		],
		['a Parameters of nothing', '{"resourceType":"Parameters"}\n', undefined],
		['a file of Parameters', header('Patient/a'), 'Parameters'],
		['another resource', '{"resourceType":"Basic","parameter":[{"name":"header"}]}\n', undefined],
	])('is not seen in %s', (_, content, type) => {
		const { report } = take(content, { type, count: undefined });
		expect(report).toMatchObject({ resources: 1, outcome: 'complete' });
		expect(report).not.toHaveProperty('headers');
	});

	test('tells whose block a resource stands in', () => {
		const seen: unknown[] = [];
		const batch = readBatch({ ...item, type: undefined }, envelope);
		const intake: BatchIntake = new BatchIntake(batch, {
			maxRejectedBytes: 0,
			onResource: (resource, at, _bytes, owner) =>
				void seen.push(withOrigin(batch, at, resource, owner, intake.header).header),
		});
		intake.reader.push(Buffer.from(line('x') + BLOCKS + header() + line('d')));
		expect(seen).toEqual([undefined, 'Patient/a', 'Patient/a', 'Patient/c', undefined]);
	});
});

describe('care that was over before a day', () => {
	const care = (id: string, end?: string) =>
		`${JSON.stringify({ resourceType: 'Encounter', id, period: { start: '2019-01-01', end } })}\n`;
	const THREE = care('old', '2021-12-31') + care('new', '2022-01-01') + care('open');
	const from = (leaveOut: boolean, more: Partial<IntakeOptions> = {}) =>
		take(
			THREE,
			{ type: 'Encounter', count: 3 },
			{ dateOfServiceFrom: '2022-01-01', excludeEarlier: leaveOut, ...more },
		);

	test.each<[leaveOut: boolean, ids: string[]]>([
		[true, ['new', 'open']],
		[false, ['old', 'new', 'open']],
	])('is counted; left out: %s', (leaveOut, ids) => {
		const { report, taken } = from(leaveOut);
		expect(taken.map(([, id]) => id)).toEqual(ids);
		expect(report).toMatchObject({ outcome: 'complete', resources: ids.length, beforeDateOfService: 1 });
	});

	test('is not in the limit', () => {
		expect(from(true, { maxResources: 2 }).taken).toHaveLength(2);
	});

	test('is no word of the report where nobody asked', () => {
		const { report } = take(THREE, { type: 'Encounter', count: 3 }, { excludeEarlier: true });
		expect(report).toMatchObject({ resources: 3 });
		expect(report).not.toHaveProperty('beforeDateOfService');
	});
});

test.each<[address: string, url: string]>([
	['Patient/123', 'Patient/123'],
	['https://fhir.payer.example/r4/Observation/a-1.b', 'Observation/a-1.b'],
])('D6 the deletion of %s is an item', (address, url) => {
	const [resourceType, id] = url.split('/');
	const item = { memberId: 'm', deleted: true, method: 'DELETE', url, resourceType, id };
	expect(deletionItem(address, { memberId: 'm' })).toEqual(item);
});

test.each([
	'Patient?identifier=s|Zzyzx/1',
	'Patient?_lastUpdated=gt1900',
	'Observation/1?x=y',
	'Patient/1#x',
	'Patient',
	'Patient/',
	'/Observation/1',
	'Patient/1/$expunge',
	'$expunge',
	'Patient/$purge',
	'Patient/1/_history/2',
	'Patient/..',
	'Patient/.',
	'Patient/1 ',
	'Patient/1\nPatient/2',
	'Subscription/1',
	'SearchParameter/1',
	'StructureDefinition/1',
	'urn:uuid:1',
	'notAPatient/1',
	'',
])('D6 the deletion of %j is none that another server is asked for', (address) => {
	expect(deletionItem(address, { memberId: 'm' })).toBeUndefined();
});

describe('the rejected lines', () => {
	test.each<[sentence: string, limit: number, kept: string, truncated: boolean]>([
		['all of them', 100, 'abc\nde\nf\n', false],
		['exactly all of them', 9, 'abc\nde\nf\n', false],
		['all but the last', 8, 'abc\nde\n', true],
		['the first', 4, 'abc\n', true],
		['none', 3, '', true],
	])('are kept: %s', (_, limit, kept, truncated) => {
		const { rejected, report } = take(`abc\n${line('a')}de\r\nf`, { count: 1 }, { maxRejectedBytes: limit });
		expect(rejected).toBe(kept);
		expect(report.rejectedTruncated).toBe(truncated ? true : undefined);
		expect(report).toMatchObject({ rejected: 3, resources: 1 });
	});

	it('are kept in order: after one that is left out none is kept', () => {
		expect(take('abc\nlonglonglong\nd\n', {}, { maxRejectedBytes: 8 }).rejected).toBe('abc\n');
	});

	it('are kept byte for byte, also where they are no UTF-8', () => {
		const intake = new BatchIntake(readBatch(item, envelope), { maxRejectedBytes: MEGABYTE });
		const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d]);
		intake.reader.push(Buffer.concat([bytes, Buffer.from('\n')]));
		intake.reader.end();
		expect(intake.rejected()).toEqual(Buffer.concat([bytes, Buffer.from('\n')]));
	});

	it('do not change with the buffer they came in', () => {
		const intake = new BatchIntake(readBatch(item, envelope), { maxRejectedBytes: MEGABYTE });
		const network = Buffer.from('abc\n');
		intake.reader.push(network);
		network.fill(0);
		expect(intake.rejected().toString()).toBe('abc\n');
	});

	it('say so where a line was too long to be kept whole', () => {
		const { report } = take(
			Buffer.alloc(MAX_LINE_BYTES + 100, 'x'),
			{},
			{ maxRejectedBytes: 2 * MAX_LINE_BYTES },
		);
		expect(report).toMatchObject({ rejected: 1, rejectedTruncated: true });
	});
});

const SHARED = {
	consentEnd: '2027-01-01',
	members: [
		{ memberId: '1', exchangeId: 'exchange-1', consentEnd: '2027-01-01' },
		{ memberId: '2', exchangeId: 'exchange-2', consentEnd: '2028-01-01' },
	],
};

it('adds the origin beside the resource, which stays the same object', () => {
	const resource = { resourceType: 'Patient', id: 'a' };
	const wrapped = withOrigin(readBatch(item, envelope), 7, resource, { kind: 'nobody' });
	expect(wrapped).toEqual({
		memberId: 'M-1001',
		tenant: 'bison',
		jobId: 'job-1',
		transactionTime: 't',
		requiresAccessToken: true,
		batch: 3,
		line: 7,
		resource,
	});
	expect(wrapped.resource).toBe(resource);
});

test.each<[what: string, envelope: object, owner: Owner, expected: object]>([
	[
		'of one member',
		{ memberId: 'm', exchangeId: 'exchange-1', consentEnd: '2027-01-01' },
		{ kind: 'nobody' },
		{ exchangeId: 'exchange-1', consentEnd: '2027-01-01' },
	],
	[
		'of somebody else',
		{ memberId: 'm', exchangeId: 'exchange-1', consentEnd: '2027-01-01' },
		{ kind: 'other', patientId: 'x' },
		{ consentEnd: '2027-01-01' },
	],
	[
		'of a member among others',
		SHARED,
		{ kind: 'ours', memberId: 2, patientId: 'x' },
		{ exchangeId: 'exchange-2', consentEnd: '2028-01-01' },
	],
	['of none of several members', SHARED, { kind: 'nobody' }, { consentEnd: '2027-01-01' }],
])('A11 the origin of a resource %s has its exchange and its consent', (_, of, owner, expected) => {
	const { exchangeId, consentEnd } = withOrigin(readBatch(of as never, of as never), 1, {}, owner);
	expect({ exchangeId, consentEnd }).toEqual({ exchangeId: undefined, ...expected });
});

describe('the name of the file', () => {
	const named = (change: object, of: object = envelope) =>
		fileName(readBatch({ ...item, ...change }, of as typeof envelope));

	test.each<[sentence: string, change: object, of: object, expected: string]>([
		['tells jobs, batches and types apart', {}, envelope, 'job-1-3-Patient.ndjson'],
		[
			'tells payers of a directory apart',
			{},
			{ ...envelope, directoryKey: 'Blue Plan' },
			'Blue_Plan-job-1-3-Patient.ndjson',
		],
		['does without a type', { type: undefined }, envelope, 'job-1-3.ndjson'],
		['does without a job', {}, {}, '3-Patient.ndjson'],
		['does without anything', { batch: undefined, type: undefined }, {}, 'batch.ndjson'],
		['leads nowhere', { type: '../../etc/passwd' }, { jobId: 'a/b\\c:d' }, 'a_b_c_d-3.ndjson'],
	])('%s', (_, change, of, expected) => {
		expect(named(change, of)).toBe(expected);
	});

	it('holds nothing of the member and the group', () => {
		expect(named({}, { ...envelope, memberId: 'Zzyzx', groupId: 'Zzyzx', tenant: 'Zzyzx' })).not.toContain(
			'Zzyzx',
		);
	});

	it('stays short, and still tells batches apart', () => {
		const names = [1, 2].map((batch) => named({ batch }, { jobId: 'j'.repeat(1000) }));
		expect(names[0].length).toBeLessThan(200);
		expect(names[0]).not.toBe(names[1]);
	});
});
