import { suggestedSoftware } from '../../../../../nodes/shared/payers/pdex/software';

test.each<[chosen: string | undefined, guide: string | undefined, choice: string | undefined]>([
	[undefined, '2.0.0', 'Da Vinci PDex 2.0'],
	['other', '2.0', 'Da Vinci PDex 2.0'],
	['payerbox', '2.0.0', undefined],
	['pdex20', '2.0.0', undefined],
	[undefined, '2.1.0', undefined],
	[undefined, undefined, undefined],
])('chosen %s and a server of PDex %s: %s is suggested', (chosen, guide, choice) => {
	expect(suggestedSoftware(chosen, { names: [], guide })?.choice).toBe(choice);
});

test('what is chosen is not suggested, and what is said otherwise is', () => {
	const names = ['Smile CDR 2025.08', 'Zebra Lane'];
	expect(suggestedSoftware('smile', { names })).toBeUndefined();
	expect(suggestedSoftware('onyx', { names })).toEqual({ field: 'Payer Software', choice: 'Smile CDR' });
});

test.each<[name: string, choice: string | undefined]>([
	['Aidbox', 'Health Samurai Payerbox'],
	['AWS HealthLake', 'AWS HealthLake'],
	['HAPI FHIR Server', undefined],
	['InterSystems IRIS for Health', 'InterSystems Payer Services'],
	['Millennium', 'Oracle Health (Millennium)'],
	['WSO2 Healthcare', 'WSO2'],
	['Onyxia', undefined],
	['x'.repeat(400) + ' Smile CDR', undefined],
	['', undefined],
])('%s is %s', (name, choice) => {
	expect(suggestedSoftware(undefined, { names: [name] })?.choice).toBe(choice);
});
