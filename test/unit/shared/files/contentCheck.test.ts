import type { IDataObject } from 'n8n-workflow';
import { omitEmpty } from '../../../../nodes/shared/fhir/json';
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

const DENIED_LINE = { adjudication: [{ category: { coding: [{ code: 'denialreason' }] } }] };
const NDC_LINE = { productOrService: { coding: [{ system: 'http://hl7.org/fhir/sid/ndc', code: '1' }] } };
const ACTIVE = claim({ use: 'preauthorization', status: 'active' });
const withInfo = (info: IDataObject): IDataObject => ({ ...ACTIVE, supportingInfo: [{}, info] });
const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const labelled = (system: string | undefined, code: string): IDataObject => ({
	resourceType: 'Observation',
	meta: { security: [null, { system, code }, { system, code }] },
});

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
		'an authorization of which each line was denied',
		claim({ use: 'preauthorization', item: [DENIED_LINE, DENIED_LINE] }),
		{ deniedAuthorizations: 1 },
	],
	[
		'an authorization of which one line was denied',
		claim({ use: 'preauthorization', item: [DENIED_LINE, { adjudication: [] }] }),
		{},
	],
	['an authorization without lines', claim({ use: 'preauthorization', item: [] }), {}],
	[
		'an authorization for drugs, by the code of a line',
		claim({ use: 'preauthorization', item: [NDC_LINE] }),
		{ drugAuthorizations: 1 },
	],
	['a claim for drugs', claim({ use: 'claim', item: [NDC_LINE] }), {}],
	['an authorization without documents', ACTIVE, { authorizationsWithoutDocuments: 1 }],
	[
		'an authorization with other information',
		{ ...ACTIVE, supportingInfo: [{ valueReference: { reference: 'Patient/1' } }, null, 'x'] },
		{ authorizationsWithoutDocuments: 1 },
	],
	['one that names a document', withInfo({ valueReference: { reference: 'DocumentReference/1' } }), {}],
	['by an address', withInfo({ valueReference: { reference: 'https://p.example/DocumentReference/1' } }), {}],
	['by its type', withInfo({ valueReference: { type: 'DocumentReference', identifier: {} } }), {}],
	['that it holds', withInfo({ valueAttachment: { data: 'eA==' } }), {}],
	[
		'that it contains',
		{
			...withInfo({ valueReference: { reference: '#d' } }),
			contained: [{ resourceType: 'DocumentReference', id: 'd' }],
		},
		{},
	],
	[
		'a reference into nothing',
		withInfo({ valueReference: { reference: '#d' } }),
		{ authorizationsWithoutDocuments: 1 },
	],
	['one that is over', { ...ACTIVE, status: 'cancelled' }, {}],
	[
		'a denied one needs no documents',
		{ ...ACTIVE, item: [DENIED_LINE] },
		{ deniedAuthorizations: 1, authorizationsWithoutDocuments: 0 },
	],
	['a claim needs none', { ...ACTIVE, use: 'claim' }, {}],
	['restricted', labelled(CONFIDENTIALITY, 'R'), { protectedResources: 1 }],
	['very restricted', labelled(CONFIDENTIALITY, 'V'), { protectedResources: 1 }],
	['normal', labelled(CONFIDENTIALITY, 'N'), {}],
	['substance use records', labelled(ACT_CODE, '42CFRPart2'), { protectedResources: 1 }],
	['a sensitivity', labelled(ACT_CODE, 'HIV'), { protectedResources: 1 }],
	['by the address of R3', labelled('http://hl7.org/fhir/v3/ActCode', 'PSY'), { protectedResources: 1 }],
	['labelled inside', labelled(ACT_CODE, 'PROCESSINLINELABEL'), { protectedResources: 1 }],
	// What is not known is rather kept apart.
	['a code of the same system that is not known', labelled(ACT_CODE, 'X-NEW'), { protectedResources: 1 }],
	['how the data is to be handled', labelled(ACT_CODE, 'NORDSCLCD'), {}],
	['what it may be used for', labelled('http://terminology.hl7.org/CodeSystem/v3-ActReason', 'TREAT'), {}],
	['a label of another system', labelled('https://payer.example/labels', 'R'), { unknownLabels: 1 }],
	['a level that is none', labelled(CONFIDENTIALITY, 'X'), { unknownLabels: 1 }],
	['another list', labelled('http://plan.example/labels', 'R'), { unknownLabels: 1 }],
	['a code of the other list', labelled(CONFIDENTIALITY, 'HIV'), { unknownLabels: 1 }],
	['no list', labelled(undefined, 'R'), { unknownLabels: 1 }],
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
		authorizationsWithoutDocuments: 0,
		protectedResources: 0,
		transmitters: 0,
		...counts,
	});
});

const observed = (effectiveDateTime: unknown): IDataObject => ({
	resourceType: 'Observation',
	effectiveDateTime: effectiveDateTime as string,
});
const covered = (start?: string, end?: string): IDataObject => ({
	resourceType: 'Coverage',
	period: { start, end },
});
const service = (oldestServiceMonths: number) => ({ oldestServiceMonths });
const coverage = (oldestCoverageMonths: number) => ({ oldestCoverageMonths });

test.each<[name: string, resources: IDataObject[], months: IDataObject]>([
	['no dates', [{ resourceType: 'Patient', birthDate: '1950-01-01' }], {}],
	['the oldest', [observed('2026-06-15'), observed('2022-06-15'), observed('2025-01-01')], service(60)],
	['a day short of a month', [observed('2022-06-16')], service(59)],
	['an instant', [observed('2022-06-15T23:00:00-05:00')], service(60)],
	['a month', [observed('2022-06')], service(60)],
	['a year', [observed('2022')], service(65)],
	['later than the request', [observed('2028-01-01')], service(0)],
	['what is no date', [observed('soon'), observed(5), observed('0001-01-01'), observed('20220615')], {}],
	[
		'the lines of a claim',
		[
			claim({
				billablePeriod: { start: '2026-01-15', end: '2026-01-16' },
				item: [{ servicedDate: '2025-06-15' }, { servicedPeriod: { end: '2024-06-15' } }],
			}),
		],
		service(36),
	],
	['a coverage', [covered('2020-06-15'), covered('2024-06-15', '2025-01-01')], coverage(84)],
	[
		'a coverage that ended before',
		[covered('2010-01-01', '2022-06-14'), covered('2026-06-15')],
		coverage(12),
	],
	['a coverage that ended within', [covered('2010-06-15', '2022-07-01')], coverage(204)],
	['a coverage without a start', [covered(undefined, '2027-01-01'), { resourceType: 'Coverage' }], {}],
])('months before the request: %s', (_, resources, months) => {
	const check = new ContentCheck('2027-06-15T10:00:00.000Z');
	for (const resource of resources) check.look(resource);
	const { oldestServiceMonths, oldestCoverageMonths } = check.counts();
	expect(omitEmpty({ oldestServiceMonths, oldestCoverageMonths })).toEqual(months);
});

test('months only where it is known when the export was asked for', () => {
	const check = new ContentCheck();
	check.look(observed('2022-06-15'));
	expect(check.counts()).not.toHaveProperty('oldestServiceMonths');
});

test('types by name, and nothing that is none', () => {
	const check = new ContentCheck();
	for (const resourceType of ['Patient', 'Claim', 'Claim', 'born 1980', '']) check.look({ resourceType });
	expect(check.typesText()).toBe('Claim 2, Patient 1');
});
