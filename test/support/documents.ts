import { createHash } from 'node:crypto';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Answer, GotRequest } from './scriptedGateway';
import { runAgainst, type AskedAnswers } from './standardRuns';
import { storedBytes } from './engine';

export const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n');
export const sha1 = (bytes: Buffer) => createHash('sha1').update(bytes).digest('base64');
export const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** A DocumentReference with these attachments. */
export function reference(id: string, ...attachments: object[]): IDataObject {
	return {
		resourceType: 'DocumentReference',
		id,
		status: 'current',
		content: attachments.map((attachment) => ({ attachment })),
	} as IDataObject;
}

/** The origin that Fetch Batch gives with Add Origin. */
export const originAt = (url: string): IDataObject => ({
	memberId: 'm1',
	payer: `pdex:${new URL(url).host}/fhir`,
	fhirBase: `${url}/fhir`,
	jobId: 'j1',
	exchangeId: 'exchange-1',
	requiresAccessToken: true,
	batch: 1,
	line: 1,
});

/** What came out of Fetch Documents. */
export interface DocumentsSeen extends Awaited<ReturnType<typeof runAgainst>> {
	documents: INodeExecutionData[];
	rows: IDataObject[];
	reports: INodeExecutionData[];
	outcomes: unknown[];
	/** Path and token of each request. */
	asked: string[];
	bytes: Buffer[];
}

/** What the payer answers by path; 404 for anything else. */
export type Routes = Record<string, Answer>;

/** Fetches the documents of resources at a payer that answers by path. */
export async function fetchDocuments(
	routes: Routes | ((url: string) => Routes),
	resources: (url: string) => IDataObject[],
	{
		origin = {},
		items,
		reads = true,
		...rest
	}: Omit<AskedAnswers, 'items'> & {
		origin?: IDataObject;
		items?: (url: string) => object[];
		reads?: boolean;
	} = {},
): Promise<DocumentsSeen> {
	const wrapped = (url: string) =>
		resources(url).map((resource) => ({ ...originAt(url), ...origin, resource }));
	const seen = await runAgainst(
		(url) => [
			(response, request: GotRequest) => {
				const known = typeof routes === 'function' ? routes(url) : routes;
				const answer = known[request.url] ?? known[request.url.split('?')[0]] ?? { status: 404 };
				if (typeof answer === 'function') return answer(response, request);
				const { status = 200, headers = {}, body = '' } = answer;
				response.writeHead(status, headers);
				response.end(typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : body);
			},
		],
		{ nodes: ['fetchDocuments'], items: items ?? wrapped, ...rest },
	);
	const [documents = [], reports = []] = seen.run.outputs('fetchDocuments');
	const rows = reports.map(({ json }) => json);
	return {
		...seen,
		documents,
		reports,
		rows,
		outcomes: rows.map(({ outcome }) => outcome ?? 'error'),
		asked: seen.got.map(({ url, headers }) => `${url} ${headers.authorization ?? 'no token'}`),
		bytes: await Promise.all(
			documents.filter(({ binary }) => binary && reads).map(async (item) => await storedBytes(item)),
		),
	};
}
