import { PayerAddresses } from '../../../../nodes/shared/http/payerAddresses';

const OWN = 'https://payer.example/hostile/fhir';
const ADDRESSES = new PayerAddresses([
	OWN,
	'https://payer.example/other/fhir',
	'https://payer.example/FHIR/Twin',
	'https://payer.example/fhir/twin',
	'https://bücher.example/fhir',
	'https://victim.example',
	'no address',
]);

test.each([
	'https://payer.example/other/fhir/files/1',
	'https://payer.example/other/fhir',
	'https://payer.example/other/fhir?x=1',
	'https://PAYER.example:443/other/fhir/files/1',
	'http://payer.example/other/fhir/files/1',
	'https://payer.example./other/fhir/files/1',
	'https://payer.example/OTHER/Fhir/files/1',
	'https://payer.example//other///fhir/files/1',
	'https://payer.example/%6fther/fhir/files/1',
	'https://payer.example/%6Fther/fhir/files/%zz',
	'https://payer.example/%256fther/fhir/files/1',
	'https://payer.example/hostile/../other/fhir/files/1',
	'https://payer.example/hostile/%2e%2e/other/fhir/files/1',
	'https://payer.example/hostile/..;/other/fhir/files/1',
	'https://payer.example/hostile/fhir/..%2f..%2fother/fhir/files/1',
	'https://payer.example/x/..%5c..%5cother%5cfhir/files/1',
	'https://payer.example/other;x=1/fhir/files/1',
	'https://payer.example/./other/fhir/files/1',
	'https://xn--bcher-kva.example/fhir/1',
	'https://victim.example/anything',
	'https://victim.example',
])('R2 %s is of another payer', (url) => expect(ADDRESSES.isOfAnother(OWN, url)).toBe(true));

test.each([
	`${OWN}/files/1`,
	`${OWN}/other/fhir/files/1`,
	'https://payer.example/HOSTILE/fhir/files/1',
	'https://payer.example/jobs/1',
	'https://payer.example/other/fhir-2/files/1',
	'https://payer.example/others/1',
	'https://payer.example:8443/other/fhir/files/1',
	'https://files.example/other/fhir/1',
])('%s is not', (url) => expect(ADDRESSES.isOfAnother(OWN, url)).toBe(false));

test('two payers whose addresses differ by case alone keep what is spelled as theirs', () => {
	const [upper, lower] = ['https://payer.example/FHIR/Twin', 'https://payer.example/fhir/twin'];
	expect(ADDRESSES.isOfAnother(upper, `${upper}/1`)).toBe(false);
	expect(ADDRESSES.isOfAnother(upper, `${lower}/1`)).toBe(true);
	expect(ADDRESSES.isOfAnother(upper, 'https://payer.example/Fhir/tWIN/1')).toBe(false);
});

test('of addresses one below the other, the longest part counts', () => {
	const [above, below] = ['https://payer.example/fhir', 'https://payer.example/fhir/tenant'];
	const both = new PayerAddresses([above, below]);
	const ofAnother = (own: string) => [`${above}/1`, `${below}/1`].map((url) => both.isOfAnother(own, url));
	expect([ofAnother(above), ofAnother(below)]).toEqual([
		[false, true],
		[true, false],
	]);
});

test('neighbours are on the same host, whatever their port, and none that it stands below', () => {
	const own = 'https://payer.example/a/fhir';
	const others = ['https://payer.example/b', 'https://payer.example:8443/b', 'https://payer.example.:9443'];
	const all = new PayerAddresses([own, ...others, 'https://payer.example/a', 'https://other.example/b']);
	expect(all.neighboursOf(own)).toEqual(others);
});
