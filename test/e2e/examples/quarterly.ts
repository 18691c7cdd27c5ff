import { member, row, truth, typesOf } from '../../support/expectations';
import { theBench } from '../bench';
import { addRows, rowsOf } from './dataTables';
import { allJson, bringIn, runByHand } from './bringIn';
import { startFhirServer, type SmallFhirServer } from './fhirServer';
import { heldOf } from './intoFhirServer';
import type { OutcomeRow } from './outcomeRow';

interface Time {
	tenant: string;
	memberId: string;
	resourceTypes: string;
	since: string;
}

const TYPES = ['Patient', 'Coverage', 'ExplanationOfBenefit', 'Encounter', 'Observation', 'Specimen'];

/** The example "Every quarter". */
export function quarterlyExample(): void {
	let server: SmallFhirServer;
	beforeAll(async () => (server = await startFhirServer()));
	afterAll(async () => await server.close());

	const bringInFor = async (types: string[]): Promise<string> => {
		const assignment = (name: string, value: string) => ({
			assignments: { assignments: [{ id: name, name, value, type: 'string' }] },
		});
		return await bringIn('quarterly.json', {
			parameters: {
				'Send to FHIR Server': { url: server.url },
				'What to Ask': assignment('resourceTypes', types.join(', ')),
			},
		});
	};
	/** The kick-offs of a run, by what they ask of whom. */
	const kickOffs = async (): Promise<Array<{ types: string[]; since: string | null }>> =>
		(await theBench().sandbox.requests())
			.filter(({ path }) => path.includes('/Group/'))
			.map(({ path }) => new URL(path, 'http://sandbox').searchParams)
			.map((query) => ({ types: (query.get('_type') ?? '').split(',').sort(), since: query.get('_since') }));
	const times = async (): Promise<Record<string, Time[]>> => {
		const found: Record<string, Time[]> = {};
		for (const each of await rowsOf<Time>('Exchange times')) (found[each.memberId] ??= []).push(each);
		return found;
	};
	const idOf = (key: string) => member(key).row.memberId;

	test('quarterly: in full at first, then what is new; the time moves on only when all is safe', async () => {
		const { sandbox } = theBench();
		const workflowId = await bringInFor(TYPES);
		await runByHand(workflowId);
		await addRows(
			'Concurrent coverage',
			['small', 'accents', 'partial', 'no-match'].map((key) => row(key)),
		);

		await sandbox.forget();
		server.refuse(({ resourceType, id }) => resourceType === 'Observation' && id.startsWith(idOf('accents')));
		const first = await runByHand(workflowId);
		const inFull = { types: [...TYPES].sort(), since: null };
		expect(await kickOffs()).toEqual([inFull, inFull, inFull]);
		expect(typesOf(heldOf(server, 'small'))).toEqual(truth('small').types);
		const remembered = await times();
		expect(Object.keys(remembered)).toEqual([idOf('small')]);
		const [{ transactionTime }] = allJson(first, 'Wait For Export').filter(
			({ memberId }) => memberId === idOf('small'),
		);
		expect(remembered[idOf('small')]).toEqual([
			{
				tenant: 'bison',
				memberId: idOf('small'),
				resourceTypes: TYPES.join(', '),
				since: transactionTime,
			},
		]);

		await sandbox.forget();
		server.refuse(() => false);
		const second = await runByHand(workflowId);
		const changed = { types: [...TYPES].sort(), since: String(transactionTime) };
		expect((await kickOffs()).sort(bySince)).toEqual([inFull, inFull, changed]);
		expect(typesOf(heldOf(server, 'accents'))).toEqual(truth('accents').types);
		const after = await times();
		expect(Object.keys(after).sort()).toEqual([idOf('accents'), idOf('small')].sort());
		expect(after[idOf('small')]).toHaveLength(1);
		for (const { since } of after[idOf('small')]) expect(since > String(transactionTime)).toBe(true);
		expect(
			Object.fromEntries(
				allJson<OutcomeRow>(second, 'Member Outcomes').map(({ memberId, outcome, resources }) => [
					memberId,
					[outcome, resources],
				]),
			),
		).toEqual({
			[idOf('small')]: ['empty', 0],
			[idOf('accents')]: ['complete', truth('accents').resources],
			[idOf('partial')]: ['partial', truth('partial').resources],
			[idOf('no-match')]: ['no-match', 0],
		});
		expect(server.changes()).toBe(0);
	}, 300_000);

	test('quarterly: after a change of the list of types, everybody is asked for in full', async () => {
		const { sandbox } = theBench();
		const workflowId = await bringInFor([...TYPES, 'Condition']);
		await sandbox.forget();
		await runByHand(workflowId);
		const asked = await kickOffs();
		const inFull = { types: [...TYPES, 'Condition'].sort(), since: null };
		expect(asked).toEqual([inFull, inFull, inFull]);
		expect((await times())[idOf('small')].map(({ resourceTypes }) => resourceTypes)).toEqual([
			TYPES.join(', '),
			[...TYPES, 'Condition'].join(', '),
		]);
	}, 300_000);
}

function bySince(one: { since: string | null }, other: { since: string | null }): number {
	return (one.since ?? '').localeCompare(other.since ?? '');
}
