import { runAgainst } from '../../support/standardRuns';

/** The addresses of a list of files that lead to further requests. */
const LISTS: Array<[string, (url: string) => object]> = [
	[
		'a further page of the list',
		(url) => ({ link: [{ relation: 'next', url: `${url}/fhir/jobs/1/page/2` }] }),
	],
	['an error file', (url) => ({ error: [{ type: 'OperationOutcome', url: `${url}/fhir/files/e.ndjson` }] })],
];
test.each(LISTS)('B1 a payer that is gone at %s ends no job', async (_, more) => {
	const { run } = await runAgainst(
		(url) => [
			(response, request) => {
				if (!/\/jobs\/[12]$/.test(request.url)) return void response.destroy();
				const list = { transactionTime: '2027-01-01T00:00:00Z', output: [], ...more(url) };
				const isFirst = request.url.endsWith('/jobs/1');
				response.writeHead(isFirst ? 200 : 202, { 'content-type': 'application/json' });
				response.end(isFirst ? JSON.stringify(list) : '');
			},
		],
		{
			nodes: ['waitForExport'],
			items: (url) => [1, 2].map((job) => ({ jobId: `j${job}`, statusUrl: `${url}/fhir/jobs/${job}` })),
			parameters: { waitForExport: { giveUpAfter: 0.02 } },
		},
	);
	expect(run.error?.message).toBeUndefined();
	const all = [0, 1, 2].flatMap((output) => run.json('waitForExport', output));
	expect(all.map(({ jobId }) => jobId).sort()).toEqual(['j1', 'j2']);
	expect(run.json('waitForExport', 1).map(({ jobId }) => jobId)).toContain('j2');
});
