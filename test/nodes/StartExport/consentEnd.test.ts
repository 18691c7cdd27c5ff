import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { pairs } from '../../support/expectations';
import { afterMidnight, beforeMidnight, ENDED, LAST_DAY, passMidnight } from '../../support/midnight';
import type { Answer } from '../../support/scriptedGateway';
import { runAgainst, type AskedAnswers } from '../../support/standardRuns';

beforeEach(() => beforeMidnight());
afterEach(() => void jest.useRealTimers());

const BUSY = { status: 429, headers: { 'retry-after': '1' } };

describe('A11 an export of several members', () => {
	const SETS = { customRequests: true, exportOperation: '$davinci-data-export' };
	const member = (name: string, consentEnd?: string) => ({
		memberId: name,
		groupId: 'g1',
		patientId: `p-${name}`,
		consentEnd,
	});
	const job: Answer = { status: 202, headers: { 'content-location': '/jobs/1' } };
	const start = async (items: object[], more: AskedAnswers = {}, answers: Answer[] = [job]) => {
		const seen = await runAgainst(answers, {
			nodes: ['startExport'],
			items: () => items,
			credential: SETS,
			...more,
		});
		return {
			...seen,
			patients: seen.got.map(({ body }) => [...body.matchAll(/"Patient\/([^"]+)"/g)].map(([, id]) => id)),
		};
	};

	test('each member keeps its last day, and the export has the earliest', async () => {
		const { run, patients } = await start([member('a', '2027-05-01'), member('b', LAST_DAY), member('c')]);
		expect(run.json('startExport')).toMatchObject([
			{
				consentEnd: LAST_DAY,
				members: [
					{ memberId: 'a', consentEnd: '2027-05-01' },
					{ memberId: 'b', consentEnd: LAST_DAY },
					{ memberId: 'c' },
				],
			},
		]);
		expect(patients).toEqual([[]]);
	});

	test('a member whose consent has ended, or cannot be read, is left out: the others are named', async () => {
		passMidnight();
		const items = [member('a', LAST_DAY), member('b', '2099-01-01'), member('c', 'soon'), member('d')];
		const { run, patients } = await start(items, { onError: 'continueRegularOutput' });
		expect(run.json('startExport')).toMatchObject([
			{ consentEnd: '2099-01-01', members: [{ memberId: 'b' }, { memberId: 'd' }] },
		]);
		expect(run.outputs('startExport')[0][0].pairedItem).toEqual([{ item: 1 }, { item: 3 }]);
		expect(run.json('startExport', 1)).toMatchObject([
			ENDED,
			{ error: expect.stringContaining('consentEnd') as string },
		]);
		expect(patients).toEqual([['p-b', 'p-d']]);
	});

	test('all have ended: nothing is sent', async () => {
		passMidnight();
		const { run, got } = await start([member('a', LAST_DAY), member('b', '2027-01-01')]);
		expect([run.json('startExport'), got]).toEqual([[], []]);
		expect(pairs(run.outputs('startExport')[1])).toEqual([0, 1]);
	});

	test('one ends while the kick-off is repeated: it is repeated without that member', async () => {
		const items = [member('a', LAST_DAY), member('b', '2099-01-01')];
		const { run, patients } = await start(items, {}, [afterMidnight(BUSY), job]);
		expect(patients).toEqual([[], ['p-b']]);
		expect([run.json('startExport'), run.json('startExport', 1)]).toMatchObject([
			[{ memberId: 'b' }],
			[{ memberId: 'a' }],
		]);
	});

	const LONG = '2099-01-01';
	test.each<[sentence: string, other: IDataObject, settings: ICredentialDataDecryptedObject]>([
		['who has no id cannot be named', { ...member('b', LONG), patientId: undefined }, {}],
		['a payer that is asked by GET cannot be told whom', member('b', LONG), { kickOff: 'get' }],
	])('%s: the others are an error, and nothing is sent', async (_, other, settings) => {
		passMidnight();
		const { run, got } = await start([member('a', LAST_DAY), other], {
			onError: 'continueRegularOutput',
			credential: { ...SETS, exportOperation: '$export', ...settings },
		});
		expect(run.json('startExport')).toEqual([]);
		expect(run.json('startExport', 1)).toMatchObject([
			ENDED,
			{ error: expect.stringContaining('its group holds a member') as string },
		]);
		expect(got).toEqual([]);
	});

	test('the whole export ends with the earliest consent, and the reason says that it is of several', async () => {
		passMidnight();
		const shared = (url: string) => ({
			members: [{ memberId: 'a' }, { memberId: 'b' }],
			consentEnd: LAST_DAY,
			statusUrl: `${url}/jobs/1`,
			url: `${url}/f`,
			batch: 1,
			batchCount: 1,
		});
		for (const node of ['waitForExport', 'fetchBatch'] as const) {
			const { run, got } = await runAgainst([{}], { nodes: [node], items: (url) => [shared(url)] });
			const [item] = run.json(node, node === 'waitForExport' ? 2 : 1);
			expect(item.reason).toBe(
				`The consent of a member of this export ended on ${LAST_DAY}. Nothing more was asked of the payer.`,
			);
			expect(got).toEqual([]);
		}
	});
});
