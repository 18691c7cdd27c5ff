import {
	bundleObject,
	Bundler,
	entryObject,
	NOT_AS_PROMISED,
	NOT_BUNDLEABLE,
	NOT_MEMBER_DATA,
	type BundleLimits,
} from '../../../nodes/FetchBatch/bundles';

const patient = (id: string, more: object = {}) => ({ resourceType: 'Patient', id, ...more });

const bundlerOf = (limits: Partial<BundleLimits> = {}, promised?: string) =>
	new Bundler({ entries: 100, bytes: 1_000_000, ...limits }, entryObject, promised);
const taken = (bundler: ReturnType<typeof bundlerOf>) =>
	bundler.take().map(({ entries }) => bundleObject('transaction', entries));

function bundlesOf(resources: object[], limits: Partial<BundleLimits> = {}) {
	const bundler = bundlerOf(limits);
	const refused = resources.map((resource) =>
		bundler.add(resource as never, Buffer.byteLength(JSON.stringify(resource))),
	);
	return { bundles: taken(bundler), refused };
}

const idsIn = (resources: object[], limits?: Partial<BundleLimits>) =>
	bundlesOf(resources, limits).bundles.map(({ entry }) =>
		(entry as Array<{ resource: { id: string } }>).map(({ resource }) => resource.id).join(''),
	);

const named = (ids: string) => [...ids].map((id) => patient(id));

it('makes a transaction of PUTs and leaves resources and references as they are', () => {
	const claim = { resourceType: 'Claim', id: 'c.1', patient: { reference: 'Patient/a' } };
	const { bundles, refused } = bundlesOf([patient('a'), claim]);
	expect(bundles).toEqual([
		{
			resourceType: 'Bundle',
			type: 'transaction',
			entry: [
				{ resource: patient('a'), request: { method: 'PUT', url: 'Patient/a' } },
				{ resource: claim, request: { method: 'PUT', url: 'Claim/c.1' } },
			],
		},
	]);
	expect((bundles[0].entry as Array<{ resource: object }>)[1].resource).toBe(claim);
	expect(refused).toEqual([undefined, undefined]);
});

test.each<[sentence: string, ids: string, entries: number, expected: string[]]>([
	['nothing', '', 2, []],
	['fewer than fit', 'a', 2, ['a']],
	['exactly one full', 'ab', 2, ['ab']],
	['one more', 'abc', 2, ['ab', 'c']],
	['one each', 'abc', 1, ['a', 'b', 'c']],
	['the same one twice', 'abac', 9, ['ab', 'ac']],
	['the same one in a row', 'aaa', 9, ['a', 'a', 'a']],
])('by number: %s', (_, ids, entries, expected) => {
	expect(idsIn(named(ids), { entries })).toEqual(expected);
});

test('of another type the same id is another resource', () => {
	expect(idsIn([patient('a'), { resourceType: 'Claim', id: 'a' }])).toEqual(['aa']);
});

test('no Bundle is larger than the limit, and none is smaller than need be', () => {
	const resources = Array.from({ length: 300 }, (_, index) =>
		patient(`p${index}`, { text: 'ü'.repeat((index * 37) % 400) }),
	);
	const bytes = 4000;
	const sizes = bundlesOf(resources, { bytes }).bundles.map((each) =>
		Buffer.byteLength(JSON.stringify(each)),
	);
	expect(Math.max(...sizes)).toBeLessThanOrEqual(bytes);
	expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(bytes - 1000);
	expect(idsIn(resources, { bytes }).join('')).toBe(resources.map(({ id }) => id).join(''));
});

test('a resource larger than the limit has a Bundle of its own', () => {
	const large = patient('L', { text: 'x'.repeat(5000) });
	expect(idsIn([...named('ab'), large, ...named('cd')], { bytes: 2000 })).toEqual(['ab', 'L', 'cd']);
});

test.each<[sentence: string, resource: object]>([
	['no id', { resourceType: 'Patient' }],
	['an id that is a number', { resourceType: 'Patient', id: 7 }],
	['an empty id', patient('')],
	['an id that is too long', patient('x'.repeat(65))],
	['an id that leads elsewhere', patient('../Claim')],
	['an id of dots', patient('..')],
	['a type that leads elsewhere', { resourceType: 'Patient/1?', id: 'a' }],
])('%s has no place, and nothing else is lost', (_, resource) => {
	const { bundles, refused } = bundlesOf([patient('a'), resource, patient('b')]);
	expect(refused).toEqual([undefined, NOT_BUNDLEABLE, undefined]);
	expect(bundles).toHaveLength(1);
	expect(bundles[0].entry).toHaveLength(2);
});

test.each([
	'Subscription',
	'SearchParameter',
	'StructureDefinition',
	'OperationDefinition',
	'CapabilityStatement',
	'ValueSet',
	'Bundle',
	'Parameters',
	'OperationOutcome',
	'NotAType',
])('D6 no Bundle holds a %s, promised or not', (resourceType) => {
	for (const promised of [undefined, resourceType]) {
		const bundler = bundlerOf({}, promised);
		expect(bundler.add({ resourceType, id: '1' }, 40)).toBe(NOT_MEMBER_DATA);
		expect(bundler.take()).toEqual([]);
	}
});

test('D6 a file of one type gives Bundles of that type', () => {
	const bundler = bundlerOf({}, 'Patient');
	expect(bundler.add(patient('a'), 40)).toBeUndefined();
	expect(bundler.add({ resourceType: 'Coverage', id: 'c' }, 40)).toBe(NOT_AS_PROMISED);
	expect(bundler.take()).toHaveLength(1);
});

test('the entries of a Bundle are sorted, and what they refer to outside of it is counted', () => {
	const bundler = bundlerOf({ entries: 2 });
	const refersTo = (...urls: string[]) => urls.map((url, key) => ({ url, key }));
	bundler.add({ resourceType: 'Claim', id: 'c' }, 40, '', refersTo('Patient/a', 'Patient/b', 'Patient/b'));
	bundler.add(patient('a'), 40);
	bundler.add(patient('b'), 40, '', refersTo('Claim/c'));
	expect(
		bundler
			.take((type) => (type === 'Patient' ? 0 : 1))
			.map(({ urls, referencesOutside }) => [urls, referencesOutside]),
	).toEqual([
		[['Patient/a', 'Claim/c'], 2],
		[['Patient/b'], 1],
	]);
});
