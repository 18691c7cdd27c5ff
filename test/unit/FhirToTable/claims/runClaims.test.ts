import { ownIdentifiers } from '../../../../nodes/FhirToTable/claims/identifiers';
import { RunClaims } from '../../../../nodes/FhirToTable/claims/runClaims';
import { claim, from, NPI, orders, standings, uc, words, type Seen } from './someClaims';

/** Which of several claims stands: section by section of what payers send. Each case in every order. */

const MARCH = '2026-03-01T10:00:00Z';
const APRIL = '2026-04-01T10:00:00Z';
const later = from('a', '2026-06-01T00:00:00Z');
const b = from('b');
const organization = (id: string, ...identifier: object[]) => ({
	resourceType: 'Organization',
	id,
	identifier: identifier as never,
});
const byReference = { reference: 'Organization/plan' };
const OUR_NPI = '1234567893';

type Case = [name: string, seen: Seen[], wanted: string[], own?: string[]];
const CASES: Case[] = [
	['one claim', [[claim({})]], ['true']],
	[
		'the same resource, changed later',
		[[claim({ updated: MARCH })], [claim({ updated: APRIL })]],
		['false newerVersion', 'true'],
	],
	[
		'changed later, in another time zone',
		[[claim({ updated: '2026-03-01T23:00:00-06:00' })], [claim({ updated: '2026-03-02T01:00:00Z' })]],
		['true', 'false newerVersion'],
	],
	[
		'changed a moment later',
		[[claim({ updated: '2026-03-01T10:00:00.0001Z' })], [claim({ updated: '2026-03-01T10:00:00Z' })]],
		['true', 'false newerVersion'],
	],
	[
		'without a time of change: the later export',
		[[claim({})], [claim({}), later]],
		['false newerVersion', 'true'],
	],
	[
		'with a time of change in the earlier export only',
		[[claim({ updated: '2026-02-01T00:00:00Z' })], [claim({}), later]],
		['false newerVersion', 'true'],
	],
	[
		'the same time of change: the later export',
		[[claim({ updated: MARCH })], [claim({ updated: MARCH, more: { a: 1 } }), later]],
		['false newerVersion', 'true'],
	],
	[
		'a time that is none',
		[[claim({ updated: 'yesterday' })], [claim({ updated: APRIL })]],
		['false newerVersion', 'true'],
	],
	[
		'one claim under two ids of a payer',
		[
			[claim({ id: 'x', numbers: ['7'], updated: MARCH })],
			[claim({ id: 'y', numbers: ['7'], updated: APRIL })],
		],
		['false newerVersion', 'true'],
	],
	[
		'one of the two ids was an error',
		[
			[claim({ id: 'x', numbers: ['7'], updated: MARCH })],
			[claim({ id: 'y', numbers: ['7'], updated: APRIL, status: 'entered-in-error' })],
		],
		['true', 'false entered-in-error'],
	],
	[
		'adjusted, said by the new one',
		[[claim({ id: '1' })], [claim({ id: '2', prior: ['1'] })]],
		['false adjusted', 'true'],
	],
	[
		'adjusted, said by the old one',
		[[claim({ id: '1', replacedBy: ['2'] })], [claim({ id: '2' })]],
		['false adjusted', 'true'],
	],
	['adjusted by one that did not come', [[claim({ replacedBy: ['9'] })]], ['false adjusted']],
	[
		'adjusted, by a number that is missing',
		[
			[
				claim({
					more: {
						related: [
							{
								relationship: {
									coding: [
										{
											system: 'http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBRelatedClaimRelationshipCodes',
											code: 'replacedby',
										},
									],
								},
							},
						],
					},
				}),
			],
		],
		['false adjusted'],
	],
	[
		'adjusted three times',
		[
			[claim({ id: '1' })],
			[claim({ id: '2', prior: ['1'] })],
			[claim({ id: '3', prior: ['2'] })],
			[claim({ id: '4', prior: ['3'] })],
		],
		['false adjusted', 'false adjusted', 'false adjusted', 'true'],
	],
	[
		'two in the place of one',
		[[claim({ id: '1' })], [claim({ id: '2', prior: ['1'] })], [claim({ id: '3', prior: ['1'] })]],
		['false adjusted', 'true', 'true'],
	],
	[
		'one in the place of two',
		[[claim({ id: '1' })], [claim({ id: '2' })], [claim({ id: '3', prior: ['1', '2'] })]],
		['false adjusted', 'false adjusted', 'true'],
	],
	[
		'P5 replaced, and the new one was cancelled',
		[[claim({ id: '1' })], [claim({ id: '2', prior: ['1'], status: 'cancelled' })]],
		['false adjusted', 'false cancelled'],
	],
	[
		'replaced by a draft, and by an error: not yet, and never',
		[
			[claim({ id: '1' })],
			[claim({ id: '2', prior: ['1'], status: 'draft' })],
			[claim({ id: '3', prior: ['1'], status: 'entered-in-error' })],
		],
		['true', 'false draft', 'false entered-in-error'],
	],
	[
		'an older version said that it replaces another',
		[
			[claim({ id: '1' })],
			[claim({ id: '2', prior: ['1'], updated: MARCH })],
			[claim({ id: '2', updated: APRIL })],
		],
		['true', 'false newerVersion', 'true'],
	],
	['cancelled', [[claim({ status: 'cancelled' })]], ['false cancelled']],
	[
		'cancelled later',
		[[claim({ updated: MARCH })], [claim({ updated: APRIL, status: 'cancelled' })]],
		['false newerVersion', 'false cancelled'],
	],
	[
		'an error, as it turned out',
		[[claim({ updated: MARCH })], [claim({ updated: APRIL, status: 'entered-in-error' })]],
		['false newerVersion', 'false entered-in-error'],
	],
	['no status', [[claim({ status: '' })]], ['null unclear']],
	[
		'each replaces the other',
		[[claim({ id: '1', prior: ['2'] })], [claim({ id: '2', prior: ['1'] })]],
		['null unclear', 'null unclear'],
	],
	[
		'each is replaced by the other',
		[[claim({ id: '1', replacedBy: ['2'] })], [claim({ id: '2', replacedBy: ['1'] })]],
		['null unclear', 'null unclear'],
	],
	['replaces itself', [[claim({ id: '1', prior: ['1'] })]], ['null unclear']],
	[
		'a circle with one before it and one after it',
		[
			[claim({ id: '0' })],
			[claim({ id: '1', prior: ['0', '2'] })],
			[claim({ id: '2', prior: ['1'] })],
			[claim({ id: '3', prior: ['2'] })],
		],
		['false adjusted', 'null unclear', 'null unclear', 'true'],
	],
	['no number', [[claim({ numbers: [] })]], ['true']],
	[
		'no number, replaced; and two of these are no pair',
		[[claim({ id: '1', numbers: [], replacedBy: ['2'] })], [claim({ id: '2', numbers: [] })]],
		['false adjusted', 'true'],
	],
	['several numbers', [[claim({ numbers: ['7', '8'] })]], ['null unclear']],
	['the same number twice', [[claim({ numbers: ['7', '7'] })]], ['true']],
	[
		'numbers of a type with another spelling of its address',
		[
			[claim({ id: '1' })],
			[
				claim({
					id: '2',
					prior: ['1'],
					more: {
						identifier: [uc('2', 'HTTPS://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBIdentifierType/|2.0.0')],
					},
				}),
			],
			[claim({ id: '3', prior: ['2'] })],
		],
		['false adjusted', 'false adjusted', 'true'],
	],
	[
		'equal numbers of two insurers',
		[
			[claim({ id: '1', numbers: ['7'] })],
			[claim({ id: '2', numbers: ['7'], insurer: { reference: 'Organization/x' } })],
		],
		['true', 'true'],
	],
	[
		'equal ids and numbers at two payers, whose insurers have no identifier',
		[[claim({ insurer: byReference })], [claim({ insurer: byReference }), b]],
		['true', 'true'],
	],
	[
		'sent on by another payer',
		[
			[claim({ id: '1', numbers: ['7'], updated: APRIL })],
			[claim({ id: '2', numbers: ['7'], updated: MARCH }), b],
		],
		['true', 'false otherPayer'],
	],
	[
		'sent on by another payer, the insurer by reference, by OID and in the claim',
		[
			[claim({ numbers: ['7'], insurer: byReference, updated: APRIL })],
			[organization('plan', { system: 'urn:oid:2.16.840.1.113883.4.6', value: '1982947230' })],
			[
				claim({
					numbers: ['7'],
					updated: MARCH,
					insurer: { reference: 'https://b.example/r4/Organization/p' },
				}),
				from('b', undefined, { fhirBase: 'https://b.example/r4' }),
			],
			[
				organization(
					'p',
					{ system: 'x', value: '0' },
					{ system: 'https://hl7.org/fhir/sid/us-npi/', value: ' 1982947230' },
				),
				b,
			],
			[
				claim({
					numbers: ['7'],
					updated: MARCH,
					insurer: { reference: '#p' },
					more: {
						contained: [organization('p', { type: { coding: [{ code: 'NPI' }] }, value: '1982947230' })],
					},
				}),
				from('c', '2026-02-01T00:00:00Z'),
			],
		],
		['true', '-', 'false otherPayer', '-', 'false otherPayer'],
	],
	[
		'sent on, and adjusted since by its own payer',
		[[claim({ id: '1' })], [claim({ id: '2', prior: ['1'] })], [claim({ id: 'copy', numbers: ['1'] }), b]],
		['false adjusted', 'true', 'false adjusted'],
	],
	[
		'sent on as active, cancelled at its own payer',
		[[claim({ id: '1', status: 'cancelled' })], [claim({ id: 'copy', numbers: ['1'] }), b]],
		['false cancelled', 'null unclear'],
	],
	[
		'P6 our own claim comes home: by the NPI of its insurer',
		[[claim({ insurer: { identifier: { system: NPI, value: OUR_NPI } } })], [claim({ id: '2' })]],
		['false ownData', 'true'],
		[`npi:${OUR_NPI}`],
	],
	[
		'P6 our own claim comes home: by the NAIC code of an Organization',
		[
			[claim({ insurer: byReference })],
			[
				organization(
					'plan',
					{ system: NPI, value: '1' },
					{ system: 'urn:oid:2.16.840.1.113883.6.300', value: '12345' },
				),
			],
		],
		['false ownData', '-'],
		['naic:12345'],
	],
	[
		'P6 our own claim comes home: by its Provenance',
		[
			[claim({ id: '1' })],
			[claim({ id: '2' })],
			[claim({ id: '3' })],
			[
				{
					resourceType: 'Provenance',
					target: [{ reference: 'ExplanationOfBenefit/1' }],
					agent: [{ who: { identifier: { system: NPI, value: OUR_NPI } } }],
				},
			],
			[
				{
					resourceType: 'Provenance',
					target: [{ reference: 'ExplanationOfBenefit/2' }],
					agent: [{ who: { reference: 'Organization/x' } }, { who: { reference: 'Organization/we' } }],
				},
			],
			[organization('we', { system: NPI, value: OUR_NPI })],
		],
		['false ownData', 'false ownData', 'true', '-', '-', '-'],
		[`npi:${OUR_NPI}`],
	],
	[
		'prior authorizations: versions and statuses, and no numbers',
		[
			[claim({ id: '1', use: 'preauthorization', updated: MARCH })],
			[claim({ id: '1', use: 'preauthorization', updated: APRIL })],
			[claim({ id: '2', numbers: ['1'], use: 'preauthorization' })],
			[claim({ id: '3', use: 'preauthorization', status: 'cancelled' })],
		],
		['false newerVersion', 'true', 'true', 'false cancelled'],
	],
	[
		'neither claim nor authorization',
		[[claim({ use: 'predetermination' })], [{ resourceType: 'Patient' }]],
		['-', '-'],
	],
];

test.each(CASES.map(([name, seen, wanted, own = []]) => ({ name, seen, wanted, own })))(
	'$name',
	({ seen, wanted, own }) => {
		const all = orders(seen.map((each, at) => ({ each, wanted: wanted[at] })));
		// Of very many orders, some.
		for (const order of all.filter((_, at) => at % Math.ceil(all.length / 50) === 0)) {
			const found = words(
				order.map(({ each }) => each),
				own,
			);
			expect(found).toEqual(order.map((each) => each.wanted));
		}
	},
);

test('the same text twice stands once', () => {
	const twice: Seen[] = [
		[claim({ updated: MARCH })],
		[claim({ updated: MARCH })],
		[claim({ updated: MARCH }), b],
	];
	expect(words(twice)).toEqual(['true', 'false duplicate', 'false otherPayer']);
	expect(words([[claim({ status: 'cancelled' })], [claim({ status: 'cancelled' })]])).toEqual([
		'false cancelled',
		'false cancelled',
	]);
});

test('identities say insurer and number, those of others too', () => {
	const seen: Seen[] = [
		[claim({ id: '1' })],
		[claim({ id: '2', prior: ['1'] })],
		[claim({ id: '3', replacedBy: ['9'] })],
	];
	expect(standings(seen)).toMatchObject([
		{ claimIdentity: 'npi:1982947230|1', replaces: null, supersededBy: 'npi:1982947230|2' },
		{ claimIdentity: 'npi:1982947230|2', replaces: 'npi:1982947230|1', supersededBy: null },
		{ claimIdentity: 'npi:1982947230|3', supersededBy: 'npi:1982947230|9' },
	]);
	expect(standings([[claim({ insurer: {} })]])).toMatchObject([{ claimIdentity: 'pdex:a.example/r4|1' }]);
	expect(standings([[claim({ insurer: byReference })]])).toMatchObject([
		{ claimIdentity: 'pdex:a.example/r4/Organization/plan|1' },
	]);
	expect(standings([[claim({ updated: MARCH })], [claim({ updated: APRIL })]])).toMatchObject([
		{ supersededBy: 'npi:1982947230|1' },
		{ supersededBy: null },
	]);
});

test('of two claims in the place of one, the same is named in every order', () => {
	const seen: Seen[] = [
		[claim({ id: '1' })],
		[claim({ id: '3', prior: ['1'] })],
		[claim({ id: '2', prior: ['1'] })],
	];
	for (const order of orders(seen)) {
		const found = standings(order).filter((standing) => standing?.reason === 'adjusted');
		expect(found).toMatchObject([{ supersededBy: 'npi:1982947230|2' }]);
	}
});

test('what older versions of a claim said takes no room', () => {
	const bytesOf = (versions: number) => {
		const run = new RunClaims(new Set());
		for (let at = 0; at < versions; at += 1) {
			const updated = new Date(at * 1000).toISOString();
			run.look(claim({ id: '1', numbers: [], prior: ['2', '3'], updated }), from('a'));
		}
		return run.bytes;
	};
	expect(bytesOf(5_000)).toBe(bytesOf(10));
});

test.each<[string, unknown, string[] | undefined]>([
	['nothing', '', []],
	['an NPI', OUR_NPI, [`npi:${OUR_NPI}`]],
	['several', ` ${OUR_NPI}, 12345;54321`, [`npi:${OUR_NPI}`, 'naic:12345', 'naic:54321']],
	['a number', 12345, ['naic:12345']],
	['a name', 'Prairie', undefined],
])('our own numbers: %s', (_, entered, wanted) => {
	if (wanted) expect([...ownIdentifiers(entered)]).toEqual(wanted);
	else expect(() => ownIdentifiers(entered)).toThrow(/'Our NPI or NAIC Code'/);
});
