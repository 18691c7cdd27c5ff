import type { IDataObject } from 'n8n-workflow';
import { brokenBulkLines } from '../support/brokenLines';
import {
	bulkManifest,
	groupMember as entry,
	matchedByCoverage,
	resultGroup as group,
	resultParameters as parameters,
} from '../support/bulkAnswers';
import { member, pairs } from '../support/expectations';
import { ndjson } from '../support/ndjson';
import { resourceItem } from '../support/resourceItem';
import type { Answer } from '../support/scriptedGateway';
import { memberRow, Payers, runAgainst, type AskedAnswers, type Parameters } from '../support/standardRuns';

const payers = new Payers();

const DIALECTS = ['pdex-2.1', 'pdex-2.2'] as const;
const BULK_MATCH = /\/fhir\/Group\/\$bulk-member-match$/;
const TOGETHER: Parameters = { memberMatch: { matchMode: 'together', options: { pollEvery: 1 } } };
const ONE_LOOK: Parameters = { memberMatch: { matchMode: 'together', options: { giveUpAfter: 0 } } };
const RESOURCES: Parameters = { memberMatch: { ...TOGETHER.memberMatch, inputMode: 'resources' } };
const KEYS = ['small', 'accents', 'large'] as const;
const [ADA, ZOE, LEO] = KEYS.map((key) => member(key).row.memberId);
const three = () => KEYS.map((key) => memberRow(key));

const matchTogether = { nodes: ['memberMatch' as const], parameters: TOGETHER, items: three() };

const notOf = (code: string, ids: string[]) =>
	group(
		code,
		ids.map((id) => entry(`#${id}`, `#${id}`)),
	);
const matched = (...ids: string[]) =>
	group(
		'match',
		ids.map((id) => entry(`#${id}`, `Patient/p-${id}`)),
	);
const notMatched = (...ids: string[]) => notOf('nomatch', ids);
const constrained = (...ids: string[]) => notOf('consentconstraint', ids);

const STARTED: Answer = { status: 202, headers: { 'content-location': '/jobs/1' } };

/** Answers of a payer whose job ends with these files, whichever of them is asked for. */
function files(...list: Array<[type: string, ...resources: object[]]>) {
	return (url: string): Answer[] => [
		STARTED,
		{
			body: bulkManifest(list.map(([type], index) => ({ type, url: `${url}/files/${index}` }))),
		},
		(response, request) => {
			const [, ...resources] = list[Number(request.url.split('/').at(-1))];
			response.end(ndjson(...resources));
		},
	];
}

/** Matches three members together at a payer that answers so, each error by an item of its own. */
async function match(answers: Answer[] | ((url: string) => Answer[]), asked: AskedAnswers = {}) {
	const seen = await runAgainst(answers, {
		items: three,
		parameters: TOGETHER,
		onError: 'continueErrorOutput',
		...asked,
	});
	const [found, others, errors] = [0, 1, 2].map((output) => seen.run.json('memberMatch', output));
	/** By which output each member left, in which group or for which reason. */
	const cameOut = Object.fromEntries([
		...found.map(({ memberId, groupId, patientId }) => [memberId, [groupId, patientId]]),
		...others.map(({ memberId, outcome }) => [memberId, outcome]),
		...errors.map(({ memberId }) => [memberId, 'error']),
	]) as Record<string, unknown>;
	return { ...seen, found, others, errors, cameOut };
}

/** Matched, as these answers have it. */
const into = (id: string) => ['g-match', `p-${id}`];

type Bundles = Array<{ name: string; part: Array<{ name: string; resource: IDataObject }> }>;

/** The MemberBundles that are sent for three members. */
async function bundlesSent(): Promise<Bundles> {
	const { got } = await match(files(['Group', matched()]));
	return (JSON.parse(got[0].body) as { parameter: Bundles }).parameter;
}
/** A bundle under another id of its patient. */
function underId({ name, part }: Bundles[0], id: string): Bundles[0] {
	const own = String(part.find((each) => each.name === 'MemberPatient')?.resource.id);
	const text = JSON.stringify(part).replaceAll(`"Patient/${own}"`, `"Patient/${id}"`);
	const parts = JSON.parse(text) as Bundles[0]['part'];
	for (const each of parts) if (each.name === 'MemberPatient') each.resource.id = id;
	return { name, part: parts };
}

test('C1 posts one request for all on Group, and asks for an asynchronous answer whatever the credential says', async () => {
	for (const dialect of DIALECTS) {
		const { run, of, broken } = await payers.exchange({ ...matchTogether, dialect });
		expect(run.json('memberMatch')).toHaveLength(3);
		expect(of(/member-match$/)).toMatchObject([
			{ method: 'POST', path: expect.stringMatching(BULK_MATCH) as string, prefer: 'respond-async' },
		]);
		expect(broken).toEqual([]);
	}
	const { got } = await match(files(['Group', matched(ADA)]), {
		credential: { customRequests: true, kickOff: 'get', prefer: false },
	});
	expect(got[0]).toMatchObject({ method: 'POST', headers: { prefer: 'respond-async' } });
	expect(got[0].url).toMatch(BULK_MATCH);
	expect(got.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('C2 sends a patient, a coverage to match and a consent of each member once, and a coverage to link; else nothing', async () => {
	const sent = await bundlesSent();
	expect(sent.map(({ name, part }) => [name, part.map((each) => each.name).sort()])).toEqual(
		KEYS.map(() => ['MemberBundle', ['Consent', 'CoverageToLink', 'CoverageToMatch', 'MemberPatient']]),
	);
	expect(brokenBulkLines(sent)).toEqual([]);
	for (const missing of ['MemberPatient', 'CoverageToMatch', 'Consent']) {
		const [whole, { name, part }] = structuredClone(sent);
		const without = { name, part: part.filter((each) => each.name !== missing) };
		expect(brokenBulkLines([whole, without])).toContain('C2');
		const { got, told } = await match(files(['Group', matched()]), {
			items: () => [resourceItem(ADA, whole.part), resourceItem(ZOE, without.part)],
			parameters: RESOURCES,
			onError: undefined,
		});
		expect(told).toMatch(/must be a FHIR/);
		expect(got).toEqual([]);
	}
});

test('C3 sends each patient under an id that no other has, to which its own parts refer', async () => {
	const sent = await bundlesSent();
	expect(brokenBulkLines(sent)).toEqual([]);
	for (const [index, { part }] of sent.entries()) {
		const of = (name: string) => part.find((each) => each.name === name)?.resource ?? {};
		const { id } = of('MemberPatient');
		expect(id).toBe([ADA, ZOE, LEO][index]);
		const own = expect.objectContaining({ reference: `Patient/${String(id)}` }) as unknown;
		expect([
			of('CoverageToMatch').beneficiary,
			of('CoverageToLink').beneficiary,
			of('Consent').patient,
		]).toEqual([own, own, own]);
	}
	const [ada, zoe] = sent;
	const sameId = [underId(ada, 'x'), underId(zoe, 'x')];
	expect(brokenBulkLines(sameId)).toContain('C3');
	const twins: Array<[says: RegExp, items: object[], parameters: Parameters]> = [
		[/'Member ID' is the same as that of row 1/, [memberRow('small'), memberRow('small')], TOGETHER],
		[
			/'Patient' has the same id as that of row 1/,
			sameId.map((each, n) => resourceItem(`m-${n}`, each.part)),
			RESOURCES,
		],
	];
	for (const [says, items, ofNode] of twins) {
		const asked = { items: () => items, parameters: ofNode };
		const { got, told } = await match(files(['Group', matched()]), { ...asked, onError: undefined });
		expect(told).toMatch(says);
		expect(got).toEqual([]);
		// With On Error set to continue, the first of the two is asked for.
		const one = await match(files(['Group', matched()]), asked);
		expect(one.errors).toMatchObject([{ error: expect.stringMatching(says) as string }]);
		expect((JSON.parse(one.got[0].body) as { parameter: Bundles }).parameter).toHaveLength(1);
	}
});

test('C4 asks for the job as for an export: with the token, at the stated pace, through troubles, to a deadline', async () => {
	for (const dialect of DIALECTS) {
		const settings = { runningPolls: 1, retryAfter: '2', tokenSeconds: 1 };
		const { run, of, broken, seconds } = await payers.exchange({ ...matchTogether, dialect, settings });
		expect(run.json('memberMatch')).toHaveLength(3);
		expect(of(/match-status/).filter(({ status }) => status !== 401)).toMatchObject(
			[202, 200].map((status) => ({ method: 'GET', accept: 'application/json', status })),
		);
		expect(seconds).toBeGreaterThanOrEqual(2);
		expect(broken).toEqual([]);
	}
	const troubled = (...troubles: Answer[]) => {
		const ends = files(['Group', matched(ADA, ZOE, LEO)]);
		return (url: string) => [STARTED, ...troubles, ...ends(url).slice(1)];
	};
	const busy: Answer = { status: 429, headers: { 'retry-after': '1' } };
	const borne = await match(troubled(busy, { status: 503 }, (response) => void response.destroy()));
	expect(borne.found).toHaveLength(3);
	expect(borne.got[1]).toMatchObject({ url: '/jobs/1', headers: { authorization: 'Bearer token-1' } });
	const gone = await match(troubled({ status: 202, headers: { 'retry-after': '1' } }, { status: 404 }));
	expect(gone.others.map(({ outcome, httpStatus }) => [outcome, httpStatus])).toEqual(
		KEYS.map(() => ['match-failed', 404]),
	);
	// Not done by the deadline: it can be asked for later, and is not sent again.
	const early = await match([STARTED, { status: 202 }], { parameters: ONE_LOOK });
	expect(early.others.map(({ outcome }) => outcome)).toEqual(KEYS.map(() => 'still-matching'));
	const resumed = await match((url) => files(['Group', matched(ADA, ZOE, LEO)])(url).slice(1), {
		items: (url) =>
			early.others.map((item) => ({ ...item, payer: undefined, matchStatusUrl: `${url}/jobs/1` })),
	});
	expect(resumed.found.map(({ memberId }) => memberId)).toEqual([ADA, ZOE, LEO]);
	expect(resumed.got.map(({ method }) => method)).toEqual(['GET', 'GET']);
	const elsewhere = await match([STARTED], {
		items: () =>
			early.others.map((item) => ({
				...item,
				payer: undefined,
				matchStatusUrl: 'https://payer.example/jobs/1',
			})),
	});
	expect(elsewhere.errors).toHaveLength(3);
	expect(elsewhere.got).toEqual([]);
});

test('C5 reads Groups in NDJSON, each in a file of its own or all in one', async () => {
	const groups = [matched(ADA), notMatched(ZOE), constrained(LEO)];
	const expected = { [ADA]: into(ADA), [ZOE]: 'no-match', [LEO]: 'consent-refused' };
	const each = await match(files(...groups.map((one): [string, object] => ['Group', one])));
	expect(each.cameOut).toEqual(expected);
	expect(each.got.filter(({ url }) => url.startsWith('/files/'))).toHaveLength(3);
	expect((await match(files(['Group', ...groups]))).cameOut).toEqual(expected);
	const { run, broken } = await payers.exchange({ ...matchTogether, dialect: 'pdex-2.2' });
	expect(run.json('memberMatch')).toHaveLength(3);
	expect(broken).toEqual([]);
});

test('C6 reads a Parameters in NDJSON', async () => {
	const answer = parameters(
		['MatchedMembers', matched(ADA)],
		['NonMatchedMembers', notMatched(ZOE)],
		['ConsentConstrainedMembers', constrained(LEO)],
	);
	expect((await match(files(['Parameters', answer]))).cameOut).toEqual({
		[ADA]: into(ADA),
		[ZOE]: 'no-match',
		[LEO]: 'consent-refused',
	});
	const { run, broken } = await payers.exchange({ ...matchTogether, dialect: 'pdex-2.1' });
	expect(run.json('memberMatch')).toHaveLength(3);
	expect(broken).toEqual([]);
});

test('C7 goes by the Groups where a Parameters came too, whichever is first', async () => {
	const groups: [string, object] = ['Group', matched(ADA, ZOE, LEO)];
	const others: [string, object] = [
		'Parameters',
		parameters(['NonMatchedMembers', notMatched(ADA, ZOE, LEO)]),
	];
	for (const list of [
		[groups, others],
		[others, groups],
	]) {
		const { cameOut, got } = await match(files(...list));
		expect(cameOut).toEqual({ [ADA]: into(ADA), [ZOE]: into(ZOE), [LEO]: into(LEO) });
		expect(got.filter(({ url }) => url.startsWith('/files/'))).toHaveLength(1);
	}
	const settings = { bulkMatchFiles: 'both' } as const;
	const { run, broken } = await payers.exchange({ ...matchTogether, dialect: 'pdex-2.2', settings });
	expect(run.json('memberMatch')).toHaveLength(3);
	expect(broken).toEqual([]);
});

test('C8 tells Groups apart by their codes; a member of an unknown one is unclear, and no other', async () => {
	const by = (where: 'code' | 'characteristic', code: string, id: string) => {
		const concept = { coding: [{ system: 'urn:other', code: 'x' }, { code }] };
		const says =
			where === 'code' ? { code: concept } : { code: undefined, characteristic: [{ code: concept }] };
		return group(code, [entry(`#${id}`, `Patient/p-${id}`)], { name: 'Members', ...says });
	};
	const outcomes: Array<[code: string, cameOut: unknown]> = [
		['match', into(ZOE)],
		['nomatch', 'no-match'],
		['consentconstraint', 'consent-refused'],
		['perhaps', 'unclear'],
	];
	for (const [code, cameOut] of outcomes) {
		for (const where of ['code', 'characteristic'] as const) {
			const seen = await match(files(['Group', matched(ADA, LEO)], ['Group', by(where, code, ZOE)]));
			expect([code, where, seen.cameOut]).toEqual([
				code,
				where,
				{ [ADA]: into(ADA), [ZOE]: cameOut, [LEO]: into(LEO) },
			]);
		}
	}
});

test('C9 bears Groups that are absent, and takes a match group without members as nobody matched', async () => {
	const absent = await match(files(['Group', matched(ADA)]));
	expect(absent.cameOut).toEqual({ [ADA]: into(ADA), [ZOE]: 'no-match', [LEO]: 'no-match' });
	for (const empty of [group('match'), group('match', [], { member: [], quantity: 0 })]) {
		for (const list of [[['Group', empty]], [['Parameters', parameters(['MatchedMembers', empty])]]] as Array<
			Array<[string, object]>
		>) {
			const { cameOut, run, got } = await match(files(...list), { nodes: ['memberMatch', 'startExport'] });
			expect(cameOut).toEqual({ [ADA]: 'no-match', [ZOE]: 'no-match', [LEO]: 'no-match' });
			expect(run.json('startExport')).toEqual([]);
			expect(got.filter(({ method }) => method === 'POST')).toHaveLength(1);
		}
	}
});

test('C10 gives each item its own result by the contained patient that the payer echoes, however it is written', async () => {
	for (const write of [(id: string) => `#${id}`, (id: string) => id, (id: string) => `Patient/${id}`]) {
		// The payer answers in an order of its own; and what it calls a member is no id of the request.
		const ids = [LEO, ADA, ZOE];
		const answer = group(
			'match',
			ids.map((id, index) =>
				entry(write(id), `https://payer.example/fhir/Patient/${[ADA, ZOE, LEO][index]}`),
			),
		);
		const { run, cameOut, found } = await match(files(['Group', answer]));
		expect(cameOut).toEqual({ [LEO]: ['g-match', ADA], [ADA]: ['g-match', ZOE], [ZOE]: ['g-match', LEO] });
		expect(found.map(({ memberId }) => memberId)).toEqual([ADA, ZOE, LEO]);
		expect(pairs(run.outputs('memberMatch')[0])).toEqual([0, 1, 2]);
	}
	// By the id of the patient, not by the item's own name of the member; also where the answer comes later.
	const [ada, zoe] = await bundlesSent();
	const items = [
		resourceItem('m-1', underId(ada, 'one').part),
		resourceItem('m-2', underId(zoe, 'two').part),
	];
	const answer = files(['Group', matched('two'), notMatched('one')]);
	const expected = { 'm-1': 'no-match', 'm-2': into('two') };
	expect((await match(answer, { items: () => items, parameters: RESOURCES })).cameOut).toEqual(expected);
	const early = await match([STARTED, { status: 202 }], {
		items: () => items,
		parameters: { memberMatch: { ...RESOURCES.memberMatch, options: { giveUpAfter: 0 } } },
	});
	const later = await match((url) => answer(url).slice(1), {
		items: (url) =>
			early.others.map((item) => ({ ...item, payer: undefined, matchStatusUrl: `${url}/jobs/1` })),
	});
	expect(later.cameOut).toEqual(expected);
});

test('C11 tells two coverages of one person apart by the coverage that was matched', async () => {
	const sent = member('small').row.coverageId;
	const cases: Array<[cameOut: unknown, one: string, two: string]> = [
		[['g-match', 'a'], sent, 'other'],
		[['g-match', 'b'], 'other', sent],
		['unclear', 'other', 'another'],
		['unclear', sent, sent],
	];
	for (const [cameOut, one, two] of cases) {
		const seen = await match(files(['Group', matchedByCoverage(ADA, ['a', one], ['b', two])]), {
			items: () => [memberRow('small')],
		});
		expect(seen.cameOut).toEqual({ [ADA]: cameOut });
	}
	// Both coverages in one request: two items, each with its own result.
	for (const dialect of DIALECTS) {
		const { run, broken } = await payers.exchange({
			...matchTogether,
			dialect,
			settings: { matchCoverage: 'always' },
			items: [memberRow('small'), memberRow('small', { memberId: 'other', coverageId: 'X-unknown' })],
		});
		expect(run.json('memberMatch').map(({ memberId }) => memberId)).toEqual([ADA]);
		expect(run.json('memberMatch', 1).map(({ memberId }) => memberId)).toEqual(['other']);
		expect(broken).toEqual([]);
	}
});

test('C12 takes nothing away from the others where one consent is refused', async () => {
	const { row } = member('consent-refused');
	for (const dialect of DIALECTS) {
		const { run, broken } = await payers.exchange({
			dialect,
			parameters: TOGETHER,
			items: [memberRow('small'), memberRow('consent-refused'), memberRow('accents')],
		});
		expect(run.error).toBeUndefined();
		expect(run.json('memberMatch').map(({ memberId }) => memberId)).toEqual([ADA, ZOE]);
		expect(run.json('memberMatch', 1)).toMatchObject([
			{ memberId: row.memberId, outcome: 'consent-refused' },
		]);
		expect(pairs(run.outputs('memberMatch')[1])).toEqual([1]);
		expect(run.json('fetchBatch').length).toBeGreaterThan(0);
		expect(broken).toEqual([]);
	}
	const all = await match(files(['Group', matched(), constrained(ADA, ZOE, LEO)]));
	expect(all.others.map(({ outcome }) => outcome)).toEqual(KEYS.map(() => 'consent-refused'));
});
