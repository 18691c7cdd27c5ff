import { payersMet } from '../../../nodes/FetchBatch/payersMet';

type Context = Parameters<typeof payersMet>[0];

test('a node that n8n runs by itself, as its Agents do, knows the payers of this run', () => {
	const alone: Context = {
		getNode: () => ({ id: '1', name: 'One', type: 'x', typeVersion: 1, position: [0, 0], parameters: {} }),
		getContext: () => {
			throw new Error('No execution data');
		},
		getChildNodes: () => [],
		getParentNodes: () => [],
	};
	for (const payer of ['a', 'b']) {
		expect(payersMet(alone, new Set([payer]))).toEqual({ here: new Set([payer]), further: [] });
	}
});
