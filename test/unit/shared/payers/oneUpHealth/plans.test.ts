import { readPlans } from '../../../../../nodes/shared/payers/oneUpHealth/plans';
import { oneUpTokenRequest } from '../../../../../nodes/shared/payers/oneUpHealth/signIn';
import { thrown } from '../../../../support/helpers';

const LIST = '\r\nBison Health Plan = bison\r\n\r\nA=B Care=otter\nBison of Ohio = bison\n';

test.each<[name: string, tenant: string | undefined]>([
	['Bison Health Plan', 'bison'],
	[' BISON  health plan\u00a0', 'bison'],
	['bisonhealthplan', 'bison'],
	['a=b care', 'otter'],
	['Bison of Ohio', 'bison'],
	['Bison Health', undefined],
	['bison', undefined],
	['', undefined],
	['toString', undefined],
])('F5 the plan %p has the tenant %p', (name, tenant) => {
	expect(readPlans(LIST).tenantOf(name)).toBe(tenant);
});

test.each([
	['bison', 'Bison Health Plan'],
	['BISON', 'Bison Health Plan'],
	['elk', undefined],
	[undefined, undefined],
])('F5 the tenant %p is called %p', (tenant, name) => {
	expect(readPlans(LIST).nameOf(tenant)).toBe(name);
});

test.each([undefined, null, '', ' \n', 'Bison = bison', 'A = x\nB = x', 'A = x\na = x'])(
	'F5 Plans may be %p',
	(value) => {
		expect(() => readPlans(value)).not.toThrow();
	},
);

test.each<[value: unknown, problem: RegExp]>([
	['A = a\n\nSecret Plan', /'Plans' cannot be read in line 3:/],
	['Secret Plan =', /line 1:/],
	['= a', /line 1:/],
	['Secret Plan = two words', /line 1:/],
	['Secret Plan = ..', /line 1:/],
	['Secret Plan = a\nB = b\nsecretplan = c', /one name with two tenants, in the lines 1 and 3/],
	['Secret Plan = b\nB = secretplan', /tenant of line 1 as the name of another plan, in line 2/],
	[['Secret Plan = a'], /must be a text/],
])('F5 Plans of %p are refused', (value, problem) => {
	const { message } = thrown(() => readPlans(value)) as Error;
	expect(message).toMatch(problem);
	expect(message).not.toMatch(/secret/i);
});

test('F5 the Test of the credential reports Plans that cannot be read', () => {
	const credential = { gatewayUrl: 'https://gateway.1up.health', clientId: 'a', clientSecret: 'b' };
	expect(() => oneUpTokenRequest({ ...credential, plans: 'Bison = bison' })).not.toThrow();
	expect(() => oneUpTokenRequest({ ...credential, plans: 'bison' })).toThrow(/'Plans' .* line 1/);
});
