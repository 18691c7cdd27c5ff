import type { IDataObject } from 'n8n-workflow';
import { ContentCheck } from '../../../../nodes/shared/files/contentCheck';

const amount = { value: 120.5, currency: 'USD' };
const claim = (more: IDataObject): IDataObject => ({ resourceType: 'ExplanationOfBenefit', ...more });
const denial = {
	extension: [
		{
			extension: [
				{
					valueCodeableConcept: {
						coding: [{ system: 'https://codesystem.x12.org/external/306', code: 'A3' }],
					},
				},
			],
		},
	],
};

test.each<[name: string, resource: IDataObject, counts: IDataObject]>([
	['total', claim({ total: [{ amount }] }), { moneyAmounts: 1 }],
	['payment', claim({ payment: { amount } }), { moneyAmounts: 1 }],
	['net of a line', claim({ item: [{ net: amount }] }), { moneyAmounts: 1 }],
	['unit price', claim({ item: [{ unitPrice: amount }] }), { moneyAmounts: 1 }],
	['adjudication', claim({ item: [{ adjudication: [{ amount: { value: 0 } }] }] }), { moneyAmounts: 1 }],
	['a line that the payer added', claim({ addItem: [{ net: amount }] }), { moneyAmounts: 1 }],
	[
		'a claim once, however many amounts',
		claim({ total: [{ amount }, { amount }], payment: { amount } }),
		{ moneyAmounts: 1 },
	],
	['no amount', claim({ total: [{ amount: null }], item: [null, 'x', {}], payment: 'x' }), {}],
	['a quantity', claim({ item: [{ quantity: { value: 2 } }] }), {}],
	['money of another type', { resourceType: 'Coverage', costToBeneficiary: [{ valueMoney: amount }] }, {}],
	[
		'a denied authorization',
		claim({ use: 'preauthorization', item: [{ adjudication: [denial] }] }),
		{ deniedAuthorizations: 1 },
	],
	['a denied claim', claim({ use: 'claim', item: [{ adjudication: [denial] }] }), {}],
	['another code list', claim({ use: 'preauthorization', item: [{ code: 'A3', system: 'x' }] }), {}],
	[
		'an authorization for drugs',
		claim({ use: 'preauthorization', type: { coding: [{ code: 'pharmacy' }] } }),
		{ drugAuthorizations: 1 },
	],
	[
		'a transmitter',
		{ resourceType: 'Provenance', agent: [{ type: { coding: [{ code: 'transmitter' }] } }] },
		{ transmitters: 1 },
	],
	['an author', { resourceType: 'Provenance', agent: [{ type: { coding: [{ code: 'author' }] } }] }, {}],
])('%s', (_, resource, counts) => {
	const check = new ContentCheck();
	check.look(resource);
	expect(check.counts()).toEqual({
		moneyAmounts: 0,
		deniedAuthorizations: 0,
		drugAuthorizations: 0,
		transmitters: 0,
		...counts,
	});
});

test('types by name, and nothing that is none', () => {
	const check = new ContentCheck();
	for (const resourceType of ['Patient', 'Claim', 'Claim', 'born 1980', '']) check.look({ resourceType });
	expect(check.typesText()).toBe('Claim 2, Patient 1');
});
