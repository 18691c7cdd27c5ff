import { MemberMatch } from '../../../nodes/MemberMatch/MemberMatch.node';
import { credentialFor, runSteps } from '../../support/engine';
import { row } from '../../support/expectations';
import { startScriptedGateway } from '../../support/scriptedGateway';

const PLANS = 'Bison Health Plan = bison';

/** Runs Member Match against a gateway that knows nobody. */
async function match(tenant: unknown, credential: object, parameters = {}) {
	const gateway = await startScriptedGateway([{ status: 422, body: {} }]);
	const run = await runSteps({
		items: [{ ...row('no-match', { tenant }), 'Gateway Word': 'otter' }] as never,
		steps: [{ node: 'memberMatch', parameters }],
		credential: credentialFor(gateway, credential as never),
	});
	await gateway.close();
	const paths = gateway.got.map(({ url }) => url).filter((path) => path.includes('member-match'));
	return { run, paths, told: `${run.error?.message} ${run.error?.description}` };
}

test.each([
	['bison HEALTH  plan', { plans: PLANS }],
	['bison', { plans: PLANS }],
	['', { plans: PLANS, defaultTenant: 'Bison Health Plan' }],
])('F5 the tenant %p is asked by its plan', async (tenant, credential) => {
	const { run, paths } = await match(tenant, credential);
	expect(paths).toEqual(['/v1/bison/member-match/$member-match']);
	expect(JSON.stringify(run)).toContain('"payerName":"Bison Health Plan"');
});

test.each([
	['Otter Health Plan', PLANS, /'Tenant' must be .* add a line to 'Plans' in the credential/],
	['bison', 'Bison Health Plan', /'Plans' cannot be read in line 1/],
])('F5 the tenant %p is not sent with Plans of %p', async (tenant, plans, says) => {
	const { paths, told } = await match(tenant, { plans });
	expect(told).toMatch(says);
	expect(told).not.toMatch(/Otter|Bison Health/);
	expect(paths).toEqual([]);
});

const located = (mode: string, value: string) => ({ tenant: { __rl: true, mode, value } });

test.each([
	['a stored text', { tenant: 'bison' }, 'bison'],
	['a stored expression', { tenant: '={{ $json["Gateway Word"] }}' }, 'otter'],
	['a plan of the list', located('list', 'bison'), 'bison'],
	['a name', located('id', 'Bison Health Plan'), 'bison'],
	['a column that was dragged there', located('id', '={{ $json["Gateway Word"] }}'), 'otter'],
	['nothing', located('id', ''), 'puma'],
	['nothing of the list', located('list', ''), 'puma'],
])('F5 the field Tenant holds %s', async (_, parameters, tenant) => {
	const plans = `${PLANS}\nOtter = otter\nPuma = puma`;
	const { paths } = await match('puma', { plans }, parameters);
	expect(paths).toEqual([`/v1/${tenant}/member-match/$member-match`]);
});

test.each([
	['', ['Bison Health Plan (bison)', 'Otter = Sons (otter)']],
	['SON', ['Bison Health Plan (bison)', 'Otter = Sons (otter)']],
	['ter ', ['Otter = Sons (otter)']],
	['x', []],
])('F5 the list of plans that hold %p', async (filter, names) => {
	const { searchPlans } = new MemberMatch().methods.listSearch;
	const context = {
		getCurrentNodeParameter: () => undefined,
		getCredentials: async () =>
			await Promise.resolve({
				gatewayUrl: 'https://gateway.example',
				plans: `${PLANS}\nOtter = Sons = otter`,
			}),
	};
	const { results } = await searchPlans.call(context as never, filter);
	expect(results.map(({ name }) => name)).toEqual(names);
});
