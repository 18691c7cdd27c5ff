import { GrantMemory } from '../../../../nodes/shared/signIn/grantedScope';
import { readToken } from '../../../../nodes/shared/signIn/accessToken';
import { AccessTokenError } from '../../../../nodes/shared/http/errors';
import { discoveredEndpoint } from '../../../../nodes/shared/signIn/tokenEndpoint';
import { addedParameters, signingAlgorithm } from '../../../../nodes/shared/signIn/tokenParameters';
import { reply } from '../../../support/helpers';

const custom = (changes: object) => ({ customSignIn: true, ...changes });

describe('E8 parameters of a token request', () => {
	test.each<[sentence: string, credentials: object, expected: object]>([
		['none by default', custom({}), {}],
		['none where the switch is off', { customSignIn: false, audience: 'a', additionalParameters: 'x=y' }, {}],
		['audience and resource', custom({ audience: ' a ', resource: 'r' }), { audience: 'a', resource: 'r' }],
		[
			'others, a line each',
			custom({ additionalParameters: 'tenant=bison\r\n\n x = a=b c\nempty=' }),
			{ tenant: 'bison', x: 'a=b c', empty: '' },
		],
	])('%s', (_, credentials, expected) => {
		expect(addedParameters(credentials as never)).toEqual(expected);
	});

	test.each([
		['grant_type=password', /must not have grant_type/],
		['Client_Secret=x', /must not have Client_Secret/],
		['audience=x', /must not have audience/],
		['tenant', /one name=value in each line/],
		['=x', /one name=value in each line/],
		['a b=x', /one name=value in each line/],
		['__proto__=x\n__proto__=y', /have __proto__ twice/],
		[Array.from({ length: 51 }, (_, index) => `a${index}=1`).join('\n'), /more than 50 lines/],
	])('%j is refused', (additionalParameters, says) => {
		const read = () => addedParameters(custom({ additionalParameters }) as never);
		expect(read).toThrow(AccessTokenError);
		expect(read).toThrow(/^The More Token Parameters /);
		expect(read).toThrow(says);
	});

	test.each([
		[custom({ signingAlgorithm: 'RS256' }), 'RS256'],
		[custom({ signingAlgorithm: 'auto' }), undefined],
		[{ customSignIn: false, signingAlgorithm: 'RS256' }, undefined],
	])('%j sets the algorithm %s', (credentials, expected) => {
		expect(signingAlgorithm(credentials as never)).toBe(expected);
	});

	test('an unknown algorithm is refused', () => {
		expect(() => signingAlgorithm(custom({ signingAlgorithm: 'HS256' }) as never)).toThrow(
			/Signing Algorithm must be one of/,
		);
	});
});

describe('E8 a token answer', () => {
	const messages = { addressField: 'Token URL', refused: 'Refused.' };

	test.each(['BearerToken', 'bearer', 'BEARER TOKEN', 'bearer_token'])(
		'of the kind %s is taken',
		(token_type) => {
			expect(readToken(reply(200, { access_token: 'T', token_type }), messages)).toBe('T');
		},
	);

	test('with status 201 is taken', () => {
		expect(readToken(reply(201, { access_token: 'T' }), messages)).toBe('T');
	});

	test.each<[status: number, says: RegExp, transient: boolean]>([
		[302, /points to another address.*Check the Token URL|check the Token URL/, false],
		[307, /points to another address/, false],
		[403, /does not let this client in/, false],
		[405, /does not take token requests \(POST\)/, false],
		[406, /may be another service/, false],
		[410, /is no longer there/, false],
		[415, /may be another service/, false],
		[418, /ask the payer/, false],
		[501, /does not take token requests/, false],
		[408, /Try again later/, true],
		[429, /Try again later/, true],
		[500, /Try again later/, true],
		[503, /Try again later/, true],
	])('of status %s is told as passing or lasting', (status, says, transient) => {
		const error: unknown = (() => {
			try {
				return readToken(reply(status, ''), messages);
			} catch (thrown) {
				return thrown;
			}
		})();
		expect((error as Error).message).toMatch(says);
		expect((error as AccessTokenError).httpCode.startsWith('NO_TOKEN_NOW')).toBe(transient);
		if (!transient) expect((error as Error).message).not.toMatch(/Try again later/);
	});

	test.each<[granted: unknown, requested: string, reduced: boolean]>([
		['system/Patient.rs,system/Group.rs', 'system/Patient.rs system/Group.rs', false],
		['system/Patient.rs, system/Group.rs', 'system/Patient.rs system/Group.rs', false],
		[['system/Patient.rs', 'system/Group.rs'], 'system/Patient.rs system/Group.rs', false],
		['system/*.read,x', 'system/Patient.rs', false],
		['system/Observation.rs?category=a,b', 'system/Observation.rs?category=a,b', false],
		['system/Observation.rs?category=a,system/Patient.rs', 'system/Patient.rs', false],
		['system/Patient.rs,system/Group.rs', 'system/Claim.rs', true],
	])('grants %j to a client that asks for %s: less is %s', (scope, requested, reduced) => {
		const grants = new GrantMemory();
		const credentials = { scope: requested };
		grants.record(credentials, reply(200, { access_token: 'T', scope }));
		expect(grants.of(credentials) !== undefined).toBe(reduced);
	});
});

describe('E7 the token endpoint for clients with a certificate', () => {
	const BASE = 'https://fhir.payer.example/r4';
	const configuration = (alias: unknown) =>
		reply(200, { token_endpoint: '/token', mtls_endpoint_aliases: { token_endpoint: alias } });
	test.each<[alias: unknown, withCertificate: boolean, url: string]>([
		['https://fhir.payer.example:8443/token', true, 'https://fhir.payer.example:8443/token'],
		['https://fhir.payer.example:8443/token', false, 'https://fhir.payer.example/token'],
		[undefined, true, 'https://fhir.payer.example/token'],
		[7, true, 'https://fhir.payer.example/token'],
	])('%s is preferred where there is one (%s)', (alias, withCertificate, url) => {
		expect(discoveredEndpoint(configuration(alias), BASE, withCertificate).url).toBe(url);
	});

	test('on another host has to be entered', () => {
		const read = () => discoveredEndpoint(configuration('https://mtls.payer.example/token'), BASE, true);
		expect(read).toThrow(/another host: https:\/\/mtls\.payer\.example\/token\..*enter it as the Token URL/);
	});
});
