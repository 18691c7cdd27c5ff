/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setTimeout as wait } from 'node:timers/promises';
import { AccessTokenError } from '../../../../nodes/shared/http/errors';
import { oneUpSignIn, oneUpTokenRequest } from '../../../../nodes/shared/payers/oneUpHealth/signIn';
import { readToken, tokenLifetime } from '../../../../nodes/shared/signIn/accessToken';
import { TokenCache } from '../../../../nodes/shared/signIn/tokenCache';
import { everythingOf, HTML, reply } from '../../../support/helpers';

const settings = {
	gatewayUrl: 'https://gateway.1up.health',
	clientId: 'client',
	clientSecret: 'secret',
	scope: 'member-match|read',
};

describe('the form', () => {
	it('has id and secret in the body', () => {
		expect(oneUpTokenRequest(settings).form).toEqual({
			grant_type: 'client_credentials',
			client_id: 'client',
			client_secret: 'secret',
			scope: 'member-match|read',
		});
	});

	it('has no scope where none is set', () => {
		expect(oneUpTokenRequest({ ...settings, scope: '' }).form).not.toHaveProperty('scope');
	});

	it('keeps signs and spaces, also through the encoding', () => {
		const clientSecret = ' a+b/c=d&e%f|g é ';
		const sent = new URLSearchParams(oneUpTokenRequest({ ...settings, clientSecret }).form).toString();
		expect(new URLSearchParams(sent).get('client_secret')).toBe(clientSecret);
	});
});

describe('the token', () => {
	test.each<[string, object]>([
		[
			'of Keycloak',
			{
				access_token: 'T',
				expires_in: 300,
				refresh_expires_in: 0,
				token_type: 'Bearer',
				'not-before-policy': 0,
				scope: 'x',
			},
		],
		['in small letters', { access_token: 'T', token_type: 'bearer' }],
		['without a kind', { access_token: 'T' }],
	])('%s', (_, body) => {
		expect(readToken(reply(200, body), oneUpSignIn.messages)).toBe('T');
	});

	const REQUEST_REFUSED =
		'The payer did not understand the token request. Check that every required field of the credential is filled in.';
	test.each<[sentence: string, description: unknown, secrets: unknown[] | undefined, says: string]>([
		[
			'is shown',
			'Client authentication failed',
			[],
			' The token endpoint says: Client authentication failed.',
		],
		[
			'has its secret masked',
			'Zzyzx is not the secret',
			['Zzyzx'],
			' The token endpoint says: [value] is not the secret.',
		],
		['has its ids masked', 'AADSTS7000215: Wrong.', [], ' The token endpoint says: [id]: Wrong.'],
		[
			'has no markup and no link',
			'<a href="https://e.example">Read</a> https://e.example',
			[],
			' The token endpoint says: Read [link].',
		],
		[
			'is cut after a whole word',
			`${'x '.repeat(95)}yyyyyyyyyyyyyy`,
			[],
			` The token endpoint says: ${'x '.repeat(95)}…`,
		],
		[
			'is cut before the secret that the cut goes through',
			`${'x '.repeat(95)}Zzyzx-Zzyzx-Zzyzx`,
			['Zzyzx-Zzyzx-Zzyzx'],
			` The token endpoint says: ${'x '.repeat(95)}[value].`,
		],
		[
			'repeats the request',
			'Wrong: grant_type=x&client_id=y Whitfield',
			[],
			' The token endpoint says: Wrong:.',
		],
		['is not a text', { a: 1 }, [], ''],
		['is all markup', '<b></b>', [], ''],
		['cannot be masked, since nobody says by what', 'Zzyzx', undefined, ''],
	])('D5 the description of a refusal that %s', (_, error_description, secrets, says) => {
		const body = { error: 'invalid_request', error_description };
		const read = () => readToken(reply(400, body), oneUpSignIn.messages, secrets);
		expect(read).toThrow(new AccessTokenError(`${REQUEST_REFUSED}${says}`));
	});

	const secret = 'Zzyzx';
	const refused = (error: string) => ({ error, error_description: `Client ${secret} is bad` });
	test.each<[sentence: string, answer: Parameters<typeof reply>, says: RegExp]>([
		[
			'invalid_client',
			[401, refused('invalid_client')],
			/refused this Client ID and Client Secret\. Copy both.*sandbox.*does not work in production/,
		],
		[
			'invalid_client under 400',
			[400, refused('invalid_client')],
			/refused this Client ID and Client Secret/,
		],
		['unauthorized_client', [401, refused('unauthorized_client')], /may not use the client-credentials flow/],
		['invalid_grant', [400, refused('invalid_grant')], /refused this Client ID and Client Secret/],
		['invalid_scope', [400, refused('invalid_scope')], /refused the Scope.*member-match\|read/],
		[
			'unsupported_grant_type',
			[400, refused('unsupported_grant_type')],
			/does not offer the client-credentials flow/,
		],
		['invalid_request', [400, refused('invalid_request')], /did not understand the token request/],
		['an error under 200', [200, refused('invalid_client')], /refused this Client ID/],
		['401 without a body', [401, ''], /refused this Client ID and Client Secret/],
		['401 with a page', [401, HTML], /refused this Client ID and Client Secret/],
		['another error', [400, refused('slow_down')], /answered HTTP 400 instead of a token/],
		[
			'an error named like what every object has',
			[400, refused('constructor')],
			/answered HTTP 400 instead of a token/,
		],
		['404', [404, HTML], /no token endpoint at this address \(HTTP 404\)\. Check the Gateway URL/],
		['403 with a page', [403, HTML], /answered HTTP 403/],
		['429', [429, ''], /answered HTTP 429 instead of a token\. Try again later/],
		[
			'500 with a page',
			[500, `<html>${secret}</html>`],
			/answered HTTP 500 instead of a token\. Try again later/,
		],
		['429 with a code', [429, refused('invalid_request')], /answered HTTP 429 .*Try again later/],
		['503 with a code', [503, refused('invalid_client')], /answered HTTP 503 .*Try again later/],
		['a code that will pass', [400, refused('temporarily_unavailable')], /HTTP 400 .*Try again later/],
		['a redirect', [302, ''], /answered HTTP 302/],
		[
			'200 without a token',
			[200, { token_type: 'Bearer', hint: secret }],
			/without an access token\. Check the Gateway URL/,
		],
		['200 with a page', [200, HTML], /without an access token/],
		['200 with a list', [200, [{ access_token: secret }]], /without an access token/],
		['an empty token', [200, { access_token: ' ' }], /without an access token/],
		['a token that is no text', [200, { access_token: 7 }], /without an access token/],
		['a token with a line break', [200, { access_token: `${secret}\r\nX: y` }], /without an access token/],
		['the kind mac', [200, { access_token: secret, token_type: 'mac' }], /a kind other than Bearer/],
		['the kind DPoP', [200, { access_token: secret, token_type: 'DPoP' }], /a kind other than Bearer/],
	])('does not come: %s', (_, answer, says) => {
		let error: unknown;
		try {
			readToken(reply(...answer), oneUpSignIn.messages);
		} catch (caught) {
			error = caught;
		}
		expect(error).toBeInstanceOf(AccessTokenError);
		expect((error as Error).message).toMatch(says);
		expect(everythingOf(error as Error)).not.toContain(secret);
	});

	test.each<[unknown, number | undefined]>([
		[300, 300],
		['300', 300],
		[0, 0],
		[-1, undefined],
		['soon', undefined],
		[undefined, undefined],
		[null, undefined],
		['', undefined],
		[' ', undefined],
		[true, undefined],
		[[], undefined],
		[1e308, undefined],
		['1e308', undefined],
		['0x10', undefined],
		['9'.repeat(400), undefined],
		['-5', undefined],
		[366 * 86_400, 366 * 86_400],
		[366 * 86_400 + 1, undefined],
		['3599.5', 3599.5],
	])('lives %p: %p seconds', (expires, expected) => {
		expect(tokenLifetime(reply(200, { access_token: 'T', expires_in: expires }))).toBe(expected);
	});
});

describe('the token cache', () => {
	/** Gives T1, T2, … and counts. */
	function endpoint(lives?: number) {
		const asked = { times: 0 };
		const request = async () => {
			asked.times += 1;
			const token = `T${asked.times}`;
			await wait(5);
			return { token, expiresIn: lives };
		};
		return { asked, request };
	}

	it('asks once for twenty callers', async () => {
		const { asked, request } = endpoint();
		const cache = new TokenCache();
		const tokens = await Promise.all(
			Array.from({ length: 20 }, async () => await cache.token(settings, '', request)),
		);
		expect(new Set(tokens)).toEqual(new Set(['T1']));
		expect(asked.times).toBe(1);
	});

	it('asks once for twenty callers whose token was refused, also for those who come a moment later', async () => {
		const { asked, request } = endpoint();
		const cache = new TokenCache();
		await cache.token(settings, '', request);
		const callers = Array.from({ length: 20 }, async (_, index) => {
			await wait(index);
			return await cache.token(settings, 'T1', request);
		});
		expect(new Set(await Promise.all(callers))).toEqual(new Set(['T2']));
		expect(asked.times).toBe(2);
	});

	it('never gives back the token that was refused', async () => {
		const { request } = endpoint();
		const cache = new TokenCache();
		const first = await cache.token(settings, '', request);
		const second = await cache.token(settings, first, request);
		const third = await cache.token(settings, second, request);
		expect([first, second, third]).toEqual(['T1', 'T2', 'T3']);
	});

	test.each<[string, Partial<typeof settings>]>([
		['Client ID', { clientId: 'other' }],
		['Client Secret', { clientSecret: 'other' }],
		['Scope', { scope: 'other' }],
		['address', { gatewayUrl: 'https://other.example' }],
	])('keeps callers of another %s apart', async (_, change) => {
		const { asked, request } = endpoint();
		const cache = new TokenCache();
		const [one, other] = await Promise.all([
			cache.token(settings, '', request),
			cache.token({ ...settings, ...change }, '', request),
		]);
		expect(one).not.toBe(other);
		expect(asked.times).toBe(2);
		expect(await cache.token(settings, '', request)).toBe(one);
	});

	it('does not keep a failure', async () => {
		const cache = new TokenCache();
		const failing = async () => await Promise.reject(new AccessTokenError('no'));
		const both = await Promise.allSettled([
			cache.token(settings, '', failing),
			cache.token(settings, '', failing),
		]);
		expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
		expect(await cache.token(settings, '', endpoint().request)).toBe('T1');
	});

	test.each<[string, number | undefined, number]>([
		['an unstated life', undefined, 54],
		['five minutes', 300, 270],
		['an hour', 3600, 3570],
		['two seconds', 2, 1.8],
	])('keeps a token of %s until shortly before it ends', async (_, lives, good) => {
		const { request } = endpoint(lives);
		const cache = new TokenCache();
		const now = Date.now();
		const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
		await cache.token(settings, '', request);
		clock.mockReturnValue(now + good * 1000 - 200);
		expect(await cache.token(settings, '', request)).toBe('T1');
		clock.mockReturnValue(now + good * 1000 + 200);
		expect(await cache.token(settings, '', request)).toBe('T2');
		clock.mockRestore();
	});

	it('keeps no secret in plain text', async () => {
		const cache = new TokenCache();
		await cache.token({ ...settings, clientSecret: 'Zzyzx' }, '', endpoint().request);
		const [key] = (cache as unknown as { tokens: Map<string, unknown> }).tokens.keys();
		expect(key).toMatch(/^[0-9a-f]{64}$/);
	});
});
