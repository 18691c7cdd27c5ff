import { valueOf } from './oneView';

const ORIGIN = { keyPrefix: 'plan/', fhirBase: 'https://x.example/r4' };
const reference = (text: unknown) => ({ link: [{ other: { reference: text } }] });

test.each<[reference: unknown, key: string | undefined]>([
	['Patient/p1', 'plan/Patient/p1'],
	['Patient/p1/_history/3', 'plan/Patient/p1'],
	['https://x.example/r4/Patient/p1', 'plan/Patient/p1'],
	['https://x.example/r4/Patient/p1/_history/3', 'plan/Patient/p1'],
	['https://other.example/r4/Patient/p1', undefined],
	['https://x.example/r4x/Patient/p1', undefined],
	['https://x.example/Patient/p1', undefined],
	['https://x.example/r4/a/Patient/p1', undefined],
	['#p1', undefined],
	['urn:uuid:1b671a64-40d5-491e-99b0-da01ff1f3341', undefined],
	['Patient?identifier=1', undefined],
	['Patient/p1#c', undefined],
	['Patient', undefined],
	['', undefined],
	[5, undefined],
	[undefined, undefined],
])('the key of the reference %s', (text, key) => {
	expect(valueOf('link.other.getReferenceKey()', reference(text), ORIGIN)).toBe(key);
	expect(valueOf('link.other.getReferenceKey(Patient)', reference(text), ORIGIN)).toBe(key);
	expect(valueOf('link.other.getReferenceKey(Coverage)', reference(text), ORIGIN)).toBeUndefined();
	expect(valueOf('getResourceKey() = link.other.getReferenceKey()', reference(text), ORIGIN)).toBe(
		key === undefined ? undefined : true,
	);
});

test.each<[path: string, key: unknown]>([
	['getResourceKey()', 'plan/Patient/p1'],
	['$this.getResourceKey()', 'plan/Patient/p1'],
	// A contained resource has an id that means nothing outside, and an element has none.
	['contained.getResourceKey()', undefined],
	['name.getResourceKey()', undefined],
	['entry.resource.getResourceKey()', 'plan/Coverage/c1'],
	['link.other.getReferenceKey()', ['plan/Patient/a', 'plan/Patient/b']],
	['id.getReferenceKey()', undefined],
])('V7 %s', (path, key) => {
	const elements = {
		name: [{ id: 'n' }],
		contained: [{ resourceType: 'Coverage', id: 'c' }],
		entry: [{ resource: { resourceType: 'Coverage', id: 'c1' } }],
		link: ['Patient/a', 'Patient/b'].map((text) => ({ other: { reference: text } })),
	};
	expect(valueOf(path, elements, ORIGIN)).toEqual(key);
});

test('a base address ends with a "/" or not', () => {
	const elements = reference('https://x.example/r4/Patient/p1');
	const of = (fhirBase?: string) =>
		valueOf('link.other.getReferenceKey()', elements, { keyPrefix: '', fhirBase });
	expect([of('https://x.example/r4'), of('https://x.example/r4/'), of(''), of()]).toEqual([
		'Patient/p1',
		'Patient/p1',
		undefined,
		undefined,
	]);
});
