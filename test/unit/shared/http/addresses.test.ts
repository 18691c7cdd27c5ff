import { hostForError } from '../../../../nodes/shared/http/addresses';

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
