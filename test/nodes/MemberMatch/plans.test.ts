import { credentialFor, runSteps } from '../../support/engine';
import { row } from '../../support/expectations';
import { startScriptedGateway } from '../../support/scriptedGateway';

const PLANS = 'Bison Health Plan = bison';

/** Runs Member Match against a gateway that knows nobody. */
async function match(tenant: unknown, credential: object) {
	const gateway = await startScriptedGateway([{ status: 422, body: {} }]);
	const run = await runSteps({
		items: [row('no-match', { tenant })] as never,
		steps: [{ node: 'memberMatch' }],
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
