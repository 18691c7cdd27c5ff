import type { IDataObject } from 'n8n-workflow';
import { directoryCredential, type TestRow } from '../../support/directories';
import { runSteps, type Step } from '../../support/engine';
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

async function runAt(rows: Record<string, TestRow>, items: IDataObject[], { parameters, ...step }: Step) {
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
