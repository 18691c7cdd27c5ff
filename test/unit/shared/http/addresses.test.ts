import { hostForError, tryParseUrl } from '../../../../nodes/shared/http/addresses';

test.each<[url: string, shown: string | undefined]>([
	['https://localhost:8080/x', 'localhost'],
	['https://127.0.0.1/x', '127.0.0.1'],
	['https://[::1]/x', '[::1]'],
	['https://files.example/x', 'files.example'],
	['https://gateway.1upcoredev.com/x', '….1upcoredev.com'],
	['https://ada-whitfield.files.example/x', '….files.example'],
	['https://19840312.files.example/x', '….files.example'],
	['https://syn-1001-whitfield.example/x', undefined],
	['https://m19840312.example/x', undefined],
	['https://files.whitfieldada/x', undefined],
	['https://intranet/x', undefined],
])('D5 of %s an error names %s', (url, shown) => {
	expect(hostForError(new URL(url))).toBe(shown);
});

test('E3 an address with letters beyond ASCII stays one, however often it is read', () => {
	const addresses = ['https://bücher.example/1', 'https://payer.example/ü'];
	let misread = 0;
	for (let each = 0; each < 100_000; each += 1) {
		if (tryParseUrl(addresses[each % 2]) === undefined) misread += 1;
	}
	expect(misread).toBe(0);
});
