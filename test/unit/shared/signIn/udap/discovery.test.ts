import { readUdapMetadata, udapMetadataUrl } from '../../../../../nodes/shared/signIn/udap/discovery';
import { readUdapSettings } from '../../../../../nodes/shared/signIn/udap/settings';
import { reply } from '../../../../support/helpers';
import { hostileMetadata, UdapSigner, type Hostile } from '../../../../support/udapMetadata';

const BASE = 'https://fhir.payer.example/r4';
const AUTH = 'https://auth.payer.example';
let signer: UdapSigner;
let hostile: Hostile[];
beforeAll(async () => {
	signer = await UdapSigner.at(BASE, AUTH);
	hostile = await hostileMetadata(signer);
});

function discovery(changes: object = {}) {
	const { chain, key, anchor } = signer.community.client;
	return readUdapSettings({
		fhirBaseUrl: BASE,
		certificateChain: chain,
		privateKey: key,
		trustAnchors: anchor,
		scope: 's',
		...changes,
	}).discovery;
}

function read(
	body: string | object,
	{ status = 200, ...changes }: { status?: number; [name: string]: unknown } = {},
) {
	const result = readUdapMetadata(reply(status, body), discovery(changes));
	return 'server' in result ? result.server : result.problems.join(' ');
}

test('U2 good metadata give the signed endpoints, whatever the plain ones are', () => {
	const elsewhere = {
		token_endpoint: 'https://evil.example/token',
		registration_endpoint: 'https://evil.example/register',
	};
	const server = {
		tokenEndpoint: `${AUTH}/token`,
		registrationEndpoint: `${AUTH}/register`,
		tokenAlgorithms: ['RS256', 'ES384'],
		registrationAlgorithms: ['RS256', 'ES384'],
		certificationsRequired: [],
		scopes: ['system/*.rs'],
	};
	expect(read(signer.metadata())).toEqual(server);
	expect(read(signer.metadata(elsewhere))).toEqual(server);
	expect(read(signer.metadata({ token_endpoint: undefined, registration_endpoint: 7 }))).toEqual(server);
});

test('U1 nothing of metadata is believed that are signed wrongly', () => {
	expect(hostile.length).toBeGreaterThan(70);
	for (const [sentence, value, says] of hostile) {
		const result = read(signer.metadata({ signed_metadata: value }));
		expect([sentence, result]).toEqual([sentence, expect.stringMatching(says)]);
		expect(result).toMatch(
			/^The payer's signed UDAP metadata .*\. Nothing was signed or sent to its endpoints\.$/,
		);
		expect(result).not.toMatch(/evil|169\.254|passwd/);
	}
});

test.each([
	[
		'with a slash entered',
		`${BASE}/`,
		BASE,
		/without the slash at its end.*enter the FHIR Base URL as https:\/\/fhir.payer.example\/r4\./,
	],
	['with a slash in both', `${BASE}/`, `${BASE}/`, undefined],
])('U1 the FHIR base is compared letter by letter: %s', async (_, fhirBaseUrl, iss, says) => {
	const own = await UdapSigner.at(iss, AUTH);
	const result = readUdapMetadata(
		reply(200, own.metadata()),
		discovery({ fhirBaseUrl, trustAnchors: own.community.anchor.cert }),
	);
	if (says) expect('problems' in result && result.problems.join(' ')).toMatch(says);
	else expect(result).toHaveProperty('server.tokenEndpoint', `${AUTH}/token`);
});

test.each<[sentence: string, status: number, community: string, says: RegExp]>([
	['404', 404, '', /no UDAP metadata at the FHIR Base URL \(HTTP 404\)/],
	['204 without a community', 204, '', /offers no UDAP \(HTTP 204\).*enter that as Community/],
	['204 with one', 204, 'urn:c', /offers no UDAP for the trust community of the field Community/],
	['401', 401, '', /answered HTTP 401 instead of its UDAP metadata\. Check the FHIR Base URL/],
	['302', 302, '', /answered HTTP 302/],
	['503', 503, '', /HTTP 503 instead of its UDAP metadata\. Try again later/],
])('an answer of %s is said in words', (_, status, community, says) => {
	expect(read({}, { status, community })).toMatch(says);
});

test.each<[sentence: string, changes: object, says: RegExp]>([
	['of another version', { udap_versions_supported: ['2'] }, /UDAP version 1/],
	['of two versions', { udap_versions_supported: ['1', '2'] }, /UDAP version 1/],
	['without a list of versions', { udap_versions_supported: '1' }, /UDAP version 1/],
	['without registration', { udap_profiles_supported: ['udap_authn', 'udap_authz'] }, /profile udap_dcr/],
	['without any profile', { udap_profiles_supported: [] }, /udap_dcr.*udap_authn.*udap_authz/],
	['without the grant', { grant_types_supported: ['authorization_code'] }, /grant client_credentials/],
	[
		'without assertions',
		{ token_endpoint_auth_methods_supported: ['client_secret_post'] },
		/private_key_jwt/,
	],
	[
		'with an extension of its own',
		{ udap_authorization_extensions_required: ['hl7-b2b', 'own'] },
		/no other extension/,
	],
])('metadata %s do not do', (_, changes, says) => {
	expect(read(signer.metadata(changes))).toMatch(says);
});

test('U2 of a list that is signed as well, the signed one counts', () => {
	const signed = (claims: object) => read(signer.metadata({}, { claims }));
	expect(signed({ grant_types_supported: ['authorization_code'] })).toMatch(/grant client_credentials/);
	expect(signed({ token_endpoint_auth_signing_alg_values_supported: ['RS384'] })).toMatchObject({
		tokenAlgorithms: ['RS384'],
	});
});

test('metadata that are no JSON object are said to be so', () => {
	for (const body of ['<html>', [], 'null']) expect(read(body)).toMatch(/no JSON object/);
});

test('the community stands in the address, encoded', () => {
	expect(udapMetadataUrl(discovery())).toBe(`${BASE}/.well-known/udap`);
	expect(udapMetadataUrl(discovery({ community: 'https://c.example/?a=1&b=2' }))).toBe(
		`${BASE}/.well-known/udap?community=https%3A%2F%2Fc.example%2F%3Fa%3D1%26b%3D2`,
	);
});
