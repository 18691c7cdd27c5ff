import type { IDataObject } from 'n8n-workflow';
import { directoryCredential } from '../../support/directories';
import { runSteps, type Step } from '../../support/engine';
import { hostilePayer, type Hostile, type HostilePayer } from '../../support/hostilePayer';
import { memberRow } from '../../support/standardRuns';
import { fourSteps } from '../../support/steps';

/** Two rows of a directory at one address, with a client each: two plans of one server, or two contracts with one plan. */

const CLIENTS = ['north', 'south'];
/** More than are asked at once, so that the last begins when another has ended. */
const MANY = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => `client-${digit}`);

async function twins(
	answers: (base: string) => Hostile,
	work: (asked: Asked) => Promise<void>,
): Promise<void> {
	const payer = await hostilePayer(answers);
	const rows = Object.fromEntries(
		[...CLIENTS, ...MANY].map((key) => [
			key,
			{
				row: {
					name: 'Twin Health',
					fhirBaseUrl: payer.base,
					tokenUrl: payer.tokenUrl,
					signIn: 'secret',
					clientId: key,
				},
				secret: `of ${key}`,
			},
		]),
	);
	const run: Asked['run'] = async (items, steps, parameters = {}, staticData, asTool = false) =>
		await runSteps({
			items,
			steps: steps.map((step) => ({
				...step,
				parameters: { ...step.parameters, payerApi: 'directory', ...parameters[step.node] },
			})),
			credential: directoryCredential(rows),
			credentialType: 'payerDirectoryApi',
			asTool,
			...(staticData && { staticData }),
		});
	try {
		await work({ payer, run });
	} finally {
		await payer.close();
	}
}

interface Asked {
	payer: HostilePayer;
	run(
		items: IDataObject[],
		steps: Step[],
		parameters?: Record<string, IDataObject>,
		staticData?: IDataObject,
		asTool?: boolean,
	): ReturnType<typeof runSteps>;
}

const roster = CLIENTS.map((key) => memberRow('small', { 'Previous Payer': key, memberId: `of-${key}` }));

/** Who asked for what, in the order of the alphabet: `GET /jobs/1 north`. */
function asked({ got }: HostilePayer): string[] {
	return got
		.filter(({ url }) => !url.endsWith('/metadata'))
		.map(({ method, url, headers: { authorization = 'nobody' } }) => {
			const path = url.replace(/^\/hostile\/fhir/, '').split('?')[0];
			return `${method} ${path} ${authorization.replace('Bearer token-of-', '')}`;
		})
		.sort();
}

const byBoth = (...requests: string[]) =>
	requests.flatMap((request) => CLIENTS.map((key) => `${request} ${key}`)).sort();

test('the same member of both: matched, exported, polled, fetched and deleted by each with its own token', async () => {
	await twins(
		() => ({}),
		async ({ payer, run }) => {
			const seen = await run(roster, fourSteps(), { fetchBatch: { options: { deleteJob: true } } });
			expect(seen.error).toBeUndefined();
			expect(seen.json('startExport').map(({ directoryKey }) => directoryKey)).toEqual(CLIENTS);
			expect(asked(payer)).toEqual(
				byBoth(
					'POST /Patient/$member-match',
					'GET /Patient/1001/$export',
					'GET /jobs/1',
					'GET /files/1.ndjson',
					'DELETE /jobs/1',
				),
			);
		},
	);
});

test('nine of them, of which the last begins when others have ended: each starts its own export', async () => {
	await twins(
		() => ({}),
		async ({ payer, run }) => {
			const rows = MANY.map((key) => memberRow('small', { 'Previous Payer': key, memberId: `of-${key}` }));
			await run(rows, fourSteps().slice(0, 2));
			const kickOffs = asked(payer).filter((line) => line.includes('$export'));
			expect(kickOffs).toEqual(MANY.map((key) => `GET /Patient/1001/$export ${key}`));
		},
	);
});

/** Names the job by the client. */
const jobOfClient =
	(base: string): Hostile['kickOff'] =>
	(response, { headers }) => {
		const client = headers.authorization?.replace('Bearer token-of-', '') ?? '';
		response.writeHead(202, { 'content-location': `${base}/jobs/${client}` });
		response.end();
	};

test('Use Running Exports: each finds its own export again', async () => {
	await twins(
		(base) => ({ kickOff: jobOfClient(base), status: { status: 202 } }),
		async ({ payer, run }) => {
			const staticData: IDataObject = {};
			const matched = (await run(roster, [{ node: 'memberMatch' }])).json('memberMatch');
			const options = { startExport: { options: { useRunningExports: true } } };
			for (let times = 0; times < 2; times += 1) {
				payer.got.length = 0;
				await run(matched, [{ node: 'startExport' }], options, staticData);
				expect(asked(payer)).toEqual(
					times === 0
						? byBoth('GET /Patient/1001/$export')
						: ['GET /jobs/north north', 'GET /jobs/south south'],
				);
			}
		},
	);
});

test('a job that is still running goes back to its own client', async () => {
	await twins(
		() => ({ status: { status: 202 } }),
		async ({ payer, run }) => {
			const started = (await run(roster, fourSteps().slice(0, 2))).json('startExport');
			const wait: Step[] = [{ node: 'waitForExport', parameters: { giveUpAfter: 0 } }];
			const running = (await run(started, wait)).json('waitForExport', 1);
			payer.got.length = 0;
			const later = running.map((item) => ({ ...item, nextPollAt: undefined }));
			expect((await run(later, wait)).json('waitForExport', 1)).toHaveLength(2);
			expect(asked(payer)).toEqual(byBoth('GET /jobs/1'));
		},
	);
});

test('a bulk match that is still under way goes back to its own client', async () => {
	const bulk = (base: string): Hostile => ({
		match: { status: 202, headers: { 'content-location': `${base}/jobs/1` } },
		status: { status: 202 },
	});
	await twins(bulk, async ({ payer, run }) => {
		const match: Step[] = [
			{
				node: 'memberMatch',
				parameters: { matchMode: 'together', advanced: true, options: { giveUpAfter: 0, pollEvery: 1 } },
			},
		];
		const waiting = (await run(roster, match)).json('memberMatch', 1);
		expect(waiting.map(({ outcome, directoryKey }) => [outcome, directoryKey])).toEqual(
			CLIENTS.map((key) => ['still-matching', key]),
		);
		payer.got.length = 0;
		const later = waiting.map((item) => ({ ...item, nextPollAt: undefined }));
		expect((await run(later, match)).json('memberMatch', 1)).toHaveLength(2);
		expect(asked(payer)).toEqual(byBoth('GET /jobs/1'));
	});
});

test('a payer that lets its bulk match wait holds up no other', async () => {
	let release: (() => void) | undefined;
	const slow = (base: string): Hostile => ({
		match: (response, { headers }) => {
			const answer = () => {
				response.writeHead(202, { 'content-location': `${base}/jobs/1` });
				response.end();
			};
			if (headers.authorization?.endsWith('client-1')) release = answer;
			else answer();
			if (headers.authorization?.endsWith('client-9')) release?.();
		},
		status: { status: 202 },
	});
	await twins(slow, async ({ run }) => {
		const rows = MANY.map((key) => memberRow('small', { 'Previous Payer': key, memberId: `of-${key}` }));
		const options = { giveUpAfter: 0, keepTryingFor: 0.1 };
		const match: Step[] = [
			{ node: 'memberMatch', parameters: { matchMode: 'together', advanced: true, options } },
		];
		expect((await run(rows, match)).json('memberMatch', 1)).toHaveLength(9);
	});
});

test('a 429 slows its own payer only, also where the plan has one client ID at several of a host', async () => {
	const waiting: Array<() => void> = [];
	let isBusy = false;
	// The others are answered once the first was, so that the last, which is not sent before, comes after its 429.
	const match: Hostile['match'] = (response, { url }) => {
		isBusy ||= url.startsWith('/hostile/');
		response.statusCode = url.startsWith('/hostile/') ? 429 : 422;
		response.setHeader('retry-after', '3000');
		waiting.push(() => void response.end());
		if (isBusy) for (const answer of waiting.splice(0)) answer();
	};
	const payer = await hostilePayer(() => ({ match }));
	const rowAt = (fhirBaseUrl: string) => ({
		row: { fhirBaseUrl, tokenUrl: payer.tokenUrl, signIn: 'secret', clientId: 'plan' },
		secret: 'x',
	});
	const calm = MANY.map((key) => [key, rowAt(payer.base.replace('/hostile/', `/${key}/`))]);
	const rows = { busy: rowAt(payer.base), ...Object.fromEntries(calm) };
	await runSteps({
		items: Object.keys(rows).map((key) =>
			memberRow('small', { 'Previous Payer': key, memberId: `of-${key}` }),
		),
		steps: [
			{
				node: 'memberMatch',
				onError: 'continueRegularOutput',
				parameters: { payerApi: 'directory', options: { keepTryingFor: 0.02 } },
			},
		],
		credential: directoryCredential(rows),
		credentialType: 'payerDirectoryApi',
	});
	await payer.close();
	const asked = new Set(payer.got.map(({ url }) => url.split('/')[1]));
	expect([...asked].sort()).toEqual([...MANY, 'hostile']);
});

test.each([
	['items', { options: { addOrigin: true } }],
	['Bundles as text', { outputAs: 'bundlesText' }],
])('a document is fetched by the client that fetched the resource: %s', async (_, fetchBatch) => {
	const reference = (base: string) => ({
		resourceType: 'DocumentReference',
		id: 'd1',
		status: 'current',
		subject: { reference: 'Patient/1001' },
		content: [{ attachment: { contentType: 'text/plain', url: `${base}/Binary/b1` } }],
	});
	await twins(
		(base) => ({
			status: {
				headers: { 'content-type': 'application/json' },
				body: { output: [{ type: 'DocumentReference', url: `${base}/files/1.ndjson` }], error: [] },
			},
			file: { body: `${JSON.stringify(reference(base))}\n` },
		}),
		async ({ payer, run }) => {
			const items = (await run(roster, fourSteps(), { fetchBatch })).json('fetchBatch');
			expect(items.map(({ directoryKey }) => directoryKey)).toEqual(CLIENTS);
			payer.got.length = 0;
			await run(items, [{ node: 'fetchDocuments' }]);
			expect(asked(payer)).toEqual(byBoth('GET /Binary/b1'));
		},
	);
});

test('as tools of an agent: each step asks the payer that the row named', async () => {
	await twins(
		() => ({}),
		async ({ payer, run }) => {
			const named = await run(roster, fourSteps().slice(0, 2), {}, undefined, true);
			expect(named.json('memberMatch').map(({ directoryKey }) => directoryKey)).toEqual(CLIENTS);
			expect(named.json('startExport')).toHaveLength(2);
			expect(asked(payer)).toEqual(byBoth('POST /Patient/$member-match', 'GET /Patient/1001/$export'));
			const unknown = await run(
				[memberRow('small', { 'Previous Payer': 'Ada Vexmoor' })],
				fourSteps().slice(0, 1),
				{},
				undefined,
				true,
			);
			expect(unknown.json('memberMatch')).toEqual([
				{ outcome: 'payer-unknown', nextStep: expect.stringMatching(/^Find out which plan/) },
			]);
		},
	);
});
