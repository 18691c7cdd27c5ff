import type { OpenConnection } from '../../../../nodes/shared/payers/connection';
import { AddressRefused, documentRequest } from '../../../../nodes/shared/payers/documentRequest';

/** P8: where a document may be asked for, and with what. */

const BASE = 'https://fhir.payer.example/api/r4';

function asked(
	url: string,
	{ requires = true, tenant, ...changes }: { requires?: boolean; tenant?: string; base?: string } = {},
) {
	const base = changes.base ?? BASE;
	const connection = {
		baseUrl: new URL(base).origin,
		fileHosts: ['files.payer.example', 'store.example:8443'],
		takes: (what: string) => what === 'tenant' && tenant !== undefined,
		fhirBase: (of: string | undefined) => (of === undefined ? base : `${base}/${of}`),
	} as unknown as OpenConnection;
	const read = () =>
		documentRequest(connection, { url, accept: '*/*', requiresAccessToken: requires, tenant });
	const refused = thrownBy(read);
	if (refused) return { seen: refused.outcome };
	const { request, isBinary } = read();
	return { request, seen: [request.url, request.withoutToken === false, isBinary] };
}

/** The refusal that the work throws; undefined if it throws nothing. */
function thrownBy(work: () => unknown): AddressRefused | undefined {
	try {
		work();
	} catch (error) {
		expect(error).toBeInstanceOf(AddressRefused);
		return error as AddressRefused;
	}
	return undefined;
}

test.each<[url: string, seen: unknown]>([
	['Binary/b1', [`${BASE}/Binary/b1`, true, true]],
	['Binary/b1/_history/2', [`${BASE}/Binary/b1`, true, true]],
	[`${BASE}/Binary/b1`, [`${BASE}/Binary/b1`, true, true]],
	['http://fhir.payer.example/api/r4/Binary/b1', [`${BASE}/Binary/b1`, true, true]],
	['https://backend.example/api/r4/Binary/b1', [`${BASE}/Binary/b1`, true, true]],
	[
		'https://fhir.payer.example/documents/1.pdf?v=2#page',
		['https://fhir.payer.example/documents/1.pdf?v=2', true, false],
	],
	[
		`${BASE}/DocumentReference/d1/$binary-access-read?path=x`,
		[`${BASE}/DocumentReference/d1/$binary-access-read?path=x`, true, false],
	],
	['https://files.payer.example/1.pdf?sig=x', ['https://files.payer.example/1.pdf?sig=x', false, false]],
	[
		'https://files.payer.example/api/r4/Binary/b1',
		['https://files.payer.example/api/r4/Binary/b1', false, false],
	],
	['https://store.example:8443/1', ['https://store.example:8443/1', false, false]],
	['http://files.payer.example/1.pdf', 'host-not-allowed'],
	['https://store.example/1', 'host-not-allowed'],
	['https://files.payer.example.evil.example/1', 'host-not-allowed'],
	['https://fhir.payer.example.evil.example/1', 'host-not-allowed'],
	['https://u:p@files.payer.example/1', 'address-not-allowed'],
	['//files.payer.example/1', 'relative-address'],
	['', 'relative-address'],
	['Binary/', 'relative-address'],
	['Binary/a b', 'relative-address'],
	['Binary/..', 'relative-address'],
	['Binary/../Patient', 'relative-address'],
	['DocumentReference/d1', 'relative-address'],
	[`${BASE}/Binary/..%2fPatient`, 'address-not-allowed'],
	[`${BASE}/DocumentReference/d1`, 'address-not-allowed'],
	[`${BASE}/DocumentReference/d1/$purge`, 'address-not-allowed'],
	[`${BASE}/Binary?contenttype=x`, 'address-not-allowed'],
	['data:text/plain,x', 'address-not-allowed'],
])('P8 a document at %p', (url, seen) => {
	expect(asked(url).seen).toEqual(seen);
});

test('P8 a payer that wants no token gets none, at its own host', () => {
	expect(asked('Binary/b1', { requires: false }).seen).toEqual([`${BASE}/Binary/b1`, false, true]);
});

test.each<[url: string, seen: unknown]>([
	['Binary/b1', ['https://gateway.example/v1/bison/Binary/b1', true, true]],
	[
		'https://gateway.example/v1/bison/documents/1',
		['https://gateway.example/v1/bison/documents/1', true, false],
	],
	['https://gateway.example/v1/otter/Binary/b1', 'address-not-allowed'],
	['https://gateway.example/documents/1', 'address-not-allowed'],
	['https://gateway.example/v1/bison/../otter/Binary/b1', 'address-not-allowed'],
])('P8 at a gateway, a document of the plan only: %p', (url, seen) => {
	expect(asked(url, { base: 'https://gateway.example/v1', tenant: 'bison' }).seen).toEqual(seen);
});

test('P8 a redirect keeps the token at the payer only, and never takes it up again', () => {
	const { request } = asked('https://fhir.payer.example/documents/1');
	const own = request?.redirectedTo?.('https://fhir.payer.example/store/1');
	const other = own?.redirectedTo?.('https://files.payer.example/1');
	const back = other?.redirectedTo?.('https://fhir.payer.example/store/2');
	expect([own, other, back].map((each) => each?.withoutToken)).toEqual([false, true, true]);
	expect(() => own?.redirectedTo?.('https://evil.example/1')).toThrow(AddressRefused);
});
