import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import {
	isUsable,
	readDirectory,
	type Directory,
	type DirectoryPayer,
} from '../../../../../nodes/shared/payers/directory/directory';
import { findingsOf } from '../../../../../nodes/shared/payers/directory/signIn';
import { isNpi } from '../../../../../nodes/shared/fhir/npi';
import { ecKey } from '../../../../../sandbox/keys';

const KEY = ecKey().export({ type: 'pkcs8', format: 'pem' }).toString();
const BISON = { name: 'Bison', preset: '1upHealth', tenant: 'bison', clientId: 'one' };
const HERON = { name: 'Heron', fhirBaseUrl: 'https://fhir.heron.example/r4', clientId: 'two' };
const SECRETS = { bison: 'the secret of bison' };

/** A directory as the credential holds it. Text is taken as it is. */
function directory(
	payers: object | string,
	clientSecrets: object | string = SECRETS,
	more: ICredentialDataDecryptedObject = {},
): Directory | { problem: string } {
	const text = (value: object | string) => (typeof value === 'string' ? value : JSON.stringify(value));
	return readDirectory({
		payers: text(payers),
		clientSecrets: text(clientSecrets),
		privateKey: KEY,
		keyId: 'prairie-2027',
		testWith: '',
		accessToken: '',
		...more,
	});
}

function usable(read: Directory | { problem: string }): DirectoryPayer[] {
	if ('problem' in read) throw new Error(read.problem);
	return read.entries.filter(isUsable);
}

function findings(read: Directory | { problem: string }): string[] {
	return 'problem' in read ? [read.problem] : findingsOf(read);
}

test('1upHealth tenants and standard payers stand side by side, each with its own fields and no others', () => {
	const [bison, heron] = usable(directory({ bison: BISON, heron: HERON }));
	expect(bison.signIn.credentialType).toBe('oneUpHealthOAuth2Api');
	expect(bison.credentials).toEqual({
		gatewayUrl: 'https://gateway.1up.health',
		clientId: 'one',
		clientSecret: SECRETS.bison,
		scope: 'member-match|read',
		defaultTenant: 'bison',
		allowedFileHosts: '',
	});
	expect(heron.signIn.credentialType).toBe('smartBackendServicesApi');
	expect(heron.credentials).toMatchObject({
		fhirBaseUrl: HERON.fhirBaseUrl,
		respondingName: 'Heron',
		privateKey: KEY,
	});
	expect(JSON.stringify(heron.credentials)).not.toContain(SECRETS.bison);
	expect(Object.keys(heron.credentials)).not.toEqual(expect.arrayContaining(['payers']));
});

test.each<[what: string, row: object]>([
	['as documented', HERON],
	['with spaces and capitals', { Name: 'Heron', 'FHIR Base URL': HERON.fhirBaseUrl, 'Client ID': 'two' }],
	['with a preset by its name', { ...HERON, preset: 'smile cdr' }],
	['with a preset by its value', { ...HERON, preset: 'smile' }],
	['with another word for the sign-in', { ...HERON, signIn: 'SMART Backend Services' }],
	['with an NPI as a number', { ...HERON, npi: 1558444216 }],
	['with file hosts as a list', { ...HERON, fileHosts: ['files.heron.example', 'b.heron.example'] }],
	['with notes', { ...HERON, notes: 'called on Monday', contact: 'p2p@heron.example' }],
	['with empty columns', { ...HERON, tokenUrl: '', tenant: '', npi: null }],
])('a row %s can be used', (_, row) => {
	const read = directory({ heron: row }, {});
	expect(findings(read)).toEqual([]);
	expect(usable(read)).toHaveLength(1);
});

test.each<[what: string, row: object, says: RegExp]>([
	['an http address', { ...HERON, fhirBaseUrl: 'http://fhir.heron.example' }, /must begin with https:/],
	['no address', { ...HERON, fhirBaseUrl: '' }, /'fhirBaseUrl' is empty/],
	[
		'an address with a password',
		{ ...HERON, fhirBaseUrl: 'https://a:b@heron.example' },
		/must not hold a user/,
	],
	['an address that is none', { ...HERON, fhirBaseUrl: 'heron' }, /is not a web address/],
	['no client ID', { ...HERON, clientId: ' ' }, /'clientId' is empty/],
	[
		'a token URL over http',
		{ ...HERON, tokenUrl: 'http://auth.heron.example' },
		/Token URL must begin with https/,
	],
	['a token URL inside a network', { ...HERON, tokenUrl: 'https://10.0.0.1/t' }, /private network/],
	['a secret in the table', { ...HERON, clientSecret: 'x' }, /'clientSecret' holds a secret/],
	['a password in the table', { ...HERON, Password: 'x' }, /'Password' holds a secret/],
	['a private key in a note', { ...HERON, notes: KEY }, /holds a secret/],
	['a token in a contact', { ...HERON, contact: `Bearer ${'x'.repeat(20)}` }, /holds a secret/],
	['an unknown column', { ...HERON, fhirBaseUrll: 'x' }, /a column is no column of a payer directory/],
	['an unknown preset', { ...HERON, preset: 'Hospitalis' }, /'preset' must be one of: 1upHealth, other, /],
	[
		'an unknown sign-in',
		{ ...HERON, signIn: 'magic' },
		/'signIn' of this payer must be one of: 'key', 'secret'/,
	],
	['an NPI with a wrong digit', { ...HERON, npi: '1558444217' }, /'npi' must be ten digits/],
	['an NPI that is too short', { ...HERON, npi: '155844421' }, /'npi' must be ten digits/],
	['a date that is none', { ...HERON, validFrom: '01/02/2027' }, /'validFrom' must be a date/],
	['a day that is not in the calendar', { ...HERON, validFrom: '2027-02-30' }, /'validFrom' must be a date/],
	['a tenant at a payer without tenants', { ...HERON, tenant: 'heron' }, /'tenant' means nothing/],
	['a gateway without a tenant', { ...BISON, tenant: '' }, /'tenant' is empty/],
	['a list as a value', { ...HERON, name: ['a'] }, /'name' must be a text/],
	['a file host in a private network', { ...HERON, fileHosts: '192.168.1.1' }, /private network/],
	['a file host with https://', { ...HERON, fileHosts: 'https://x.example' }, /without https/],
	['a value of two lines', { ...HERON, contact: 'a\nb' }, /one line/],
	['a text without an object', 'https://fhir.heron.example' as unknown as object, /must be an object/],
])('%s is a finding, and the others can be asked', (_, row, says) => {
	const read = directory({ heron: row, bison: BISON }, { bison: 'x1' });
	expect(findings(read)).toEqual([expect.stringMatching(says)]);
	expect(usable(read).map((payer) => payer.row.key)).toEqual(['bison']);
});

test.each<[what: string, payers: object | string, secrets: object | string, says: RegExp]>([
	[
		'a secret without a row',
		{ heron: HERON },
		{ hern: 'x' },
		/has an entry 'hern' for which 'Payers' has no payer/,
	],
	['a row without its secret', { bison: BISON }, {}, /bison.*'Client Secrets' has no entry for its key/],
	[
		'a secret that is not needed',
		{ heron: HERON },
		{ heron: 'x' },
		/has an entry for it, but its 'signIn' is 'key'/,
	],
	['a secret as a number', { bison: BISON }, { bison: 12345 }, /must be a text in quotation marks/],
	['the mask of a secret', { bison: BISON }, { bison: '***' }, /is the mask of a secret/],
	[
		'one of the secrets in the table',
		{ bison: { ...BISON, contact: 'abcdef' } },
		{ bison: 'abcdef' },
		/holds one of the secrets/,
	],
	['a key that is written twice', '{"bison":{},"bison":{}}', {}, /its key stands in the table twice/],
	['a key in two spellings', { heron: HERON, 'He-Ron': HERON }, {}, /its key stands in the table twice/],
	[
		'a column that is written twice',
		`{"heron":{"name":"a","name":"b","fhirBaseUrl":"https://a.example","clientId":"x"}}`,
		{},
		/'name' stands in it twice/,
	],
	['a secret that is written twice', { bison: BISON }, '{"bison":"a","bison":"b"}', /has its key twice/],
	['a key that no roster should have', { __proto: 1, '../x': HERON }, {}, /a row: its key must begin/],
	['an own property __proto__', '{"__proto__":{"name":"x"}}', {}, /its key must begin/],
	[
		'a table that is no JSON',
		'{"bison": {"name": "Bison",}}',
		{},
		/'Payers' cannot be read as JSON: .* entry 1/,
	],
	[
		'a table that ends early',
		'{"a": {}, "b": {"name": "x"',
		{},
		/'Payers' cannot be read as JSON: .* entry 2/,
	],
	['a list', '[{"key":"bison"}]', {}, /'Payers' is a list/],
	['words', 'bison = 1upHealth', {}, /must begin with \{/],
	['an empty table', '', {}, /'Payers' holds no payer/],
	[
		'secrets that are no JSON',
		{ heron: HERON },
		'{"heron": top-secret}',
		/'Client Secrets' cannot be read as JSON/,
	],
])('%s is found', (_, payers, secrets, says) => {
	const found = findings(directory(payers, secrets)).join('\n');
	expect(found).toMatch(says);
	// Never a secret.
	expect(found).not.toMatch(/top-secret|abcdef|12345/);
});

test.each<[what: string, more: ICredentialDataDecryptedObject, says: RegExp]>([
	['no private key', { privateKey: '' }, /Private Key/],
	['a private key that is none', { privateKey: 'hello' }, /Private Key/],
])('%s is a finding of each row that signs with it, and of no other', (_, more, says) => {
	const read = directory({ heron: HERON, bison: BISON }, SECRETS, more);
	expect(findings(read)).toEqual([expect.stringMatching(says)]);
	expect(usable(read).map(({ row }) => row.key)).toEqual(['bison']);
});

test.each([' leading', 'trailing ', ' \tboth\u00a0', 'a"b\\c', 'ünïcode', '0'])(
	'the secret %j reaches its payer as it is written',
	(secret) => {
		const [bison] = usable(directory({ bison: BISON }, { bison: secret }));
		expect(bison.credentials.clientSecret).toBe(secret);
	},
);

test.each<[what: string, secrets: string]>([
	['a list', '["x"]'],
	['an object', '{"a":"x"}'],
	['null', 'null'],
	['true', 'true'],
	['nothing', '""'],
	['spaces', '"  "'],
])('a secret that is %s is a finding', (_, secret) => {
	expect(findings(directory({ bison: BISON }, `{"bison":${secret}}`))).toEqual([
		expect.stringMatching(/^'bison': its entry in 'Client Secrets' must be a text in quotation marks$/),
	]);
});

test('a secret that is the name of a sign-in or preset makes no row unusable', () => {
	const heron = { ...HERON, signIn: 'secret' };
	const read = directory({ bison: BISON, heron }, { bison: '1upHealth', heron: 'secret' });
	expect(findings(read)).toEqual([]);
});

test('keys stay in the order and the writing of the table', () => {
	const row = JSON.stringify(HERON);
	const read = directory(`\ufeff{"z":${row},"10":${row},"2":${row},"\\u0062ison":${row},"007":${row}}`, {});
	expect(usable(read).map((payer) => payer.row.key)).toEqual(['z', '10', '2', 'bison', '007']);
});

test.each<[what: string, row: string, says: RegExp]>([
	['two columns of one meaning', '"Client ID":"a","client_id":"b"', /'clientId' stands in it twice/],
	[
		'a synonym beside its column',
		'"fhirBaseUrl":"https://a.example","Gateway URL":"https://b.example"',
		/'fhirBaseUrl' stands in it twice/,
	],
	['no column', '', /'fhirBaseUrl' is empty/],
])('a row of %s is a finding', (_, row, says) => {
	expect(findings(directory(`{"heron":{${row}}}`, {})).join()).toMatch(says);
});

test('more secrets than payers can be', () => {
	const secrets = Object.fromEntries(Array.from({ length: 5001 }, (_, index) => [`p${index}`, 'x']));
	expect(findings(directory({ heron: HERON }, secrets))).toEqual([
		"'Client Secrets' holds more than 5000 secrets",
	]);
});

test('a value is in no finding', () => {
	const secret = 'Zebra-99-Zebra';
	const rows = Object.fromEntries(
		[
			'name',
			'npi',
			'fhirBaseUrl',
			'preset',
			'signIn',
			'clientId',
			'tokenUrl',
			'tenant',
			'fileHosts',
			'validFrom',
			secret,
		].map((column, index) => [`row${index}`, { ...HERON, [column]: `${secret}\u0001` }]),
	);
	expect(findings(directory(rows, {})).join()).not.toContain('Zebra');
});

test.each([
	['1234567893', true],
	['1558444216', true],
	['1234567890', false],
	['0234567893', false],
	['12345678930', false],
	['123456789x', false],
])('NPI %s: %s', (npi, expected) => expect(isNpi(npi)).toBe(expected));
