/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { directoryCredential, type TestRow } from '../../support/directories';
import { reference } from '../../support/documents';
import { runSteps, type EngineOptions, type Step } from '../../support/engine';
import { startScriptedGateway, type Answer, type ScriptedGateway } from '../../support/scriptedGateway';
import { memberRow } from '../../support/standardRuns';

/** Requests that are under way at once, over all payers of a directory: at most 40, of at most 8 payers. */

type Responder = Extract<Answer, (...parameters: never[]) => unknown>;

/** A host of many payers, `/p1` and so on, that answers only when nothing more is asked: what was allowed at once is then all there. */
interface Crowd extends ScriptedGateway {
	most: { requests: number; payers: number; ofOne: number };
}

const QUIET_MS = 150;

async function crowd(answer: Responder): Promise<Crowd> {
	const most = { requests: 0, payers: 0, ofOne: 0 };
	let held: Array<{ payer: string; answer(): void }> = [];
	let quiet: NodeJS.Timeout | undefined;
	const hold: Answer = (response, request) => {
		held.push({ payer: payerOf(request.url), answer: () => answer(response, request) });
		const counts = new Map<string, number>();
		for (const { payer } of held) counts.set(payer, (counts.get(payer) ?? 0) + 1);
		most.requests = Math.max(most.requests, held.length);
		most.payers = Math.max(most.payers, counts.size);
		most.ofOne = Math.max(most.ofOne, ...counts.values());
		clearTimeout(quiet);
		quiet = setTimeout(() => {
			const all = held;
			held = [];
			for (const each of all) each.answer();
		}, QUIET_MS);
	};
	return { ...(await startScriptedGateway([hold])), most };
}

/** `p1`, whether it stands in the path of a gateway's plan or of a FHIR server. */
const payerOf = (url: string) => /\/(p\d+)\//.exec(url)?.[1] ?? url;

function rowsAt(
	{ url }: ScriptedGateway,
	kinds: Record<string, 'standard' | 'gateway'>,
): Record<string, TestRow> {
	return Object.fromEntries(
		Object.entries(kinds).map(([key, kind]) => {
			const tokenUrl = `${url}/openid-connect/token`;
			const row =
				kind === 'gateway'
					? { preset: '1upHealth', fhirBaseUrl: url, tenant: key, clientId: key }
					: { fhirBaseUrl: `${url}/${key}/fhir`, tokenUrl, signIn: 'secret', clientId: key };
			return [key, { row, secret: 'x' }];
		}),
	);
}

async function runAt(
	rows: Record<string, TestRow>,
	items: EngineOptions['items'],
	{ parameters, ...step }: Step,
) {
	return await runSteps({
		items,
		steps: [{ ...step, parameters: { ...parameters, payerApi: 'directory' } }],
		credential: directoryCredential(rows),
		credentialType: 'payerDirectoryApi',
	});
}

const keysOf = (count: number, first = 1) => Array.from({ length: count }, (_, index) => `p${index + first}`);

const membersOf = (payers: string[], count: number) =>
	Array.from({ length: count }, (_, member) =>
		payers.map((key) => memberRow('small', { 'Previous Payer': key, memberId: `${key}-${member}` })),
	).flat();

test('Member Match: payers of bulk and of single requests together', async () => {
	const polled = new Set<string>();
	const payer = await crowd((response, { method, url }) => {
		const job = `http://${response.req.headers.host}${url.replace(/\/fhir\/.*/, '')}/fhir/jobs/${Math.random()}`;
		if (method === 'GET') polled.add(payerOf(url));
		const isBulk = url.includes('bulk');
		response.writeHead(isBulk ? 202 : 422, isBulk ? { 'content-location': job } : {});
		response.end();
	});
	const [bulk, single] = [keysOf(7), keysOf(7, 8)];
	const rows = rowsAt(
		payer,
		Object.fromEntries([
			...bulk.map((key) => [key, 'standard'] as const),
			...single.map((key) => [key, 'gateway'] as const),
		]),
	);
	const items = [...membersOf(bulk, 6), ...membersOf(single, 12)];
	const options = { membersPerRequest: 1, concurrency: 20, giveUpAfter: 1 };
	const seen = await runAt(rows, items, {
		node: 'memberMatch',
		parameters: { matchMode: 'together', advanced: true, options },
	});
	await payer.close();
	expect(seen.error).toBeUndefined();
	// Nobody was matched, and nobody left out: a job that answers 422 has failed.
	expect(seen.json('memberMatch', 1)).toHaveLength(items.length);
	expect([...polled].sort()).toEqual(bulk.sort());
	expect(payer.most).toEqual({ requests: expect.any(Number), payers: 8, ofOne: 5 });
	expect(payer.most.requests).toBeLessThanOrEqual(40);
	expect(payer.most.requests).toBeGreaterThan(8);
});

/** Resources with a document each, as Fetch Batch gives them: as items, or as one stored file for each payer. */
function documentsOf(
	{ url }: ScriptedGateway,
	payers: string[],
	count: number,
	as: 'items' | 'files',
): Array<IDataObject | INodeExecutionData> {
	const { host } = new URL(url);
	return payers.flatMap((key): Array<IDataObject | INodeExecutionData> => {
		const fhirBase = `${url}/${key}/fhir`;
		const origin = {
			memberId: `of-${key}`,
			payer: `pdex:${host}/${key}/fhir`,
			directoryKey: key,
			fhirBase,
			jobId: '1',
		};
		const resources = Array.from({ length: count }, (_, index) =>
			reference(`d${index}`, { contentType: 'text/plain', url: `${fhirBase}/Binary/b${index}` }),
		);
		if (as === 'items') return resources.map((resource) => ({ ...origin, resource }));
		const text = resources.map((resource) => JSON.stringify(resource)).join('\n');
		const data = { data: Buffer.from(text).toString('base64'), mimeType: 'application/fhir+ndjson' };
		return [{ json: { ...origin, batch: 1, type: 'DocumentReference' }, binary: { data } }];
	});
}

const all = (keys: string[]) => Object.fromEntries(keys.map((key) => [key, 'standard'] as const));
const send: Responder = (response) => {
	response.writeHead(200, { 'content-type': 'text/plain' });
	response.end('a document');
};

describe.each(['items', 'files'] as const)('Fetch Documents of %s', (as) => {
	it.each([
		[12, { requests: 40, payers: 8, ofOne: 5 }],
		[3, { requests: 30, payers: 3, ofOne: 10 }],
		[1, { requests: 12, payers: 1, ofOne: 12 }],
	])('of %i payers', async (count, most) => {
		const payer = await crowd(send);
		const keys = keysOf(count);
		const items = documentsOf(payer, keys, 15, as);
		const seen = await runAt(rowsAt(payer, all(keys)), items, {
			node: 'fetchDocuments',
			parameters: { options: { concurrency: 12 } },
		});
		await payer.close();
		expect(seen.json('fetchDocuments', 1).map(({ outcome }) => outcome)).toEqual(
			Array(count * 15).fill('fetched'),
		);
		expect(payer.most).toEqual(most);
	});

	it('a payer that lets its documents wait holds up no other', async () => {
		const held: Array<() => void> = [];
		let left = 3 * 20;
		const gateway = await startScriptedGateway([
			(response, request) => {
				const answer = () => send(response, request);
				if (payerOf(request.url) === 'p1') return void (left === 0 ? answer() : held.push(answer));
				answer();
				left -= 1;
				if (left === 0) for (const each of held) each();
			},
		]);
		const keys = keysOf(4);
		const seen = await runAt(rowsAt(gateway, all(keys)), documentsOf(gateway, keys, 20, as), {
			node: 'fetchDocuments',
			parameters: { options: { concurrency: 3, keepTryingFor: 0.1 } },
		});
		await gateway.close();
		const outcomes = seen.json('fetchDocuments', 1).map(({ outcome }) => outcome);
		expect(outcomes).toEqual(Array(80).fill('fetched'));
	});

	it('a payer that rejects the credential ends its own alone', async () => {
		const gateway = await startScriptedGateway([send], (response, { headers, body }) => {
			const client = Buffer.from((headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
			const isRejected = `${client}${body}`.includes('p1');
			response.writeHead(isRejected ? 401 : 200, { 'content-type': 'application/json' });
			response.end(
				JSON.stringify(
					isRejected ? { error: 'invalid_client' } : { access_token: 'x', token_type: 'Bearer' },
				),
			);
		});
		const keys = keysOf(3);
		const seen = await runAt(rowsAt(gateway, all(keys)), documentsOf(gateway, keys, 6, as), {
			node: 'fetchDocuments',
			onError: 'continueRegularOutput',
			parameters: { options: { concurrency: 1 } },
		});
		await gateway.close();
		expect(seen.json('fetchDocuments', 1).filter(({ outcome }) => outcome === 'fetched')).toHaveLength(12);
	});
});
