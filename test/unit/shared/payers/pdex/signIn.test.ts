import { isAllowedUrl } from '../../../../../nodes/shared/http/addresses';
import { standardSignIn } from '../../../../../nodes/shared/payers/pdex/signIn';
import { createSignIn } from '../../../../../nodes/shared/signIn/signIn';

const SIGN_IN = createSignIn(standardSignIn(() => ({ form: {} })));
const PAYER = { baseUrl: 'https://fhir.payer.example', fileHosts: ['files.payer.example'] };

test.each<[url: string, withTheToken: boolean, without: boolean]>([
	['https://fhir.payer.example/r4/Patient', true, true],
	['https://fhir.payer.example/jobs/1', true, true],
	['https://files.payer.example/1', false, true],
	['http://files.payer.example/1', false, false],
	['https://files.payer.example:8443/1', false, false],
	['https://other.example/1', false, false],
	['http://fhir.payer.example/r4', false, false],
	['nothing', false, false],
])('%s may be asked: with the token %p, without it %p', (url, withTheToken, without) => {
	expect(isAllowedUrl(PAYER, { url })).toBe(withTheToken);
	expect(isAllowedUrl(PAYER, { url, withoutToken: true })).toBe(without);
});

test.each<[url: string, isSigned: boolean]>([
	['https://fhir.payer.example/r4/Patient', true],
	['https://fhir.payer.example/jobs/1', true],
	['https://other.example/r4', false],
	['https://fhir.payer.example.evil.example/r4', false],
	['http://fhir.payer.example/r4', false],
])('the credential signs a request to %s: %p', async (url, isSigned) => {
	const signed = SIGN_IN.authenticate(
		{ fhirBaseUrl: 'https://fhir.payer.example/r4', accessToken: 'Zzyzx' },
		{ url },
	);
	if (isSigned) await expect(signed).resolves.toMatchObject({ headers: { Authorization: 'Bearer Zzyzx' } });
	else await expect(signed).rejects.toThrow('This credential is sent to https://fhir.payer.example only.');
});
