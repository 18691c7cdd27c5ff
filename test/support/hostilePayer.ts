import { startScriptedGateway, type Answer, type ScriptedGateway } from './scriptedGateway';

/** A payer that follows the standards but for some answers, which its test writes. */

const FHIR = { 'content-type': 'application/fhir+json' };
/** The id of the Patient that it matches. */
export const MATCHED_ID = '1001';

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
		{ name: 'MemberId', valueReference: { reference: `Patient/${MATCHED_ID}` } },
	],
};

/** Its own answers, by what is asked. */
export type Hostile = Partial<
	Record<'match' | 'kickOff' | 'status' | 'page' | 'file' | 'metadata' | 'smart', Answer>
>;

type Responder = Extract<Answer, (...parameters: never[]) => unknown>;

/** What it answers. @param base its FHIR base */
function answerOf(base: () => string, answers: Hostile): Responder {
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
		smart: { status: 404 },
		file: { body: '{"resourceType":"Patient","id":"1001"}\n' },
	};
	const all = { ...standard, ...answers };
	return (response, request) => {
		const answer = all[kindOf(request.url)];
		if (typeof answer === 'function') return answer(response, request);
		const { status = 200, headers = {}, body = '' } = answer;
		response.writeHead(status, headers);
		response.end(typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : body);
	};
}

function kindOf(url: string): keyof Hostile {
	if (url.includes('/.well-known/')) return 'smart';
	if (url.includes('/files/')) return 'file';
	if (url.includes('/pages/')) return 'page';
	if (url.includes('/jobs/')) return 'status';
	if (url.endsWith('/metadata')) return 'metadata';
	return url.includes('member-match') ? 'match' : 'kickOff';
}

/** A token that says which client it was given to, so that a test sees who asks. */
const tokenOfClient: Responder = (response, { headers }) => {
	const basic = Buffer.from((headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
	const token = { access_token: `token-of-${basic.split(':')[0]}`, token_type: 'Bearer', expires_in: 300 };
	response.writeHead(200, { 'content-type': 'application/json' });
	response.end(JSON.stringify(token));
};

/** A running one. */
export interface HostilePayer extends ScriptedGateway {
	/** Its FHIR base. */
	base: string;
	tokenUrl: string;
}

/** Starts one. @param answers what it answers in its own way, by its FHIR base */
export async function hostilePayer(answers: (base: string) => Hostile): Promise<HostilePayer> {
	const server: { base: string } = { base: '' };
	const answer: Answer = (response, request) =>
		answerOf(() => server.base, answers(server.base))(response, request);
	const gateway = await startScriptedGateway([answer], tokenOfClient);
	server.base = `${gateway.url}/hostile/fhir`;
	return { ...gateway, base: server.base, tokenUrl: `${gateway.url}/openid-connect/token` };
}
