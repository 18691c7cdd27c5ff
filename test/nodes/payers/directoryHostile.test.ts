import { runSteps } from '../../support/engine';
import { directoryCredential, standardRow } from '../../support/directories';
import { startScriptedGateway, type Answer, type ScriptedGateway } from '../../support/scriptedGateway';
import { memberRow } from '../../support/standardRuns';
import { startStandardPayers, type StandardPayers } from '../../support/standardSandbox';
import { fourSteps } from '../../support/steps';

/** R2: a payer among others that answers with the addresses of the others. */

let victim: StandardPayers;
beforeAll(async () => {
	victim = await startStandardPayers();
});
afterAll(async () => await victim.stop());

const FHIR = { 'content-type': 'application/fhir+json' };
const MATCHED = {
	resourceType: 'Parameters',
	parameter: [
		{
			name: 'MemberIdentifier',
			valueIdentifier: {
				type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MB' }] },
				system: 'https://hostile.example/members',
				value: 'U-1',
			},
		},
		{ name: 'MemberId', valueReference: { reference: 'Patient/1001' } },
	],
};

type Hostile = Partial<Record<'match' | 'kickOff' | 'status' | 'page' | 'file' | 'metadata', Answer>>;

/** A payer that follows the standards but for some answers. @param base its FHIR base */
function hostile(base: () => string, answers: Hostile): Answer {
	const standard: Required<Hostile> = {
		metadata: { headers: FHIR, body: { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' } },
		match: { headers: FHIR, body: MATCHED },
		kickOff: (response) => {
			response.writeHead(202, { 'content-location': `${base()}/jobs/1` });
			response.end();
		},
		status: (response) => {
			response.writeHead(200, { 'content-type': 'application/json' });
			const output = [{ type: 'Patient', url: `${base()}/files/1.ndjson` }];
			response.end(
				JSON.stringify({
					transactionTime: '2027-01-01T00:00:00Z',
					requiresAccessToken: true,
					output,
					error: [],
				}),
			);
		},
		page: { body: { output: [], error: [] } },
		file: { body: '{"resourceType":"Patient","id":"1001"}\n' },
	};
	const all = { ...standard, ...answers };
	return (response, request) => {
		const { url, method } = request;
		const kind = url.includes('/files/')
			? 'file'
			: url.includes('/pages/')
				? 'page'
				: url.includes('/jobs/')
					? 'status'
					: url.endsWith('/metadata')
						? 'metadata'
						: url.includes('member-match')
							? 'match'
							: 'kickOff';
		void method;
		const answer = all[kind];
		if (typeof answer === 'function') return answer(response, request);
		const { status = 200, headers = {}, body = '' } = answer;
		response.writeHead(status, headers);
		response.end(typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : body);
	};
}

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
async function attack(answers: (other: string) => Hostile, isNeighbour: boolean) {
	const server: { gateway?: ScriptedGateway } = {};
	const base = () => `${server.gateway?.url}/hostile/fhir`;
	const other = () => (isNeighbour ? `${server.gateway?.url}/other/fhir` : victim.fhirBases['hrex-1.2']);
	const answer: Answer = (response, request) =>
		(hostile(base, answers(other())) as (...parameters: unknown[]) => void)(response, request);
	const gateway = await startScriptedGateway([answer]);
	server.gateway = gateway;
	await victim.reset();
	const row = {
		fhirBaseUrl: base(),
		tokenUrl: `${gateway.url}/openid-connect/token`,
		signIn: 'secret',
		clientId: 'hostile-client',
	};
	const neighbour = standardRow(victim, { ...(isNeighbour && { fhirBaseUrl: other() }) });
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

test('the honest answers of that server bring the member', async () => {
	const { run } = await attack(() => ({}), true);
	expect(run.json('fetchBatch')).toEqual([expect.objectContaining({ resourceType: 'Patient', id: '1001' })]);
});
