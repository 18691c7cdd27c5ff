import { PriorAuthorizations } from '../../../nodes/FetchDocuments/read/priorAuthorizations';

test.each<[who: string, of: object, expected: string | undefined]>([
	['its own payer', { directoryKey: 'north' }, 'pa1'],
	['another payer', { payer: 'pdex:b.example/r4' }, undefined],
	['another client of the payer', { directoryKey: 'south' }, undefined],
])('a document of %s for a prior authorization that names its id', (_, of, expected) => {
	const about = { payer: 'pdex:a.example/r4', directoryKey: 'north' };
	const run = new PriorAuthorizations();
	const priorAuthorization = {
		...{ resourceType: 'ExplanationOfBenefit', id: 'pa1', use: 'preauthorization' },
		supportingInfo: [{ valueReference: { reference: 'DocumentReference/d1' } }],
	};
	run.read(priorAuthorization, about, 0);
	expect(run.take({ resourceType: 'DocumentReference', id: 'd1' }, { ...about, ...of })).toBe(expected);
});
