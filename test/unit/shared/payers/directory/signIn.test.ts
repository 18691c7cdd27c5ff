/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { Readable } from 'stream';
import type { ICredentialDataDecryptedObject, IHttpRequestHelper, IHttpRequestOptions } from 'n8n-workflow';
import { PayerDirectoryApi } from '../../../../../credentials/PayerDirectoryApi.credentials';
import {
	isUsable,
	readDirectory,
	type DirectoryPayer,
} from '../../../../../nodes/shared/payers/directory/directory';
import { credentialsOfRequest } from '../../../../../nodes/shared/payers/directory/signIn';
import { ecKey } from '../../../../../sandbox/keys';

/** What n8n is given for a request to one payer of a directory, and which token that gets. */

const KEY = ecKey().export({ type: 'pkcs8', format: 'pem' }).toString();
const BASE = 'https://fhir.heron.example/r4';
const HERON = { fhirBaseUrl: BASE, tokenUrl: `${BASE}/token`, signIn: 'secret', clientId: 'c', scope: 'a' };
const TABLE = {
	bison: { preset: '1upHealth', tenant: 'bison', clientId: 'c' },
	heron: HERON,
	otter: { ...HERON, signIn: 'secret in body' },
	swift: { ...HERON, signIn: 'key' },
};
const SECRETS = { bison: 'Zq-bison', heron: 'Zq-heron', otter: 'Zq-otter' };

function credentialOf(table: object, secrets: object): ICredentialDataDecryptedObject {
	return {
		payers: JSON.stringify(table),
		clientSecrets: JSON.stringify(secrets),
		privateKey: KEY,
		keyId: 'prairie',
		testWith: '',
		accessToken: '',
	};
}

function payersOf(table: object, secrets: object): DirectoryPayer[] {
	const read = readDirectory(credentialOf(table, secrets));
	if ('problem' in read) throw new Error(read.problem);
	return read.entries.filter(isUsable);
}

test('the fields of a request hold no secret of another payer, and nothing of the table', () => {
	const payers = payersOf(TABLE, SECRETS);
	expect(payers).toHaveLength(4);
	for (const payer of payers) {
		const { key } = payer.row;
		const given = credentialsOfRequest(payer, ['https://fhir.heron.example/other']);
		const text = JSON.stringify(given);
		const held = Object.entries(SECRETS).filter(([, secret]) => text.includes(secret));
		expect(held.map(([of]) => of)).toEqual(key === 'swift' ? [] : [key]);
		expect('privateKey' in given).toBe(key === 'swift');
		for (const name of ['payers', 'clientSecrets', 'testWith']) expect(given).not.toHaveProperty(name);
		expect(given.accessToken).toBe('');
	}
});

/** n8n's helper, at which each token request gets a token of its own. */
function tokenServer(): { helper: IHttpRequestHelper; asked: IHttpRequestOptions[] } {
	const asked: IHttpRequestOptions[] = [];
	const httpRequest = async (options: IHttpRequestOptions): Promise<unknown> => {
		asked.push(options);
		const body = { access_token: `token-${asked.length}`, token_type: 'Bearer', expires_in: 300 };
		const headers = { 'content-type': 'application/json' };
		return await Promise.resolve({
			statusCode: 200,
			headers,
			body: Readable.from([Buffer.from(JSON.stringify(body))]),
		});
	};
	return { helper: { helpers: { httpRequest } }, asked };
}

test.each<[what: string, first: object, second: object, key: string, secret: string]>([
	['another key', HERON, HERON, 'heron-2', 'x'],
	['another client', HERON, { ...HERON, clientId: 'd' }, 'heron', 'x'],
	['another scope', HERON, { ...HERON, scope: 'b' }, 'heron', 'x'],
	['another address', HERON, { ...HERON, fhirBaseUrl: 'https://fhir.heron.example/r5' }, 'heron', 'x'],
	['another token URL', HERON, { ...HERON, tokenUrl: `${BASE}/token2` }, 'heron', 'x'],
	['another secret', HERON, HERON, 'heron', 'y'],
	['another sign-in', HERON, { ...HERON, signIn: 'secret in body' }, 'heron', 'x'],
])('a row with %s gets a token of its own, the same row the same', async (_, first, second, key, secret) => {
	const { preAuthentication } = new PayerDirectoryApi();
	const { helper, asked } = tokenServer();
	const tokenOf = async (table: object, secrets: object) => {
		const [payer] = payersOf(table, secrets);
		const given = credentialsOfRequest(payer);
		expect(await preAuthentication.call(helper, given)).toEqual({});
		return given.accessToken;
	};
	const tokens = [
		await tokenOf({ heron: first }, { heron: 'x' }),
		await tokenOf({ heron: first }, { heron: 'x' }),
		await tokenOf({ [key]: second }, { [key]: secret }),
	];
	expect(tokens).toEqual(['token-1', 'token-1', 'token-2']);
	expect(asked).toHaveLength(2);
});

test('the Test gives the payer of Test With and returns nothing to store', async () => {
	const { preAuthentication } = new PayerDirectoryApi();
	const { helper, asked } = tokenServer();
	const stored = { ...credentialOf(TABLE, SECRETS), testWith: ' HERON ' };
	const given = { ...stored };
	expect(await preAuthentication.call(helper, given)).toEqual({});
	expect(asked.map(({ url }) => url)).toEqual([HERON.tokenUrl]);
	expect(JSON.stringify(given)).not.toMatch(/Zq-bison|Zq-otter|PRIVATE KEY/);
});
