import type { IDataObject } from 'n8n-workflow';
import { memberByKey } from '../../../sandbox/members';
import { bulkManifest, groupMember, resultGroup } from '../../support/bulkAnswers';
import type { EngineRun } from '../../support/engine';
import { row } from '../../support/expectations';
import { hrexParts } from '../../support/hrexBody';
import { afterMidnight, beforeMidnight, ENDED, LAST_DAY, passMidnight } from '../../support/midnight';
import { ndjson } from '../../support/ndjson';
import { runOneNode } from '../../support/oneNode';
import type { Answer } from '../../support/scriptedGateway';
import { memberRow, runAgainst } from '../../support/standardRuns';

beforeEach(() => beforeMidnight());
afterEach(() => void jest.useRealTimers());

const WAITING = { status: 202, headers: { 'retry-after': '1' } };
const BUSY = { status: 429, headers: { 'retry-after': '1' } };

describe('A11 Member Match', () => {
	const member = (key: string, changes: object = {}): IDataObject =>
		memberRow(key, { consentStart: '2026-01-01', consentEnd: LAST_DAY, ...changes });
	const ID = String(row('small').memberId);
	const SECOND = String(row('medium').memberId);
	const LONG = { consentEnd: '2099-12-31' };
	const TOGETHER = (more: object = {}) => ({
		memberMatch: { matchMode: 'together', options: { pollEvery: 1, ...more } },
	});
	const RUNNING: Answer = { status: 202, headers: { 'content-location': '/jobs/1' } };
	const manifest: Answer = (response, { headers }) => {
		response.writeHead(200, { 'content-type': 'application/json' });
		response.end(
			JSON.stringify(bulkManifest([{ type: 'Group', url: `http://${String(headers.host)}/file/1` }])),
		);
	};
	const GROUP: Answer = {
		body: ndjson(resultGroup('match', [groupMember(`#${ID}`), groupMember(`#${SECOND}`, 'Patient/p2')])),
	};
	const lateManifest: Answer = (response, request) => {
		passMidnight();
		if (typeof manifest === 'function') manifest(response, request);
	};
	const matchedByMemberId = {
		resourceType: 'Parameters',
		parameter: [
			{ name: 'MemberIdentifier', valueIdentifier: { value: 'u1' } },
			{ name: 'MemberId', valueReference: { reference: 'Patient/p1' } },
		],
	};
	/** An item that comes back names the job at the payer of this run. */
	const bulk = async (answers: Answer[], items: IDataObject[], more: object = {}) =>
		await runAgainst(answers, {
			items: (url) =>
				items.map((item) => ({
					...item,
					// Each run has a gateway of its own.
					payer: undefined,
					...(item.matchStatusUrl ? { matchStatusUrl: `${url}/jobs/1` } : {}),
				})),
			parameters: TOGETHER(more),
		});
	const brief = (run: EngineRun) =>
		[0, 1].map((output) =>
			run.json('memberMatch', output).map((json) => [json.memberId, json.outcome, json.consentEnd]),
		);

	test('gives the last day of the request, one by one and together, and to the items that come back', async () => {
		const consentEnd = '2027-04-30';
		const { run } = await bulk([RUNNING, WAITING], [member('small', { consentEnd })], { giveUpAfter: 0 });
		const waiting = run.json('memberMatch', 1);
		expect(waiting).toMatchObject([{ outcome: 'still-matching', consentEnd }]);
		const second = await bulk([manifest, GROUP], waiting);
		expect(brief(second.run)).toEqual([[[ID, 'matched', consentEnd]], []]);
	});

	test.each([
		['2027', '2027-12-31'],
		['2028-02', '2028-02-29'],
		['2027-04-30', '2027-04-30'],
		['2027-04-30T12:00:00-05:00', '2027-04-30'],
	])('gives the last day of a Consent resource whose period ends %s', async (end, consentEnd) => {
		const { MemberPatient, CoverageToMatch, Consent, CoverageToLink } = hrexParts(memberByKey('small'));
		const consent = { ...Consent, provision: { ...Consent.provision, period: { start: '2026-01-01', end } } };
		const { run, told } = await runAgainst([{ body: matchedByMemberId }], {
			items: () => [
				{ patient: MemberPatient, coverageToMatch: CoverageToMatch, consent, coverageToLink: CoverageToLink },
			],
			parameters: { memberMatch: { inputMode: 'resources', memberId: '={{ $json.patient.id }}' } },
		});
		expect([told.trim(), brief(run)[0]]).toEqual(['', [[ID, 'matched', consentEnd]]]);
	});

	test.each<[sentence: string, ignore: boolean, changes: object, matched: object]>([
		['that holds', false, {}, { consentEnd: LAST_DAY }],
		['that holds, ignored', true, {}, { consentEnd: undefined }],
		[
			'that has ended, ignored',
			true,
			{ consentEnd: '2026-12-31' },
			{ consentEnd: undefined, consentPeriodIgnored: true },
		],
	])('a period %s', async (_, ignore, changes, matched) => {
		const options = { ignoreConsentPeriod: ignore };
		const item = member('small', changes);
		const together = await bulk([{ body: resultGroup('match', [groupMember(`#${ID}`)]) }], [item], options);
		expect(together.run.json('memberMatch')[0]).toMatchObject({ outcome: 'matched' });
		const alone = await runOneNode(
			{ node: 'memberMatch', parameters: { options } },
			[{ ...item, tenant: 'bison' }],
			{
				answers: [
					{ body: { resourceType: 'Parameters', parameter: [{ name: 'group_id', valueString: 'g1' }] } },
				],
			},
		);
		for (const run of [together.run, alone.run]) {
			const [{ consentEnd, consentPeriodIgnored }] = run.json('memberMatch');
			expect({ consentEnd, consentPeriodIgnored }).toEqual({ consentPeriodIgnored: undefined, ...matched });
		}
	});

	test('a consent that ended while the payer was matching: that member is not asked for, the others are', async () => {
		const items = [member('small'), member('medium', LONG)];
		const first = await bulk([RUNNING, WAITING], items, { giveUpAfter: 0 });
		const waiting = first.run.json('memberMatch', 1);
		passMidnight();
		// What the payer says of the one who is not asked for does not count.
		const onlySecond: Answer = {
			body: ndjson(resultGroup('match', [groupMember(`#${SECOND}`, 'Patient/p2')])),
		};
		const { run, got } = await bulk([manifest, onlySecond], waiting);
		expect(brief(run)).toEqual([[[SECOND, 'matched', '2099-12-31']], [[ID, 'consent-ended', LAST_DAY]]]);
		expect(run.json('memberMatch', 1)).toMatchObject([{ ...ENDED, consentPolicy: 'regular' }]);
		expect(got).toHaveLength(2);
		// Nobody is left: nothing is asked.
		const alone = await bulk([manifest, GROUP], [waiting[0]]);
		expect([brief(alone.run)[1], alone.got]).toEqual([[[ID, 'consent-ended', LAST_DAY]], []]);
		// The run ignores the period.
		const ignored = await bulk([manifest, GROUP], [waiting[0]], { ignoreConsentPeriod: true });
		expect(brief(ignored.run)).toEqual([[[ID, 'matched', undefined]], []]);
		const invalid = await bulk([manifest, GROUP], [{ ...waiting[0], consentEnd: 'soon' }]);
		expect(invalid.told).toContain('consentEnd');
	});

	test.each<[moment: string, answers: Answer[], asked: number]>([
		['before the next poll', [RUNNING, afterMidnight(WAITING), manifest, GROUP], 2],
		['before the result is read', [RUNNING, lateManifest, GROUP], 2],
		['before the request is repeated', [afterMidnight(BUSY), RUNNING], 1],
	])('a consent that ends %s', async (_, answers, asked) => {
		const { run, got } = await bulk(answers, [member('small')], { pollEvery: 1 });
		const [[, outcome]] = brief(run)[1];
		expect([outcome, got.length]).toEqual([asked === 1 ? 'consent-not-in-force' : 'consent-ended', asked]);
		expect(brief(run)[0]).toEqual([]);
	});

	test('a consent that ends before the result is read, and another that holds: the result is read for the other', async () => {
		const { run } = await bulk([RUNNING, lateManifest, GROUP], [member('small'), member('medium', LONG)]);
		expect(brief(run)).toEqual([[[SECOND, 'matched', '2099-12-31']], [[ID, 'consent-ended', LAST_DAY]]]);
	});

	test('what the payer said of a member stays, whenever the consent ended', async () => {
		const nobody: Answer = { body: ndjson(resultGroup('match')) };
		const { run } = await bulk([RUNNING, lateManifest, nobody], [member('small'), member('medium', LONG)]);
		expect(brief(run)[1].map(([, outcome]) => outcome)).toEqual(['no-match', 'no-match']);
	});

	test('a request that is repeated on the next day goes without the member whose consent ended', async () => {
		const items = [member('small'), member('medium', LONG)];
		const { run, got } = await bulk(
			[afterMidnight(BUSY), { body: resultGroup('match', [groupMember(`#${SECOND}`)]) }],
			items,
		);
		expect(brief(run)).toEqual([
			[[SECOND, 'matched', '2099-12-31']],
			[[ID, 'consent-not-in-force', undefined]],
		]);
		expect(got[0].body).toContain(ID);
		expect(got[1].body).not.toContain(ID);
	});
});
