import { truth, typesOf } from '../../support/expectations';
import { Payers } from '../../support/standardRuns';

const payers = new Payers('--udap');

test('U4 U6 match, export and files by UDAP', async () => {
	const { told, run, of } = await payers.exchange({ way: 'udap', dialect: 'pdex-2.2' });
	expect(told.trim()).toBe('');
	expect(typesOf(run.json('fetchBatch'))).toEqual(truth('small').types);
	expect(of(/udap\/token/)).toHaveLength(1);
	expect(of(/udap\/token/)[0].authorization).toBeUndefined();
});
