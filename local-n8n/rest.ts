/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { Agent } from 'node:http';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeExecution, hasEnded, type N8nExecution, type StoredExecution } from './execution';

const REQUEST_LIMIT_MS = 60_000;
const POLL_MS = 200;
const REPORT_EVERY_MS = 3_000;
const WEBHOOK_LIMIT_MS = 10_000;

/** A credential as a person would fill in its form. */
export interface N8nCredential {
	name: string;
	/** The credential type's name. */
	type: string;
	data: Record<string, unknown>;
}

/** The verdict of a credential's Test button. */
export interface CredentialTest {
	status: 'OK' | 'Error';
	message: string;
}

/** A workflow as n8n exports it; more keys are passed on. */
export interface N8nWorkflow {
	name: string;
	nodes: object[];
	connections: object;
	[more: string]: unknown;
}

/** How long to wait for an execution. */
export interface WaitOptions {
	timeoutMs: number;
	/** Called every few seconds with the state. */
	report?: (text: string) => void;
}

/** A node or credential type that n8n has loaded; more keys are there. */
export interface LoadedType {
	/** A node's starts with its package: `n8n-nodes-base.set`. */
	name: string;
	displayName: string;
	[more: string]: unknown;
}

interface Request {
	method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
	path: string;
	body?: unknown;
	query?: Record<string, string>;
	binary?: boolean;
}

/**
 * Drives n8n over the REST interface that its own editor uses. Every method throws an error that says what was asked
 * and what came back.
 */
export class N8nClient {
	private readonly http: AxiosInstance;

	private cookie = '';

	/** @param url where the editor is, without a path */
	constructor(readonly url: string) {
		this.http = axios.create({
			// n8n closes idle connections; a request that meets such an end is lost.
			httpAgent: new Agent({ keepAlive: false }),
			baseURL: url,
			timeout: REQUEST_LIMIT_MS,
			proxy: false,
			validateStatus: () => true,
			// n8n ties a session to the browser that opened it.
			headers: { 'browser-id': 'local-n8n' },
		});
	}

	/**
	 * Makes the owner's account of an n8n that has none, as its first page does.
	 *
	 * @throws where it has one
	 */
	async setUpOwner({ email, password }: { email: string; password: string }): Promise<void> {
		const body = { email, password, firstName: 'Local', lastName: 'Analyst' };
		await this.send({ method: 'POST', path: '/rest/owner/setup', body });
	}

	/** Needed before anything else. */
	async login({ email, password }: { email: string; password: string }): Promise<void> {
		const response = await this.send({
			method: 'POST',
			path: '/rest/login',
			body: { emailOrLdapLoginId: email, password },
		});
		const cookies = response.headers['set-cookie'] ?? [];
		this.cookie = cookies.map((cookie) => cookie.split(';')[0]).join('; ');
	}

	/** @returns the new credential's id */
	async createCredential(credential: N8nCredential): Promise<string> {
		const { id } = await this.ask<{ id: string }>({
			method: 'POST',
			path: '/rest/credentials',
			body: credential,
		});
		return id;
	}

	/** As the editor sees it: a stored secret comes back as a placeholder, which means "unchanged" when sent again. */
	async getCredential(id: string): Promise<N8nCredential & { id: string }> {
		return await this.ask({
			method: 'GET',
			path: `/rest/credentials/${id}`,
			query: { includeData: 'true' },
		});
	}

	/** Changes the given fields and keeps the others. */
	async updateCredential(id: string, changes: Record<string, unknown>): Promise<void> {
		const { name, type, data } = await this.getCredential(id);
		await this.ask({
			method: 'PATCH',
			path: `/rest/credentials/${id}`,
			body: { name, type, data: { ...data, ...changes } },
		});
	}

	/**
	 * What the Test button of the credential's form does.
	 *
	 * @param changes fields that are in the form and not saved
	 */
	async testCredential(id: string, changes: Record<string, unknown> = {}): Promise<CredentialTest> {
		const { name, type, data } = await this.getCredential(id);
		return await this.ask({
			method: 'POST',
			path: '/rest/credentials/test',
			body: { credentials: { id, name, type, data: { ...data, ...changes } } },
		});
	}

	/** @returns the new workflow's id */
	async createWorkflow(workflow: N8nWorkflow): Promise<string> {
		const { id } = await this.ask<{ id: string }>({
			method: 'POST',
			path: '/rest/workflows',
			body: { settings: {}, ...workflow },
		});
		return id;
	}

	/**
	 * Runs the whole saved workflow from one of its triggers, as the editor's Execute button does.
	 *
	 * @returns the execution's id
	 */
	async runManually(workflowId: string, triggerNodeName: string): Promise<string> {
		const path = `/rest/workflows/${workflowId}`;
		// n8n 2.8 runs what it is sent, a later one what it has saved.
		const workflowData = await this.ask<object>({ method: 'GET', path });
		const { executionId } = await this.ask<{ executionId?: string }>({
			method: 'POST',
			path: `${path}/run`,
			body: { workflowData, triggerToStartFrom: { name: triggerNodeName } },
		});
		if (executionId === undefined) {
			throw new Error(
				`n8n did not run workflow ${workflowId}: the trigger "${triggerNodeName}" waits for a call from outside.`,
			);
		}
		return executionId;
	}

	/** An execution as it stands now. */
	async getExecution(id: string): Promise<N8nExecution> {
		return decodeExecution(
			await this.ask<StoredExecution>({ method: 'GET', path: `/rest/executions/${id}` }),
		);
	}

	/**
	 * Waits until an execution has ended, in whatever way.
	 *
	 * @throws also when it has not ended in time; it is left running
	 */
	async waitForExecution(id: string, { timeoutMs, report }: WaitOptions): Promise<N8nExecution> {
		const startedAt = Date.now();
		for (let reportAt = REPORT_EVERY_MS; ; ) {
			const execution = await this.getExecution(id);
			if (hasEnded(execution.status)) return execution;
			const elapsed = Date.now() - startedAt;
			if (elapsed > timeoutMs) {
				throw new Error(
					`Execution ${id} did not end within ${timeoutMs / 1_000} s. Its state: ${execution.status}`,
				);
			}
			if (elapsed >= reportAt) {
				report?.(`execution ${id} is ${execution.status} … ${Math.round(elapsed / 1_000)} s`);
				reportAt = elapsed + REPORT_EVERY_MS;
			}
			await sleep(POLL_MS);
		}
	}

	/** What the editor's Stop button does. */
	async stopExecution(id: string): Promise<void> {
		await this.ask({ method: 'POST', path: `/rest/executions/${id}/stop` });
	}

	/** Publishes the saved version of a workflow, so that its schedule or webhook works. */
	async activate(workflowId: string): Promise<void> {
		const path = `/rest/workflows/${workflowId}`;
		const { versionId } = await this.ask<{ versionId: string }>({ method: 'GET', path });
		await this.ask({ method: 'POST', path: `${path}/activate`, body: { versionId } });
	}

	/**
	 * Calls the webhook of an active workflow; again for up to 10 seconds while n8n does not know it yet, as it does not
	 * at once after `activate`.
	 *
	 * @returns the answer's body
	 */
	async callWebhook(path: string, body: unknown): Promise<unknown> {
		const request: Request = { method: 'POST', path: `/webhook/${path}`, body };
		const giveUpAt = Date.now() + WEBHOOK_LIMIT_MS;
		let response = await this.exchange(request);
		while (isUnknownWebhook(response) && Date.now() < giveUpAt) {
			await sleep(POLL_MS);
			response = await this.exchange(request);
		}
		return checked(request, response).data as unknown;
	}

	/** The node types that n8n has loaded from one package. */
	async nodeTypes(packageName: string): Promise<LoadedType[]> {
		const { data } = await this.send({ method: 'GET', path: '/types/nodes.json' });
		return (data as LoadedType[]).filter(({ name }) => name.startsWith(`${packageName}.`));
	}

	/** All credential types that n8n has loaded. */
	async credentialTypes(): Promise<LoadedType[]> {
		const { data } = await this.send({ method: 'GET', path: '/types/credentials.json' });
		return data as LoadedType[];
	}

	/** The bytes of a file on an item. */
	async downloadBinary(id: string): Promise<Buffer> {
		const { data } = await this.send({
			method: 'GET',
			path: '/rest/binary-data',
			query: { id, action: 'download' },
			binary: true,
		});
		return Buffer.from(data as ArrayBuffer);
	}

	/** One exchange whose answer is n8n's `{ data: … }`. */
	private async ask<T>(request: Request): Promise<T> {
		const { data } = await this.send(request);
		return (data as { data: T }).data;
	}

	private async send(request: Request): Promise<AxiosResponse<unknown>> {
		return checked(request, await this.exchange(request));
	}

	private async exchange(request: Request): Promise<AxiosResponse<unknown>> {
		const { method, path, body, query, binary } = request;
		const answer = this.http.request<unknown>({
			method,
			url: path,
			data: body,
			params: query,
			headers: this.cookie === '' ? {} : { cookie: this.cookie },
			responseType: binary ? 'arraybuffer' : undefined,
		});
		return await answer.then(undefined, (error: Error) => {
			// Not axios's own error, which carries the whole request, password and all.
			throw new Error(`n8n was asked ${method} ${path} and gave no answer: ${error.message}`);
		});
	}
}

function checked(request: Request, response: AxiosResponse<unknown>): AxiosResponse<unknown> {
	if (response.status >= 200 && response.status < 300) return response;
	throw new Error(
		`n8n was asked ${request.method} ${request.path} and answered ${response.status}: ${messageIn(response.data)}`,
	);
}

function isUnknownWebhook(response: AxiosResponse<unknown>): boolean {
	return response.status === 404 && messageIn(response.data).includes('is not registered');
}

/** The reason in n8n's error answer, else the start of whatever came. */
function messageIn(body: unknown): string {
	const { message } = (body ?? {}) as { message?: unknown };
	if (typeof message === 'string') return message;
	const text = Buffer.isBuffer(body) ? body.toString('utf8') : JSON.stringify(body);
	return (text ?? '').slice(0, 500);
}
