import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import axios, { type AxiosResponse, type Method } from 'axios';
import { hashResources } from '../../sandbox/truth';
import type { Dialect } from '../../sandbox/standard/dialects';
import type { Violation } from '../../sandbox/standard/violations';
import { startStandardPayers, type StandardPayers } from './standardSandbox';

/** A file of a manifest. */
export interface ManifestFile {
	type?: string;
	url: string;
	count?: number;
	continuesInFile?: string;
	fileSize?: number;
}

/** A manifest of any version. */
export interface Manifest {
	requiresAccessToken: boolean;
	output: ManifestFile[];
	error?: ManifestFile[];
	outcome?: ManifestFile[];
	deleted?: ManifestFile[];
	link?: Array<{ relation: string; url: string }>;
	[key: string]: unknown;
}

type Headers = Record<string, string>;

/** Changes to a client assertion. */
export interface AssertionChanges {
	alg?: 'RS384' | 'ES384';
	header?: object;
	claims?: object;
	/** ES384 signature as ASN.1 instead of r and s. */
	der?: boolean;
	/** PEM of a key other than the sandbox client's. */
	key?: string;
}

const FHIR_JSON = 'application/fhir+json';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A conformant client of the payers, with optional deviations; it shares no code with nodes or sandbox. */
export class StandardClient {
	private readonly http = axios.create({ validateStatus: () => true });
	private bearer: Headers = {};

	private constructor(
		readonly payers: StandardPayers,
		readonly url: string,
	) {}

	/** Starts the payers with command-line flags, and signs in. */
	static async start(...flags: string[]): Promise<StandardClient> {
		const payers = await startStandardPayers(...flags);
		const client = new StandardClient(payers, new URL(payers.fhirBases['hrex-1.2']).origin);
		await client.signIn();
		return client;
	}

	async request(method: Method, path: string, headers: Headers = {}, data?: unknown): Promise<AxiosResponse> {
		const url = path.startsWith('/') ? this.url + path : path;
		return await this.http.request({ method, url, headers: { ...this.bearer, ...headers }, data });
	}

	/** The same without a token. */
	async open(method: Method, path: string, headers: Headers = {}, data?: unknown): Promise<AxiosResponse> {
		const url = path.startsWith('/') ? this.url + path : path;
		return await this.http.request({ method, url, headers, data });
	}

	async set(settings: object): Promise<void> {
		await this.open('PUT', '/sandbox/settings', {}, settings);
	}

	async lines(): Promise<string[]> {
		const { data } = await this.open('GET', '/sandbox/violations');
		return [...new Set((data as Violation[]).map(({ line }) => line))];
	}

	async forget(): Promise<void> {
		await this.open('DELETE', '/sandbox/requests');
	}

	assertion({ alg = 'ES384', header, claims, der = false, key: pem }: AssertionChanges = {}): string {
		const tokenUrl = `${this.url}/auth/token`;
		const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
		const { clientId, keys } = this.payers;
		const text = [
			part({ alg, kid: alg, typ: 'JWT', ...header }),
			part({
				iss: clientId,
				sub: clientId,
				aud: tokenUrl,
				exp: Math.floor(Date.now() / 1000) + 240,
				jti: randomUUID(),
				...claims,
			}),
		].join('.');
		const key = createPrivateKey(pem ?? keys[alg].pem);
		const dsaEncoding = der ? 'der' : 'ieee-p1363';
		return `${text}.${sign('sha384', Buffer.from(text), { key, dsaEncoding }).toString('base64url')}`;
	}

	form(assertion: string): Headers {
		return {
			grant_type: 'client_credentials',
			scope: 'system/*.rs',
			client_assertion_type: ASSERTION_TYPE,
			client_assertion: assertion,
		};
	}

	async askToken(form: Headers, headers: Headers = {}): Promise<AxiosResponse> {
		return await this.open('POST', '/auth/token', headers, new URLSearchParams(form));
	}

	async signIn(): Promise<void> {
		const { data } = await this.askToken(this.form(this.assertion()));
		this.bearer = { authorization: `Bearer ${String((data as { access_token: string }).access_token)}` };
	}

	async match(dialect: Dialect, body: unknown, headers: Headers = {}): Promise<AxiosResponse> {
		const path = `/${dialect}/fhir/Patient/$member-match`;
		return await this.request(
			'POST',
			path,
			{ 'content-type': FHIR_JSON, accept: FHIR_JSON, ...headers },
			body,
		);
	}

	async bulkMatch(dialect: Dialect, body: unknown, headers: Headers = {}): Promise<AxiosResponse> {
		const async = { 'content-type': FHIR_JSON, accept: FHIR_JSON, prefer: 'respond-async' };
		const path = `/${dialect}/fhir/Group/$bulk-member-match`;
		return await this.request('POST', path, { ...async, ...headers }, JSON.stringify(body));
	}

	/** A kick-off; with parameters it is a POST. */
	async kickOff(path: string, parameter?: object[], headers: Headers = {}): Promise<AxiosResponse> {
		const common = { accept: FHIR_JSON, prefer: 'respond-async', ...headers };
		if (!parameter) return await this.request('GET', path, common);
		const body = JSON.stringify({ resourceType: 'Parameters', parameter });
		return await this.request('POST', path, { 'content-type': FHIR_JSON, ...common }, body);
	}

	async status(statusUrl: string, headers: Headers = {}): Promise<AxiosResponse> {
		return await this.request('GET', statusUrl, { accept: 'application/json', ...headers });
	}

	/** Polls until the job has ended. */
	async finished(kickOff: AxiosResponse): Promise<AxiosResponse<Manifest>> {
		const statusUrl = String(kickOff.headers['content-location']);
		for (let looks = 0; looks < 5; looks += 1) {
			const answer = await this.status(statusUrl);
			if (answer.status !== 202) return answer as AxiosResponse<Manifest>;
		}
		return expect(statusUrl).toBe('the address of a job that ends') as never;
	}

	async file(url: string, headers: Headers = {}): Promise<fhir4.FhirResource[]> {
		const accept = { accept: 'application/fhir+ndjson', 'accept-encoding': 'gzip', ...headers };
		const answer = await this.http.get<string>(url, {
			headers: { ...this.bearer, ...accept },
			responseType: 'text',
			transformResponse: (text: string) => text,
		});
		expect(answer.status).toBe(200);
		return answer.data
			.split('\n')
			.filter(Boolean)
			.map((line) => JSON.parse(line) as fhir4.FhirResource);
	}

	/** The content encoding of a file for a client that accepts these encodings. */
	async encodingOf(url: string, encodings: string): Promise<unknown> {
		const headers = { ...this.bearer, accept: 'application/fhir+ndjson', 'accept-encoding': encodings };
		const answer = await this.http.get(url, { headers, decompress: false, responseType: 'arraybuffer' });
		return answer.headers['content-encoding'];
	}

	async files(list: ManifestFile[] = []): Promise<fhir4.FhirResource[]> {
		const all = [];
		for (const { url } of list) all.push(...(await this.file(url)));
		return all;
	}
}

/** The resources per type, for comparison with the truth. */
export function typesOfAll(resources: fhir4.FhirResource[]): Record<string, object> {
	const types = [...new Set(resources.map(({ resourceType }) => resourceType))];
	const own = (type: string) => resources.filter(({ resourceType }) => resourceType === type);
	return Object.fromEntries(
		types.map((type) => [type, { resources: own(type).length, sha256: hashResources(own(type)) }]),
	);
}
