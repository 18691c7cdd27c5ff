import type { IDataObject } from 'n8n-workflow';
import { directoryCredential } from '../../support/directories';
import { runSteps } from '../../support/engine';
import { PDF, reference } from '../../support/documents';
import { startScriptedGateway, type Answer } from '../../support/scriptedGateway';

/** Documents of two payers of a directory on one host: the address of one stands below that of the other. */

const PATHS = { upper: '/fhir', lower: '/fhir/lower' };
type Key = keyof typeof PATHS;
const GOOD: Answer = { headers: { 'content-type': 'application/pdf' }, body: PDF };

/** Fetches a document for each payer in turn, and gives what was asked, and the rows of the report. */
async function fetched(documents: Array<[of: Key, path: string]>, answer: (path: string) => Answer) {
	const payer: Awaited<ReturnType<typeof startScriptedGateway>> = await startScriptedGateway([
		(response, request) => {
			const found = answer(request.url);
			if (typeof found === 'function') return found(response, request);
			response.writeHead(found.status ?? 200, found.headers ?? {}).end(found.body);
		},
	]);
	const keys = Object.keys(PATHS) as Key[];
	const rows = keys.map((key) => {
		const row = { name: key, fhirBaseUrl: payer.url + PATHS[key], signIn: 'secret', clientId: key };
		return [key, { row: { ...row, tokenUrl: `${payer.url}/openid-connect/token` }, secret: 'x' }];
	});
	const run = await runSteps({
		items: documents.map(
			([key, path]): IDataObject => ({
				memberId: key,
				payer: `pdex:${new URL(payer.url).host}${PATHS[key]}`,
				directoryKey: key,
				resource: reference(key, { contentType: 'application/pdf', url: payer.url + path }),
			}),
		),
		steps: [
			{
				node: 'fetchDocuments',
				onError: 'continueRegularOutput',
				parameters: { payerApi: 'directory', options: { concurrency: 1 } },
			},
		],
		credential: directoryCredential(Object.fromEntries(rows) as never),
		credentialType: 'payerDirectoryApi',
	});
	await payer.close();
	return {
		asked: payer.got.map(({ url }) => url),
		outcomes: run.json('fetchDocuments', 1).map(({ outcome, error }) => outcome ?? String(error)),
	};
}

test('a document whose address is that of another payer is not asked for, with whatever token', async () => {
	const seen = await fetched(
		[
			['upper', '/fhir/lower/Binary/1'],
			['upper', '/fhir/LOWER/files/1'],
			['lower', '/fhir/Binary/1'],
			['lower', '/fhir/lower/Binary/1'],
			['upper', '/fhir/Binary/1'],
		],
		() => GOOD,
	);
	expect(seen.outcomes).toEqual([
		'address-not-allowed',
		'address-not-allowed',
		'address-not-allowed',
		'fetched',
		'fetched',
	]);
	expect(seen.asked.sort()).toEqual(['/fhir/Binary/1', '/fhir/lower/Binary/1']);
});

test('a payer that refuses the credential does not end the documents of another', async () => {
	const seen = await fetched(
		[
			['upper', '/fhir/Binary/1'],
			['upper', '/fhir/Binary/2'],
			['lower', '/fhir/lower/Binary/1'],
		],
		(path) => (path.includes('lower') ? GOOD : { status: 401 }),
	);
	expect(seen.outcomes).toEqual([
		expect.stringContaining('does not accept the credential'),
		expect.stringContaining('does not accept the credential'),
		'fetched',
	]);
	expect(seen.asked.filter((path) => path === '/fhir/Binary/2')).toEqual([]);
});
