import { GrantMemory, grantSentence } from '../../../../nodes/shared/signIn/grantedScope';
import { reply } from '../../../support/helpers';

const CREDENTIAL = { fhirBaseUrl: 'https://fhir.payer.example', clientId: 'c', clientSecret: 'Zzyzx' };

function granted(asked: unknown, scope: unknown) {
	const memory = new GrantMemory();
	const credentials = { ...CREDENTIAL, scope: asked as string };
	memory.record(credentials, reply(200, { access_token: 't', scope }));
	return memory.of(credentials);
}

describe('a grant is no less', () => {
	test.each<[asked: unknown, scope: unknown]>([
		['system/*.rs', 'system/*.rs'],
		['a b', 'b  a c'],
		['system/*.rs', undefined],
		['system/*.rs', ''],
		['system/*.rs', 7],
		['', 'a'],
		[undefined, 'a'],
		['system/*.read', 'system/*.rs'],
		['system/*.rs', 'system/*.read'],
		['system/*.rs', 'system/*.cruds'],
		['system/*.rs', 'system/*.*'],
		['system/*.s', 'system/*.rs'],
		['system/Patient.rs system/Coverage.r', 'system/*.rs'],
		['system/Observation.rs?category=a', 'system/Observation.rs'],
		['system/Observation.rs?category=a', 'system/Observation.rs?category=a'],
		['member-match|read', 'profile member-match|read email'],
	])('asked %j, granted %j', (asked, scope) => expect(granted(asked, scope)).toBeUndefined());
});

describe('a grant is less', () => {
	test.each<[asked: string, scope: string]>([
		['system/*.rs', 'system/Patient.rs'],
		['system/*.rs', 'system/*.r'],
		['system/*.cruds', 'system/*.read'],
		['a b', 'a'],
		['system/*.rs', 'user/*.rs'],
		['system/Observation.rs', 'system/Observation.rs?category=laboratory'],
		['system/Observation.rs?category=survey', 'system/Observation.rs?category=laboratory'],
		['system/Patient.rs', 'system/Coverage.rs'],
		['member-match|read', 'member-match'],
		['member-match|read', 'system/*.cruds'],
	])('asked %s, granted %s', (asked, scope) => {
		expect(granted(asked, scope)).toEqual({ requested: asked, granted: scope });
		expect(grantSentence(granted(asked, scope))).toBe(
			`The payer granted less than the credential asks for: asked ${asked}, granted ${scope}.`,
		);
	});
});

test('the last answer counts, of this client alone', () => {
	const memory = new GrantMemory();
	const credentials = { ...CREDENTIAL, scope: 'a b' };
	const answer = (scope?: string) => reply(200, { access_token: 't', scope });
	memory.record(credentials, answer('a'));
	expect(memory.of({ ...credentials, clientId: 'other' })).toBeUndefined();
	expect(memory.of({ ...credentials, scope: 'a' })).toBeUndefined();
	// A new secret means a new token, whose grant nothing is known of yet.
	expect(memory.of({ ...credentials, clientSecret: 'new' })).toBeUndefined();
	expect(memory.of({ ...credentials, accessToken: 't' })).toMatchObject({ granted: 'a' });
	memory.record(credentials, answer());
	expect(memory.of(credentials)).toBeUndefined();
});

test('what is remembered has an end', () => {
	const memory = new GrantMemory();
	const of = (n: number) => ({ clientId: String(n), scope: 'a b' });
	for (let n = 0; n <= 1000; n += 1) memory.record(of(n), reply(200, { scope: 'a' }));
	expect([memory.of(of(0)), memory.of(of(1000))]).toEqual([undefined, { requested: 'a b', granted: 'a' }]);
});

test('no markup and no length of the payer reaches a sentence', () => {
	const { granted: text = '' } = granted('a', `<img/src=x> \u202e&"'\` ${'y'.repeat(1000)}`) ?? {};
	expect(text).not.toMatch(/[<>&"'`\u202e]/);
	expect(text.length).toBeLessThan(250);
});

test.each([
	['member-match|read', 'member-match', 'member-match'],
	['system/*.rs', 'system/Patient.rs system/Vexmoor.rs', 'system/Patient.rs and 1 other'],
	['system/*.rs', 'Quernzilla Vexmoor', '2 others'],
	['system/*.rs', 'system/Patient.rs?name=Quernzilla1987', '1 other'],
	['system/*.rs', 'system/Patient.rs?birthdate=1987-06-05 x', '2 others'],
])('D5 asked %s, granted %s: an error says %s', (asked, scope, says) => {
	expect(granted(asked, scope)?.granted).toBe(says);
});
