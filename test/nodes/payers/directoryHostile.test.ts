import type { IDataObject } from 'n8n-workflow';
import { runSteps } from '../../support/engine';
import { directoryCredential, standardRow } from '../../support/directories';
import { hostilePayer, type Hostile } from '../../support/hostilePayer';
import type { Answer } from '../../support/scriptedGateway';
import { memberRow } from '../../support/standardRuns';
import { startStandardPayers, type StandardPayers } from '../../support/standardSandbox';
import { fourSteps } from '../../support/steps';

/** R2: a payer among others that answers with the addresses of the others. */

let victim: StandardPayers;
beforeAll(async () => {
	victim = await startStandardPayers();
});
afterAll(async () => await victim.stop());

const redirect = (to: string, status = 307): Answer => ({ status, headers: { location: to } });

/** Answers that name the address of another payer. @param other its FHIR base */
const ATTACKS: Array<[what: string, answers: (other: string) => Hostile]> = [
	['a match redirected', (other) => ({ match: redirect(`${other}/Patient/$member-match`, 308) })],
	['a kick-off redirected', (other) => ({ kickOff: redirect(`${other}/Patient/$export`) })],
	[
		'a job elsewhere',
		(other) => ({ kickOff: { status: 202, headers: { 'content-location': `${other}/jobs/1` } } }),
	],
	['a status redirected', (other) => ({ status: redirect(`${other}/jobs/1`) })],
	['a file elsewhere, with the token', (other) => ({ status: manifest(`${other}/files/1.ndjson`, true) })],
	[
		'a file elsewhere, without the token',
		(other) => ({ status: manifest(`${other}/files/1.ndjson`, false) }),
	],
	['a file redirected', (other) => ({ file: redirect(`${other}/files/1.ndjson`) })],
	[
		'a page of the manifest elsewhere',
		(other) => ({
			status: {
				body: {
					transactionTime: '2027-01-01T00:00:00Z',
					requiresAccessToken: true,
					output: [],
					error: [],
					link: [{ relation: 'next', url: `${other}/pages/2` }],
				},
			},
		}),
	],
	['a capability statement redirected', (other) => ({ metadata: redirect(`${other}/metadata`) })],
];

function manifest(url: string, requiresAccessToken: boolean): Answer {
	const output = [{ type: 'Patient', url }];
	return { body: { transactionTime: '2027-01-01T00:00:00Z', requiresAccessToken, output, error: [] } };
}

/** One member at the hostile payer; a directory that knows the other one too. */
async function attack(
	answers: (other: string) => Hostile,
	isNeighbour: boolean,
	changes: (tokenUrl: string) => IDataObject = (tokenUrl) => ({ tokenUrl }),
) {
	const otherThan = (base: string) =>
		isNeighbour ? base.replace('/hostile/', '/other/') : victim.fhirBases['hrex-1.2'];
	const gateway = await hostilePayer((base) => answers(otherThan(base)));
	await victim.reset();
	const row = {
		fhirBaseUrl: gateway.base,
		signIn: 'secret',
		clientId: 'hostile-client',
		...changes(gateway.tokenUrl),
	};
	const neighbour = standardRow(victim, { ...(isNeighbour && { fhirBaseUrl: otherThan(gateway.base) }) });
	const run = await runSteps({
		items: [{ ...memberRow('small'), 'Previous Payer': 'hostile' }],
		steps: fourSteps().map((step) => ({
			...step,
			onError: 'continueRegularOutput',
			parameters: {
				payerApi: 'directory',
				...(step.node === 'waitForExport' && { pollEvery: 1, giveUpAfter: 0.1 }),
				options: { keepTryingFor: 0.02 },
			},
		})),
		credential: directoryCredential({ hostile: { row, secret: 'of hostile' }, other: neighbour }),
		credentialType: 'payerDirectoryApi',
	});
	await gateway.close();
	return { run, gateway, atVictim: await victim.requests() };
}

test.each(ATTACKS)('R2 %s: nothing is sent to another payer', async (_, answers) => {
	const { atVictim, gateway } = await attack(answers, false);
	expect(atVictim).toEqual([]);
	expect(gateway.got.length).toBeGreaterThan(0);
});

test.each(ATTACKS)('R2 %s on the same host: nothing is sent to the payer beside it', async (_, answers) => {
	const { gateway } = await attack(answers, true);
	expect(gateway.got.filter(({ url }) => !url.startsWith('/hostile/'))).toEqual([]);
});

const SPELLINGS: Array<(path: string) => string> = [
	(path) => path.toUpperCase(),
	(path) => path.replace('/o', '/%6f'),
	(path) => path.replace('/o', '/%4F'),
	(path) => `/${path}`,
	(path) => path.replace('/fhir', '//fhir'),
	(path) => path.replace('/fhir', ';v=1/fhir'),
	(path) => `/hostile/..${path}`,
	(path) => `/hostile/%2e%2e${path}`,
	(path) => `/hostile/..;${path}`,
	(path) => `/hostile/..%2f${path.slice(1)}`,
	(path) => path.replace(/\//g, '\\'),
];

test.each(SPELLINGS.map((spell) => [spell('/other/fhir'), spell] as const))(
	'R2 the address beside it spelled %s: nothing is sent there',
	async (_, spell) => {
		const spelled = (other: string, rest: string) => {
			const { origin, pathname } = new URL(other);
			return `${origin}${spell(pathname)}${rest}`;
		};
		const attacks: Array<(other: string) => Hostile> = [
			(other) => ({ kickOff: { status: 202, headers: { 'content-location': spelled(other, '/jobs/1') } } }),
			(other) => ({ status: manifest(spelled(other, '/files/1.ndjson'), true) }),
			(other) => ({ status: manifest(spelled(other, '/files/1.ndjson'), false) }),
			(other) => ({ file: redirect(spelled(other, '/files/1.ndjson')) }),
		];
		for (const answers of attacks) {
			const { gateway } = await attack(answers, true);
			expect(gateway.got.filter(({ url }) => !url.startsWith('/hostile/fhir/'))).toEqual([]);
		}
	},
);

describe('a token endpoint that the payer names itself', () => {
	const named = (endpoint: string): Hostile => ({ smart: { body: { token_endpoint: endpoint } } });
	const end = '/openid-connect/token';

	test.each<[what: string, endpoint: (other: string) => string]>([
		['at the other payer', (other) => other + end],
		['at the other payer, in capitals', (other) => other.replace('/other/', '/OTHER/') + end],
		['at the other payer, encoded', (other) => other.replace('/other/', '/%6fther/') + end],
	])('R2 %s on the same host gets no secret', async (_, endpoint) => {
		const { gateway, run } = await attack(
			(other) => named(endpoint(other)),
			true,
			() => ({}),
		);
		expect(gateway.tokenRequests).toEqual([]);
		expect(JSON.stringify(run.json('memberMatch', 1))).toContain("enter it as 'tokenUrl' of its row");
	});

	test.each<[what: string, tokenUrl: boolean, endpoint: (other: string) => string]>([
		['of the host', false, (other) => new URL(other).origin + end],
		['of its own', false, (other) => other.replace('/other/', '/hostile/') + end],
		['that stands in its row', true, (other) => other + end],
	])('one %s does', async (_, isInRow, endpoint) => {
		const { gateway, run } = await attack(
			(other) => named(endpoint(other)),
			true,
			(tokenUrl) => (isInRow ? { tokenUrl } : {}),
		);
		expect(gateway.tokenRequests.length).toBeGreaterThan(0);
		expect(run.json('fetchBatch')).toHaveLength(1);
	});
});

test('the honest answers of that server bring the member', async () => {
	const { run } = await attack(() => ({}), true);
	expect(run.json('fetchBatch')).toEqual([expect.objectContaining({ resourceType: 'Patient', id: '1001' })]);
});
